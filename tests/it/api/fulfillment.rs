//! Fulfilling by API: the same room as the form, through another door.

use std::sync::Barrier;

use keydesk::domain::entitlement::IntegrationType;
use keydesk::domain::page::PageStart;
use keydesk::domain::staff::Role;
use keydesk::storage::audit_log;
use keydesk::storage::audit_log::list::AuditFilter;
use serde_json::json;

use crate::support::spawn_app;

#[test]
fn a_pending_grant_is_fulfilled_and_shown_with_its_key() {
    let app = spawn_app();
    let id = app.given().pending_grant().with_payment("pay_1").make();
    let agent = app.api_key(Role::Agent);
    let answer = agent.post(&format!("/grants/{id}/license-key"), &json!({"key": "ABCD-EFGH-JKLM-9012"}));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let grant = answer.json();
    assert_eq!((&grant["id"], &grant["status"]), (&json!(id.as_str()), &json!("Delivered")));
    assert_eq!(grant["license_key"]["key"], "ABCD-EFGH-JKLM-9012");
    assert_eq!(grant["license_key"]["activations_limit"], 3, "the entitlement's default");
    assert_eq!(grant["payment_id"], "pay_1");
    assert_eq!(grant["oauth_url"], json!(null), "optional fields are sent as null");
    assert_eq!(agent.get(&format!("/grants/{id}")).json(), grant);
    assert_eq!(app.run_outbox_until_empty(), 1);
    assert_eq!(app.mailbox.mails().len(), 1);
}

#[test]
fn every_refusal_has_the_contracts_status_and_code() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    let pending = app.given().pending_grant().make();
    let delivered = app.given().delivered_grant("USED-USED-USED-0001");
    let github = app.given().other_entitlement(IntegrationType::Github);
    let other = app.given().pending_grant().of(&github).make();
    let key = json!({"key": "FREE-FREE-FREE-0001"});
    for (id, body, status, code) in [
        (pending.as_str(), json!({"key": ""}), 400, "EMPTY_LICENSE_KEY"),
        (pending.as_str(), json!({"key": " \r\n\t "}), 400, "EMPTY_LICENSE_KEY"),
        (other.as_str(), key.clone(), 400, "NOT_A_LICENSE_KEY_GRANT"),
        ("entg_nobody", key.clone(), 404, "NOT_FOUND"),
        ("nonsense", key.clone(), 404, "NOT_FOUND"),
        (delivered.as_str(), key.clone(), 409, "GRANT_NOT_PENDING"),
        (pending.as_str(), json!({"key": "USED-USED-USED-0001"}), 409, "DUPLICATE_LICENSE_KEY"),
        (pending.as_str(), json!({}), 422, "VALIDATION_FAILED"),
        (pending.as_str(), json!({"key": null}), 422, "VALIDATION_FAILED"),
        (pending.as_str(), json!({"key": 7}), 422, "VALIDATION_FAILED"),
        (pending.as_str(), json!({"key": "x".repeat(65_537)}), 422, "VALIDATION_FAILED"),
        (pending.as_str(), json!({"key": "A\u{0}B"}), 422, "VALIDATION_FAILED"),
    ] {
        let answer = agent.post(&format!("/grants/{id}/license-key"), &body);
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{id} {}", answer.text);
        assert_eq!(answer.header("content-type"), "application/json");
        let is_final = if status == 409 { "false" } else { "" };
        assert_eq!(answer.header("x-should-retry"), is_final, "{id}");
        assert!(!answer.header("x-request-id").is_empty());
    }
    assert_eq!(agent.get(&format!("/grants/{pending}")).json()["status"], "Pending");
}

#[test]
fn wrong_limits_and_expiries_are_named_together() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let path = format!("/grants/{id}/license-key");
    let agent = app.api_key(Role::Agent);
    for limit in [json!(0), json!(-1), json!(2_147_483_648_i64), json!(1.5), json!("3"), json!(1e300)] {
        for expiry in
            ["2020-01-01T00:00:00Z", "tomorrow", "99999-01-01T00:00:00Z", "2027-02-30T00:00:00Z", "2027-01-01"]
        {
            let body = json!({"key": "K", "activations_limit": limit, "expires_at": expiry});
            let answer = agent.post(&path, &body);
            assert_eq!(
                (answer.status, answer.fields()),
                (422, vec!["activations_limit".into(), "expires_at".into()]),
                "{body}"
            );
        }
    }
    let body = json!({"key": "A-KEY", "activations_limit": 2_147_483_647, "expires_at": "9999-12-31T23:59:59+02:00"});
    let grant = agent.post(&path, &body).json();
    assert_eq!(grant["license_key"]["activations_limit"], 2_147_483_647);
    assert_eq!(grant["license_key"]["expires_at"], "9999-12-30T22:00:00Z");
}

