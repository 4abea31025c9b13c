//! Pausing a grant, and ending a pause or a skip.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::form::PauseForm;
use super::refuse;
use super::view::HandlingCard;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::GrantId;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::grants::claim::{ClaimGrantError, claim_free_grant};
use crate::usecases::grants::pause::{PauseGrant, PauseGrantError, Resumed, pause_grant, resume_grant};
use crate::web::grants::show::{GrantPage, load};
use crate::web::{CsrfForm, Flash, PageError, SignedInStaff, html, in_background, urls};

/// Pauses the grant.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<PauseForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let l = staff.localizer();
    let (reason, note, until) = match form.parse(l, ctx.clock.now()) {
        Ok(parsed) => parsed,
        Err(errors) => {
            let detail = load(&ctx, &id).await?;
            if detail.grant.status != GrantStatus::Pending {
                return refuse(&staff, &ctx, &id, "handling-not-pending").await;
            }
            let mut view = GrantPage::new(&staff, &ctx, detail);
            view.errors = errors;
            view.handling = HandlingCard { pause: form.into_inner(), is_open: true };
            return html(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    let command =
        PauseGrant { grant_id: id.0.clone(), reason, note, until, staff: staff.id.clone(), actor: staff.actor() };
    match in_background(&ctx, move |ctx| pause_grant(ctx, &command)).await? {
        Ok(()) => {
            let flash = Flash::ok("handling-paused-done").with("date", l.date(until));
            Ok(staff.see_other(&urls::grant(&id), flash.with_undo(urls::resumption(&id))))
        }
        Err(error) => failed(&staff, &ctx, &id, error).await,
    }
}

/// How a pause or skip is ended.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ResumptionForm {
    /// Anything if this undoes what was just done.
    undo: String,
}

/// Ends the pause or the skip. A skip that is undone leads back to the form, and the grant is taken again.
pub(crate) async fn destroy(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<ResumptionForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (grant_id, actor) = (id.0.clone(), staff.actor());
    match in_background(&ctx, move |ctx| resume_grant(ctx, &grant_id, &actor)).await? {
        Ok(Resumed::Skip) if !form.undo.is_empty() => take_again(&staff, &ctx, &id).await,
        Ok(resumed) => {
            let flash = match resumed {
                Resumed::Pause => Flash::ok("handling-resumed"),
                Resumed::Skip => Flash::ok("handling-unskipped"),
                Resumed::Nothing => Flash::warn("handling-nothing-to-resume"),
            };
            Ok(staff.see_other(&urls::grant(&id), flash))
        }
        Err(error) => failed(&staff, &ctx, &id, error).await,
    }
}

async fn take_again(staff: &SignedInStaff, ctx: &Context, id: &GrantId) -> Result<HttpResponse, PageError> {
    let (grant_id, staff_id, actor) = (id.clone(), staff.id.clone(), staff.actor());
    match in_background(ctx, move |ctx| claim_free_grant(ctx, &grant_id, &staff_id, &actor)).await? {
        // Whoever has taken it meanwhile is named on the page.
        Ok(()) | Err(ClaimGrantError::Held) => {
            Ok(staff.see_other(&urls::new_fulfillment(id), Flash::ok("handling-skip-undone")))
        }
        Err(ClaimGrantError::GrantNotFound) => Err(PageError::NotFound),
        Err(ClaimGrantError::NotPending) => refuse(staff, ctx, id, "handling-not-pending").await,
        Err(ClaimGrantError::Storage(error)) => Err(error.into()),
    }
}

async fn failed(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &GrantId,
    error: PauseGrantError,
) -> Result<HttpResponse, PageError> {
    match error {
        PauseGrantError::GrantNotFound => Err(PageError::NotFound),
        PauseGrantError::NotPending => refuse(staff, ctx, id, "handling-not-pending").await,
        PauseGrantError::Held => refuse(staff, ctx, id, "handling-held").await,
        PauseGrantError::Storage(error) => Err(error.into()),
    }
}
