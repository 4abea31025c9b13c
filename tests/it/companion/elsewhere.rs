//! What happened there meanwhile: delivered by somebody else, revoked, granted again, refunded, bounced.

use super::agreement;
use super::both_sides::Companion;
use crate::support::vendor::account::Status;
use crate::support::vendor::calls::Kind;

#[test]
fn a_waiting_grant_that_was_delivered_there_is_delivered_here_with_that_key() {
    let mut companion = Companion::start();
    let id = companion.waiting();
    companion.there(|account| assert!(account.deliver(&id, "ELSEWHERE-1")));
    companion.settle();
    companion.check_delivered(&id, "ELSEWHERE-1");
    assert!(companion.vendor.calls_of(Kind::Supply).is_empty());
    agreement::check(&companion);
}

#[test]
fn somebody_there_who_used_a_key_of_our_stock_takes_it_out_of_stock() {
    let mut companion = Companion::start();
    companion.add_stock(0..2);
    let (one, two) = (companion.waiting(), companion.waiting());
    companion.there(|account| assert!(account.deliver(&one, &crate::stock::key(0))));
    companion.settle();
    assert_eq!(companion.here(&one).status, "delivered");
    companion.fulfill_from_stock(&two).unwrap();
    companion.settle();
    companion.check_delivered(&two, &crate::stock::key(1));
    agreement::check(&companion);
}

#[test]
fn a_waiting_grant_that_is_revoked_there_and_granted_again_waits_again() {
    let mut companion = Companion::start();
    let id = companion.waiting();
    for round in 0..2 {
        companion.there(|account| account.revoke(&id, "subscription_on_hold"));
        companion.settle();
        assert_eq!(companion.here(&id).status, "revoked", "{round}");
        companion.there(|account| account.grant_again(&id, false));
        companion.settle();
        companion.check_waiting(&id);
    }
    companion.fulfill(&id, "TYPED-KEY-0001").unwrap();
    companion.send();
    companion.check_delivered(&id, "TYPED-KEY-0001");
    agreement::check(&companion);
}

#[test]
fn a_delivered_grant_that_is_revoked_there_and_granted_again_has_its_key_again() {
    let mut companion = Companion::start();
    let id = companion.on_its_way("TYPED-KEY-0001");
    companion.send();
    companion.there(|account| account.revoke(&id, "subscription_on_hold"));
    companion.vendor.deliver_events(companion.app.address, &companion.connection_id);
    companion.settle();
    assert_eq!(companion.here(&id).status, "revoked");
    companion.there(|account| account.grant_again(&id, true));
    companion.settle();
    companion.check_delivered(&id, "TYPED-KEY-0001");
    agreement::check(&companion);
}

#[test]
fn a_delivered_grant_that_comes_back_without_its_key_waits_for_another_one() {
    let mut companion = Companion::start();
    let id = companion.on_its_way("TYPED-KEY-0001");
    companion.send();
    companion.there(|account| account.revoke(&id, "subscription_on_hold"));
    companion.vendor.deliver_events(companion.app.address, &companion.connection_id);
    companion.settle();
    companion.there(|account| account.grant_again(&id, false));
    companion.settle();
    companion.check_waiting(&id);
    companion.fulfill(&id, "TYPED-KEY-0002").unwrap();
    companion.send();
    companion.check_delivered(&id, "TYPED-KEY-0002");
    agreement::check(&companion);
}

#[test]
fn a_delivered_grant_that_came_back_with_another_key_before_anybody_looked_takes_that_one_over() {
    let mut companion = Companion::start();
    let id = companion.on_its_way("TYPED-KEY-0001");
    companion.send();
    companion.there(|account| {
        account.revoke(&id, "subscription_on_hold");
        account.grant_again(&id, false);
        assert!(account.deliver(&id, "ELSEWHERE-1"));
    });
    companion.vendor.deliver_events(companion.app.address, &companion.connection_id);
    companion.settle();
    companion.check_delivered(&id, "ELSEWHERE-1");
    assert_eq!(companion.here(&id).trouble.as_deref(), Some("delivered_elsewhere"));
    assert_eq!(companion.app.count("license_keys WHERE status = 'active'"), 1, "the former key is of no use");
    agreement::check(&companion);
}

#[test]
fn a_delivered_grant_that_is_refunded_there_is_revoked_here() {
    let mut companion = Companion::start();
    let id = companion.on_its_way("TYPED-KEY-0001");
    companion.send();
    companion.there(|account| account.refund(&id, false));
    companion.vendor.deliver_events(companion.app.address, &companion.connection_id);
    companion.send();
    assert_eq!(companion.here(&id).status, "revoked");
    agreement::check(&companion);
}

#[test]
fn a_revocation_of_what_was_delivered_is_found_though_its_webhook_is_lost() {
    let mut companion = Companion::start();
    let id = companion.on_its_way("TYPED-KEY-0001");
    companion.send();
    companion.there(|account| account.refund(&id, false));
    assert!(!companion.vendor.take_events().is_empty());
    companion.settle();
    assert_eq!(companion.here(&id).status, "revoked");
}

#[test]
fn a_key_on_its_way_to_a_grant_that_is_revoked_returns_before_it_is_sent() {
    let mut companion = Companion::start();
    companion.add_stock(0..1);
    let id = companion.waiting();
    companion.fulfill_from_stock(&id).unwrap();
    companion.there(|account| account.revoke(&id, "refund"));
    companion.vendor.deliver_events(companion.app.address, &companion.connection_id);
    companion.settle();
    assert_eq!(companion.here(&id).status, "revoked");
    assert_eq!(companion.stock_in("available"), 1);
    agreement::check(&companion);
}

#[test]
fn a_partial_refund_revokes_nothing() {
    let mut companion = Companion::start();
    let id = companion.on_its_way("TYPED-KEY-0001");
    companion.send();
    companion.there(|account| account.refund(&id, true));
    companion.vendor.deliver_events(companion.app.address, &companion.connection_id);
    companion.settle();
    companion.check_delivered(&id, "TYPED-KEY-0001");
}

#[test]
fn a_grant_of_an_entitlement_that_was_switched_off_there_can_still_be_fulfilled() {
    let mut companion = Companion::start();
    let id = companion.waiting();
    let entitlement = companion.entitlement.clone();
    companion.there(|account| account.switch_off(&entitlement));
    companion.settle();
    companion.check_waiting(&id);
    companion.fulfill(&id, "TYPED-KEY-0001").unwrap();
    companion.send();
    companion.check_delivered(&id, "TYPED-KEY-0001");
    let late = companion.sale();
    companion.vendor.deliver_events(companion.app.address, &companion.connection_id);
    companion.send();
    companion.check_waiting(&late);
}

#[test]
fn the_vendors_own_e_mail_that_bounced_is_shown() {
    let mut companion = Companion::start();
    let id = companion.on_its_way("TYPED-KEY-0001");
    companion.send();
    companion.there(|account| account.mail(&id, "failed", Some("address_rejected")));
    companion.settle();
    assert_eq!(companion.here(&id).trouble.as_deref(), Some("email_bounced"));
    let page = companion.page();
    assert!(page.body.contains("address_rejected"), "{}", page.body);
}

#[test]
fn a_grant_that_failed_there_waits_for_nobody_here() {
    let mut companion = Companion::start();
    let id = companion.waiting();
    companion.there(|account| account.change(&id, |grant, _| grant.status = Status::Failed));
    companion.vendor.take_events();
    companion.settle();
    assert_eq!(companion.here(&id).status, "failed");
    assert!(companion.fulfill(&id, "TYPED-KEY-0001").is_err());
}
