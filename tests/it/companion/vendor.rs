//! The stand-in itself, asked by plain HTTP: what the tests of connections rest on.

use jiff::SignedDuration;
use keydesk::domain::clock::Clock;
use serde_json::{Value, json};
use ureq::Agent;

use crate::support::Vendor;
use crate::support::vendor::account::Status;
use crate::support::vendor::calls::{Kind, check_that_nothing_is_repeated_blindly};
use crate::support::vendor::faults::{Fault, Moment};
use crate::support::vendor::{FULL_KEY, READ_ONLY_KEY};

struct Client {
    agent: Agent,
    url: String,
    key: &'static str,
}

impl Client {
    fn of(vendor: &Vendor) -> Self {
        let agent = Agent::config_builder().http_status_as_error(false).build().new_agent();
        Self { agent, url: vendor.url(), key: FULL_KEY }
    }

    fn get(&self, path: &str) -> Option<(u16, Value)> {
        let request = self.agent.get(format!("{}{path}", self.url));
        let mut answer = request.header("authorization", format!("Bearer {}", self.key)).call().ok()?;
        let text = answer.body_mut().read_to_string().ok()?;
        Some((answer.status().as_u16(), serde_json::from_str(&text).unwrap_or_default()))
    }

    fn items(&self, path: &str) -> Vec<Value> {
        self.get(path).unwrap().1["items"].as_array().unwrap().clone()
    }

    fn post(&self, path: &str, body: &Value) -> Option<(u16, Value)> {
        let request = self.agent.post(format!("{}{path}", self.url));
        let request = request.header("authorization", format!("Bearer {}", self.key));
        let mut answer = request.header("content-type", "application/json").send(body.to_string()).ok()?;
        let text = answer.body_mut().read_to_string().ok()?;
        Some((answer.status().as_u16(), serde_json::from_str(&text).unwrap_or_default()))
    }

    fn supply(&self, grant: &str, key: &str) -> Option<u16> {
        self.post(&format!("/grants/{grant}/license-key"), &json!({"key": key})).map(|(status, _)| status)
    }
}

/// An account with one entitlement, one customer and so many pending grants.
fn account(grants: usize) -> (Vendor, String, String, Vec<String>) {
    let vendor = Vendor::start();
    let (entitlement, customer, grants) = vendor.account(|account| {
        let entitlement = account.entitlement("Tonwerk Mastering Suite 4");
        let customer = account.customer("ada@example.com", "Ada Lovelace", Some("de"));
        let grants = (0..grants).map(|_| account.sell(&entitlement, &customer)).collect();
        (entitlement, customer, grants)
    });
    (vendor, entitlement, customer, grants)
}

#[test]
fn keys_are_asked_for_and_read_only_ones_cannot_write() {
    let (vendor, _, _, grants) = account(1);
    let client = Client::of(&vendor);
    assert_eq!(Client { key: "wrong", ..Client::of(&vendor) }.get("/entitlements").unwrap().0, 401);
    let reader = Client { key: READ_ONLY_KEY, ..Client::of(&vendor) };
    assert_eq!(reader.get("/entitlements").unwrap().0, 200);
    assert_eq!(reader.supply(&grants[0], "KEY-1"), Some(403));
    assert_eq!(reader.post("/webhooks", &json!({"url": "https://keys.example/hooks/con_1"})).unwrap().0, 403);
    assert_eq!(client.supply(&grants[0], "KEY-1"), Some(200));
}

#[test]
fn pages_count_from_zero_and_end_without_a_word() {
    let (vendor, entitlement, customer, grants) = account(23);
    let client = Client::of(&vendor);
    let path = format!("/entitlements/{entitlement}/grants");
    let sizes: Vec<usize> = (0..4).map(|page| client.items(&format!("{path}?page_number={page}")).len()).collect();
    assert_eq!(sizes, [10, 10, 3, 0], "ten by default");
    assert_eq!(client.items(&format!("{path}?page_number=0&page_size=100")).len(), 23);
    assert_eq!(client.get(&format!("{path}?page_size=101")).unwrap().0, 400);
    assert_eq!(client.supply(&grants[4], "KEY-1"), Some(200));
    assert_eq!(client.items(&format!("{path}?status=Pending&page_size=100")).len(), 22);
    assert_eq!(client.items(&format!("{path}?status=delivered&customer_id={customer}")).len(), 1);
    assert!(client.items(&format!("{path}?customer_id=cus_other")).is_empty());
}