#[test]
fn bodies_that_are_no_json_object_are_refused_and_say_why() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let path = format!("/grants/{id}/license-key");
    let agent = app.api_key(Role::Agent);
    let deep = "[".repeat(100_000);
    let json = [("content-type", "application/json; charset=utf-8")];
    for body in ["{", "[]", "7", "null", "\"key\"", "{\"key\": \"\\ud800\"}", deep.as_str()] {
        let answer = agent.send("POST", &path, &json, body);
        assert_eq!(answer.refusal(), (400, "INVALID_REQUEST".to_owned()), "{body:.40}");
    }
    let form = agent.send("POST", &path, &[("content-type", "application/x-www-form-urlencoded")], "key=ABC");
    assert_eq!(form.refusal(), (400, "INVALID_REQUEST".to_owned()));
    let large = agent.send("POST", &path, &json, &format!("{{\"key\": \"{}\"}}", "x".repeat(1_100_000)));
    assert_eq!(large.refusal(), (413, "TOO_LARGE".to_owned()));
    let unknown = agent.send("POST", &path, &json, r#"{"key": "K-1", "colour": "blue", "sizes": [1]}"#);
    assert_eq!(unknown.status, 200, "unknown fields are ignored: {}", unknown.text);
}

#[test]
fn other_methods_are_refused_with_those_that_are_taken() {
    let app = spawn_app();
    let admin = app.api_key(Role::Admin);
    let answer = admin.send("PUT", "/grants", &[], "");
    assert_eq!(answer.refusal(), (405, "METHOD_NOT_ALLOWED".to_owned()));
    assert_eq!(answer.header("allow"), "GET, POST");
    assert_eq!(admin.get("/nothing/here").refusal(), (404, "NOT_FOUND".to_owned()));
    assert_eq!(admin.send("HEAD", "/grants", &[], "").status, 200);
}

#[test]
fn the_same_key_and_content_again_is_answered_like_the_first() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    let id = app.given().pending_grant().make();
    let path = format!("/grants/{id}/license-key");
    let first = agent.post_once(&path, &json!({"key": "ONCE-ONCE-ONCE-0001"}), "f-1");
    let again = agent.post_once(&path, &json!({"key": "ONCE-ONCE-ONCE-0001"}), "f-1");
    assert_eq!((first.status, again.status, again.json()), (200, 200, first.json()));
    let other = agent.post_once(&path, &json!({"key": "ONCE-ONCE-ONCE-0002"}), "f-1");
    assert_eq!(other.refusal(), (409, "GRANT_NOT_PENDING".to_owned()));
    let elsewhere = app.given().pending_grant().with_payment("pay_2").make();
    let reused = agent.post_once(&format!("/grants/{elsewhere}/license-key"), &json!({"key": "NEW-KEY"}), "f-1");
    assert_eq!(reused.refusal(), (422, "IDEMPOTENCY_MISMATCH".to_owned()));
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 1);
}

#[test]
fn page_and_program_at_the_same_moment_give_one_key() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let (page_path, api_path) = (format!("/grants/{id}/fulfillment"), format!("/grants/{id}/license-key"));
    let barrier = Barrier::new(16);
    let won = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|number| {
                let key = format!("RACE-RACE-RACE-{number:04}");
                let (app, barrier, page_path, api_path) = (&app, &barrier, &page_path, &api_path);
                let mut person = (number % 2 == 0).then(|| app.agent());
                let program = app.api_key(Role::Agent);
                scope.spawn(move || {
                    barrier.wait();
                    let status = match &mut person {
                        Some(person) => person.post(page_path, &[("key", &key)]).status,
                        None => program.post(api_path, &json!({"key": key})).status,
                    };
                    assert!(matches!(status, 200 | 303 | 409), "{status}");
                    status != 409
                })
            })
            .collect();
        threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum::<usize>()
    });
    assert_eq!(won, 1);
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 1);
}

#[test]
fn the_timeline_names_the_api_key_that_fulfilled() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    app.api_key(Role::Agent).post(&format!("/grants/{id}/license-key"), &json!({"key": "ABCD-EFGH-JKLM-9012"}));
    let filter = AuditFilter { object: Some(id.to_string()), ..AuditFilter::default() };
    let log = app.read(|conn| audit_log::list::list(conn, &filter, &PageStart::Start, 10).expect("the log")).rows;
    let entry = log.iter().find(|entry| entry.action == "grant.fulfill").expect("an entry");
    assert_eq!((entry.actor_kind.as_str(), entry.actor_name.as_deref()), ("api_key", Some("shop")));
    assert!(entry.address.is_some() && entry.request_id.is_some());
    assert!(!format!("{log:?}").contains("ABCD-EFGH"));
}
