//! What arrived at a connection, in words, and working it off again.

use actix_web::HttpResponse;
use actix_web::web::Data;
use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::ids::{ConnectionId, GrantId, HookId};
use crate::http::id::Id;
use crate::storage::StorageError;
use crate::storage::connections::deliveries::DeliveryLine;
use crate::usecases::Context;
use crate::usecases::shops::work_off::work_off_again;
use crate::web::layout::badge::Badge;
use crate::web::{CsrfForm, Flash, PageContext, PageError, SignedInStaff, in_background, urls};

/// A row of the list.
pub(super) struct DeliveryRow {
    pub id: HookId,
    pub event: String,
    pub about: String,
    pub at: Timestamp,
    pub result: Badge,
    pub text: String,
    pub grant_id: Option<GrantId>,
    /// Whether the text leads to what needs a decision.
    pub is_to_decide: bool,
    pub has_again: bool,
}

pub(super) fn row(page: &PageContext, line: &DeliveryLine) -> DeliveryRow {
    let detail = line.detail.as_deref().unwrap_or_default();
    let (code, rest) = detail.split_once(' ').unwrap_or((detail, ""));
    let result = line.result.as_deref();
    let name = match result {
        Some(result) => page.named("connections-hook", result),
        None if detail.is_empty() => page.localizer.t("shops-waiting"),
        None => page.localizer.t("shops-tried-again"),
    };
    let badge = match result {
        Some("applied" | "refunded" | "polled") => Badge::ok(name),
        Some("held" | "asked") => super::view::look(name),
        Some("known" | "skipped" | "remembered" | "erased") => Badge::off(name),
        None => Badge::warning(name),
        Some(_) => Badge::failed(name),
    };
    let text = match result {
        Some("applied" | "refunded") => {
            let count: i64 = detail.parse().unwrap_or(0);
            page.t1(&format!("shops-grants-{}", result.unwrap_or_default()), "count", count)
        }
        Some("held") => {
            let name = page.localizer.t(&format!("sales-held-{}", code.replace('_', "-")));
            if rest.is_empty() { name } else { format!("{name}: {rest}") }
        }
        Some("asked") => page.localizer.t(&format!("sales-task-{}", code.replace('_', "-"))),
        Some("skipped" | "refused" | "remembered") if !detail.is_empty() => page.named("shops-why", detail),
        Some("failed") | None => detail.to_owned(),
        _ => page.localizer.t("shops-nothing-to-do"),
    };
    DeliveryRow {
        id: line.id.clone(),
        event: if line.event_type.is_empty() {
            page.localizer.t("shops-event-unnamed")
        } else {
            line.event_type.clone()
        },
        about: line.about.clone().unwrap_or_default(),
        at: line.received_at,
        result: badge,
        text,
        grant_id: line.grant_id.clone(),
        is_to_decide: matches!(result, Some("held" | "asked")),
        has_again: line.has_body && (line.finished_at.is_some() || !detail.is_empty()),
    }
}

/// The delivery that is worked off again.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AgainForm {
    hook_id: String,
}

/// Works off a delivery again.
pub(crate) async fn again(
    staff: SignedInStaff,
    id: Id<ConnectionId>,
    form: CsrfForm<AgainForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let hook_id = HookId::parse(form.hook_id.trim()).map_err(|_| PageError::NotFound)?;
    let (connection_id, actor) = (id.0.clone(), staff.actor());
    let queued = in_background(&ctx, move |ctx| work_off_again(ctx, &connection_id, &hook_id, &actor)).await?;
    let flash = match queued {
        Ok(()) => Flash::ok("shops-again-done"),
        Err(StorageError::NotFound) => Flash::warn("shops-again-gone"),
        Err(error) => return Err(error.into()),
    };
    Ok(staff.see_other(&format!("{}#log", urls::connection(&id)), flash))
}
