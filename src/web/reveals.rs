//! Revealing a key: the answer shows it, and no other page does.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::forms::NoFields;
use super::grants_show::{Shown, render};
use super::{CsrfForm, PageError, SignedInStaff, in_background};
use crate::domain::ids::GrantId;
use crate::domain::staff::Role;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::reveal_license_key::{RevealLicenseKeyError, reveal_license_key};

/// Shows the key in clear, once it stands in the log who saw it.
pub async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    staff.require(Role::Agent)?;
    let (grant_id, actor) = (id.0.clone(), staff.actor());
    let shown = match in_background(&ctx, move |ctx| reveal_license_key(ctx, &grant_id, &actor)).await? {
        Ok(key) => Shown { revealed: Some(key), ..Shown::default() },
        Err(RevealLicenseKeyError::GrantNotFound) => return Err(PageError::NotFound),
        Err(RevealLicenseKeyError::NoKey) => return Err(PageError::Conflict { sentence: "grants-no-key-text" }),
        Err(RevealLicenseKeyError::Storage(error)) => return Err(error.into()),
        Err(RevealLicenseKeyError::Unreadable(cause)) => {
            tracing::error!(grant_id = %id.0, %cause, "a stored key does not open");
            Shown { status: StatusCode::INTERNAL_SERVER_ERROR, is_unreadable: true, ..Shown::default() }
        }
    };
    render(&staff, &ctx, &id, shown).await
}
