//! `kill -9` between here and there: after the restart the truth is read, and no grant gets two keys.

use std::thread::yield_now;

use super::agreement;
use super::both_sides::Companion;
use crate::support::TestApp;
use crate::support::process::{Portal, keydesk};
use crate::support::vendor::account::Status;
use crate::support::vendor::calls::Kind;
use crate::support::vendor::faults::Moment;

/// A portal with workers in a process of its own, on the data of the companion.
pub fn beside(companion: &Companion) -> Portal {
    let mut command = keydesk(&companion.app.data_dir());
    command.arg("serve").env("DATABASE_URL", &companion.app.database.url);
    command.env("KEYDESK_SMTP_URL", companion.app.mailbox.url()).env("KEYDESK_WEBHOOK_ALLOW", "127.0.0.1");
    Portal::start(command)
}

fn start() -> Companion {
    Companion::of(TestApp::builder().with_system_clock())
}

/// The lease of a process that is gone ends after a while, and a try that failed is repeated later; nobody waits for
/// that here.
pub fn make_due(companion: &Companion) {
    let mut conn = keydesk::storage::Conn::open(&companion.app.database.target()).unwrap();
    let statements = "UPDATE outbox_messages SET lease_until = 0 WHERE lease_until IS NOT NULL;
        UPDATE outbox_messages SET next_attempt_at = 0 WHERE state = 'queued';
        UPDATE connections SET lease_until = 0 WHERE lease_until IS NOT NULL;
        UPDATE connections SET next_poll_at = 0;";
    crate::storage::migrations::execute(&mut conn, statements);
}

fn wait_until_delivered(companion: &Companion, count: i64) {
    let give_up = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while companion.app.count("grants WHERE status = 'delivered'") < count {
        assert!(std::time::Instant::now() < give_up, "{:#?}", companion.vendor.calls());
        yield_now();
    }
}

#[test]
fn after_kill_9_a_key_that_arrived_is_found_by_reading() {
    let mut companion = start();
    companion.add_stock(0..1);
    let id = companion.waiting();
    companion.vendor.hold(Kind::Supply, Moment::After);
    companion.fulfill_from_stock(&id).unwrap();
    let portal = beside(&companion);
    companion.vendor.wait_for(Kind::Supply, 1);
    assert_eq!(companion.status_there(&id), Status::Delivered);
    portal.kill();
    assert_eq!(companion.here(&id).status, "pending", "nobody here knows it");
    companion.vendor.heal();
    make_due(&companion);
    let portal = beside(&companion);
    wait_until_delivered(&companion, 1);
    assert_eq!(portal.terminate(), Some(0));
    assert_eq!(companion.vendor.calls_of(Kind::Supply).len(), 1, "it is not sent again");
    companion.check_delivered(&id, &crate::stock::key(0));
    agreement::check(&companion);
}

#[test]
fn after_kill_9_a_call_that_arrives_late_brings_no_second_key() {
    let mut companion = start();
    let id = companion.waiting();
    companion.vendor.hold(Kind::Supply, Moment::Before);
    companion.fulfill(&id, "TYPED-KEY-0001").unwrap();
    let portal = beside(&companion);
    companion.vendor.wait_for(Kind::Supply, 1);
    portal.kill();
    companion.vendor.forget_calls();
    make_due(&companion);
    let portal = beside(&companion);
    // It was read that nothing has arrived. The first call is still under way, and both are done at once.
    companion.vendor.wait_for(Kind::Supply, 2);
    assert!(!companion.vendor.calls_of(Kind::Grants).is_empty(), "a look comes first");
    companion.vendor.heal();
    let give_up = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while companion.app.count("grants WHERE status = 'delivered'") < 1 {
        assert!(std::time::Instant::now() < give_up, "{:#?}", companion.vendor.calls());
        make_due(&companion);
        yield_now();
    }
    assert_eq!(portal.terminate(), Some(0));
    companion.check_delivered(&id, "TYPED-KEY-0001");
    assert_eq!(companion.there(|account| account.keys.len()), 1);
}

#[test]
fn after_kill_9_again_and_again_every_grant_has_one_key_and_each_key_one_grant() {
    const GRANTS: usize = 40;
    let mut companion = start();
    companion.vendor.limit(10_000, None);
    companion.add_stock(0..GRANTS);
    let ids: Vec<String> = (0..GRANTS).map(|_| companion.sale()).collect();
    companion.poll();
    for id in &ids {
        companion.fulfill_from_stock(id).unwrap();
    }
    for round in 1..=3 {
        let portal = beside(&companion);
        let reached = round * 8;
        while companion.there(|account| account.keys.len()) < reached {
            yield_now();
        }
        portal.kill();
        make_due(&companion);
    }
    let portal = beside(&companion);
    wait_until_delivered(&companion, i64::try_from(GRANTS).unwrap());
    assert_eq!(portal.terminate(), Some(0));
    let done = companion.vendor.calls_of(Kind::Supply).iter().filter(|call| call.done == Some(200)).count();
    assert_eq!(done, GRANTS);
    agreement::check(&companion);
}
