//! A page that is older than a change: saving it does not set the change back.

use jiff::SignedDuration;
use keydesk::domain::license_key::expiry::ActivationsLimit;
use keydesk::domain::staff::Role;
use keydesk::storage::catalog::entitlements;
use keydesk::storage::license_keys;
use serde_json::json;

use crate::support::{TestApp, spawn_app};

#[test]
fn a_keys_page_that_is_older_than_a_change_is_a_conflict_with_both_values() {
    let app = spawn_app();
    let grant = app.given().delivered_grant("ABCD-EFGH-JKLM-9012");
    let key = app.read(|conn| license_keys::of_grant(conn, &grant).expect("read")).expect("a key");
    let (path, call) = (format!("/license-keys/{}", key.id), format!("/license_keys/{}", key.id));
    let mut agent = app.agent();
    let old = agent.get(&path);
    let api = app.api_key(Role::Agent);
    let changed = json!({"activations_limit": 9, "expires_at": "2028-01-31T12:00:00Z"});
    assert_eq!(api.patch(&call, &changed).status, 200);
    let (version, end) = (old.field("version").value, old.field("expires_at").value);
    let typed = [("activations_limit", "4"), ("expires_at", &end), ("expires_time", "10:00"), ("version", &version)];
    let page = agent.post(&path, &typed);
    assert_eq!(page.status, 409);
    assert_eq!((page.field("activations_limit").value.as_str(), page.field("expires_at").value), ("4", end.clone()));
    assert!(page.text_of("dl.facts").contains("0 of 9") && page.text_of("dl.facts").contains("31 Jan 2028, 12:00 UTC"));
    assert!(page.body.contains("was changed after you opened the page"));
    let now = app.read(|conn| license_keys::of_grant(conn, &grant).expect("read")).expect("a key");
    assert_eq!(
        (now.activations_limit, now.expires_at.expect("an end").to_string().as_str()),
        (Some(9), "2028-01-31T12:00:00Z")
    );
    // Having seen both, the person saves theirs.
    let version = page.field("version").value;
    let typed = [("activations_limit", "4"), ("expires_at", &end), ("expires_time", "10:00"), ("version", &version)];
    assert_eq!(agent.post(&path, &typed).status, 303);
    let now = app.read(|conn| license_keys::of_grant(conn, &grant).expect("read")).expect("a key");
    assert_eq!(now.activations_limit, Some(4));
}

#[test]
fn an_activation_in_the_meantime_is_no_conflict() {
    let app = spawn_app();
    let grant = app.given().delivered_grant("ABCD-EFGH-JKLM-9012");
    let key = app.read(|conn| license_keys::of_grant(conn, &grant).expect("read")).expect("a key");
    let path = format!("/license-keys/{}", key.id);
    let mut agent = app.agent();
    let version = agent.get(&path).field("version").value;
    let body = json!({"license_key": "ABCD-EFGH-JKLM-9012", "name": "WS-PLAN-07"});
    assert_eq!(app.program(None).post("/licenses/activate", &body).status, 201);
    let typed = [("activations_limit", "4"), ("expires_at", ""), ("version", &version)];
    assert_eq!(agent.post(&path, &typed).status, 303);
}

#[test]
fn an_entitlements_form_that_is_older_than_a_change_is_a_conflict_with_both_values() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let (mut one, mut two) = (app.admin(), app.admin());
    let (form, path) = (one.get(&format!("/entitlements/{id}/edit")), format!("/entitlements/{id}"));
    let version = form.field("version").value;
    let fields = |limit: &'static str, version: &str| {
        let version = version.to_owned();
        move |visitor: &mut crate::support::Visitor, path: &str| {
            visitor.post(path, &[("name", "Named user"), ("activations_limit", limit), ("version", &version)])
        }
    };
    app.advance(SignedDuration::from_secs(1));
    assert_eq!(fields("9", &version)(&mut two, &path).status, 303);
    let page = fields("4", &version)(&mut one, &path);
    assert_eq!((page.status, page.field("activations_limit").value.as_str()), (409, "4"));
    assert!(page.text_of("#errors").contains("Activations9"), "{}", page.text_of("#errors"));
    let limit = || {
        let entitlement = app.read(|conn| entitlements::find_active(conn, &id).expect("there"));
        entitlement.config.license_key().and_then(|settings| settings.activations_limit).map(ActivationsLimit::get)
    };
    assert_eq!(limit(), Some(9));
    assert_eq!(fields("4", &page.field("version").value)(&mut one, &path).status, 303);
    assert_eq!(limit(), Some(4));
}

