//! Ending everything that gives a person access, now or soon, in one place: after a reset, a new password, a disabled
//! account, a new role, or when someone else removes their second factors.

use crate::domain::ids::{SessionId, StaffId};
use crate::storage::staff::{self, sessions};
use crate::storage::{StorageError, Tx};

/// Ends the person's sessions except `keep`, unfinished sign-ins, e-mailed links, unconfirmed authenticator secrets,
/// and delays after failures. Returns the new security stamp, which `keep` has to adopt.
///
/// Anything begun under the previous stamp is rejected from now on, so nothing in progress slips through either.
/// Secrets, delays and known browsers are bound to the stamp and need not be deleted.
pub(in crate::usecases) fn revoke_access(
    tx: &mut Tx<'_>,
    staff_id: &StaffId,
    keep: Option<&SessionId>,
) -> Result<i64, StorageError> {
    let security_stamp = staff::renew_security_stamp(tx, staff_id)?;
    if let Some(keep) = keep {
        for session in sessions::of_staff(tx, staff_id)? {
            if session.is_signed_in && session.facts.id.as_ref() == Some(keep) {
                sessions::set_security_stamp(tx, &session.key_hash, security_stamp)?;
            }
        }
    }
    sessions::delete_stale(tx, staff_id, security_stamp)?;
    staff::links::delete_of(tx, staff_id, None)?;
    Ok(security_stamp)
}
