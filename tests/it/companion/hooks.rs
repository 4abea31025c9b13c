//! Webhooks: verified, stored once, answered, worked off; a hint that may be lost, doubled, late or out of order.

use std::sync::Barrier;

use jiff::SignedDuration;

use super::agreement;
use super::both_sides::Companion;
use crate::support::vendor::calls::Kind;
use crate::support::vendor::faults::Fault;
use crate::support::vendor::hooks::{Delivery, Event, Subject};

/// The events that are about grants.
fn about_grants(companion: &Companion) -> Vec<Event> {
    let events = companion.vendor.take_events();
    events.into_iter().filter(|event| matches!(event.subject, Subject::Grant(_))).collect()
}

fn post(companion: &Companion, delivery: &Delivery) -> u16 {
    delivery.post(companion.app.address, &companion.connection_id)
}

#[test]
fn a_webhook_brings_a_grant_without_a_poll() {
    let mut companion = Companion::start();
    companion.waiting();
    companion.vendor.take_events();
    let id = companion.sale();
    let events = about_grants(&companion);
    assert_eq!(post(&companion, &companion.vendor.sign(&events[0])), 200);
    companion.send();
    companion.check_waiting(&id);
}

#[test]
fn the_first_webhook_brings_an_entitlement_and_a_customer_too() {
    let mut companion = Companion::start();
    let id = companion.there(|account| {
        let entitlement = account.entitlement("Formwerk PDF Pro");
        let customer = account.customer("grace@example.com", "Grace Hopper", None);
        account.sell(&entitlement, &customer)
    });
    companion.vendor.deliver_events(companion.app.address, &companion.connection_id);
    companion.send();
    companion.check_waiting(&id);
    companion.fulfill(&id, "TYPED-KEY-0001").unwrap();
    companion.settle();
    companion.check_delivered(&id, "TYPED-KEY-0001");
}

#[test]
fn twenty_deliveries_of_one_event_at_once_do_it_once() {
    let companion = Companion::start();
    let id = companion.sale();
    let events = about_grants(&companion);
    let delivery = companion.vendor.sign(&events[0]);
    let barrier = Barrier::new(20);
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..20)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    post(&companion, &delivery)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
    });
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
    assert_eq!(companion.app.count("hooks"), 1);
    assert_eq!(companion.app.count("outbox_messages WHERE kind = 'hook_received'"), 1);
    companion.send();
    companion.check_waiting(&id);
    assert_eq!(companion.app.count("grants"), 1);
    assert_eq!(post(&companion, &delivery), 200, "a repeat is answered alike");
    assert_eq!(companion.app.count("outbox_messages WHERE kind = 'hook_received'"), 1);
}

#[test]
fn a_webhook_that_is_lost_is_missed_by_nobody() {
    let mut companion = Companion::start();
    let id = companion.sale();
    companion.vendor.take_events();
    companion.poll();
    companion.check_waiting(&id);
}

#[test]
fn a_late_webhook_does_not_undo_what_came_after_it() {
    let mut companion = Companion::start();
    let id = companion.waiting();
    let created = companion.vendor.sign(&about_grants(&companion)[0]);
    companion.fulfill(&id, "TYPED-KEY-0001").unwrap();
    companion.send();
    let delivered = companion.vendor.sign(about_grants(&companion).last().unwrap());
    companion.app.advance(SignedDuration::from_mins(1));
    assert_eq!(post(&companion, &delivered), 200);
    companion.send();
    assert_eq!(post(&companion, &created), 200);
    companion.send();
    companion.check_delivered(&id, "TYPED-KEY-0001");
    companion.settle();
    companion.check_delivered(&id, "TYPED-KEY-0001");
    agreement::check(&companion);
}

#[test]
fn webhooks_of_one_second_in_the_wrong_order_leave_the_truth() {
    for is_coarse in [false, true] {
        let mut companion = Companion::start();
        companion.vendor.style(|style| style.is_coarse = is_coarse);
        let id = companion.waiting();
        companion.vendor.take_events();
        companion.there(|account| account.revoke(&id, "subscription_on_hold"));
        let revoked = companion.vendor.sign(&about_grants(&companion)[0]);
        companion.there(|account| {
            account.grant_again(&id, false);
            assert!(account.deliver(&id, "ELSEWHERE-1"));
        });
        let delivered = companion.vendor.sign(&about_grants(&companion)[0]);
        for delivery in [&delivered, &revoked] {
            assert_eq!(post(&companion, delivery), 200);
            companion.send();
        }
        companion.settle();
        companion.check_delivered(&id, "ELSEWHERE-1");
    }
}

