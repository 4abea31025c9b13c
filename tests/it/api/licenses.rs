//! What sold software asks: activate to the limit, validate at any moment, give places back.

use std::sync::Barrier;

use jiff::SignedDuration;
use keydesk::domain::page::PageStart;
use keydesk::domain::staff::Role;
use keydesk::storage::audit_log;
use keydesk::storage::audit_log::list::AuditFilter;
use serde_json::{Value, json};

use crate::support::api::Answer;
use crate::support::{TestApp, spawn_app};

const KEY: &str = "ABCD-EFGH-JKLM-9012";

fn activate(app: &TestApp, name: &str) -> Answer {
    app.program(None).post("/licenses/activate", &json!({"license_key": KEY, "name": name}))
}

fn is_valid(app: &TestApp, body: &Value) -> bool {
    let answer = app.program(None).post("/licenses/validate", body);
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["valid"].as_bool().unwrap()
}

fn deactivate(app: &TestApp, key: &str, instance: &Value) -> Answer {
    let body = json!({"license_key": key, "license_key_instance_id": instance});
    app.program(None).post("/licenses/deactivate", &body)
}

#[test]
fn a_device_takes_a_place_until_none_is_left_and_gives_it_back_once() {
    let app = spawn_app();
    app.given().delivered_grant(KEY);
    let first = activate(&app, "Laptop");
    assert_eq!(first.status, 201, "{}", first.text);
    let instance = first.json();
    assert_eq!((&instance["name"], &instance["customer"]["email"]), (&json!("Laptop"), &json!("ada@example.com")));
    assert_eq!(instance["customer"]["phone_number"], Value::Null);
    assert_eq!(instance["product"]["name"], "Bauplan CAD 2026 Professional");
    activate(&app, "Desktop");
    activate(&app, "Tablet");
    assert_eq!(activate(&app, "Fourth").refusal(), (422, "LICENSE_KEY_LIMIT_REACHED".to_owned()));
    assert_eq!(deactivate(&app, KEY, &instance["id"]).status, 200);
    assert_eq!(deactivate(&app, KEY, &instance["id"]).refusal(), (403, "FORBIDDEN".to_owned()));
    assert_eq!(activate(&app, "Fourth").status, 201);
    assert_eq!(activate(&app, "Fifth").status, 422, "giving back twice freed one place");
    let agent = app.api_key(Role::Agent);
    let count = agent.get("/license_keys").json()["items"][0]["instances_count"].clone();
    assert_eq!(count, json!(3));
    assert_eq!(agent.get("/license_key_instances").json()["items"].as_array().unwrap().len(), 3);
}

