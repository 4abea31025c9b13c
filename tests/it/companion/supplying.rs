//! A key on its way there: every answer, and none at all.

use jiff::{SignedDuration, Timestamp};
use keydesk::domain::staff::Role;
use serde_json::json;

use super::agreement;
use super::both_sides::Companion;
use crate::support::vendor::account::Status;
use crate::support::vendor::calls::Kind;
use crate::support::vendor::faults::Fault;

/// How many keys were sent.
fn sent(companion: &Companion) -> usize {
    companion.vendor.calls_of(Kind::Supply).len()
}

#[test]
fn a_fulfilled_grant_is_on_its_way_until_the_account_has_its_key() {
    let mut companion = Companion::start();
    let id = companion.on_its_way("TYPED-KEY-0001");
    let here = companion.here(&id);
    assert_eq!((here.status.as_str(), here.email_state.as_deref()), ("pending", Some("queued")));
    assert!(companion.fulfill(&id, "TYPED-KEY-0002").is_err(), "nobody fulfills it again");
    let answer = companion.app.api_key(Role::Agent).get(&format!("/grants/{id}"));
    assert_eq!((answer.status, &answer.json()["status"]), (200, &json!("Pending")));
    companion.send();
    companion.check_delivered(&id, "TYPED-KEY-0001");
    assert_eq!(companion.here(&id).email_state.as_deref(), Some("supplied"));
    assert_eq!(sent(&companion), 1);
    assert!(companion.app.mailbox.mails().is_empty(), "the vendor mails the key");
    agreement::check(&companion);
}

#[test]
fn limit_and_expiry_go_there_with_the_key() {
    let mut companion = Companion::start();
    let id = companion.waiting();
    let body = json!({"key": "TYPED-KEY-0001", "activations_limit": 7, "expires_at": "2027-01-31T18:00:00Z"});
    let answer = companion.app.api_key(Role::Agent).post(&format!("/grants/{id}/license-key"), &body);
    assert_eq!(answer.status, 200, "{}", answer.text);
    companion.send();
    let there = companion.there(|account| account.grant(&id).clone());
    assert_eq!(there.activations_limit, Some(7));
    let expires_at: Timestamp = there.expires_at.unwrap().parse().unwrap();
    assert_eq!(expires_at.to_string(), "2027-01-31T18:00:00Z");
}

#[test]
fn a_key_that_arrived_without_an_answer_is_found_by_reading_and_not_sent_again() {
    for fault in [Fault::DoesAndHangsUp, Fault::DoesAndSays(500), Fault::DoesAndSays(503), Fault::DoesAndStammers] {
        let mut companion = Companion::start();
        let id = companion.on_its_way("TYPED-KEY-0001");
        companion.vendor.fail_next(Kind::Supply, fault);
        companion.send();
        assert_eq!(companion.status_there(&id), Status::Delivered);
        companion.app.advance(SignedDuration::from_hours(1));
        companion.send();
        companion.check_delivered(&id, "TYPED-KEY-0001");
        assert_eq!(sent(&companion), 1, "{fault:?}");
        agreement::check(&companion);
    }
}

#[test]
fn a_key_that_did_not_arrive_is_sent_again_after_a_look() {
    for fault in [Fault::HangsUp, Fault::Says(500), Fault::Says(502)] {
        let mut companion = Companion::start();
        let id = companion.on_its_way("TYPED-KEY-0001");
        companion.vendor.fail_next(Kind::Supply, fault);
        companion.send();
        companion.app.advance(SignedDuration::from_hours(1));
        companion.send();
        companion.check_delivered(&id, "TYPED-KEY-0001");
        assert_eq!(sent(&companion), 2, "{fault:?}");
        agreement::check(&companion);
    }
}

#[test]
fn an_account_that_can_neither_be_written_nor_read_is_asked_until_it_answers() {
    let mut companion = Companion::start();
    let id = companion.on_its_way("TYPED-KEY-0001");
    companion.vendor.fail_next(Kind::Supply, Fault::DoesAndHangsUp);
    for kind in [Kind::Grants, Kind::CustomerGrants, Kind::Customer] {
        companion.vendor.fail(kind, Fault::HangsUp, 1_000);
    }
    for _ in 0..4 {
        companion.send();
        companion.app.advance(SignedDuration::from_mins(20));
    }
    let here = companion.here(&id);
    assert_eq!((here.status.as_str(), here.license_key_id.is_some()), ("pending", true), "it stays on its way");
    assert_eq!(sent(&companion), 1, "nobody sends a key without knowing");
    companion.vendor.heal();
    companion.settle();
    companion.check_delivered(&id, "TYPED-KEY-0001");
    assert_eq!(sent(&companion), 1);
}

