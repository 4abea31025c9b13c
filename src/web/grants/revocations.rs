//! Revoking a grant, with a reason.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::show::{GrantPage, load};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::GrantId;
use crate::domain::text::TextError;
use crate::http::id::Id;
use crate::i18n::Localizer;
use crate::storage::grants::detail::GrantDetail;
use crate::usecases::Context;
use crate::usecases::grants::revoke::{Reason, RevokeGrantError, revoke_grant};
use crate::web::{CsrfForm, Flash, FormErrors, PageError, SignedInStaff, html, in_background, urls};

/// The submitted reason.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReasonForm {
    pub reason: String,
}

impl ReasonForm {
    /// The reason, or its errors.
    pub(crate) fn parse(&self, l: &Localizer) -> Result<Reason, FormErrors> {
        Reason::parse(&self.reason).map_err(|error| {
            let key = match error {
                TextError::Empty => "grants-reason-empty",
                TextError::TooLong { .. } => "grants-reason-too-long",
                TextError::ControlCharacter
                | TextError::InvisibleCharacter
                | TextError::Malformed
                | TextError::DirectionOverride => "grants-reason-control",
            };
            FormErrors::one("reason", l.t(key))
        })
    }
}

/// Shows the grant's page with the form again.
pub(crate) fn refuse(
    staff: &SignedInStaff,
    ctx: &Context,
    detail: GrantDetail,
    form: &ReasonForm,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let mut view = GrantPage::new(staff, ctx, detail);
    view.errors = errors;
    view.reason.clone_from(&form.reason);
    view.shows_reason = true;
    html(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// Revokes the grant; repeating it changes nothing.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<ReasonForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let detail = load(&ctx, &id).await?;
    if detail.grant.status == GrantStatus::Revoked {
        return Ok(staff.see_other(&urls::grant(&id), Flash::warn("grants-revoked-already")));
    }
    let reason = match form.parse(staff.localizer()) {
        Ok(reason) => reason,
        Err(errors) => return refuse(&staff, &ctx, detail, &form, errors),
    };
    let (grant_id, actor) = (id.0.clone(), staff.actor());
    match in_background(&ctx, move |ctx| revoke_grant(ctx, &grant_id, &reason, &actor)).await? {
        Ok(true) => Ok(staff.see_other(&urls::grant(&id), Flash::ok("grants-revoked"))),
        Ok(false) => Ok(staff.see_other(&urls::grant(&id), Flash::warn("grants-revoked-already"))),
        Err(RevokeGrantError::Mirrored) => Err(PageError::Conflict { sentence: "grants-mirrored-revoke" }),
        Err(RevokeGrantError::GrantNotFound) => Err(PageError::NotFound),
        Err(RevokeGrantError::Storage(error)) => Err(error.into()),
    }
}
