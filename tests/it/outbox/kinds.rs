//! What holds for every kind of message: a lost lease, a message without a grant, the order of queues, and the figures.

use jiff::SignedDuration;
use keydesk::domain::ids::MessageId;
use keydesk::domain::outbox::{LEASE, MessageKind, MessageState, OutboxMessage};
use keydesk::domain::staff::Role;
use keydesk::outbox::kind::Outcome;
use keydesk::outbox::record::record;
use keydesk::storage::schema::outbox_messages;
use keydesk::storage::{grants, outbox, staff, webhooks};
use serde_json::json;

use crate::support::given::Person;
use crate::support::outbox::in_flight;
use crate::support::smtp::{Behavior, Stage};
use crate::support::{Receiver, TestApp, Visitor, spawn_app};

const KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P";

/// The only message of that kind.
fn message(app: &TestApp, kind: MessageKind) -> OutboxMessage {
    use diesel::prelude::*;
    app.read(|conn| {
        let ids: Vec<String> = outbox_messages::table
            .filter(outbox_messages::kind.eq(kind.as_str()))
            .select(outbox_messages::id)
            .load(conn)
            .unwrap();
        assert_eq!(ids.len(), 1, "{kind:?}");
        outbox::find(conn, &MessageId::stored(ids[0].clone())).unwrap()
    })
}

fn attempts(app: &TestApp, message: &OutboxMessage) -> Vec<(i32, String)> {
    let found = app.read(|conn| outbox::attempts::of_message(conn, &message.id).unwrap());
    found.into_iter().map(|(attempt, _)| (attempt.number, attempt.outcome)).collect()
}

/// Somebody who has forgotten the password and asked for a link.
fn person_with_link(app: &TestApp) -> Person {
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous();
    visitor.get("/forgotten-password");
    assert_eq!(visitor.post("/forgotten-password", &[("email", &person.email)]).status, 303);
    person
}

/// A worker claims the message and takes so long that another one sends it; then the first one reports a refusal.
fn report_after_losing_the_lease(app: &TestApp, kind: MessageKind) -> OutboxMessage {
    let id = message(app, kind).id;
    let claimed = app.context().db.write(|tx| outbox::queue::claim(tx, &id, "slow", app.now()));
    let claimed = claimed.expect("claimed").expect("it is due");
    app.advance(LEASE);
    app.run_outbox_until_empty();
    assert_eq!(message(app, kind).state, MessageState::Sent, "another worker has sent it");
    let refused = Outcome::Refused { reply: "550 5.1.1 unknown".to_owned() };
    record(app.context(), "slow", &in_flight(app, claimed, refused)).expect("recorded");
    let message = message(app, kind);
    assert_eq!((message.state, message.attempts), (MessageState::Sent, 2), "{kind:?}");
    assert_eq!(attempts(app, &message), [(1, "permanent".to_owned()), (2, "sent".to_owned())]);
    message
}

#[test]
fn a_worker_that_lost_its_lease_on_a_key_leaves_the_grant_delivered() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    report_after_losing_the_lease(&app, MessageKind::LicenseKeyDelivered);
    assert_eq!(app.read(|conn| grants::find(conn, &id).unwrap().status.as_str()), "delivered");
    assert_eq!(app.mailbox.count(), 1);
}

#[test]
fn a_worker_that_lost_its_lease_on_a_link_leaves_it_sent() {
    let app = spawn_app();
    let person = person_with_link(&app);
    report_after_losing_the_lease(&app, MessageKind::StaffLink);
    let links = app.read(|conn| staff::links::list(conn, Some(&person.id)).unwrap());
    assert_eq!(links[0].email_state, MessageState::Sent);
    assert_eq!(app.mailbox.count(), 1);
}

#[test]
fn a_worker_that_lost_its_lease_on_a_webhook_does_not_count_against_the_endpoint() {
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").spawn();
    let (receiver, admin) = (Receiver::start(), app.api_key(Role::Admin));
    admin.post("/webhooks", &json!({"url": receiver.url()}));
    app.given().pending_grant().make();
    report_after_losing_the_lease(&app, MessageKind::Webhook);
    let endpoints = app.read(|conn| webhooks::endpoints::enabled(conn).unwrap());
    assert_eq!(endpoints[0].failing_since, None);
    assert_eq!(receiver.received().len(), 1);
}