#[test]
fn what_is_forged_stale_or_for_nobody_gets_one_answer_and_leaves_no_trace() {
    let companion = Companion::start();
    companion.sale();
    let delivery = companion.vendor.sign(&about_grants(&companion)[0]);
    assert_eq!(post(&companion, &delivery.forged()), 401);
    assert_eq!(post(&companion, &delivery.with_body(&delivery.body.replace("Pending", "Revoked"))), 401);
    let unsigned = Delivery { signature: String::new(), ..delivery.clone() };
    assert_eq!(post(&companion, &unsigned), 401);
    let other = Delivery { id: "msg_other".to_owned(), ..delivery.clone() };
    assert_eq!(post(&companion, &other), 401, "the id is signed too");
    assert_eq!(delivery.post(companion.app.address, "con_0000000000000000000000"), 401);
    companion.app.advance(SignedDuration::from_secs(301));
    assert_eq!(post(&companion, &delivery), 401, "stale");
    let late = companion.vendor.sign(&Event {
        id: "msg_future".to_owned(),
        kind: "payment.succeeded".to_owned(),
        subject: Subject::Customer(companion.customer.clone()),
    });
    let future = Delivery { timestamp: late.timestamp + 301, ..late };
    assert_eq!(post(&companion, &future), 401);
    assert_eq!(companion.app.count("hooks"), 0);
    assert_eq!(companion.app.count("outbox_messages WHERE kind = 'hook_received'"), 0);
}

#[test]
fn a_body_of_more_than_a_mebibyte_is_too_large() {
    let companion = Companion::start();
    companion.sale();
    let delivery = companion.vendor.sign(&about_grants(&companion)[0]);
    assert_eq!(post(&companion, &delivery.with_body(&"x".repeat((1 << 20) + 1))), 413);
    assert_eq!(companion.app.count("hooks"), 0);
}

#[test]
fn both_secrets_hold_while_they_are_changed() {
    let mut companion = Companion::start();
    let first = companion.sale();
    let early = companion.vendor.sign(&about_grants(&companion)[0]);
    companion.vendor.rotate_secret(b"the vendor's second secret, 32 b");
    let both = companion.sale();
    let signed_by_both = companion.vendor.sign(&about_grants(&companion)[0]);
    assert_eq!(post(&companion, &signed_by_both), 200, "one of several signatures is enough");
    let secret = companion.vendor.webhook_secret();
    companion.press("/webhook", &[("secret", &secret)]);
    assert_eq!(post(&companion, &early), 200, "the old secret holds for a day");
    companion.vendor.end_old_secrets();
    let last = companion.sale();
    assert_eq!(post(&companion, &companion.vendor.sign(&about_grants(&companion)[0])), 200);
    companion.send();
    for id in [&first, &both, &last] {
        companion.check_waiting(id);
    }
}

#[test]
fn a_webhook_that_comes_while_the_account_cannot_be_read_is_worked_off_later() {
    let companion = Companion::start();
    let id = companion.sale();
    for kind in [Kind::Entitlements, Kind::Grants, Kind::CustomerGrants, Kind::Customer, Kind::Payment] {
        companion.vendor.fail(kind, Fault::Says(500), 1_000);
    }
    companion.vendor.deliver_events(companion.app.address, &companion.connection_id);
    companion.send();
    assert!(companion.find_here(&id).is_none());
    companion.vendor.heal();
    companion.app.advance(SignedDuration::from_hours(1));
    companion.send();
    companion.check_waiting(&id);
}

#[test]
fn what_nobody_understands_is_taken_and_stops_nothing() {
    let companion = Companion::start();
    let customer = companion.customer.clone();
    let kinds = ["moon.waxed", "entitlement_grant.polished", "license_key.created", "refund.succeeded"];
    for (number, kind) in kinds.iter().enumerate() {
        let id = format!("msg_odd{number}");
        let event = Event { id, kind: (*kind).to_owned(), subject: Subject::Customer(customer.clone()) };
        if *kind != "refund.succeeded" {
            assert_eq!(post(&companion, &companion.vendor.sign(&event)), 200, "{kind}");
        }
    }
    let id = companion.sale();
    companion.vendor.deliver_events(companion.app.address, &companion.connection_id);
    companion.send();
    companion.check_waiting(&id);
    companion.app.advance(SignedDuration::from_hours(80));
    companion.send();
    let open = companion.app.count("outbox_messages WHERE kind = 'hook_received' AND finished_at IS NULL");
    assert_eq!(open, 0, "nothing is tried for ever");
}
