//! Webhooks: told once for each event, signed, tried again, and nobody held up by somebody slow.

use jiff::SignedDuration;
use keydesk::domain::staff::Role;
use keydesk::storage::{outbox, webhooks};
use keydesk::webhooks::sign::signatures;
use serde_json::{Value, json};

use crate::support::smtp::{Behavior, Stage};
use crate::support::{Program, Receiver, TestApp};

const KEY: &str = "PLANTED-KEY-4711-ABCD";

fn app() -> TestApp {
    TestApp::builder().with("webhook_allow", "127.0.0.1").spawn()
}

/// An endpoint that is told everything; gives its id and its secret.
fn endpoint(admin: &Program, receiver: &Receiver) -> (String, String) {
    let made = admin.post("/webhooks", &json!({"url": receiver.url()}));
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let secret = admin.get(&format!("/webhooks/{id}/secret")).json()["secret"].as_str().unwrap().to_owned();
    (id, secret)
}

fn secret_bytes(secret: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap()
}

fn deliveries(admin: &Program, id: &str) -> Vec<Value> {
    admin.get(&format!("/webhooks/{id}/deliveries")).json()["data"].as_array().unwrap().clone()
}

#[test]
fn each_event_is_told_once_with_the_object_as_the_api_shows_it() {
    let (app, receiver) = (app(), Receiver::start());
    let admin = app.api_key(Role::Admin);
    endpoint(&admin, &receiver);
    let id = app.given().pending_grant().make();
    app.run_outbox_until_empty();
    assert_eq!(receiver.events(), ["entitlement_grant.created"]);
    let created = receiver.received()[0].json();
    assert_eq!(
        (&created["data"]["payload_type"], &created["data"]["status"]),
        (&json!("EntitlementGrant"), &json!("Pending"))
    );

    app.given().fulfill(&id, KEY);
    app.run_outbox_until_empty();
    let mut events = receiver.events();
    events.sort();
    assert_eq!(events, ["entitlement_grant.created", "entitlement_grant.delivered", "license_key.created"]);
    for received in &receiver.received()[1..] {
        let event = received.json();
        let mut data = event["data"].clone();
        let kind = data.as_object_mut().unwrap().remove("payload_type").unwrap();
        let shown = if kind == "LicenseKey" {
            assert_eq!((&event["type"], &data["key"]), (&json!("license_key.created"), &json!(KEY)));
            continue;
        } else {
            admin.get(&format!("/grants/{id}")).json()
        };
        assert_eq!(data, shown);
        assert_eq!(data["license_key"]["key"], KEY);
        assert_eq!(event["business_id"], data["business_id"]);
    }
    assert_eq!(app.run_outbox_until_empty(), 0, "nothing is told twice");
}

#[test]
fn an_auto_sale_tells_of_creation_delivery_and_key() {
    let (app, receiver) = (app(), Receiver::start());
    endpoint(&app.api_key(Role::Admin), &receiver);
    let entitlement = app.given().auto_entitlement();
    app.given().pending_grant().of(&entitlement).make();
    app.run_outbox_until_empty();
    let mut events = receiver.events();
    events.sort();
    assert_eq!(events, ["entitlement_grant.created", "entitlement_grant.delivered", "license_key.created"]);
    let created = receiver.received().into_iter().find(|got| got.event() == "entitlement_grant.created").unwrap();
    assert_eq!(created.json()["data"]["status"], "Delivered", "the object as it is when it is sent");
}

#[test]
fn a_refused_email_a_revocation_and_a_restoration_are_told() {
    let (app, receiver) = (app(), Receiver::start());
    let admin = app.api_key(Role::Admin);
    endpoint(&admin, &receiver);
    app.mailbox.always(Behavior::Reply(Stage::Rcpt, "550 5.1.1 unknown".to_owned()));
    let id = app.given().delivered_grant(KEY);
    app.run_outbox_until_empty();
    assert!(receiver.events().contains(&"entitlement_grant.failed".to_owned()), "{:?}", receiver.events());
    let entitlement = admin.get(&format!("/grants/{id}")).json()["entitlement_id"].as_str().unwrap().to_owned();
    admin.delete(&format!("/entitlements/{entitlement}/grants/{id}"));
    app.run_outbox_until_empty();
    assert_eq!(receiver.events().last().unwrap(), "entitlement_grant.revoked");
    admin.post(&format!("/grants/{id}/restore"), &json!({}));
    app.run_outbox_until_empty();
    assert_eq!(receiver.events().last().unwrap(), "entitlement_grant.failed", "the state it has again");
}

