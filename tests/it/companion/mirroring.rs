//! What waits there comes here, however it is written and whatever happens while it is read.

use jiff::SignedDuration;
use serde_json::json;

use super::agreement;
use super::both_sides::{Companion, connect};
use crate::support::TestApp;
use crate::support::Vendor;
use crate::support::vendor::READ_ONLY_KEY;
use crate::support::vendor::account::Status;
use crate::support::vendor::calls::Kind;
use crate::support::vendor::faults::Fault;

fn pending_here(companion: &Companion) -> i64 {
    companion.app.count("grants WHERE status = 'pending'")
}

#[test]
fn pending_grants_come_with_their_ids_customers_and_languages() {
    let mut companion = Companion::start();
    let id = companion.waiting();
    let query = format!(
        "grants JOIN customers ON customers.id = grants.customer_id WHERE grants.id = '{id}'
         AND grants.entitlement_id = '{}' AND customers.id = '{}' AND customers.email = 'ada@example.com'
         AND customers.name = 'Ada Lovelace' AND customers.locale = 'de'",
        companion.entitlement, companion.customer
    );
    assert_eq!(companion.app.count(&query), 1);
    let page = companion.app.agent().get(&format!("/grants/{id}"));
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Ada Lovelace") && page.body.contains("Tonwerk Mastering Suite 4"));
}

#[test]
fn what_staff_do_not_fulfill_there_does_not_come() {
    let mut companion = Companion::start();
    let customer = companion.customer.clone();
    let ids = companion.there(|account| {
        let auto = account.entitlement_of("Formwerk", "license_key", json!({"fulfillment_mode": "auto"}));
        let silent = account.entitlement_of("Zeichner", "license_key", json!({}));
        let other = account.entitlement_of("Server", "discord", json!({"guild_id": "1"}));
        let strange = account.entitlement_of("Hologram", "hologram", json!({"beam": 3}));
        [auto, silent, other, strange].map(|entitlement| account.sell(&entitlement, &customer))
    });
    let wanted = companion.waiting();
    assert_eq!(pending_here(&companion), 1);
    assert!(ids.iter().all(|id| companion.find_here(id).is_none()));
    assert!(companion.find_here(&wanted).is_some());
}

#[test]
fn several_grants_of_one_payment_and_one_grant_for_several_pieces_come_as_they_are() {
    let mut companion = Companion::start();
    let (entitlement, customer) = (companion.entitlement.clone(), companion.customer.clone());
    let (many, one) = companion.there(|account| {
        (account.sell_many(&entitlement, &customer, 3, 3), account.sell_many(&entitlement, &customer, 3, 1).remove(0))
    });
    companion.poll();
    assert_eq!(pending_here(&companion), 4);
    assert_eq!(companion.app.count(&format!("mirrored_grants WHERE grant_id = '{one}' AND quantity = 3")), 1);
    for (number, id) in many.iter().enumerate() {
        companion.fulfill(id, &format!("TYPED-KEY-{number:04}")).unwrap();
    }
    companion.send();
    agreement::check(&companion);
}

#[test]
fn a_grant_of_a_subscription_is_fulfilled_like_any_other() {
    let mut companion = Companion::start();
    let (entitlement, customer) = (companion.entitlement.clone(), companion.customer.clone());
    let id = companion.there(|account| account.subscribe(&entitlement, &customer));
    companion.poll();
    companion.check_waiting(&id);
    companion.fulfill(&id, "TYPED-KEY-0001").unwrap();
    companion.send();
    companion.check_delivered(&id, "TYPED-KEY-0001");
    agreement::check(&companion);
}

#[test]
fn pages_are_walked_to_their_end() {
    let mut companion = Companion::start();
    let ids: Vec<String> = (0..230).map(|_| companion.sale()).collect();
    for _ in 0..3 {
        companion.poll();
        companion.app.advance(SignedDuration::from_mins(2));
    }
    assert!(ids.iter().all(|id| companion.find_here(id).is_some()), "{} of 230", pending_here(&companion));
    let last = companion.vendor.calls_of(Kind::Grants);
    assert!(last.iter().any(|call| call.parameter("page_number") == Some("2")));
    assert!(last.iter().all(|call| call.parameter("page_number").is_some()), "the first page is 0, said aloud");
}

#[test]
fn a_grant_that_a_shrinking_page_hid_comes_with_the_next_poll() {
    let mut companion = Companion::start();
    let ids: Vec<String> = (0..150).map(|_| companion.sale()).collect();
    let gone: Vec<String> = ids[..40].to_vec();
    companion.vendor.after_next_page(move |account| {
        for id in &gone {
            account.deliver(id, &format!("ELSEWHERE-{id}"));
        }
    });
    companion.poll();
    for _ in 0..3 {
        companion.app.advance(SignedDuration::from_mins(2));
        companion.poll();
    }
    for id in &ids[40..] {
        companion.check_waiting(id);
    }
    agreement::check(&companion);
}

