//! Grants that are out of step: what to know about each, and marking one as seen.

use actix_web::HttpResponse;
use actix_web::web::Data;
use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::connection::Connection;
use crate::domain::connection::trouble::Trouble;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{ConnectionId, CustomerId, GrantId};
use crate::http::id::Id;
use crate::storage::connections::troubles::TroubleLine;
use crate::usecases::Context;
use crate::usecases::connections::step_seen::mark_step_seen;
use crate::web::customers::erasures::name_erased;
use crate::web::layout::badge::Badge;
use crate::web::{CsrfForm, Flash, PageContext, PageError, SignedInStaff, in_background, urls};

/// A row of the list.
pub(super) struct TroubleRow {
    pub grant_id: GrantId,
    pub customer_id: CustomerId,
    pub customer: String,
    pub entitlement: String,
    pub state: Badge,
    pub at: Timestamp,
    pub text: String,
    /// Whether the grant waits for another key.
    pub may_fulfill: bool,
    /// Whether the customer has a key that they may not know.
    pub may_send: bool,
}

/// What is out of step, as a badge.
pub(crate) fn badge(page: &PageContext, trouble: Trouble) -> Badge {
    let text = page.named("trouble", trouble.as_str());
    match trouble {
        Trouble::EmailBounced | Trouble::NotFound => Badge::failed(text),
        Trouble::DeliveredElsewhere
        | Trouble::KeyKnownThere
        | Trouble::Refused
        | Trouble::Disputed
        | Trouble::PartlyRefunded => super::view::look(text),
    }
}

/// What to know about it.
pub(crate) fn explain(page: &PageContext, service: &str, trouble: Trouble, detail: Option<&str>) -> String {
    let key = format!("trouble-{}-text", trouble.as_str().replace('_', "-"));
    let text = page.t1(&key, "service", service);
    match detail.filter(|detail| !detail.is_empty()) {
        Some(detail) => page.t2("trouble-detail", "text", text, "detail", detail),
        None => text,
    }
}

pub(super) fn row(page: &PageContext, connection: &Connection, mut line: TroubleLine) -> TroubleRow {
    name_erased(&page.localizer, &line.customer_email, &mut line.customer_name);
    TroubleRow {
        state: badge(page, line.trouble),
        text: explain(page, connection.kind.service(), line.trouble, line.detail.as_deref()),
        may_fulfill: line.status == GrantStatus::Pending && !line.has_key && page.may_act(),
        may_send: line.trouble == Trouble::EmailBounced && line.status == GrantStatus::Delivered,
        at: line.at,
        grant_id: line.grant_id,
        customer_id: line.customer_id,
        customer: line.customer_name,
        entitlement: line.entitlement_name,
    }
}

/// What a person decided about a grant.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DecisionForm {
    grant_id: String,
}

/// Marks a grant that is out of step as seen.
pub(crate) async fn decide(
    staff: SignedInStaff,
    id: Id<ConnectionId>,
    form: CsrfForm<DecisionForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let grant_id = GrantId::parse(&form.grant_id).map_err(|_| PageError::NotFound)?;
    let (connection_id, actor) = (id.0.clone(), staff.actor());
    let is_seen = in_background(&ctx, move |ctx| mark_step_seen(ctx, &connection_id, &grant_id, &actor)).await??;
    let flash = if is_seen { Flash::ok("connections-seen-done") } else { Flash::warn("connections-seen-gone") };
    Ok(staff.see_other(&format!("{}#trouble", urls::connection(&id)), flash))
}
