//! Webhooks that wait: for an endpoint that is gone or off, and behind others that hang.

use std::thread::yield_now;
use std::time::Duration;

use jiff::SignedDuration;
use keydesk::domain::ids::{GrantId, WebhookEndpointId};
use keydesk::domain::outbox::{LEASE, MessageState, NewMessage};
use keydesk::domain::staff::Role;
use keydesk::domain::webhook::{TEST_EVENT, WebhookMessage};
use keydesk::housekeeping::purge_expired;
use keydesk::storage::outbox::stats;
use keydesk::storage::{outbox, webhooks};
use serde_json::json;

use crate::support::{Program, Receiver, TestApp};

fn app() -> TestApp {
    TestApp::builder().with("webhook_allow", "127.0.0.1").spawn()
}

fn endpoint(admin: &Program, receiver: &Receiver) -> String {
    let made = admin.post("/webhooks", &json!({"url": receiver.url()}));
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["id"].as_str().unwrap().to_owned()
}

fn webhook(app: &TestApp, id: &GrantId) -> WebhookMessage {
    app.read(|conn| webhooks::messages::of_grant(conn, id).unwrap().remove(0))
}

fn assert_nothing_waits(app: &TestApp) {
    assert_eq!(app.read(stats::unsent).unwrap(), [], "nothing ages the metric");
    app.advance(SignedDuration::from_hours(48));
    assert_eq!(app.run_outbox_until_empty(), 0);
}

#[test]
fn a_webhook_that_is_on_its_way_when_its_endpoint_is_deleted_is_cancelled_if_it_fails() {
    for (status, state) in [(500, MessageState::Cancelled), (204, MessageState::Sent)] {
        let (app, receiver) = (app(), Receiver::start());
        let admin = app.api_key(Role::Admin);
        let endpoint_id = endpoint(&admin, &receiver);
        let id = app.given().pending_grant().make();
        receiver.hold(true);
        std::thread::scope(|scope| {
            scope.spawn(|| app.run_outbox_until_empty());
            receiver.wait_for(1);
            assert_eq!(admin.delete(&format!("/webhooks/{endpoint_id}")).status, 204);
            receiver.answer(status);
            receiver.hold(false);
        });
        let message = webhook(&app, &id);
        assert_eq!((message.state, message.attempts, message.last_status), (state, 1, Some(i32::from(status))));
        assert!(message.finished_at.is_some());
        assert_nothing_waits(&app);
    }
}

#[test]
fn what_a_dead_worker_was_sending_to_an_endpoint_that_was_deleted_is_cancelled_after_its_lease() {
    let (app, receiver) = (app(), Receiver::start());
    let admin = app.api_key(Role::Admin);
    let endpoint_id = endpoint(&admin, &receiver);
    let id = app.given().pending_grant().make();
    let message = webhook(&app, &id);
    let claimed = app.context().db.write(|tx| outbox::queue::claim(tx, &message.id, "dead", app.now())).unwrap();
    assert!(claimed.is_some());
    assert_eq!(admin.delete(&format!("/webhooks/{endpoint_id}")).status, 204);
    purge_expired(app.context()).unwrap();
    assert_eq!(webhook(&app, &id).state, MessageState::Sending, "its lease still runs");
    app.advance(LEASE);
    purge_expired(app.context()).unwrap();
    assert_eq!(webhook(&app, &id).state, MessageState::Cancelled);
    assert_nothing_waits(&app);
}

#[test]
fn what_still_waits_for_an_endpoint_that_was_deleted_is_cancelled() {
    let (app, receiver) = (app(), Receiver::start());
    let admin = app.api_key(Role::Admin);
    let deleted = WebhookEndpointId::stored(endpoint(&admin, &receiver));
    let kept = WebhookEndpointId::stored(endpoint(&admin, &receiver));
    assert_eq!(admin.delete(&format!("/webhooks/{deleted}")).status, 204);
    // As an older version left them, or an action that began before the deletion.
    let queue = |endpoint: &WebhookEndpointId| {
        let message = NewMessage::webhook(endpoint, TEST_EVENT, None, None);
        app.context().db.write(|tx| outbox::enqueue(tx, &message, app.now())).unwrap();
        message.id
    };
    let (left, waiting) = (queue(&deleted), queue(&kept));
    assert_eq!(app.read(stats::unsent).unwrap()[0].count, 2);
    purge_expired(app.context()).unwrap();
    let state = |id| app.read(|conn| outbox::find(conn, id).unwrap()).state;
    assert_eq!((state(&left), state(&waiting)), (MessageState::Cancelled, MessageState::Queued));
    assert_eq!(app.run_outbox_until_empty(), 1);
    assert_nothing_waits(&app);
}

#[test]
fn a_webhook_that_is_put_off_because_its_endpoint_was_disabled_has_not_used_up_an_attempt() {
    let (app, receiver) = (app(), Receiver::start());
    let admin = app.api_key(Role::Admin);
    let path = format!("/webhooks/{}", endpoint(&admin, &receiver));
    let ids: Vec<GrantId> =
        ["pay_1", "pay_2"].map(|payment| app.given().pending_grant().with_payment(payment).make()).into();
    receiver.hold(true);
    receiver.answer(500);
    std::thread::scope(|scope| {
        scope.spawn(|| app.run_outbox_until_empty());
        receiver.wait_for(1);
        // The other one is claimed next, and finds the endpoint disabled.
        assert_eq!(admin.patch(&path, &json!({"disabled": true})).status, 200);
        receiver.hold(false);
    });
    let mut attempts: Vec<i32> = ids.iter().map(|id| webhook(&app, id).attempts).collect();
    attempts.sort_unstable();
    assert_eq!(attempts, [0, 1]);
    assert_eq!(admin.patch(&path, &json!({"disabled": false})).status, 200);
    receiver.answer(204);
    assert_eq!(app.run_outbox_until_empty(), 1);
    app.advance(SignedDuration::from_secs(5));
    assert_eq!(app.run_outbox_until_empty(), 1);
    for id in &ids {
        assert_eq!(webhook(&app, id).state, MessageState::Sent);
        let attempts = app.read(|conn| webhooks::attempts::of_message(conn, &webhook(&app, id).id).unwrap());
        assert_eq!(attempts.len(), usize::try_from(webhook(&app, id).attempts).unwrap(), "each that was made");
    }
}

#[test]
fn the_newest_endpoint_gets_its_turn_while_many_older_ones_hang() {
    let app = TestApp::builder()
        .with("webhook_allow", "127.0.0.1")
        .with_workers()
        .with_webhook_limits(8, Duration::from_millis(300))
        .spawn();
    let (hanging, healthy) = (Receiver::start(), Receiver::start());
    hanging.hold(true);
    let admin = app.api_key(Role::Admin);
    for _ in 0..20 {
        endpoint(&admin, &hanging);
    }
    // More than all workers together can try before the healthy one is asked for.
    for number in 0..4 {
        app.given().pending_grant().with_payment(&format!("pay_{number}")).make();
    }
    endpoint(&admin, &healthy);
    while hanging.received().len() < 8 {
        yield_now();
    }
    app.given().pending_grant().with_payment("pay_last").make();
    healthy.wait_for(1);
    let tried = hanging.received().len();
    assert!(tried < 60, "{tried} of 100 were tried before");
    hanging.hold(false);
}
