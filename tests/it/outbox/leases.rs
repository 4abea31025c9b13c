//! Conversations that take longer than a lease: the message goes out once, and somebody settles it.

use std::thread::yield_now;
use std::time::Duration;

use jiff::SignedDuration;
use keydesk::domain::ids::GrantId;
use keydesk::domain::outbox::{LEASE, MessageState, OutboxMessage};
use keydesk::storage::outbox::{self, stats};

use crate::support::smtp::Behavior;
use crate::support::{TestApp, spawn_app};

const KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P";

fn message(app: &TestApp, id: &GrantId) -> OutboxMessage {
    app.read(|conn| outbox::of_grant(conn, id)).expect("read").remove(0)
}

fn wait_for(app: &TestApp, id: &GrantId, state: MessageState) {
    while message(app, id).state != state {
        yield_now();
    }
}

/// Whether a message is held from now on for as long as a lease lasts.
fn is_just_renewed(app: &TestApp) -> bool {
    let until = (app.now() + LEASE).as_microsecond();
    app.count(&format!("outbox_messages WHERE state = 'sending' AND lease_until = {until}")) == 1
}

#[test]
fn a_reply_that_trickles_for_longer_than_a_lease_is_waited_for_and_the_message_goes_out_once() {
    let app = TestApp::builder().with_workers().with_test_clock().with_lease_renewal(Duration::from_millis(10)).spawn();
    app.mailbox.next(Behavior::TrickleRcpt);
    let id = app.given().delivered_grant(KEY);
    for _ in 0..7 {
        while !is_just_renewed(&app) {
            yield_now();
        }
        app.mailbox.let_trickle(1);
        app.advance(SignedDuration::from_secs(20));
        assert_eq!(app.run_outbox_until_empty(), 0, "nobody else takes it over");
    }
    app.mailbox.let_trickle(100);
    wait_for(&app, &id, MessageState::Sent);
    assert_eq!((app.mailbox.count(), message(&app, &id).attempts), (1, 1));
}

#[test]
fn a_message_whose_lease_was_lost_is_settled_once_by_who_took_it_over() {
    let app = spawn_app();
    app.mailbox.next(Behavior::TrickleRcpt);
    let id = app.given().delivered_grant(KEY);
    std::thread::scope(|scope| {
        // No thread renews leases here, as if the database could not be reached.
        scope.spawn(|| app.run_outbox_until_empty());
        wait_for(&app, &id, MessageState::Sending);
        while app.mailbox.planned() > 0 {
            yield_now();
        }
        app.advance(LEASE);
        assert_eq!(app.run_outbox_until_empty(), 1, "another takes it over");
        assert_eq!((message(&app, &id).state, message(&app, &id).attempts), (MessageState::Sent, 2));
        app.mailbox.let_trickle(100);
    });
    assert_eq!((message(&app, &id).state, message(&app, &id).attempts), (MessageState::Sent, 2));
    let attempts = app.read(|conn| outbox::attempts::of_message(conn, &message(&app, &id).id)).expect("read");
    assert_eq!(attempts.len(), 2, "both are in the history");
    assert_eq!(app.read(stats::unsent).expect("read"), []);
    app.advance(SignedDuration::from_hours(24));
    assert_eq!(app.run_outbox_until_empty(), 0, "and it is not sent again");
}
