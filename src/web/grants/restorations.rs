//! Restoring a revoked grant, with a reason.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::revocations::{ReasonForm, refuse};
use super::show::{GrantPage, load};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::GrantId;
use crate::domain::license_key::LicenseKeyStatus;
use crate::http::id::Id;
use crate::storage::grants::detail::GrantDetail;
use crate::usecases::Context;
use crate::usecases::grants::restore::{RestoreGrantError, restore_grant};
use crate::web::{CsrfForm, Flash, PageError, SignedInStaff, html, in_background, urls};

/// Restores the state before the revocation.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<ReasonForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let detail = load(&ctx, &id).await?;
    if detail.grant.status != GrantStatus::Revoked {
        return not_revoked(&staff, &ctx, detail);
    }
    let reason = match form.parse(staff.localizer()) {
        Ok(reason) => reason,
        Err(errors) => return refuse(&staff, &ctx, detail, &form, errors),
    };
    let (grant_id, actor) = (id.0.clone(), staff.actor());
    match in_background(&ctx, move |ctx| restore_grant(ctx, &grant_id, &reason, &actor)).await? {
        Ok(restored) => {
            let now = ctx.clock.now();
            // Whether a link works, only its platform knows.
            let key = restored.key.filter(|key| !key.is_link);
            let flash = match key.map(|key| key.status(now)) {
                None => "grants-restored",
                Some(LicenseKeyStatus::Active) => "grants-restored-active",
                Some(LicenseKeyStatus::Expired) => "grants-restored-expired",
                Some(LicenseKeyStatus::Disabled) => "grants-restored-disabled",
            };
            Ok(staff.see_other(&urls::grant(&id), Flash::ok(flash)))
        }
        Err(RestoreGrantError::NotRevoked) => not_revoked(&staff, &ctx, load(&ctx, &id).await?),
        Err(RestoreGrantError::Mirrored) => Err(PageError::Conflict { sentence: "grants-mirrored-restore" }),
        Err(RestoreGrantError::Erased) => Err(PageError::Conflict { sentence: "erasure-done-conflict" }),
        Err(RestoreGrantError::GrantNotFound) => Err(PageError::NotFound),
        Err(RestoreGrantError::Storage(error)) => Err(error.into()),
    }
}

fn not_revoked(staff: &SignedInStaff, ctx: &Context, detail: GrantDetail) -> Result<HttpResponse, PageError> {
    let mut view = GrantPage::new(staff, ctx, detail);
    view.refusal = Some(staff.localizer().t("grants-not-revoked"));
    html(StatusCode::CONFLICT, &view)
}