#[test]
fn a_webhooks_form_that_is_older_than_a_change_is_a_conflict_with_both_values() {
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").spawn();
    let api = app.api_key(Role::Admin);
    let id = api.post("/webhooks", &json!({"url": "http://127.0.0.1:9/one"})).json()["id"].as_str().unwrap().to_owned();
    let path = format!("/webhooks/{id}");
    let mut admin = app.admin();
    let version = admin.get(&format!("{path}/edit")).field("version").value;
    app.advance(SignedDuration::from_secs(1));
    assert_eq!(api.patch(&path, &json!({"disabled": true, "description": "Stopped"})).status, 200);
    let page = admin.post(&path, &[("url", "http://127.0.0.1:9/two"), ("version", &version)]);
    assert_eq!((page.status, page.field("url").value.as_str()), (409, "http://127.0.0.1:9/two"));
    assert!(page.text_of("#errors").contains("http://127.0.0.1:9/one") && page.text_of("#errors").contains("Stopped"));
    assert_eq!(api.get(&path).json()["disabled"], true, "it is not switched on again unasked");
    let version = page.field("version").value;
    assert_eq!(admin.post(&path, &[("url", "http://127.0.0.1:9/two"), ("version", &version)]).status, 303);
}

#[test]
fn a_key_that_was_disabled_while_its_grant_was_revoked_stays_disabled() {
    let app = spawn_app();
    let (mut admin, api) = (app.admin(), app.api_key(Role::Admin));
    for by_page in [true, false] {
        let value = format!("ABCD-EFGH-JKLM-{by_page}");
        let grant = app.given().delivered_grant(&value);
        let key = app.read(|conn| license_keys::of_grant(conn, &grant).expect("read")).expect("a key").id;
        let is_valid =
            || app.program(None).post("/licenses/validate", &json!({"license_key": value})).json()["valid"] == true;
        admin.post(&format!("/grants/{grant}/revocation"), &[("reason", "refund")]);
        if by_page {
            let page = admin.post(&format!("/license-keys/{key}/status"), &[("status", "disabled")]);
            assert!(admin.follow(page).flash().contains("stays disabled"));
        } else {
            assert_eq!(api.patch(&format!("/license_keys/{key}"), &json!({"disabled": true})).status, 200);
        }
        let ask = admin.get(&format!("/grants/{grant}?act=restore"));
        assert!(ask.text_of("#ask").contains("stays disabled"), "{}", ask.text_of("#ask"));
        let page = admin.post(&format!("/grants/{grant}/restoration"), &[("reason", "by mistake")]);
        assert_eq!(admin.follow(page).flash(), "Restored. Its key stays disabled.");
        assert!(!is_valid());
        admin.post(&format!("/license-keys/{key}/status"), &[("status", "active")]);
        assert!(is_valid(), "an admin enables it");
    }
}

#[test]
fn an_agent_who_repeats_that_a_key_is_disabled_changes_nothing() {
    let app = spawn_app();
    let grant = app.given().delivered_grant("ABCD-EFGH-JKLM-9012");
    let key = app.read(|conn| license_keys::of_grant(conn, &grant).expect("read")).expect("a key").id;
    let mut admin = app.admin();
    admin.post(&format!("/grants/{grant}/revocation"), &[("reason", "refund")]);
    let agent = app.api_key(Role::Agent);
    assert_eq!(agent.patch(&format!("/license_keys/{key}"), &json!({"disabled": true})).status, 200);
    let page = admin.post(&format!("/grants/{grant}/restoration"), &[("reason", "by mistake")]);
    assert_eq!(admin.follow(page).flash(), "Restored. Its key works again.");
}

#[test]
fn restoring_says_only_what_is_true_of_the_key() {
    let app = spawn_app();
    let mut admin = app.admin();
    let pending = app.given().pending_grant().make();
    admin.post(&format!("/grants/{pending}/revocation"), &[("reason", "refund")]);
    let ask = admin.get(&format!("/grants/{pending}?act=restore"));
    assert!(!ask.text_of("#ask").contains("key"), "{}", ask.text_of("#ask"));
    let page = admin.post(&format!("/grants/{pending}/restoration"), &[("reason", "by mistake")]);
    assert_eq!(admin.follow(page).flash(), "Restored.");
    let delivered = app.given().delivered_grant("ABCD-EFGH-JKLM-9012");
    admin.post(&format!("/grants/{delivered}/revocation"), &[("reason", "refund")]);
    app.advance(SignedDuration::from_hours(366 * 24));
    let mut admin = app.admin();
    let ask = admin.get(&format!("/grants/{delivered}?act=restore"));
    assert!(ask.text_of("#ask").contains("expired"), "{}", ask.text_of("#ask"));
    let page = admin.post(&format!("/grants/{delivered}/restoration"), &[("reason", "by mistake")]);
    assert_eq!(admin.follow(page).flash(), "Restored. Its key has expired.");
}
