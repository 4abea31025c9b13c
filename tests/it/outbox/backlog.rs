//! A backlog goes out once, whoever sends it, dies or is stopped; and what is new does not wait behind it.

use std::collections::HashSet;
use std::sync::Arc;
use std::thread::yield_now;

use jiff::SignedDuration;
use keydesk::domain::clock::Clock;
use keydesk::domain::ids::GrantId;
use keydesk::domain::outbox::{Attempt, LEASE, MessageState, OutboxMessage, Queue, RetryClass};
use keydesk::mail::{Mailer, SmtpLimits};
use keydesk::outbound::AddressGuard;
use keydesk::outbox::Transports;
use keydesk::outbox::leases::Leases;
use keydesk::outbox::sender::Sender;
use keydesk::storage::outbox::queue::{self, Progress};
use keydesk::storage::outbox::{self, attempts};
use keydesk::storage::{StorageError, grants};
use keydesk::webhooks::{Poster, WebhookLimits};

use crate::support::database::is_postgres;
use crate::support::process::Portal;
use crate::support::smtp::{Behavior, Stage};
use crate::support::{TestApp, spawn_app};

/// So many grants whose e-mails wait; the customers' addresses begin with `name`.
fn backlog(app: &TestApp, name: &str, count: usize) -> Vec<GrantId> {
    let entitlement_id = app.given().entitlement();
    let deliver = |number| {
        let email = format!("{name}{number}@example.com");
        let id = app.given().pending_grant().of(&entitlement_id).for_customer(&email).make();
        app.given().fulfill(&id, &format!("KEY-{name}-{number}-0123456789"));
        id
    };
    (0..count).map(deliver).collect()
}

/// The same, tried once while the mail server was down, and due again.
fn retries(app: &TestApp, count: usize) -> Vec<GrantId> {
    app.mailbox.close();
    let ids = backlog(app, "retry", count);
    assert_eq!(app.run_outbox_until_empty(), count);
    app.mailbox.open();
    app.advance(SignedDuration::from_secs(10));
    ids
}

fn messages(app: &TestApp, ids: &[GrantId]) -> Vec<OutboxMessage> {
    ids.iter().map(|id| app.read(|conn| outbox::of_grant(conn, id)).expect("read").remove(0)).collect()
}

fn count(app: &TestApp, ids: &[GrantId], state: MessageState) -> usize {
    messages(app, ids).iter().filter(|message| message.state == state).count()
}

/// To whom e-mails went, in their order.
fn recipients(app: &TestApp) -> Vec<String> {
    app.mailbox.mails().into_iter().map(|mail| mail.to.join(" ")).collect()
}

fn assert_each_once(app: &TestApp, ids: &[GrantId]) {
    let recipients = recipients(app);
    assert_eq!(recipients.len(), ids.len());
    assert_eq!(recipients.into_iter().collect::<HashSet<_>>().len(), ids.len());
    assert_eq!(count(app, ids, MessageState::Sent), ids.len());
}

#[test]
fn a_fresh_message_overtakes_a_backlog_of_retries() {
    let app = spawn_app();
    retries(&app, 40);
    backlog(&app, "fresh", 1);
    assert_eq!(app.run_outbox_until_empty(), 41);
    assert_eq!(recipients(&app)[0], "fresh0@example.com");
}

#[test]
fn retries_go_out_while_fresh_messages_keep_coming() {
    let app = spawn_app();
    retries(&app, 10);
    backlog(&app, "fresh", 40);
    assert_eq!(app.run_outbox_until_empty(), 50);
    for four in recipients(&app)[..40].chunks(4) {
        assert_eq!(four.iter().filter(|to| to.starts_with("retry")).count(), 1, "{four:?}");
    }
}

#[test]
fn what_a_dead_worker_left_does_not_wait_behind_a_backlog() {
    let app = spawn_app();
    let left = backlog(&app, "left", 1);
    let id = messages(&app, &left)[0].id.clone();
    let claimed = app.context().db.write(|tx| outbox::queue::claim(tx, &id, "dead", app.now()));
    assert!(claimed.expect("claimed").is_some());
    retries(&app, 20);
    backlog(&app, "fresh", 20);
    app.advance(LEASE);
    assert_eq!(app.run_outbox_until_empty(), 41);
    assert_eq!(recipients(&app)[3], "left0@example.com");
}

#[test]
fn what_a_killed_process_had_in_hand_is_sent_by_another_after_the_lease() {
    let app = spawn_app();
    let ids = backlog(&app, "c", 8);
    for _ in 0..4 {
        app.mailbox.next(Behavior::Hang(Stage::Data));
    }
    let other = Portal::beside(&app);
    while count(&app, &ids, MessageState::Sending) < 4 || app.mailbox.planned() > 0 {
        yield_now();
    }
    other.kill();
    app.advance(app.now().duration_until(Clock::system().now()));
    assert_eq!(app.run_outbox_until_empty(), 4, "the lease holds");
    assert_eq!(count(&app, &ids, MessageState::Sending), 4);
    app.advance(LEASE);
    assert_eq!(app.run_outbox_until_empty(), 4);
    assert_each_once(&app, &ids);
    assert_eq!(messages(&app, &ids).iter().filter(|message| message.attempts == 2).count(), 4);
}