#[test]
fn pages_shrink_while_they_are_read() {
    let (vendor, entitlement, _, grants) = account(25);
    let client = Client::of(&vendor);
    let gone = grants[3].clone();
    vendor.after_next_page(move |account| assert!(account.deliver(&gone, "ELSEWHERE")));
    let page =
        |number| client.items(&format!("/entitlements/{entitlement}/grants?status=Pending&page_number={number}"));
    let seen: Vec<String> = (0..3).flat_map(page).map(|grant| grant["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(seen.len(), 24);
    assert!(!seen.contains(&grants[10]), "the eleventh moved to the page before");
}

#[test]
fn a_409_has_three_reasons_and_does_not_say_which() {
    let (vendor, _, _, grants) = account(3);
    let client = Client::of(&vendor);
    assert_eq!(client.supply(&grants[0], "KEY-1"), Some(200));
    assert_eq!(client.supply(&grants[0], "KEY-1"), Some(409), "delivered");
    vendor.account(|account| account.attach(&grants[1], "KEY-2"));
    assert_eq!(client.supply(&grants[1], "KEY-3"), Some(409), "has a key");
    assert_eq!(client.supply(&grants[2], "KEY-1"), Some(409), "the key is another grant's");
    assert_eq!(vendor.account(|account| account.grant(&grants[2]).status.clone()), Status::Pending);
    let refused = client.post(&format!("/grants/{}/license-key", grants[2]), &json!({"key": " "})).unwrap();
    assert_eq!(refused.0, 400);
    let body = json!({"key": "KEY-4", "activations_limit": 0});
    assert_eq!(client.post(&format!("/grants/{}/license-key", grants[2]), &body).unwrap().0, 422);
    assert_eq!(client.supply("entg_unknown", "KEY-4"), Some(404));
}

#[test]
fn a_call_can_be_done_and_stay_unanswered() {
    let (vendor, entitlement, customer, grants) = account(3);
    let client = Client::of(&vendor);
    vendor.fail_next(Kind::Supply, Fault::DoesAndHangsUp);
    assert_eq!(client.supply(&grants[0], "KEY-1"), None);
    vendor.fail_next(Kind::Supply, Fault::DoesAndSays(500));
    assert_eq!(client.supply(&grants[1], "KEY-2"), Some(500));
    vendor.fail_next(Kind::Supply, Fault::HangsUp);
    assert_eq!(client.supply(&grants[2], "KEY-3"), None);
    let path = format!("/entitlements/{entitlement}/grants?customer_id={customer}");
    let states: Vec<Value> = client.items(&path).iter().map(|grant| grant["status"].clone()).collect();
    assert_eq!(states, ["Delivered", "Delivered", "Pending"]);
    let done: Vec<_> = vendor.calls_of(Kind::Supply).iter().map(|call| (call.status, call.done)).collect();
    assert_eq!(done, [(None, Some(200)), (Some(500), Some(200)), (None, None)]);
}

#[test]
fn too_many_calls_are_refused_until_the_minute_is_over() {
    let clock = Clock::fixed("2026-06-15T10:00:10Z".parse().unwrap());
    let vendor = Vendor::keeping_time_of(&clock);
    vendor.limit(3, None);
    let client = Client::of(&vendor);
    let states: Vec<u16> = (0..4).map(|_| client.get("/entitlements").unwrap().0).collect();
    assert_eq!(states, [200, 200, 200, 429]);
    clock.advance(SignedDuration::from_secs(50));
    assert_eq!(client.get("/entitlements").unwrap().0, 200);
}

#[test]
fn a_held_call_waits_before_or_after_it_is_done() {
    let (vendor, _, _, grants) = account(2);
    let client = Client::of(&vendor);
    for (moment, grant, status) in
        [(Moment::Before, &grants[0], Status::Pending), (Moment::After, &grants[1], Status::Delivered)]
    {
        vendor.forget_calls();
        vendor.hold(Kind::Supply, moment);
        std::thread::scope(|scope| {
            let sent = scope.spawn(|| client.supply(grant, &format!("KEY-{grant}")));
            vendor.wait_for(Kind::Supply, 1);
            assert_eq!(vendor.account(|account| account.grant(grant).status.clone()), status);
            vendor.heal();
            assert_eq!(sent.join().unwrap(), Some(200));
        });
    }
}

#[test]
fn objects_are_written_in_every_hand() {
    let (vendor, entitlement, _, grants) = account(1);
    let client = Client::of(&vendor);
    client.supply(&grants[0], "KEY-1");
    let path = format!("/entitlements/{entitlement}/grants");
    let plain = client.items(&path).remove(0);
    assert_eq!((&plain["status"], &plain["integration_type"]), (&json!("Delivered"), &json!("license_key")));
    assert_eq!(plain["license_key"]["key"], "KEY-1");
    vendor.style(|style| {
        (style.is_lower_case, style.has_null_metadata, style.leaves_out, style.is_strange) = (true, true, true, true);
    });
    let other = client.items(&path).remove(0);
    assert_eq!((&other["status"], &other["metadata"]), (&json!("delivered"), &Value::Null));
    assert!(other.get("integration_type").is_none() && other["license_key"].get("id").is_none());
    assert_eq!(other["license_key"]["key"], "KEY-1");
    assert_eq!(other["moon_phase"], json!({"waxing": [true]}));
}

#[test]
fn a_payment_a_customer_and_the_log_of_e_mails_can_be_read() {
    let (vendor, entitlement, customer, _) = account(0);
    let client = Client::of(&vendor);
    let grants = vendor.account(|account| account.sell_many(&entitlement, &customer, 3, 1));
    let payment = vendor.account(|account| account.grant(&grants[0]).payment_id.clone().unwrap());
    let read = client.get(&format!("/payments/{payment}")).unwrap().1;
    assert_eq!((&read["product_cart"][0]["quantity"], &read["refund_status"]), (&json!(3), &Value::Null));
    vendor.account(|account| account.refund(&grants[0], false));
    assert_eq!(client.get(&format!("/payments/{payment}")).unwrap().1["refund_status"], "full");
    assert_eq!(vendor.account(|account| account.grant(&grants[0]).status.clone()), Status::Revoked);
    vendor.account(|account| account.grant_again(&grants[0], false));
    assert_eq!(client.supply(&grants[0], "KEY-1"), Some(200));
    vendor.account(|account| account.mail(&grants[0], "failed", Some("address_rejected")));
    let emails = client.items(&format!("/customers/{customer}/emails"));
    let states: Vec<&Value> = emails.iter().map(|email| &email["status"]).collect();
    assert_eq!(states, ["failed", "sent"]);
    assert_eq!(client.get(&format!("/customers/{customer}")).unwrap().1["preferred_locale"], "de");
    vendor.account(|account| account.switch_off(&entitlement));
    assert!(client.items("/entitlements?integration_type=license_key").is_empty());
    assert_eq!(client.items(&format!("/entitlements/{entitlement}/grants")).len(), 1);
}

#[test]
fn a_webhook_is_registered_and_its_secret_is_fetched() {
    let (vendor, ..) = account(0);
    let client = Client::of(&vendor);
    let body = json!({"url": "https://keys.example/hooks/con_1", "filter_types": ["entitlement_grant.created"]});
    let id = client.post("/webhooks", &body).unwrap().1["id"].as_str().unwrap().to_owned();
    let secret = client.get(&format!("/webhooks/{id}/secret")).unwrap().1["secret"].clone();
    assert_eq!(secret, json!(vendor.webhook_secret()));
    assert_eq!(vendor.webhooks()[0].url, "https://keys.example/hooks/con_1");
}

#[test]
fn a_delivery_shows_the_object_as_it_is_when_it_is_signed() {
    let (vendor, _, _, grants) = account(1);
    let events = vendor.take_events();
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["payment.succeeded", "entitlement_grant.created"]);
    let early = vendor.sign(&events[1]);
    vendor.account(|account| assert!(account.deliver(&grants[0], "KEY-1")));
    let late = vendor.sign(&events[1]);
    assert_eq!(early.id, late.id);
    let status = |body: &str| serde_json::from_str::<Value>(body).unwrap()["data"]["status"].clone();
    assert_eq!((status(&early.body), status(&late.body)), (json!("Pending"), json!("Delivered")));
}

#[test]
fn a_key_that_is_sent_again_without_a_look_is_noticed() {
    let (vendor, entitlement, customer, grants) = account(1);
    let client = Client::of(&vendor);
    vendor.fail_next(Kind::Supply, Fault::HangsUp);
    client.supply(&grants[0], "KEY-1");
    client.get(&format!("/entitlements/{entitlement}/grants?customer_id={customer}"));
    client.supply(&grants[0], "KEY-1");
    check_that_nothing_is_repeated_blindly(&vendor.calls());
    client.supply(&grants[0], "KEY-1");
    client.supply(&grants[0], "KEY-1");
    let calls = vendor.calls();
    assert!(std::panic::catch_unwind(|| check_that_nothing_is_repeated_blindly(&calls)).is_err());
}
