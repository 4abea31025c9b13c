//! License keys by API: the list, an imported one, what they allow.

use jiff::SignedDuration;
use keydesk::domain::staff::Role;
use serde_json::{Value, json};

use crate::support::{Program, TestApp, spawn_app};

/// A delivered grant's key as the API shows it.
fn delivered(app: &TestApp, key: &str) -> Value {
    let id = app.given().delivered_grant(key);
    let program = app.api_key(Role::Agent);
    let key_id = program.get(&format!("/grants/{id}")).json()["license_key"]["id"].as_str().unwrap().to_owned();
    program.get(&format!("/license_keys/{key_id}")).json()
}

fn path(key: &Value) -> String {
    format!("/license_keys/{}", key["id"].as_str().unwrap())
}

fn activate(app: &TestApp, key: &str, name: &str) -> u16 {
    app.program(None).post("/licenses/activate", &json!({"license_key": key, "name": name})).status
}

fn ids(program: &Program, query: &str) -> Vec<String> {
    let answer = program.get(&format!("/license_keys?page_size=100&{query}"));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let items = answer.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_key_is_imported_without_an_email_and_once() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    let known = delivered(&app, "KNOWN-KNOWN-0001");
    app.run_outbox_until_empty();
    let body = json!({
        "customer_id": known["customer_id"], "product_id": known["product_id"], "key": " IMPORTED-0001\r\nline ",
        "activations_limit": 5, "expires_at": "2027-01-31T12:00:00Z"
    });
    let made = agent.post_once("/license_keys", &body, "i-1");
    assert_eq!(made.status, 201, "{}", made.text);
    let key = made.json();
    assert_eq!(
        (&key["source"], &key["key"], &key["status"]),
        (&json!("import"), &json!("IMPORTED-0001\nline"), &json!("active"))
    );
    assert_eq!((&key["activations_limit"], &key["instances_count"]), (&json!(5), &json!(0)));
    assert_eq!(agent.post_once("/license_keys", &body, "i-1").json(), key, "the first answer again");
    let again = agent.post("/license_keys", &body);
    assert_eq!(again.refusal(), (409, "DUPLICATE_LICENSE_KEY".to_owned()));
    assert_eq!(app.run_outbox_until_empty(), 0, "nobody is mailed");
    assert_eq!(activate(&app, "IMPORTED-0001\nline", "Laptop"), 201);
    for (field, value, status, code) in [
        ("customer_id", json!("cus_nobody"), 404, "NOT_FOUND"),
        ("product_id", json!("pdt_nothing"), 404, "NOT_FOUND"),
        ("customer_id", json!("nonsense"), 422, "VALIDATION_FAILED"),
        ("key", json!("  "), 400, "EMPTY_LICENSE_KEY"),
        ("key", json!("A\u{0}"), 422, "VALIDATION_FAILED"),
        ("activations_limit", json!(0), 422, "VALIDATION_FAILED"),
        ("expires_at", json!("2020-01-01T00:00:00Z"), 422, "VALIDATION_FAILED"),
    ] {
        let mut wrong = body.clone();
        wrong["key"] = json!("ANOTHER");
        wrong[field] = value;
        assert_eq!(agent.post("/license_keys", &wrong).refusal(), (status, code.to_owned()), "{wrong}");
    }
    assert_eq!(agent.post("/license_keys", &json!({})).fields(), ["customer_id", "product_id", "key"]);
}

#[test]
fn lists_are_narrowed_by_everything_the_contract_names() {
    let app = spawn_app();
    let admin = app.api_key(Role::Admin);
    let first = delivered(&app, "FIRST-FIRST-0001");
    app.advance(SignedDuration::from_hours(24));
    let auto = app.given().auto_entitlement();
    app.given().pending_grant().of(&auto).for_customer("bob@example.com").make();
    assert_eq!(ids(&admin, "").len(), 2);
    assert_eq!(ids(&admin, "source=manual"), [first["id"].as_str().unwrap()]);
    assert_eq!(ids(&admin, "source=auto").len(), 1);
    assert_eq!(ids(&admin, &format!("customer_id={}", first["customer_id"].as_str().unwrap())).len(), 1);
    assert_eq!(ids(&admin, &format!("product_id={}", first["product_id"].as_str().unwrap())).len(), 1);
    assert_eq!(ids(&admin, "created_at_lte=2026-06-15T10:00:00Z"), [first["id"].as_str().unwrap()]);
    assert_eq!(ids(&admin, "created_at_gte=2026-06-15T10:00:01%2B00:00").len(), 1);
    admin.patch(&path(&first), &json!({"disabled": true}));
    assert_eq!(ids(&admin, "status=disabled"), [first["id"].as_str().unwrap()]);
    assert_eq!(ids(&admin, "status=active").len(), 1);
    app.advance(SignedDuration::from_hours(24 * 400));
    assert_eq!(ids(&admin, "status=expired").len(), 1);
    assert_eq!(ids(&admin, "status=active").len(), 0);
    for query in ["status=gone", "source=gift", "created_at_gte=monday", "customer_id=ada"] {
        assert_eq!(admin.get(&format!("/license_keys?{query}")).status, 422, "{query}");
    }
    let viewer = app.api_key(Role::Viewer).get("/license_keys");
    assert!(!viewer.text.contains("FIRST-FIRST-0001") && viewer.text.contains("••••0001"), "{}", viewer.text);
}

