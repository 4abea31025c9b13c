//! Taking a grant back, and giving it again; both ask for a reason.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::grants_show::{Shown, render};
use super::{CsrfForm, Flash, FormErrors, PageError, SignedInStaff, in_background, routes};
use crate::domain::ids::GrantId;
use crate::domain::staff::Role;
use crate::domain::text::TextError;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::restore_grant::{RestoreGrantError, restore_grant};
use crate::usecases::revoke_grant::{Reason, RevokeGrantError, revoke_grant};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReasonForm {
    reason: String,
}

/// Revokes the grant.
pub async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<ReasonForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    staff.require(Role::Admin)?;
    let reason = match Reason::parse(&form.reason) {
        Ok(reason) => reason,
        Err(error) => return again(&staff, &ctx, &id, &form, error).await,
    };
    let (grant_id, actor) = (id.0.clone(), staff.actor());
    let flash = match in_background(&ctx, move |ctx| revoke_grant(ctx, &grant_id, &reason, &actor)).await? {
        Ok(true) => Flash::ok("grants-revoked"),
        Ok(false) => Flash::warn("grants-revoked-already"),
        Err(RevokeGrantError::GrantNotFound) => return Err(PageError::NotFound),
        Err(RevokeGrantError::Storage(error)) => return Err(error.into()),
    };
    Ok(staff.see_other(&routes::grant(&id), &flash))
}

/// Restores the grant.
pub async fn destroy(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<ReasonForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    staff.require(Role::Admin)?;
    let reason = match Reason::parse(&form.reason) {
        Ok(reason) => reason,
        Err(error) => return again(&staff, &ctx, &id, &form, error).await,
    };
    let (grant_id, actor) = (id.0.clone(), staff.actor());
    let flash = match in_background(&ctx, move |ctx| restore_grant(ctx, &grant_id, &reason, &actor)).await? {
        Ok(status) => {
            let word = staff.localizer().named("status", status.as_str());
            Flash::ok("grants-restored").with("status", word)
        }
        Err(RestoreGrantError::NotRevoked) => Flash::warn("grants-not-revoked"),
        Err(RestoreGrantError::GrantNotFound) => return Err(PageError::NotFound),
        Err(RestoreGrantError::Storage(error)) => return Err(error.into()),
    };
    Ok(staff.see_other(&routes::grant(&id), &flash))
}

async fn again(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &GrantId,
    form: &ReasonForm,
    error: TextError,
) -> Result<HttpResponse, PageError> {
    let key = match error {
        TextError::Empty => "grants-reason-empty",
        TextError::TooLong { .. } => "grants-reason-too-long",
        TextError::ControlCharacter | TextError::Malformed => "grants-reason-control",
    };
    let errors = FormErrors::one("reason", staff.localizer().t(key));
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    render(staff, ctx, id, Shown { status, reason: form.reason.clone(), errors, ..Shown::default() }).await
}