#[test]
fn an_e_mail_that_is_about_no_grant_is_sent_and_retried_like_any_other() {
    let app = spawn_app();
    app.mailbox.next(Behavior::Reply(Stage::Rcpt, "451 4.3.0 try later".to_owned()));
    person_with_link(&app);
    assert_eq!(message(&app, MessageKind::StaffLink).grant_id, None);
    assert_eq!(app.run_outbox_until_empty(), 1);
    assert_eq!(message(&app, MessageKind::StaffLink).state, MessageState::Queued);
    assert_eq!(app.run_outbox_until_empty(), 0, "it is not due yet");
    app.advance(SignedDuration::from_secs(10));
    assert_eq!(app.run_outbox_until_empty(), 1);
    let sent = message(&app, MessageKind::StaffLink);
    assert_eq!(attempts(&app, &sent), [(1, "temporary".to_owned()), (2, "sent".to_owned())]);
    assert!(app.mailbox.only().message_id().starts_with("<lnk_"), "the id it has had since its first attempt");
}

#[test]
fn links_for_staff_go_out_before_keys_that_have_waited_longer() {
    let app = spawn_app();
    for number in 0..3 {
        let id = app.given().pending_grant().for_customer(&format!("c{number}@example.com")).make();
        app.given().fulfill(&id, &format!("KEY-{number}-0123456789"));
    }
    let person = person_with_link(&app);
    assert_eq!(app.run_outbox_until_empty(), 4);
    assert_eq!(app.mailbox.mails()[0].to, [person.email]);
}

#[test]
fn retries_of_links_do_not_hold_back_new_keys() {
    let app = spawn_app();
    app.mailbox.next(Behavior::Reply(Stage::Rcpt, "451 4.3.0 try later".to_owned()));
    let person = person_with_link(&app);
    assert_eq!(app.run_outbox_until_empty(), 1);
    app.advance(SignedDuration::from_secs(10));
    let id = app.given().pending_grant().for_customer("ada@example.com").make();
    app.given().fulfill(&id, "KEY-0123456789");
    assert_eq!(app.run_outbox_until_empty(), 2);
    let recipients: Vec<_> = app.mailbox.mails().into_iter().map(|mail| mail.to).collect();
    assert_eq!(recipients, [["ada@example.com".to_owned()], [person.email]]);
}

#[test]
fn the_retry_of_a_link_that_was_replaced_is_cancelled_and_nobody_gets_the_old_one() {
    let app = spawn_app();
    app.mailbox.next(Behavior::Reply(Stage::Rcpt, "451 4.3.0 try later".to_owned()));
    let person = person_with_link(&app);
    app.run_outbox_until_empty();
    let old = message(&app, MessageKind::StaffLink);
    let mut admin = app.admin();
    assert_eq!(admin.post(&format!("/staff/{}/link", person.id), &[]).status, 303);
    app.advance(SignedDuration::from_secs(10));
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 1);
    assert_eq!(app.read(|conn| outbox::find(conn, &old.id).unwrap().state), MessageState::Cancelled);
}

#[test]
fn a_link_is_not_retried_once_it_has_expired() {
    let app = spawn_app();
    app.mailbox.always(Behavior::Reply(Stage::Rcpt, "451 4.3.0 try later".to_owned()));
    person_with_link(&app);
    let start = app.now();
    while message(&app, MessageKind::StaffLink).state == MessageState::Queued {
        app.run_outbox_until_empty();
        app.advance(SignedDuration::from_mins(30));
    }
    assert_eq!(message(&app, MessageKind::StaffLink).state, MessageState::Failed);
    assert!(start.duration_until(app.now()) <= SignedDuration::from_hours(24));
}

#[test]
fn the_metrics_count_unsent_messages_of_each_kind_and_the_old_ones_only_keys() {
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").with("metrics_listen", "127.0.0.1:0").spawn();
    let (receiver, admin) = (Receiver::start(), app.api_key(Role::Admin));
    admin.post("/webhooks", &json!({"url": receiver.url()}));
    app.given().pending_grant().make();
    app.advance(SignedDuration::from_secs(60));
    app.given().delivered_grant(KEY);
    person_with_link(&app);
    app.advance(SignedDuration::from_secs(60));
    let metrics = Visitor::new(app.server().metrics_address().unwrap()).get("/metrics").body;
    for line in [
        "keydesk_outbox_messages 1",
        "keydesk_outbox_oldest_seconds 60",
        "keydesk_outbox_messages_by_kind{kind=\"license_key_delivered\"} 1",
        "keydesk_outbox_messages_by_kind{kind=\"staff_link\"} 1",
        "keydesk_outbox_messages_by_kind{kind=\"webhook\"} 4",
        "keydesk_outbox_oldest_seconds_by_kind{kind=\"webhook\"} 120",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line}: {metrics}");
    }
}
