//! Deciding what a task on a grant's page asks.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::show::{GrantPage, load};
use crate::domain::ids::{GrantId, TaskId};
use crate::domain::sale::task::Decision;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::sales::settle_task::{SettleTask, SettleTaskError, settle_task};
use crate::web::{CsrfForm, Flash, PageError, SignedInStaff, html, in_background, urls};

/// The submitted decision.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DecisionForm {
    pub task_id: String,
    #[serde(rename = "do")]
    pub decision: String,
}

/// Settles a task as the person decided.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<DecisionForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let task_id = TaskId::parse(form.task_id.trim()).map_err(|_| PageError::NotFound)?;
    let Some(decision) = Decision::parse(form.decision.trim()) else {
        return refuse(&staff, &ctx, &id, StatusCode::UNPROCESSABLE_ENTITY, "task-choose").await;
    };
    let command = SettleTask { grant_id: id.0.clone(), task_id, decision, actor: staff.actor() };
    match in_background(&ctx, move |ctx| settle_task(ctx, &command)).await? {
        Ok(()) => {
            let flash = match decision {
                Decision::UseNewAddress => "task-done-use-new-address",
                Decision::KeepOldAddress => "task-done-keep-old-address",
                Decision::Settled => "task-done-settled",
                Decision::Revoke => "task-done-revoke",
            };
            Ok(staff.see_other(&urls::grant(&id), Flash::ok(flash)))
        }
        Err(SettleTaskError::TaskNotFound) => Err(PageError::NotFound),
        Err(SettleTaskError::AlreadySettled) => Ok(staff.see_other(&urls::grant(&id), Flash::warn("task-already"))),
        Err(SettleTaskError::NotOffered) => {
            refuse(&staff, &ctx, &id, StatusCode::UNPROCESSABLE_ENTITY, "task-choose").await
        }
        Err(SettleTaskError::AddressForbidden) => {
            refuse(&staff, &ctx, &id, StatusCode::FORBIDDEN, "task-address-admins").await
        }
        Err(SettleTaskError::RevokeForbidden) => {
            refuse(&staff, &ctx, &id, StatusCode::FORBIDDEN, "task-revoke-admins").await
        }
        Err(SettleTaskError::AddressUnreachable) => {
            refuse(&staff, &ctx, &id, StatusCode::UNPROCESSABLE_ENTITY, "grants-email-unreachable").await
        }
        Err(SettleTaskError::Erased) => {
            refuse(&staff, &ctx, &id, StatusCode::CONFLICT, "task-address-differs-erased").await
        }
        Err(SettleTaskError::Storage(error)) => Err(error.into()),
    }
}

/// Shows the grant's page, which says why nothing was decided.
async fn refuse(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &GrantId,
    status: StatusCode,
    key: &str,
) -> Result<HttpResponse, PageError> {
    let mut view = GrantPage::new(staff, ctx, load(ctx, id).await?);
    view.refusal = Some(staff.localizer().t(key));
    html(status, &view)
}
