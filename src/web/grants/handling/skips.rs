//! Skipping a grant, and going on with the next one.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::refuse;
use crate::domain::ids::GrantId;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::grants::skip::{SkipGrantError, skip_grant};
use crate::usecases::grants::take_next::take_next_grant;
use crate::web::forms::NoFields;
use crate::web::{CsrfForm, Flash, PageError, SignedInStaff, in_background, urls};

/// Skips the grant, takes the next one and opens its form.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (grant_id, staff_id, actor) = (id.0.clone(), staff.id.clone(), staff.actor());
    let until = match in_background(&ctx, move |ctx| skip_grant(ctx, &grant_id, &staff_id, &actor)).await? {
        Ok(until) => until,
        Err(SkipGrantError::GrantNotFound) => return Err(PageError::NotFound),
        Err(SkipGrantError::NotPending) => return refuse(&staff, &ctx, &id, "handling-not-pending").await,
        Err(SkipGrantError::Paused) => return refuse(&staff, &ctx, &id, "handling-is-paused").await,
        Err(SkipGrantError::Held) => return refuse(&staff, &ctx, &id, "handling-held").await,
        Err(SkipGrantError::Storage(error)) => return Err(error.into()),
    };
    let (staff_id, actor) = (staff.id.clone(), staff.actor());
    let next = in_background(&ctx, move |ctx| take_next_grant(ctx, &staff_id, &actor)).await??;
    let flash = |key| Flash::ok(key).with("time", staff.localizer().time(until)).with_undo(urls::resumption(&id));
    Ok(match next {
        Some(next) => staff.see_other(&urls::new_fulfillment(&next), flash("handling-skipped-next")),
        None => staff.see_other(urls::PENDING_GRANTS, flash("handling-skipped-none-left")),
    })
}
