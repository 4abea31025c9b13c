//! How signed-in people prove their identity again before they change a second factor.

use jiff::SignedDuration;

use crate::domain::ids::StaffId;
use crate::storage::{Conn, StorageError, staff};
use crate::usecases::context::Context;

/// How long a sign-in with the identity provider counts as proof.
pub(crate) const PROVIDER_PROOF_LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// The proof required from a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    Password,
    /// A sign-in with the identity provider within [`PROVIDER_PROOF_LIFETIME`].
    Provider,
}

/// The password, unless passwords are turned off, or the person has none and there is an identity provider.
pub(crate) fn required_proof(ctx: &Context, conn: &mut Conn, staff_id: &StaffId) -> Result<Proof, StorageError> {
    let is_by_provider =
        ctx.config.oidc.is_some() && (!ctx.config.has_passwords || staff::password_hash(conn, staff_id)?.is_none());
    Ok(if is_by_provider { Proof::Provider } else { Proof::Password })
}