#[test]
fn a_grant_that_a_page_did_not_show_is_not_taken_for_gone() {
    let mut companion = Companion::start();
    let ids: Vec<String> = (0..150).map(|_| companion.sale()).collect();
    companion.settle();
    // All of the first page leave while it is read: the second one shows others, and shows some of them too late.
    let gone: Vec<String> = ids[..100].to_vec();
    companion.vendor.after_next_page(move |account| {
        for id in &gone {
            account.revoke(id, "refund");
        }
    });
    companion.poll();
    for id in &ids[100..] {
        assert_eq!(companion.here(id).status, "pending", "{id}");
    }
    companion.settle();
    agreement::check(&companion);
}

#[test]
fn a_poll_that_breaks_off_takes_nothing_for_gone() {
    for fault in [Fault::Says(500), Fault::HangsUp, Fault::TooMany(60), Fault::DoesAndStammers] {
        let mut companion = Companion::start();
        let ids: Vec<String> = (0..120).map(|_| companion.sale()).collect();
        companion.settle();
        companion.vendor.forget_calls();
        companion.vendor.fail_next(Kind::Grants, fault);
        companion.poll();
        assert_eq!(pending_here(&companion), 120, "{fault:?}");
        companion.settle();
        for id in &ids {
            companion.check_waiting(id);
        }
    }
}

#[test]
fn objects_are_understood_in_every_hand() {
    type Change = fn(&mut crate::support::vendor::objects::Style);
    let changes: [Change; 6] = [
        |style| style.is_lower_case = true,
        |style| style.has_null_metadata = true,
        |style| style.leaves_out = true,
        |style| style.is_strange = true,
        |style| (style.is_newest_first, style.is_coarse) = (true, true),
        |style| {
            (style.is_lower_case, style.has_null_metadata, style.leaves_out) = (true, true, true);
            (style.is_strange, style.is_newest_first, style.is_coarse) = (true, true, true);
        },
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut companion = Companion::start();
        companion.vendor.style(change);
        let (one, two, three) = (companion.waiting(), companion.waiting(), companion.waiting());
        companion.fulfill(&one, "TYPED-KEY-0001").unwrap();
        companion.fulfill(&two, "TYPED-KEY-0002").unwrap();
        companion.vendor.fail_next(Kind::Supply, Fault::DoesAndHangsUp);
        companion.send();
        companion.there(|account| account.revoke(&three, "SubscriptionPaused"));
        companion.settle();
        companion.check_delivered(&one, "TYPED-KEY-0001");
        companion.check_delivered(&two, "TYPED-KEY-0002");
        assert_eq!(companion.here(&three).status, "revoked", "{number}");
        agreement::check(&companion);
    }
}

#[test]
fn a_status_that_nobody_has_heard_of_changes_nothing() {
    let mut companion = Companion::start();
    let (id, other) = (companion.waiting(), companion.waiting());
    let set = |companion: &Companion, status: Status| {
        companion.there(|account| account.change(&id, |grant, _| grant.status = status));
    };
    set(&companion, Status::Unknown("InReview".to_owned()));
    companion.settle();
    assert_eq!(companion.here(&id).status, "pending");
    companion.fulfill(&other, "TYPED-KEY-0001").unwrap();
    companion.send();
    companion.check_delivered(&other, "TYPED-KEY-0001");
    set(&companion, Status::Pending);
    companion.settle();
    companion.fulfill(&id, "TYPED-KEY-0002").unwrap();
    companion.send();
    companion.check_delivered(&id, "TYPED-KEY-0002");
}

#[test]
fn ids_may_begin_as_they_like() {
    let mut companion = Companion::start();
    companion.there(|account| account.prefix = "grant_");
    let id = companion.waiting();
    assert!(id.starts_with("grant_"));
    let page = companion.app.agent().get(&format!("/grants/{id}"));
    assert_eq!(page.status, 200, "its page opens");
    companion.fulfill(&id, "TYPED-KEY-0001").unwrap();
    companion.send();
    companion.check_delivered(&id, "TYPED-KEY-0001");
}