#[test]
fn a_409_for_a_grant_that_has_our_key_is_a_delivery() {
    let mut companion = Companion::start();
    let id = companion.on_its_way("TYPED-KEY-0001");
    companion.there(|account| assert!(account.deliver(&id, "TYPED-KEY-0001")));
    companion.send();
    companion.check_delivered(&id, "TYPED-KEY-0001");
    assert_eq!((sent(&companion), companion.here(&id).trouble), (1, None));
    agreement::check(&companion);
}

#[test]
fn a_409_for_a_grant_with_another_key_takes_that_one_over_and_ours_returns() {
    let mut companion = Companion::start();
    companion.add_stock(0..2);
    let (one, two) = (companion.waiting(), companion.waiting());
    companion.fulfill_from_stock(&one).unwrap();
    companion.fulfill(&two, "TYPED-KEY-0001").unwrap();
    assert_eq!((companion.stock_in("available"), companion.stock_in("issued")), (1, 1));
    companion.there(|account| assert!(account.deliver(&one, "ELSEWHERE-1") && account.deliver(&two, "ELSEWHERE-2")));
    companion.send();
    companion.check_delivered(&one, "ELSEWHERE-1");
    companion.check_delivered(&two, "ELSEWHERE-2");
    for id in [&one, &two] {
        assert_eq!(companion.here(id).trouble.as_deref(), Some("delivered_elsewhere"));
    }
    assert_eq!((companion.stock_in("available"), companion.stock_in("issued")), (2, 0), "ours is back in stock");
    assert_eq!(sent(&companion), 2);
    let three = companion.on_its_way("TYPED-KEY-0001");
    companion.send();
    companion.check_delivered(&three, "TYPED-KEY-0001");
    agreement::check(&companion);
}

#[test]
fn a_409_for_a_key_that_is_known_there_lets_the_grant_wait_for_another_one() {
    let mut companion = Companion::start();
    companion.add_stock(0..1);
    let (one, two) = (companion.waiting(), companion.waiting());
    companion.there(|account| {
        account.know("TYPED-KEY-0001");
        account.know(&crate::stock::key(0));
    });
    companion.fulfill(&one, "TYPED-KEY-0001").unwrap();
    companion.fulfill_from_stock(&two).unwrap();
    companion.send();
    for id in [&one, &two] {
        companion.check_waiting(id);
        assert_eq!(companion.here(id).trouble.as_deref(), Some("key_known_there"));
    }
    assert_eq!((companion.stock_in("available"), companion.stock_in("quarantined")), (0, 1), "it is of no use");
    companion.settle();
    assert_eq!(sent(&companion), 2, "nobody repeats a 409");
    for (id, key) in [(&one, "TYPED-KEY-0002"), (&two, "TYPED-KEY-0003")] {
        companion.fulfill(id, key).unwrap();
        companion.send();
        companion.check_delivered(id, key);
        assert_eq!(companion.here(id).trouble, None, "it is mended");
    }
    agreement::check(&companion);
}

#[test]
fn a_409_for_a_pending_grant_that_has_another_key_gives_ours_back() {
    let mut companion = Companion::start();
    companion.add_stock(0..1);
    let id = companion.waiting();
    companion.fulfill_from_stock(&id).unwrap();
    companion.there(|account| account.attach(&id, "ATTACHED-1"));
    companion.send();
    assert_eq!(sent(&companion), 1);
    companion.there(|account| {
        account.change(&id, |grant, now| {
            (grant.status, grant.delivered_at) = (Status::Delivered, Some(now));
        });
    });
    companion.settle();
    companion.check_delivered(&id, "ATTACHED-1");
    assert_eq!(sent(&companion), 1);
    assert_eq!(companion.stock_in("issued"), 0, "ours did not go there");
}

#[test]
fn a_409_for_a_grant_that_was_revoked_revokes_it_here_and_ours_returns() {
    let mut companion = Companion::start();
    companion.add_stock(0..1);
    let id = companion.waiting();
    companion.fulfill_from_stock(&id).unwrap();
    companion.there(|account| account.revoke(&id, "refund"));
    companion.send();
    assert_eq!(companion.here(&id).status, "revoked");
    assert_eq!((companion.stock_in("available"), sent(&companion)), (1, 1));
    let other = companion.waiting();
    companion.fulfill_from_stock(&other).unwrap();
    companion.send();
    companion.check_delivered(&other, &crate::stock::key(0));
    agreement::check(&companion);
}