#[test]
fn thirty_devices_at_once_get_the_three_places_there_are() {
    let app = spawn_app();
    app.given().delivered_grant(KEY);
    let barrier = Barrier::new(30);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..30)
            .map(|number| {
                let (app, barrier) = (&app, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    activate(app, &format!("Device {number}")).status
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 3, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 27, "{statuses:?}");
    let agent = app.api_key(Role::Agent);
    assert_eq!(agent.get("/license_keys").json()["items"][0]["instances_count"], 3);
    assert_eq!(agent.get("/license_key_instances").json()["items"].as_array().unwrap().len(), 3);
}

#[test]
fn ten_deactivations_at_once_free_one_place() {
    let app = spawn_app();
    app.given().delivered_grant(KEY);
    let instance = activate(&app, "Laptop").json()["id"].clone();
    activate(&app, "Desktop");
    let barrier = Barrier::new(10);
    let freed: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..10)
            .map(|_| {
                let (app, barrier, instance) = (&app, &barrier, &instance);
                scope.spawn(move || {
                    barrier.wait();
                    usize::from(deactivate(app, KEY, instance).status == 200)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(freed, 1);
    assert_eq!(app.api_key(Role::Agent).get("/license_keys").json()["items"][0]["instances_count"], 1);
}

#[test]
fn a_key_is_valid_while_it_may_be_used_and_on_its_own_devices() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEY);
    app.given().delivered_grant("OTHER-OTHER-OTHER-1");
    let instance = activate(&app, "Laptop").json()["id"].clone();
    assert!(is_valid(&app, &json!({"license_key": KEY})));
    assert!(is_valid(&app, &json!({"license_key": format!(" {KEY}\r\n")})), "white space at the ends is cut");
    assert!(is_valid(&app, &json!({"license_key": KEY, "license_key_instance_id": instance})));
    assert!(is_valid(&app, &json!({"license_key": KEY, "license_key_instance_id": null})));
    for other in [json!("lki_nobody"), json!("nonsense"), json!("")] {
        assert!(!is_valid(&app, &json!({"license_key": KEY, "license_key_instance_id": other})), "{other}");
    }
    assert!(!is_valid(&app, &json!({"license_key": "OTHER-OTHER-OTHER-1", "license_key_instance_id": instance})));
    for unknown in ["nobody's", "", " ", "A\u{0}B", &"x".repeat(5_000)] {
        assert!(!is_valid(&app, &json!({"license_key": unknown})), "{unknown:.20}");
    }
    let admin = app.api_key(Role::Admin);
    let entitlement = admin.get(&format!("/grants/{grant}")).json()["entitlement_id"].as_str().unwrap().to_owned();
    admin.delete(&format!("/entitlements/{entitlement}/grants/{grant}"));
    assert!(!is_valid(&app, &json!({"license_key": KEY})), "revoked");
    assert_eq!(activate(&app, "Late").refusal(), (403, "INACTIVE_LICENSE_KEY".to_owned()));
    admin.post(&format!("/grants/{grant}/restore"), &json!({}));
    assert!(is_valid(&app, &json!({"license_key": KEY})));
    app.advance(SignedDuration::from_hours(24 * 366));
    assert!(!is_valid(&app, &json!({"license_key": KEY})), "expired at the time of the call");
    assert_eq!(activate(&app, "Late").status, 403);
}

#[test]
fn refusals_say_what_is_wrong() {
    let app = spawn_app();
    app.given().delivered_grant(KEY);
    app.given().delivered_grant("OTHER-OTHER-OTHER-1");
    let software = app.program(None);
    let instance = activate(&app, "Laptop").json()["id"].clone();
    assert_eq!(deactivate(&app, "OTHER-OTHER-OTHER-1", &instance).refusal(), (403, "FORBIDDEN".to_owned()));
    assert_eq!(deactivate(&app, "nobody's", &instance).refusal(), (404, "NOT_FOUND".to_owned()));
    let unknown = software.post("/licenses/activate", &json!({"license_key": "nobody's", "name": "Laptop"}));
    assert_eq!(unknown.refusal(), (404, "NOT_FOUND".to_owned()));
    for (path, body, fields) in [
        ("/licenses/activate", json!({}), "license_key name"),
        ("/licenses/activate", json!({"license_key": KEY, "name": " "}), "name"),
        ("/licenses/activate", json!({"license_key": KEY, "name": "x".repeat(256)}), "name"),
        ("/licenses/activate", json!({"license_key": 7, "name": "a\nb"}), "license_key name"),
        ("/licenses/validate", json!({}), "license_key"),
        ("/licenses/deactivate", json!({"license_key": KEY}), "license_key_instance_id"),
    ] {
        let answer = software.post(path, &body);
        assert_eq!((answer.status, answer.fields().join(" ")), (422, fields.to_owned()), "{path} {body:.60}");
    }
}

#[test]
fn an_idempotency_key_makes_a_repeated_activation_one() {
    let app = spawn_app();
    app.given().delivered_grant(KEY);
    let software = app.program(None);
    let body = json!({"license_key": KEY, "name": "Laptop"});
    let first = software.post_once("/licenses/activate", &body, "a-1");
    let again = software.post_once("/licenses/activate", &body, "a-1");
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.json()["id"], again.json()["id"]);
    let other = software.post_once("/licenses/activate", &json!({"license_key": KEY, "name": "Desktop"}), "a-1");
    assert_eq!(other.refusal(), (422, "IDEMPOTENCY_MISMATCH".to_owned()));
}

#[test]
fn activations_stand_in_the_grants_timeline_without_the_key() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    let instance = activate(&app, "Laptop").json()["id"].clone();
    deactivate(&app, KEY, &instance);
    let filter = AuditFilter { object: Some(id.to_string()), ..AuditFilter::default() };
    let log = app.read(|conn| audit_log::list::list(conn, &filter, &PageStart::Start, 20).expect("the log")).rows;
    let actions: Vec<&str> = log.iter().map(|entry| entry.action.as_str()).take(2).collect();
    assert_eq!(actions, ["license_key_instance.deactivate", "license_key_instance.activate"]);
    assert!(log[0].address.is_none() && !format!("{log:?}").contains(KEY));
    assert!(app.admin().get(&format!("/grants/{id}")).body.contains("Activated on a device"), "the timeline names it");
}

#[test]
fn instances_are_listed_shown_and_renamed() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEY);
    let agent = app.api_key(Role::Agent);
    let made = activate(&app, "Laptop").json();
    let path = format!("/license_key_instances/{}", made["id"].as_str().unwrap());
    let shown = agent.get(&path).json();
    assert_eq!((&shown["name"], &shown["license_key_id"]), (&json!("Laptop"), &made["license_key_id"]));
    assert_eq!(agent.patch(&path, &json!({"name": "Ada's laptop"})).json()["name"], "Ada's laptop");
    assert_eq!(agent.patch(&path, &json!({})).fields(), ["name"]);
    let count =
        |query: &str| agent.get(&format!("/license_key_instances?{query}")).json()["items"].as_array().unwrap().len();
    assert_eq!(count(&format!("grant_id={grant}")), 1);
    assert_eq!(count("grant_id=entg_nobody"), 0);
    assert_eq!(count(&format!("license_key_id={}", made["license_key_id"].as_str().unwrap())), 1);
    assert_eq!(count("license_key_id=lic_nobody"), 0);
    assert_eq!(agent.get("/license_key_instances/lki_nobody").status, 404);
    assert_eq!(app.api_key(Role::Viewer).patch(&path, &json!({"name": "x"})).status, 403);
}

