//! Claiming a grant, extending or taking over a claim, releasing it, claiming the next one.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::form::FulfillmentForm;
use super::{not_awaiting, refusal, show_claimed};
use crate::domain::grant::{CLAIM_DURATION, DeliverError};
use crate::domain::ids::GrantId;
use crate::http::id::Id;
use crate::storage::grants;
use crate::usecases::Context;
use crate::usecases::grants::claim::{ClaimGrantError, claim_grant};
use crate::usecases::grants::release::release_grant;
use crate::usecases::grants::take_next::take_next_grant;
use crate::web::forms::NoFields;
use crate::web::{CsrfForm, Flash, PageError, SignedInStaff, in_background, see_other, urls};

/// Claims the grant for the person and opens its form. If they have typed something in it, the response is the form
/// with that.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<FulfillmentForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let typed = Some(form.into_inner()).filter(FulfillmentForm::is_typed);
    let grant_id = id.0.clone();
    let detail = in_background(&ctx, move |ctx| ctx.db.read(|conn| grants::detail::find(conn, &grant_id))).await??;
    if let Err(error) = detail.grant.awaits(&detail.entitlement.config) {
        return not_awaiting(&staff, &ctx, error, detail, typed).await;
    }
    let (grant_id, staff_id, actor) = (id.0.clone(), staff.id.clone(), staff.actor());
    match in_background(&ctx, move |ctx| claim_grant(ctx, &grant_id, &staff_id, &actor)).await? {
        Ok(()) => {
            let now = ctx.clock.now();
            let until = staff.localizer().time(now.saturating_add(CLAIM_DURATION).unwrap_or(now));
            let flash = Flash::ok("fulfillment-taken").with("time", until);
            match typed {
                Some(form) => show_claimed(&staff, &ctx, &id, form, flash).await,
                None => Ok(staff.see_other(&urls::new_fulfillment(&id), flash)),
            }
        }
        Err(ClaimGrantError::GrantNotFound) => Err(PageError::NotFound),
        Err(ClaimGrantError::NotPending | ClaimGrantError::Held) => {
            Err(PageError::Conflict { sentence: refusal(DeliverError::NotPending) })
        }
        Err(ClaimGrantError::Storage(error)) => Err(error.into()),
    }
}

/// Releases the person's claim.
pub(crate) async fn destroy(
    staff: SignedInStaff,
    id: Id<GrantId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (grant_id, staff_id, actor) = (id.0.clone(), staff.id.clone(), staff.actor());
    let is_released = in_background(&ctx, move |ctx| release_grant(ctx, &grant_id, &staff_id, &actor)).await??;
    let flash = if is_released { Flash::ok("fulfillment-released") } else { Flash::warn("fulfillment-not-held") };
    Ok(staff.see_other(urls::PENDING_GRANTS, flash))
}

/// Claims the unclaimed grant that has waited longest, and opens its form.
pub(crate) async fn next(
    staff: SignedInStaff,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (staff_id, actor) = (staff.id.clone(), staff.actor());
    match in_background(&ctx, move |ctx| take_next_grant(ctx, &staff_id, &actor)).await?? {
        Some(id) => Ok(see_other(&urls::new_fulfillment(&id))),
        None => Ok(staff.see_other(urls::PENDING_GRANTS, Flash::ok("fulfillment-nothing-left"))),
    }
}