#[test]
fn an_account_that_asks_to_wait_is_left_alone_until_then() {
    let mut companion = Companion::start();
    let id = companion.on_its_way("TYPED-KEY-0001");
    companion.vendor.fail_next(Kind::Supply, Fault::TooMany(300));
    companion.send();
    companion.vendor.forget_calls();
    companion.app.advance(SignedDuration::from_secs(295));
    companion.send();
    assert!(companion.vendor.calls().is_empty(), "{:?}", companion.vendor.calls());
    companion.app.advance(SignedDuration::from_mins(10));
    companion.send();
    companion.check_delivered(&id, "TYPED-KEY-0001");
}

#[test]
fn a_key_that_is_no_longer_accepted_breaks_the_connection_and_loses_nothing() {
    let mut companion = Companion::start();
    let id = companion.on_its_way("TYPED-KEY-0001");
    companion.vendor.replace_key("dodo_test_full_next_4321");
    companion.send();
    assert_eq!(companion.app.count("connections WHERE state = 'broken'"), 1);
    companion.vendor.forget_calls();
    companion.app.advance(SignedDuration::from_hours(100));
    companion.send();
    assert!(companion.vendor.calls().is_empty(), "a broken connection is left alone");
    let here = companion.here(&id);
    assert_eq!((here.status.as_str(), here.license_key_id.is_some()), ("pending", true), "it stays on its way");
    companion.press("/key", &[("api_key", "dodo_test_full_next_4321")]);
    companion.settle();
    companion.check_delivered(&id, "TYPED-KEY-0001");
}

#[test]
fn a_key_that_may_no_longer_write_mirrors_on_and_what_is_on_its_way_waits() {
    let mut companion = Companion::start();
    let id = companion.on_its_way("TYPED-KEY-0001");
    companion.vendor.fail(Kind::Supply, Fault::Says(403), 1_000);
    companion.send();
    assert_eq!(companion.app.count("connections WHERE may_supply"), 0);
    companion.waiting();
    companion.settle();
    let here = companion.here(&id);
    assert_eq!((here.status.as_str(), here.license_key_id.is_some()), ("pending", true), "it stays on its way");
    companion.vendor.heal();
    companion.vendor.replace_key("dodo_test_full_next_4321");
    companion.press("/key", &[("api_key", "dodo_test_full_next_4321")]);
    companion.settle();
    companion.check_delivered(&id, "TYPED-KEY-0001");
    assert_eq!(companion.app.count("connections WHERE may_supply"), 1);
}

#[test]
fn what_the_account_does_not_know_or_refuses_goes_back_to_staff() {
    for (status, trouble, state) in
        [(404, "not_found", "available"), (400, "refused", "quarantined"), (422, "refused", "quarantined")]
    {
        let mut companion = Companion::start();
        companion.add_stock(0..1);
        let id = companion.waiting();
        companion.fulfill_from_stock(&id).unwrap();
        companion.vendor.fail_next(Kind::Supply, Fault::Says(status));
        companion.send();
        companion.check_waiting(&id);
        assert_eq!(companion.here(&id).trouble.as_deref(), Some(trouble), "{status}");
        assert_eq!((companion.stock_in(state), sent(&companion)), (1, 1), "{status}");
        agreement::check(&companion);
    }
}

#[test]
fn a_hundred_fulfillments_arrive_within_the_limits() {
    let mut companion = Companion::start();
    companion.add_stock(0..100);
    let ids: Vec<String> = (0..100).map(|_| companion.sale()).collect();
    companion.settle();
    companion.vendor.forget_calls();
    for id in &ids {
        companion.fulfill_from_stock(id).unwrap();
    }
    companion.send();
    for id in &ids {
        assert_eq!(companion.here(id).status, "delivered");
    }
    assert_eq!(companion.vendor.calls().len(), 100, "one call each");
    agreement::check(&companion);
}

#[test]
fn the_portals_own_e_mail_is_sent_where_the_connection_says_so() {
    let mut companion = Companion::start();
    companion.press("", &[("name", "Dodo Payments"), ("poll", "60"), ("mail", "yes")]);
    companion.on_its_way("TYPED-KEY-0001");
    companion.send();
    let mails = companion.app.mailbox.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text().contains("TYPED-KEY-0001"), "the customer has it twice");
}