#[test]
fn the_signature_is_that_of_standard_webhooks_and_two_after_a_rotation() {
    let (app, receiver) = (app(), Receiver::start());
    let admin = app.api_key(Role::Admin);
    let (id, secret) = endpoint(&admin, &receiver);
    app.given().pending_grant().make();
    app.run_outbox_until_empty();
    let expected = |received: &crate::support::receiver::Received, secret: &str| {
        let timestamp = received.header("webhook-timestamp").parse().unwrap();
        signatures(&[secret_bytes(secret)], received.header("webhook-id"), timestamp, &received.body)
    };
    let first = receiver.received()[0].clone();
    assert!(first.header("webhook-id").starts_with("msg_"));
    assert_eq!(first.header("webhook-timestamp"), app.now().as_second().to_string());
    assert_eq!(first.header("webhook-signature"), expected(&first, &secret));

    let rotated = admin.post(&format!("/webhooks/{id}/rotate-secret"), &json!({})).json();
    let new = rotated["secret"].as_str().unwrap();
    assert_ne!(new, secret);
    app.given().pending_grant().make();
    app.run_outbox_until_empty();
    let second = receiver.received()[1].clone();
    let both = format!("{} {}", expected(&second, new), expected(&second, &secret));
    assert_eq!(second.header("webhook-signature"), both);

    app.advance(SignedDuration::from_hours(24));
    app.given().pending_grant().make();
    app.run_outbox_until_empty();
    let third = receiver.received()[2].clone();
    assert_eq!(third.header("webhook-signature"), expected(&third, new), "the old one has had its day");
}

#[test]
fn a_receiver_that_is_down_gets_the_same_id_again_until_it_is_up() {
    let (app, receiver) = (app(), Receiver::start());
    let admin = app.api_key(Role::Admin);
    let (id, _) = endpoint(&admin, &receiver);
    receiver.answer(503);
    app.given().pending_grant().make();
    // 0, then 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h after the one before.
    let pauses = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 36_000];
    for (number, pause) in pauses.into_iter().enumerate() {
        if pause > 0 {
            app.advance(SignedDuration::from_secs(pause - 1));
            assert_eq!(app.run_outbox_until_empty(), 0, "attempt {number} came too early");
            app.advance(SignedDuration::from_secs(1));
        }
        assert_eq!(app.run_outbox_until_empty(), 1, "attempt {number}");
        if number == 5 {
            // Down for most of a day; up again, and nothing is lost.
            receiver.answer(200);
            let up = TestAppWalk { app: &app };
            up.advance(36_000);
            break;
        }
    }
    let delivery = deliveries(&admin, &id)[0].clone();
    assert_eq!((&delivery["state"], &delivery["last_status"]), (&json!("sent"), &json!(200)), "{delivery}");
    let ids: Vec<String> = receiver.received().iter().map(|got| got.header("webhook-id").to_owned()).collect();
    assert_eq!(ids.len(), 7);
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

/// Lets time pass and sends what is due then.
struct TestAppWalk<'a> {
    app: &'a TestApp,
}

impl TestAppWalk<'_> {
    fn advance(&self, seconds: i64) {
        self.app.advance(SignedDuration::from_secs(seconds));
        self.app.run_outbox_until_empty();
    }
}

#[test]
fn after_eight_attempts_it_is_given_up_and_can_be_sent_again() {
    let (app, receiver) = (app(), Receiver::start());
    let admin = app.api_key(Role::Admin);
    let (id, _) = endpoint(&admin, &receiver);
    receiver.answer(500);
    app.given().pending_grant().make();
    let walk = TestAppWalk { app: &app };
    for _ in 0..12 {
        walk.advance(36_000);
    }
    assert_eq!(receiver.received().len(), 8);
    let delivery = deliveries(&admin, &id)[0].clone();
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("failed"), &json!(8)));
    assert_eq!(delivery["next_attempt_at"], Value::Null);
    receiver.answer(200);
    let path = format!("/webhooks/{id}/deliveries/{}/resend", delivery["id"].as_str().unwrap());
    assert_eq!(admin.post(&path, &json!({})).status, 202);
    app.run_outbox_until_empty();
    assert_eq!(deliveries(&admin, &id)[0]["state"], "sent");
    assert_eq!(receiver.received()[8].header("webhook-id"), receiver.received()[0].header("webhook-id"));
}

