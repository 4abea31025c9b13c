//! Skipping and pausing a grant, ending that, and assigning it to somebody.

pub(crate) mod assignments;
pub(crate) mod form;
pub(crate) mod pauses;
pub(crate) mod skips;
pub(crate) mod view;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::show::{GrantPage, load};
use crate::domain::ids::GrantId;
use crate::usecases::Context;
use crate::web::{PageError, SignedInStaff, html};

/// Shows the grant as it is now, and why nothing was changed.
async fn refuse(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &GrantId,
    why: &'static str,
) -> Result<HttpResponse, PageError> {
    let mut view = GrantPage::new(staff, ctx, load(ctx, id).await?);
    view.refusal = Some(staff.localizer().t(why));
    html(StatusCode::CONFLICT, &view)
}
