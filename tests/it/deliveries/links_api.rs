//! Links by API.

use keydesk::domain::entitlement::IntegrationType;
use keydesk::domain::staff::Role;
use serde_json::json;

use super::{LINK, PLATFORMS, waiting_for};
use crate::support::{Receiver, TestApp, spawn_app};

#[test]
fn a_program_delivers_a_link_of_each_platform_and_reads_it() {
    let app = spawn_app();
    let (agent, viewer) = (app.api_key(Role::Agent), app.api_key(Role::Viewer));
    for (kind, link, look_alike) in PLATFORMS {
        let id = waiting_for(&app, kind);
        let path = format!("/grants/{id}/link");
        for wrong in [look_alike, "http://example.com/", "", "no link"] {
            let answer = agent.post(&path, &json!({ "url": wrong }));
            assert_eq!((answer.status, answer.fields()), (422, vec!["url".to_owned()]), "{kind:?} {wrong}");
        }
        let answer = agent.post(&path, &json!({"url": link, "expires_at": "2026-12-31T12:00:00Z"}));
        assert_eq!(answer.status, 200, "{}", answer.text);
        let grant = answer.json();
        assert_eq!(grant["status"], "Delivered");
        assert_eq!((&grant["oauth_url"], &grant["license_key"]), (&json!(link), &json!(null)));
        assert_eq!(grant["oauth_expires_at"], "2026-12-31T12:00:00Z");
        assert_eq!(agent.get(&format!("/grants/{id}")).json(), grant);
        let seen = viewer.get(&format!("/grants/{id}")).json();
        assert_eq!((&seen["oauth_url"], &seen["oauth_expires_at"]), (&json!(null), &grant["oauth_expires_at"]));
    }
    assert_eq!(app.run_outbox_until_empty(), 6);
}

#[test]
fn every_refusal_has_its_status_and_code() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    let pending = waiting_for(&app, IntegrationType::Discord);
    let delivered = waiting_for(&app, IntegrationType::Discord);
    let used = json!({"url": "https://discord.gg/used"});
    assert_eq!(agent.post(&format!("/grants/{delivered}/link"), &used).status, 200);
    let key = app.given().pending_grant().make();
    let files = waiting_for(&app, IntegrationType::DigitalFiles);
    let feature = waiting_for(&app, IntegrationType::FeatureFlag);
    let link = json!({ "url": LINK });
    for (id, body, status, code) in [
        (key.as_str(), &link, 400, "NOT_A_LINK_GRANT"),
        (files.as_str(), &link, 400, "NOT_A_LINK_GRANT"),
        (feature.as_str(), &link, 400, "NOT_A_LINK_GRANT"),
        (delivered.as_str(), &link, 409, "GRANT_NOT_PENDING"),
        (pending.as_str(), &used, 409, "DUPLICATE_LINK"),
        (pending.as_str(), &json!({}), 422, "VALIDATION_FAILED"),
        (pending.as_str(), &json!({"url": 7}), 422, "VALIDATION_FAILED"),
        (pending.as_str(), &json!({"url": LINK, "expires_at": "2020-01-01T00:00:00Z"}), 422, "VALIDATION_FAILED"),
        ("entg_nobody", &link, 404, "NOT_FOUND"),
    ] {
        let answer = agent.post(&format!("/grants/{id}/link"), body);
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{id} {}", answer.text);
    }
    for id in [&pending, &files, &feature] {
        let answer = agent.post(&format!("/grants/{id}/license-key"), &json!({"key": "FREE-FREE-FREE-0001"}));
        assert_eq!(answer.refusal(), (400, "NOT_A_LICENSE_KEY_GRANT".to_owned()), "{}", answer.text);
    }
    let viewer = app.api_key(Role::Viewer);
    assert_eq!(viewer.post(&format!("/grants/{pending}/link"), &link).status, 403);
}

#[test]
fn the_same_request_again_delivers_once() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    let path = format!("/grants/{}/link", waiting_for(&app, IntegrationType::Discord));
    let headers = [("idempotency-key", "order-1")];
    let first = agent.send("POST", &path, &headers, &json!({ "url": LINK }).to_string());
    let again = agent.send("POST", &path, &headers, &json!({ "url": LINK }).to_string());
    assert_eq!((first.status, again.status), (200, 200), "{}", again.text);
    assert_eq!(first.json(), again.json());
    let other = agent.send("POST", &path, &headers, &json!({"url": "https://discord.gg/other"}).to_string());
    assert_eq!(other.status, 409, "{}", other.text);
    assert_eq!(app.run_outbox_until_empty(), 1);
}

#[test]
fn a_link_is_no_license_key_to_programs_and_webhooks() {
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").spawn();
    let receiver = Receiver::start();
    let mut admin = app.admin();
    assert_eq!(app.api_key(Role::Admin).post("/webhooks", &json!({"url": receiver.url()})).status, 201);
    let agent = app.api_key(Role::Agent);
    let id = waiting_for(&app, IntegrationType::Discord);
    assert_eq!(agent.post(&format!("/grants/{id}/link"), &json!({ "url": LINK })).status, 200);
    let key_id = super::grant(&app, &id).license_key_id.unwrap();
    assert_eq!(agent.get("/license_keys").json()["items"], json!([]));
    assert_eq!(agent.get(&format!("/license_keys/{key_id}")).status, 404);
    let patch = json!({"activations_limit": 3}).to_string();
    assert_eq!(agent.send("PATCH", &format!("/license_keys/{key_id}"), &[], &patch).status, 404);
    let software = app.program(None);
    assert_eq!(software.post("/licenses/validate", &json!({ "license_key": LINK })).json()["valid"], false);
    assert_eq!(software.post("/licenses/activate", &json!({"license_key": LINK, "name": "PC"})).status, 404);
    let search = admin.get(&format!("/search?q={LINK}"));
    assert!(!search.body.contains(id.as_str()), "{}", search.body);
    let list = admin.get("/license-keys");
    assert!(!list.body.contains(key_id.as_str()), "{}", list.body);
    app.run_outbox_until_empty();
    let mut events = receiver.events();
    events.sort();
    assert_eq!(events, ["entitlement_grant.created", "entitlement_grant.delivered"]);
    let got = receiver.received();
    let delivered = got.iter().find(|one| one.event() == "entitlement_grant.delivered").unwrap().json();
    assert_eq!((&delivered["data"]["oauth_url"], &delivered["data"]["license_key"]), (&json!(LINK), &json!(null)));
}