#[test]
fn an_endpoint_that_only_fails_for_days_is_switched_off_and_admins_are_told() {
    let (app, receiver) = (app(), Receiver::start());
    let admin = app.api_key(Role::Admin);
    let (id, _) = endpoint(&admin, &receiver);
    receiver.answer(500);
    let walk = TestAppWalk { app: &app };
    for _ in 0..5 {
        app.given().pending_grant().make();
        walk.advance(24 * 3_600);
        assert_eq!(admin.get(&format!("/webhooks/{id}")).json()["disabled"], false);
    }
    app.given().pending_grant().make();
    walk.advance(24 * 3_600);
    assert_eq!(admin.get(&format!("/webhooks/{id}")).json()["disabled"], true);
    let banner = "disabled after failing for several days";
    assert!(app.admin().get("/grants").body.contains(banner));
    assert!(!app.agent().get("/grants").body.contains(banner), "it is for admins");
    let told = receiver.received().len();
    walk.advance(36_000);
    assert_eq!(receiver.received().len(), told, "nothing is sent any more");

    receiver.answer(200);
    assert_eq!(admin.patch(&format!("/webhooks/{id}"), &json!({"disabled": false})).json()["disabled"], false);
    app.run_outbox_until_empty();
    assert!(receiver.received().len() > told, "what waited goes out");
    assert!(!app.admin().get("/grants").body.contains(banner));
}

#[test]
fn one_success_in_between_keeps_an_endpoint_on() {
    let (app, receiver) = (app(), Receiver::start());
    let admin = app.api_key(Role::Admin);
    let (id, _) = endpoint(&admin, &receiver);
    let walk = TestAppWalk { app: &app };
    for day in 0..8 {
        receiver.answer(if day == 3 { 200 } else { 500 });
        app.given().pending_grant().make();
        walk.advance(24 * 3_600);
    }
    assert_eq!(admin.get(&format!("/webhooks/{id}")).json()["disabled"], false);
}

#[test]
fn filters_a_pause_and_a_deletion_are_kept_to() {
    let (app, receiver) = (app(), Receiver::start());
    let admin = app.api_key(Role::Admin);
    let (id, _) = endpoint(&admin, &receiver);
    let path = format!("/webhooks/{id}");
    admin.patch(&path, &json!({"filter_types": ["license_key.created"]}));
    app.given().delivered_grant(KEY);
    app.run_outbox_until_empty();
    assert_eq!(receiver.events(), ["license_key.created"]);
    admin.patch(&path, &json!({"filter_types": null, "disabled": true}));
    app.given().pending_grant().make();
    app.run_outbox_until_empty();
    assert_eq!(receiver.received().len(), 1, "nobody is told while it is off");
    admin.patch(&path, &json!({"disabled": false}));
    app.given().pending_grant().make();
    assert_eq!(admin.delete(&path).status, 204);
    app.run_outbox_until_empty();
    assert_eq!(receiver.received().len(), 1, "what waited was called off");
    assert_eq!(admin.get(&path).status, 404);
    assert_eq!(admin.delete(&path).status, 404);
    assert_eq!(admin.get("/webhooks").json()["data"], json!([]));
}

#[test]
fn a_redirect_is_a_failure_and_is_not_followed() {
    let (app, receiver, inner) = (app(), Receiver::start(), Receiver::start());
    let admin = app.api_key(Role::Admin);
    let (id, _) = endpoint(&admin, &receiver);
    receiver.redirect_to(&inner.url());
    app.given().pending_grant().make();
    app.run_outbox_until_empty();
    assert_eq!(deliveries(&admin, &id)[0]["last_status"], 302);
    assert!(inner.received().is_empty());
}

#[test]
fn private_addresses_are_refused_at_creation_and_again_at_sending() {
    let receiver = Receiver::start();
    let mut app = app();
    let admin = app.api_key(Role::Admin);
    for url in ["http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/meta-data", "http://0xa000001/"] {
        let refused = admin.post("/webhooks", &json!({"url": url}));
        assert_eq!((refused.status, refused.fields()), (422, vec!["url".to_owned()]), "{url}");
        assert!(refused.text.contains("KEYDESK_WEBHOOK_ALLOW"), "{}", refused.text);
    }
    let (id, _) = endpoint(&admin, &receiver);
    assert_eq!(admin.patch(&format!("/webhooks/{id}"), &json!({"url": "http://192.168.0.1/"})).status, 422);
    app.given().pending_grant().make();
    // The configuration no longer names the network: what is dialled is looked at again.
    app.restart_with("webhook_allow", "");
    app.run_outbox_until_empty();
    let delivery = deliveries(&app.program(admin.token), &id)[0].clone();
    assert_eq!(delivery["last_error"], "the host leads to a private address");
    assert!(receiver.received().is_empty());
}