#[test]
fn what_is_omitted_stays_and_null_clears() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    let key = delivered(&app, "ABCD-EFGH-JKLM-9012");
    let path = path(&key);
    let wider = agent.patch(&path, &json!({"activations_limit": 7})).json();
    assert_eq!((&wider["activations_limit"], &wider["expires_at"]), (&json!(7), &key["expires_at"]));
    let endless = agent.patch(&path, &json!({"activations_limit": null, "expires_at": null})).json();
    assert_eq!((&endless["activations_limit"], &endless["expires_at"]), (&Value::Null, &Value::Null));
    let ended = app.api_key(Role::Admin).patch(&path, &json!({"expires_at": "2020-01-01T00:00:00Z"})).json();
    assert_eq!(ended["status"], "expired", "an expiry in the past ends a key");
    assert_eq!(
        agent.patch(&path, &json!({"activations_limit": 0, "expires_at": "x", "disabled": 1})).fields().len(),
        3
    );
    assert_eq!(agent.patch("/license_keys/lic_nobody", &json!({})).refusal(), (404, "NOT_FOUND".to_owned()));
    assert_eq!(app.api_key(Role::Viewer).patch(&path, &json!({})).status, 403);
}

#[test]
fn a_limit_is_never_below_the_activations_in_use() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    let key = delivered(&app, "ABCD-EFGH-JKLM-9012");
    for name in ["one", "two"] {
        assert_eq!(activate(&app, "ABCD-EFGH-JKLM-9012", name), 201);
    }
    let refused = agent.patch(&path(&key), &json!({"activations_limit": 1}));
    assert_eq!((refused.status, refused.fields()), (422, vec!["activations_limit".to_owned()]));
    assert!(refused.text.contains("2 activations"), "{}", refused.text);
    assert_eq!(agent.patch(&path(&key), &json!({"activations_limit": 2})).status, 200);
    assert_eq!(activate(&app, "ABCD-EFGH-JKLM-9012", "three"), 422);
}

#[test]
fn a_subscription_decides_when_its_key_expires() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    let id = app.given().pending_grant().with_subscription("sub_1").make();
    app.given().fulfill(&id, "ABCD-EFGH-JKLM-9012");
    let key_id = agent.get(&format!("/grants/{id}")).json()["license_key"]["id"].as_str().unwrap().to_owned();
    let refused = agent.patch(&format!("/license_keys/{key_id}"), &json!({"expires_at": null}));
    assert_eq!(refused.refusal(), (400, "INVALID_REQUEST".to_owned()));
    assert_eq!(agent.patch(&format!("/license_keys/{key_id}"), &json!({"activations_limit": 9})).status, 200);
}

#[test]
fn disabling_is_for_admins_and_outlives_a_revocation() {
    let app = spawn_app();
    let (agent, admin) = (app.api_key(Role::Agent), app.api_key(Role::Admin));
    let key = delivered(&app, "ABCD-EFGH-JKLM-9012");
    let path = path(&key);
    assert_eq!(agent.patch(&path, &json!({"disabled": true})).refusal(), (403, "FORBIDDEN".to_owned()));
    assert_eq!(agent.patch(&path, &json!({"disabled": false})).status, 200, "it changes nothing");
    assert_eq!(admin.patch(&path, &json!({"disabled": true})).json()["status"], "disabled");
    assert_eq!(activate(&app, "ABCD-EFGH-JKLM-9012", "Laptop"), 403);
    let grant = admin.get("/grants").json()["items"][0].clone();
    let (id, entitlement) = (grant["id"].as_str().unwrap(), grant["entitlement_id"].as_str().unwrap());
    let (revoke, restore) = (format!("/entitlements/{entitlement}/grants/{id}"), format!("/grants/{id}/restore"));
    admin.delete(&revoke);
    assert_eq!(admin.patch(&path, &json!({"disabled": false})).refusal(), (409, "GRANT_REVOKED".to_owned()));
    admin.post(&restore, &json!({}));
    assert_eq!(admin.get(&path).json()["status"], "disabled", "it was disabled for itself");
    assert_eq!(admin.patch(&path, &json!({"disabled": false})).json()["status"], "active");
    admin.delete(&revoke);
    assert_eq!(admin.get(&path).json()["status"], "disabled");
    admin.post(&restore, &json!({}));
    assert_eq!(admin.get(&path).json()["status"], "active");
}