#[test]
fn what_a_killed_or_stopped_process_had_no_answer_to_stays_unanswered_and_is_not_sent_again_at_once() {
    for is_killed in [true, false] {
        let app = spawn_app();
        let ids = backlog(&app, "c", 2);
        app.mailbox.next(Behavior::Hang(Stage::Content));
        app.mailbox.next(Behavior::Hang(Stage::Content));
        let other = Portal::beside(&app);
        if is_killed {
            while count(&app, &ids, MessageState::Unknown) < 2 {
                yield_now();
            }
            other.kill();
        } else {
            while app.mailbox.planned() > 0 {
                yield_now();
            }
            assert_eq!(other.terminate(), Some(0));
        }
        assert_eq!(count(&app, &ids, MessageState::Unknown), 2);
        app.advance(app.now().duration_until(Clock::system().now()) + LEASE);
        assert_eq!(app.run_outbox_until_empty(), 0, "it may have arrived");
        app.advance(SignedDuration::from_hours(1));
        assert_eq!(app.run_outbox_until_empty(), 2);
        assert_each_once(&app, &ids);
    }
}

#[test]
fn a_process_that_stops_records_what_it_sent_and_keeps_nothing() {
    let app = spawn_app();
    let ids = backlog(&app, "c", 60);
    let other = Portal::beside(&app);
    app.mailbox.wait_for(5);
    assert_eq!(other.terminate(), Some(0));
    assert_eq!(count(&app, &ids, MessageState::Sending), 0);
    assert_eq!(count(&app, &ids, MessageState::Sent), app.mailbox.count());
    app.run_outbox_until_empty();
    assert_each_once(&app, &ids);
    assert!(messages(&app, &ids).iter().all(|message| message.attempts == 1));
}

#[test]
fn two_nodes_with_four_workers_each_send_each_message_once() {
    let app = spawn_app();
    let ids = backlog(&app, "c", 80);
    let nodes = [Portal::beside(&app), Portal::beside(&app)];
    app.mailbox.wait_for(80);
    for node in nodes {
        assert_eq!(node.terminate(), Some(0));
    }
    assert_each_once(&app, &ids);
    assert!(messages(&app, &ids).iter().all(|message| message.attempts == 1));
}

#[test]
fn an_outcome_that_was_recorded_without_our_knowing_is_recorded_once() {
    let app = spawn_app();
    let ids = backlog(&app, "c", 1);
    let ctx = app.context();
    let mailer = Arc::new(Mailer::from_config(&ctx.config, SmtpLimits::default()).expect("a mailer"));
    let poster = Poster::new(AddressGuard::new(Vec::new()), WebhookLimits::default());
    let transports = Transports { mailer, poster, leases: Leases::default() };
    let mut sender = Sender::new("w".to_owned(), Queue::MAIL);
    assert!(sender.run_once(ctx, &transports, RetryClass::FirstAttempt).expect("sent"));
    let now = app.now();
    let progress = Progress {
        state: MessageState::Sent,
        next_attempt_at: now,
        attempts: 1,
        unanswered: 0,
        status: None,
        reply: Some("250 ok".to_owned()),
        finished_at: Some(now),
    };
    let attempt = Attempt {
        number: 1,
        outcome: "sent".to_owned(),
        reply: "250 ok".to_owned(),
        started_at: now,
        finished_at: now,
    };
    let id = messages(&app, &ids)[0].id.clone();
    let written = ctx.db.write(|tx| {
        queue::settle(tx, &id, "w", &progress)?;
        attempts::insert(tx, &id, &attempt, None)
    });
    written.expect("written");
    assert!(!sender.run_once(ctx, &transports, RetryClass::FirstAttempt).expect("nothing more"));
    assert_each_once(&app, &ids);
}

#[test]
fn on_postgres_a_message_whose_grant_somebody_holds_is_passed_over() {
    if !is_postgres() {
        return;
    }
    let app = spawn_app();
    let ids = backlog(&app, "c", 2);
    let held = app.context().db.write(|tx| {
        grants::lock(tx, &ids[0])?;
        assert_eq!(app.run_outbox_until_empty(), 1);
        Ok::<(), StorageError>(())
    });
    held.expect("held");
    assert_eq!(recipients(&app), ["c1@example.com"]);
    app.run_outbox_until_empty();
    assert_each_once(&app, &ids);
}