#[test]
fn wrong_bodies_name_every_wrong_field_and_an_idempotency_key_makes_one() {
    let app = app();
    let receiver = Receiver::start();
    let admin = app.api_key(Role::Admin);
    let wrong =
        json!({"description": 7, "filter_types": ["payment.succeeded"], "disabled": "no", "metadata": {"a": 1}});
    let answer = admin.post("/webhooks", &wrong);
    let mut fields = answer.fields();
    fields.sort();
    assert_eq!((answer.status, fields.join(" ")), (422, "description disabled filter_types metadata url".to_owned()));
    let body = json!({"url": receiver.url(), "description": "Shop"});
    let first = admin.post_once("/webhooks", &body, "w-1").json();
    assert_eq!(admin.post_once("/webhooks", &body, "w-1").json(), first);
    let other = admin.post_once("/webhooks", &json!({"url": receiver.url()}), "w-1");
    assert_eq!(other.refusal(), (422, "IDEMPOTENCY_MISMATCH".to_owned()));
    let list = admin.get("/webhooks").json();
    assert_eq!((list["data"].as_array().unwrap().len(), &list["done"]), (1, &json!(true)));
    for _ in 0..4 {
        admin.post("/webhooks", &json!({"url": receiver.url()}));
    }
    let (mut seen, mut iterator) = (0, String::new());
    loop {
        let page = admin.get(&format!("/webhooks?limit=2{iterator}")).json();
        seen += page["data"].as_array().unwrap().len();
        match page["iterator"].as_str() {
            Some(next) => iterator = format!("&iterator={next}"),
            None => break,
        }
    }
    assert_eq!(seen, 5);
    assert_eq!(app.api_key(Role::Agent).get("/webhooks").status, 403, "webhooks are for admins");
}

#[test]
fn a_test_is_sent_and_stands_in_the_delivery_log() {
    let (app, receiver) = (app(), Receiver::start());
    let admin = app.api_key(Role::Admin);
    let (id, _) = endpoint(&admin, &receiver);
    assert_eq!(admin.send("POST", &format!("/webhooks/{id}/test"), &[], "").status, 202);
    app.run_outbox_until_empty();
    assert_eq!(receiver.events(), ["keydesk.test"]);
    assert_eq!(deliveries(&admin, &id)[0]["state"], "sent");
}

#[test]
fn the_key_is_in_what_is_sent_and_masked_in_what_is_kept() {
    let (app, receiver) = (app(), Receiver::start());
    endpoint(&app.api_key(Role::Admin), &receiver);
    let id = app.given().delivered_grant(KEY);
    app.run_outbox_until_empty();
    assert_eq!(receiver.bodies().iter().filter(|body| body.contains(KEY)).count(), 3);
    app.read(|conn| {
        let messages = webhooks::messages::of_grant(conn, &id).unwrap();
        assert_eq!(messages.len(), 3);
        for message in messages {
            let attempts = webhooks::attempts::of_message(conn, &message.id).unwrap();
            assert_eq!(attempts.len(), 1);
            assert!(attempts[0].request_body.contains("••••••••••••ABCD"), "{}", attempts[0].request_body);
            assert!(!format!("{attempts:?}{message:?}").contains(KEY));
            assert!(!attempts[0].request_headers.contains("signature"));
        }
    });
}

#[test]
fn a_receiver_that_is_slow_holds_up_nobody_else() {
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").with_workers().spawn();
    let (slow, quick) = (Receiver::start(), Receiver::start());
    let admin = app.api_key(Role::Admin);
    endpoint(&admin, &slow);
    endpoint(&admin, &quick);
    slow.hold(true);
    for number in 0..20 {
        app.given().pending_grant().with_payment(&format!("pay_{number}")).make();
    }
    assert_eq!(quick.wait_for(20).len(), 20);
    assert!(slow.received().len() <= 4, "at most four at the same time");
    slow.hold(false);
    assert_eq!(slow.wait_for(20).len(), 20);
}

#[test]
fn four_senders_at_once_send_each_webhook_once() {
    let (app, receiver) = (app(), Receiver::start());
    endpoint(&app.api_key(Role::Admin), &receiver);
    for number in 0..40 {
        app.given().pending_grant().with_payment(&format!("pay_{number}")).make();
    }
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| app.run_outbox_until_empty());
        }
    });
    let mut ids: Vec<String> = receiver.received().iter().map(|got| got.header("webhook-id").to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((receiver.received().len(), ids.len()), (40, 40));
}

#[test]
fn a_worker_that_dies_leaves_its_webhook_to_another() {
    let (app, receiver) = (app(), Receiver::start());
    endpoint(&app.api_key(Role::Admin), &receiver);
    let id = app.given().pending_grant().make();
    let message = app.read(|conn| webhooks::messages::of_grant(conn, &id).unwrap().remove(0));
    let now = app.now();
    let claimed = app.context().db.write(|tx| outbox::queue::claim(tx, &message.id, "dead", now)).unwrap();
    assert!(claimed.is_some());
    assert_eq!(app.run_outbox_until_empty(), 0, "its lease still runs");
    app.advance(SignedDuration::from_secs(30));
    assert_eq!(app.run_outbox_until_empty(), 1);
    assert_eq!(receiver.received()[0].header("webhook-id"), message.id.as_str());
    assert_eq!(receiver.received().len(), 1);
}
