//! A shop that sends its sales: what arrived, and two sales that need a decision. What it sold is among the other grants.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::team::Team;
use crate::domain::connection::{ConnectionKind, USUAL_POLL};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{ConnectionId, GrantId, HookId};
use crate::domain::page::PageStart;
use crate::storage::connections::hooks::{self, Ended, Hook};
use crate::storage::connections::rows;
use crate::storage::grants::list::{GrantFilter, list};
use crate::storage::{StorageError, Tx};
use crate::usecases::connections::add::{AddConnection, add_connection};
use crate::usecases::context::Context;
use crate::usecases::shops::work_off::work_off;

/// Minutes ago, the event, the order and what became of it.
const DONE: [(i64, &str, &str, &str, &str); 5] = [
    (19, "orders/paid", "#4432", "applied", "1"),
    (48, "orders/paid", "#4430", "applied", "2"),
    (49, "orders/updated", "#4430", "known", ""),
    (75, "refunds/create", "#4388", "refunded", "1"),
    (130, "orders/paid", "#4427", "skipped", "needs_no_key"),
];

/// Minutes ago, the number of the order, what was bought, and whether it is a test.
const HELD: [(i64, u32, &str, &str, bool); 2] = [
    (40, 4431, "BPC26-UPG", "Bauplan CAD 2026 Pro (Upgrade)", false),
    (210, 4402, "FPP-VOL", "Formwerk PDF Pro", true),
];

/// Connects the shop and lets its deliveries arrive.
pub(super) fn connect(ctx: &Context, team: &Team) -> anyhow::Result<()> {
    let command = AddConnection {
        kind: ConnectionKind::Shopify,
        name: "Shopify, nordwind.example".to_owned(),
        api_url: String::new(),
        api_key: String::new(),
        webhook_secret: Some("demo-secret-of-the-shop-9c41".to_owned()),
        poll_every: USUAL_POLL,
        actor: team.admin.clone(),
    };
    let added = add_connection(ctx, &command).map_err(|error| anyhow::anyhow!("the demo's shop: {error:?}"))?;
    let now = ctx.clock.now();
    let ago = |minutes| now.saturating_sub(SignedDuration::from_mins(minutes)).unwrap_or(now);
    let filter = GrantFilter { status: Some(GrantStatus::Delivered), ..GrantFilter::default() };
    let delivered = ctx.db.read(|conn| list(conn, &filter, &PageStart::Start, 5))?.rows;
    let grants: Vec<GrantId> = delivered.into_iter().map(|line| line.id).collect();
    for (place, (minutes, event, about, result, detail)) in DONE.into_iter().enumerate() {
        let ended = Ended {
            result,
            about: Some(about.to_owned()),
            detail: Some(detail.to_owned()),
            grant_id: grants.get(place).filter(|_| matches!(result, "applied" | "refunded")).cloned(),
            keeps_body: false,
        };
        ctx.db.write(|tx| {
            let hook = arrive(ctx, tx, &added.id, event, &json!({}), ago(minutes))?;
            hooks::end(tx, &hook.id, &ended, ago(minutes))
        })?;
    }
    let connection = ctx.db.read(|conn| rows::find(conn, &added.id))?;
    for (minutes, number, sku, title, is_test) in HELD {
        let body = json!({
            "id": 9_000_000_000_000_u64 + u64::from(number), "name": format!("#{number}"),
            "email": "orla@fitzgerald.example", "financial_status": "paid", "test": is_test,
            "customer": {"first_name": "Orla", "last_name": "Fitzgerald"},
            "line_items": [{"id": number, "sku": sku, "title": title, "quantity": 1}],
        });
        let hook = ctx.db.write(|tx| arrive(ctx, tx, &added.id, "orders/paid", &body, ago(minutes)))?;
        work_off(ctx, &connection, &hook).map_err(|error| anyhow::anyhow!("the demo's order: {error:?}"))?;
    }
    ctx.db.write(|tx| rows::note_hook(tx, &added.id, ago(19)))?;
    Ok(())
}

fn arrive(
    ctx: &Context,
    tx: &mut Tx<'_>,
    connection_id: &ConnectionId,
    event: &str,
    body: &Value,
    at: Timestamp,
) -> Result<Hook, StorageError> {
    let id = HookId::random();
    let hook = Hook {
        connection_id: connection_id.clone(),
        delivery_id: id.to_string(),
        event_type: event.to_owned(),
        body: ctx.keyring.seal(&hooks::associated_data(id.as_str()), body.to_string().as_bytes()),
        received_at: at,
        finished_at: None,
        id,
    };
    hooks::insert(tx, &hook)?;
    Ok(hook)
}