#[test]
fn what_changes_of_a_customer_there_is_followed() {
    let mut companion = Companion::start();
    companion.waiting();
    let customer = companion.customer.clone();
    companion.there(|account| {
        let found = account.customers.get_mut(&customer).unwrap();
        (found.email, found.name) = ("ada@example.org".to_owned(), "Ada King".to_owned());
    });
    companion.waiting();
    companion.settle();
    let changed = "customers WHERE email = 'ada@example.org' AND name = 'Ada King'";
    assert_eq!(companion.app.count(changed), 1);
    assert_eq!(companion.app.count("customers"), 1, "it is the same customer");
}

#[test]
fn a_customer_who_was_here_before_keeps_their_id() {
    let mut companion = Companion::start();
    companion.app.given().pending_grant().for_customer("ada@example.com").make();
    let id = companion.waiting();
    assert_eq!(companion.app.count("customers WHERE email = 'ada@example.com'"), 1);
    companion.fulfill(&id, "TYPED-KEY-0001").unwrap();
    companion.send();
    companion.check_delivered(&id, "TYPED-KEY-0001");
}

#[test]
fn a_key_that_may_only_read_mirrors() {
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").spawn();
    let vendor = Vendor::keeping_time_of(&app.clock);
    let id = vendor.account(|account| {
        let (entitlement, customer) =
            (account.entitlement("Bauplan"), account.customer("ada@example.com", "Ada", None));
        account.sell(&entitlement, &customer)
    });
    let mut admin = app.admin();
    let connection_id = connect(&mut admin, &vendor, READ_ONLY_KEY);
    assert_eq!(app.count("connections WHERE state = 'active'"), 1);
    assert_eq!(admin.post(&format!("/connections/{connection_id}/poll"), &[]).status, 303);
    app.run_outbox_until_empty();
    assert_eq!(app.count(&format!("grants WHERE id = '{id}' AND status = 'pending'")), 1);
    assert_eq!(app.count("connections WHERE may_supply"), 0);
}

#[test]
fn an_account_that_asks_to_wait_is_not_polled_until_then() {
    let mut companion = Companion::start();
    let id = companion.sale();
    companion.vendor.fail_next(Kind::Entitlements, Fault::TooMany(300));
    companion.poll();
    companion.vendor.forget_calls();
    companion.app.advance(SignedDuration::from_secs(200));
    companion.poll();
    assert!(companion.vendor.calls().is_empty(), "{:?}", companion.vendor.calls());
    companion.app.advance(SignedDuration::from_secs(200));
    companion.poll();
    companion.check_waiting(&id);
}

#[test]
fn steady_polling_takes_less_than_a_fifth_of_the_budget() {
    const MINUTES: usize = 6;
    let companion = Companion::of(TestApp::builder().with_workers().with_test_clock());
    companion.vendor.limit(60, None);
    companion.there(|account| {
        for number in 0..9 {
            let entitlement = account.entitlement(&format!("Product {number}"));
            let customer = account.customer(&format!("customer{number}@example.com"), "C", None);
            account.sell(&entitlement, &customer);
        }
    });
    let look = |minutes: usize| {
        for _ in 0..4 * minutes {
            companion.app.advance(SignedDuration::from_secs(15));
            let due = format!("connections WHERE next_poll_at <= {}", companion.app.now().as_microsecond());
            while companion.app.count(&due) > 0 {
                std::thread::yield_now();
            }
        }
    };
    look(3);
    assert_eq!(pending_here(&companion), 9);
    companion.vendor.forget_calls();
    look(MINUTES);
    let calls = companion.vendor.calls();
    assert!(calls.iter().filter(|call| call.kind == Kind::Entitlements).count() >= 3, "it goes on");
    assert!(calls.len() <= (MINUTES + 1) * 60 / 5, "{} calls", calls.len());
}

#[test]
#[ignore = "takes about a minute"]
fn ten_thousand_grants_of_forty_entitlements_come_as_fast_as_the_limits_allow() {
    let mut companion = Companion::start();
    companion.there(|account| {
        let others = (1..40).map(|number| account.entitlement(&format!("Product {number}")));
        let entitlements: Vec<String> = others.collect();
        for number in 0..10_000 {
            let customer = account.customer(&format!("customer{number}@example.com"), "C", None);
            let entitlement = entitlements.get(number % 40).unwrap_or(&companion.entitlement);
            account.sell(entitlement, &customer);
        }
    });
    let begun = companion.app.now();
    while pending_here(&companion) < 10_000 {
        companion.poll();
        companion.app.advance(SignedDuration::from_secs(15));
        assert!(companion.app.now() < begun + SignedDuration::from_mins(10), "{} came", pending_here(&companion));
    }
    let took = begun.duration_until(companion.app.now());
    let calls = companion.vendor.calls();
    println!("10,000 grants came in {took:#} with {} calls", calls.len());
    assert!(calls.iter().all(|call| call.status == Some(200)), "the account never had to refuse one");
}
