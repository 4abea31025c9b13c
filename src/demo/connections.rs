//! A connected account that is paused, because nobody answers there: its page shows what it last did, and a few grants that
//! are out of step.

use jiff::{SignedDuration, Timestamp};

use super::team::Team;
use crate::domain::connection::trouble::{MirroredGrant, Trouble};
use crate::domain::connection::{
    CallBudget, Connection, ConnectionKind, ConnectionSecretKind, ConnectionState, OnRefund, OnTest, USUAL_POLL,
};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::ConnectionId;
use crate::domain::page::PageStart;
use crate::storage::connections::events::{self, ConnectionEvent};
use crate::storage::connections::{mirrored, rows};
use crate::storage::grants::list::{GrantFilter, GrantLine, list};
use crate::storage::{StorageError, Tx};
use crate::usecases::Context;
use crate::usecases::connections::pause::pause_connection;
use crate::usecases::connections::secrets::store_secret;

/// Nobody is asked about made-up data.
const NOWHERE: &str = "https://api.dodo.example";

/// The places of the grants that are out of step in the list of the delivered ones, and what is wrong with each.
const TROUBLES: [(usize, Trouble, &str); 3] = [
    (24, Trouble::DeliveredElsewhere, ""),
    (31, Trouble::EmailBounced, "address_rejected"),
    (37, Trouble::Disputed, ""),
];

/// What the connection did before it was paused: minutes ago, what, detail, calls, and whether it went well.
const EVENTS: [(i64, &str, &str, Option<i32>, bool); 7] = [
    (58, "poll", "entitlements=6 new=2 changed=0", Some(8), true),
    (57, "hook", "entitlement_grant.created polled", None, true),
    (55, "supply", "200 delivered", Some(1), true),
    (49, "supply", "409 delivered", Some(2), true),
    (44, "poll", "no answer within 15 s", Some(1), false),
    (43, "poll", "entitlements=6 new=0 changed=1", Some(8), true),
    (41, "hook", "entitlement_grant.delivered known", None, true),
];

/// Connects the account, lets things happen, and pauses it.
pub(super) fn connect(ctx: &Context, team: &Team) -> anyhow::Result<()> {
    let now = ctx.clock.now();
    let ago = |minutes| now.saturating_sub(SignedDuration::from_mins(minutes)).unwrap_or(now);
    let filter = GrantFilter { status: Some(GrantStatus::Delivered), ..GrantFilter::default() };
    let delivered = ctx.db.read(|conn| list(conn, &filter, &PageStart::Start, 40))?.rows;
    let connection = Connection {
        id: ConnectionId::random(),
        kind: ConnectionKind::Dodo,
        name: "Dodo Payments".to_owned(),
        api_url: NOWHERE.to_owned(),
        account: Some("bus_nordwind".to_owned()),
        state: ConnectionState::Active,
        broken_reason: None,
        sends_email: false,
        poll_every: USUAL_POLL,
        may_supply: Some(true),
        may_make_webhook: Some(true),
        remote_webhook_id: Some("ep_demo".to_owned()),
        next_poll_at: now,
        polled_at: Some(ago(43)),
        poll_error: None,
        hook_at: Some(ago(41)),
        budget: Some(CallBudget { left: 198, limit: 240, at: ago(43) }),
        shop: None,
        on_refund: OnRefund::default(),
        on_test: OnTest::default(),
        created_at: ago(24 * 60),
        updated_at: ago(24 * 60),
    };
    ctx.db.write(|tx| {
        rows::insert(tx, &connection, team.admin.id())?;
        rows::note_hook(tx, &connection.id, ago(41))?;
        if let Some(budget) = connection.budget {
            rows::note_budget(tx, &connection.id, budget)?;
        }
        let (id, at) = (&connection.id, connection.created_at);
        store_secret(ctx, tx, id, ConnectionSecretKind::ApiKey, "sk_test_demo4Kx8Qm2Zx7Qd", at)?;
        store_secret(
            ctx,
            tx,
            id,
            ConnectionSecretKind::WebhookSecret,
            "whsec_ZGVtby1zZWNyZXQtb2YtMzItYnl0ZXMtYjNLZA==",
            at,
        )?;
        for (minutes, what, detail, calls, is_ok) in EVENTS {
            let event = ConnectionEvent {
                what: what.to_owned(),
                detail: Some(detail.to_owned()),
                calls,
                grant_id: None,
                is_ok,
                at: ago(minutes),
            };
            events::add(tx, id, &event)?;
        }
        for (place, trouble, detail) in TROUBLES {
            if let Some(line) = delivered.get(place) {
                mirror(tx, id, line, (trouble, detail), ago(45))?;
            }
        }
        Ok::<_, StorageError>(())
    })?;
    pause_connection(ctx, &connection.id, &team.admin)?;
    Ok(())
}

fn mirror(
    tx: &mut Tx<'_>,
    id: &ConnectionId,
    line: &GrantLine,
    trouble: (Trouble, &str),
    at: Timestamp,
) -> Result<(), StorageError> {
    let seen = MirroredGrant {
        grant_id: line.id.clone(),
        connection_id: id.clone(),
        remote_customer_id: "cus_demo".to_owned(),
        remote_status: GrantStatus::Delivered.as_str().to_owned(),
        remote_updated_at: Some(at),
        quantity: Some(1),
        trouble: None,
        trouble_detail: None,
        trouble_at: None,
    };
    mirrored::note_grant(tx, &seen, at)?;
    mirrored::set_trouble(tx, &line.id, Some(trouble), at)
}
