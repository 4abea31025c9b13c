//! Assigning a grant to a colleague, or to nobody.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::refuse;
use crate::domain::ids::{GrantId, StaffId};
use crate::domain::text;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::grants::assign::{AssignGrantError, assign_grant};
use crate::web::grants::show::{GrantPage, load};
use crate::web::{CsrfForm, Flash, FormErrors, PageError, SignedInStaff, html, in_background, urls};

/// To whom the grant is to be assigned; empty for nobody.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AssignmentForm {
    staff_id: String,
}

/// Assigns the grant.
pub(crate) async fn update(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<AssignmentForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let Ok(assignee) = text::optional(&form.staff_id, StaffId::parse) else {
        return refuse_assignee(&staff, &ctx, &id).await;
    };
    let (grant_id, actor) = (id.0.clone(), staff.actor());
    match in_background(&ctx, move |ctx| assign_grant(ctx, &grant_id, assignee.as_ref(), &actor)).await? {
        Ok(Some(name)) => {
            Ok(staff.see_other(&urls::grant(&id), Flash::ok("handling-assigned-done").with("name", name)))
        }
        Ok(None) => Ok(staff.see_other(&urls::grant(&id), Flash::ok("handling-unassigned-done"))),
        Err(AssignGrantError::NoAssignee) => refuse_assignee(&staff, &ctx, &id).await,
        Err(AssignGrantError::NotPending) => refuse(&staff, &ctx, &id, "handling-not-pending").await,
        Err(AssignGrantError::GrantNotFound) => Err(PageError::NotFound),
        Err(AssignGrantError::Storage(error)) => Err(error.into()),
    }
}

async fn refuse_assignee(staff: &SignedInStaff, ctx: &Context, id: &GrantId) -> Result<HttpResponse, PageError> {
    let mut view = GrantPage::new(staff, ctx, load(ctx, id).await?);
    view.errors = FormErrors::one("staff_id", staff.localizer().t("handling-assignee-wrong"));
    html(StatusCode::UNPROCESSABLE_ENTITY, &view)
}
