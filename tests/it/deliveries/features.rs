//! Features: switched on as soon as there is a grant, read by programs, and never mailed.

use keydesk::domain::entitlement::{IntegrationConfig, IntegrationType};
use keydesk::domain::ids::{EntitlementId, GrantId};
use keydesk::domain::staff::Role;
use serde_json::{Value, json};

use crate::support::{Receiver, TestApp, spawn_app};

fn entitlement(app: &TestApp) -> EntitlementId {
    let fields = r#"{"feature_id": "advanced_export", "feature_type": "boolean"}"#.to_owned();
    app.given().entitlement_with("Advanced export", IntegrationConfig::other(IntegrationType::FeatureFlag, fields))
}

fn shown(app: &TestApp, id: &GrantId) -> Value {
    app.api_key(Role::Viewer).get(&format!("/grants/{id}")).json()
}

#[test]
fn a_new_grant_is_delivered_at_once_and_read_by_programs() {
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").spawn();
    let receiver = Receiver::start();
    assert!(app.api_key(Role::Admin).post("/webhooks", &json!({"url": receiver.url()})).status < 300);
    let api = app.api_key(Role::Agent);
    let body = json!({
        "entitlement_id": entitlement(&app).to_string(),
        "customer": {"email": "ada@example.com", "name": "Ada Lovelace"},
        "payment_id": "pay_1",
    });
    let made = api.post("/grants", &body);
    assert_eq!(made.status, 201, "{}", made.text);
    let grant = made.json();
    assert_eq!(grant["status"], "Delivered");
    assert_eq!(grant["feature"], json!({"feature_id": "advanced_export", "feature_type": "boolean", "value": true}));
    assert_eq!((&grant["license_key"], &grant["oauth_url"]), (&Value::Null, &Value::Null));
    assert!(grant["delivered_at"].is_string());
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 0, "nobody is mailed");
    let mut events: Vec<Value> =
        receiver.bodies().iter().map(|body| serde_json::from_str(body).expect("JSON")).collect();
    events.sort_by_key(|event: &Value| event["type"].as_str().map(str::to_owned));
    let types: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(types, ["entitlement_grant.created", "entitlement_grant.delivered"]);
    assert!(events.iter().all(|event| event["data"]["status"] == "Delivered"));
    let again = api.post("/grants", &body);
    assert_eq!((again.status, &again.json()["id"]), (200, &grant["id"]));
}

#[test]
fn it_asks_nothing_of_staff_and_takes_no_key_link_or_files() {
    let app = spawn_app();
    let id = app.given().pending_grant().of(&entitlement(&app)).make();
    let mut agent = app.agent();
    let page = agent.get(&format!("/grants/{id}"));
    assert_eq!(page.chip(), "Delivered");
    assert!(page.body.contains("advanced_export") && !page.has("[data-fulfill]"), "{}", page.body);
    let api = app.api_key(Role::Agent);
    let key = api.post(&format!("/grants/{id}/license-key"), &json!({"key": "ABCD-EFGH-JKLM-1234"}));
    assert_eq!(key.refusal(), (400, "NOT_A_LICENSE_KEY_GRANT".to_owned()));
    let link = api.post(&format!("/grants/{id}/link"), &json!({"url": "https://t.me/+AbCdEf123456"}));
    assert_eq!(link.refusal(), (400, "NOT_A_LINK_GRANT".to_owned()));
}

#[test]
fn revoking_and_restoring_are_read_from_its_status() {
    let app = spawn_app();
    let id = app.given().pending_grant().of(&entitlement(&app)).make();
    let mut admin = app.admin();
    assert_eq!(admin.post(&format!("/grants/{id}/revocation"), &[("reason", "Refund")]).status, 303);
    assert_eq!(shown(&app, &id)["status"], "Revoked");
    assert_eq!(admin.post(&format!("/grants/{id}/restoration"), &[("reason", "A mistake")]).status, 303);
    let grant = shown(&app, &id);
    assert_eq!((&grant["status"], &grant["feature"]["value"]), (&json!("Delivered"), &json!(true)));
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 0);
}

#[test]
fn a_sale_of_several_switches_each_on() {
    let app = spawn_app();
    let body = json!({
        "entitlement_id": entitlement(&app).to_string(),
        "customer": {"email": "ada@example.com", "name": "Ada"},
        "payment_id": "pay_1",
        "quantity": 3,
    });
    assert_eq!(app.api_key(Role::Agent).post("/grants", &body).status, 201);
    assert_eq!(app.count("grants WHERE status = 'delivered'"), 3);
}