#[test]
fn calls_without_a_token_are_limited_by_address_and_by_key() {
    let app = TestApp::builder().with("rate_limit_address", "10").with("rate_limit_key", "4").spawn();
    app.given().delivered_grant(KEY);
    let software = app.program(None);
    let ask = |key: &str| software.post("/licenses/validate", &json!({"license_key": key}));
    for _ in 0..4 {
        assert_eq!(ask(KEY).status, 200);
    }
    let refused = ask(KEY);
    assert_eq!(refused.refusal(), (429, "RATE_LIMITED".to_owned()));
    assert_eq!(refused.header("retry-after"), "15");
    for number in 0..5 {
        assert_eq!(ask(&format!("other {number}")).status, 200);
    }
    assert_eq!(ask("one more").refusal(), (429, "RATE_LIMITED".to_owned()), "the address has had its ten");
    assert_eq!(app.api_key(Role::Agent).get("/license_keys").status, 200, "calls with a token are not counted");
    app.advance(SignedDuration::from_secs(15));
    assert_eq!(ask(KEY).status, 200);
}

#[test]
fn browsers_may_make_the_three_calls_and_no_other() {
    let app = spawn_app();
    let software = app.program(None);
    let preflight = [
        ("origin", "https://shop.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type, x-stainless-lang"),
    ];
    for path in ["/licenses/activate", "/licenses/validate", "/licenses/deactivate"] {
        let answer = software.send("OPTIONS", path, &preflight, "");
        assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-allow-methods"), "POST");
        assert_eq!(answer.header("access-control-allow-headers"), "content-type, x-stainless-lang");
        let refused = software.send("POST", path, &[("origin", "https://shop.example")], "{}");
        assert_eq!(refused.status, 422);
        assert_eq!(refused.header("access-control-allow-origin"), "*", "errors can be read too");
        assert_eq!(software.get(path).status, 405);
    }
    for path in ["/grants", "/license_keys", "/openapi.json", "/nothing"] {
        for method in ["OPTIONS", "GET"] {
            let answer = software.send(method, path, &preflight, "");
            assert_eq!(answer.header("access-control-allow-origin"), "", "{method} {path}");
        }
    }
}

#[test]
fn activating_tells_nothing_of_the_shops_metadata() {
    let app = spawn_app();
    let grant = app.given().delivered_grant("META-DATA-KEYS-0001");
    let customer = app.read(|conn| keydesk::storage::grants::find(conn, &grant).unwrap().customer_id);
    let admin = app.api_key(keydesk::domain::staff::Role::Admin);
    let change = json!({"metadata": {"margin": "secret of the shop"}});
    assert_eq!(admin.patch(&format!("/customers/{customer}"), &change).status, 200);
    let made =
        app.program(None).post("/licenses/activate", &json!({"license_key": "META-DATA-KEYS-0001", "name": "x"}));
    assert_eq!((made.status, &made.json()["customer"]["metadata"]), (201, &json!({})), "{}", made.text);
}

#[test]
fn one_key_writes_only_so_many_entries_a_day() {
    let app = TestApp::builder().with("rate_limit_key_daily", "4").spawn();
    app.given().delivered_grant("DAILY-KEYS-0001-AAAA");
    app.given().delivered_grant("DAILY-KEYS-0002-BBBB");
    let program = app.program(None);
    let activate = |key: &str| program.post("/licenses/activate", &json!({"license_key": key, "name": "x"}));
    for _ in 0..2 {
        let made = activate("DAILY-KEYS-0001-AAAA");
        assert_eq!(made.status, 201, "{}", made.text);
        let ended = json!({"license_key": "DAILY-KEYS-0001-AAAA", "license_key_instance_id": made.json()["id"]});
        assert_eq!(program.post("/licenses/deactivate", &ended).status, 200);
    }
    let refused = activate("DAILY-KEYS-0001-AAAA");
    assert_eq!((refused.status, refused.header("retry-after")), (429, "21600"), "{}", refused.text);
    assert_eq!(activate("DAILY-KEYS-0002-BBBB").status, 201, "another key is free");
    let validate = json!({"license_key": "DAILY-KEYS-0001-AAAA"});
    assert_eq!(program.post("/licenses/validate", &validate).status, 200, "asking writes nothing");
    app.advance(jiff::SignedDuration::from_hours(6));
    assert_eq!(activate("DAILY-KEYS-0001-AAAA").status, 201);
}
