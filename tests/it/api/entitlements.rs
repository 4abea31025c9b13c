//! Entitlements and products by API.

use keydesk::domain::staff::Role;
use serde_json::{Value, json};

use crate::support::spawn_app;

fn manual(name: &str) -> Value {
    json!({
        "name": name, "integration_type": "license_key", "description": "One seat", "metadata": {"sku": "S-1"},
        "integration_config": {
            "activations_limit": 3, "duration_count": 1, "duration_interval": "Year", "fulfillment_mode": "manual"
        }
    })
}

#[test]
fn an_entitlement_is_made_shown_changed_and_deleted() {
    let app = spawn_app();
    let admin = app.api_key(Role::Admin);
    let made = admin.post("/entitlements", &manual("Studio"));
    assert_eq!(made.status, 201, "{}", made.text);
    let entitlement = made.json();
    assert_eq!(
        entitlement["integration_config"],
        json!({
            "activation_message": null, "activations_limit": 3, "duration_count": 1, "duration_interval": "Year",
            "fulfillment_mode": "manual", "key_format": null, "key_pattern": null, "key_is_shared": false
        })
    );
    assert_eq!((&entitlement["is_active"], &entitlement["metadata"]), (&json!(true), &json!({"sku": "S-1"})));
    let path = format!("/entitlements/{}", entitlement["id"].as_str().unwrap());
    assert_eq!(admin.get(&path).json(), entitlement);
    let renamed = admin.patch(&path, &json!({"name": "Studio 2", "description": null})).json();
    assert_eq!((&renamed["name"], &renamed["description"]), (&json!("Studio 2"), &Value::Null));
    assert_eq!(renamed["integration_config"], entitlement["integration_config"], "what is omitted stays");
    let config = json!({"integration_config": {"fulfillment_mode": "manual"}, "metadata": null});
    let wider = admin.patch(&path, &config).json();
    assert_eq!((&wider["integration_config"]["activations_limit"], &wider["metadata"]), (&Value::Null, &json!({})));
    assert_eq!(admin.patch(&path, &json!({"integration_config": {"chat_id": "1", "duration_count": 1}})).status, 422);

    let sale = json!({"entitlement_id": entitlement["id"], "customer": {"email": "ada@example.com", "name": "Ada"}});
    let grant = admin.post("/grants", &sale).json()["id"].as_str().unwrap().to_owned();
    assert_eq!(admin.delete(&path).status, 204);
    assert_eq!((admin.get(&path).status, admin.delete(&path).status), (404, 404));
    assert_eq!(admin.patch(&path, &json!({"name": "x"})).status, 404);
    assert_eq!(admin.get("/entitlements").json()["items"], json!([]));
    assert!(!app.admin().get("/entitlements").body.contains("Studio 2"));
    assert_eq!(admin.post("/grants", &sale).fields(), ["entitlement_id"], "it is sold no more");
    let fulfilled = admin.post(&format!("/grants/{grant}/license-key"), &json!({"key": "ABCD-EFGH"}));
    assert_eq!(fulfilled.json()["status"], "Delivered", "its grants live on: {}", fulfilled.text);
    assert_eq!(app.admin().get(&format!("/grants/{grant}")).status, 200);
}

#[test]
fn every_integration_type_is_made_and_filtered_by() {
    let app = spawn_app();
    let admin = app.api_key(Role::Admin);
    for (kind, config) in [
        ("license_key", json!({})),
        ("github", json!({"permission": "pull", "target_id": "a/b"})),
        ("discord", json!({"guild_id": "1"})),
        ("telegram", json!({"chat_id": "1"})),
        ("figma", json!({"figma_file_id": "1"})),
        ("framer", json!({"framer_template_id": "1"})),
        ("notion", json!({"notion_template_id": "1"})),
        ("feature_flag", json!({"feature_id": "1", "feature_type": "boolean"})),
        ("digital_files", json!({"digital_file_ids": []})),
    ] {
        let body = json!({"name": kind, "integration_type": kind, "integration_config": config});
        let made = admin.post("/entitlements", &body);
        assert_eq!(made.status, 201, "{kind}: {}", made.text);
        for (field, value) in config.as_object().unwrap() {
            assert_eq!(&made.json()["integration_config"][field], value);
        }
        let listed = admin.get(&format!("/entitlements?integration_type={kind}")).json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{kind}");
    }
    assert_eq!(admin.get("/entitlements").json()["items"].as_array().unwrap().len(), 9);
    assert_eq!(admin.get("/entitlements?integration_type=fax").status, 422);
    assert_eq!(app.admin().get("/entitlements").status, 200, "the page shows them");
}

#[test]
fn wrong_bodies_name_every_wrong_field() {
    let app = spawn_app();
    let admin = app.api_key(Role::Admin);
    assert_eq!(admin.post("/entitlements", &json!({})).fields(), ["name", "integration_type", "integration_config"]);
    let wrong = json!({
        "name": "x".repeat(201), "integration_type": "github", "integration_config": {"permission": "own"},
        "description": 7, "product_id": "x", "metadata": []
    });
    let fields = admin.post("/entitlements", &wrong).fields();
    let expected = [
        "name",
        "integration_config.permission",
        "integration_config.target_id",
        "description",
        "product_id",
        "metadata",
    ];
    assert_eq!(fields, expected);
    let lost =
        json!({"name": "x", "integration_type": "license_key", "integration_config": {}, "product_id": "pdt_no"});
    assert_eq!(admin.post("/entitlements", &lost).refusal(), (404, "NOT_FOUND".to_owned()));
    for program in [app.api_key(Role::Agent), app.api_key(Role::Viewer)] {
        assert_eq!(program.post("/entitlements", &manual("x")).status, 403);
        assert_eq!(program.get("/entitlements").status, 200);
    }
}

#[test]
fn an_idempotency_key_makes_one_of_each() {
    let app = spawn_app();
    let admin = app.api_key(Role::Admin);
    for (path, body, id) in [
        ("/entitlements", manual("Once"), "id"),
        ("/products", json!({"name": "Once"}), "product_id"),
        ("/customers", json!({"email": "once@example.com", "name": "Once"}), "customer_id"),
    ] {
        let first = admin.post_once(path, &body, "same");
        let again = admin.post_once(path, &body, "same");
        // One Idempotency-Key is one request: the next path is another.
        if path == "/entitlements" {
            assert_eq!((first.status, again.status), (201, 201), "{path}: {}", again.text);
            assert_eq!(first.json()[id], again.json()[id]);
        } else {
            assert_eq!(first.refusal(), (422, "IDEMPOTENCY_MISMATCH".to_owned()));
        }
        let first = admin.post_once(path, &body, path);
        let again = admin.post_once(path, &body, path);
        assert_eq!((first.status, again.status), (201, 201), "{path}: {}", again.text);
        assert_eq!(first.json()[id], again.json()[id]);
    }
}

#[test]
fn generated_keys_follow_the_entitlements_format() {
    let app = spawn_app();
    let admin = app.api_key(Role::Admin);
    let body = json!({
        "name": "Auto", "integration_type": "license_key",
        "integration_config": {"key_format": "cad-XXXXXX-XXXXXX-XXXXXX-XXXXXX-XXXXXX"}
    });
    let entitlement = admin.post("/entitlements", &body).json();
    assert_eq!(entitlement["integration_config"]["key_format"], "CAD-XXXXXX-XXXXXX-XXXXXX-XXXXXX-XXXXXX");
    let sale = json!({"entitlement_id": entitlement["id"], "customer": {"email": "ada@example.com", "name": "Ada"}});
    let keys: Vec<String> = (0..2)
        .map(|_| admin.post("/grants", &sale).json()["license_key"]["key"].as_str().unwrap().to_owned())
        .collect();
    assert_ne!(keys[0], keys[1]);
    for key in keys {
        assert!(key.starts_with("CAD-") && key.len() == 38, "{key}");
        assert!(key[4..].chars().all(|c| "23456789ABCDEFGHJKLMNPQRSTUVWXYZ-".contains(c)), "{key}");
    }
}

#[test]
fn products_carry_their_entitlements() {
    let app = spawn_app();
    let admin = app.api_key(Role::Admin);
    let product = admin.post("/products", &json!({"name": "Suite"})).json();
    assert_eq!((&product["name"], &product["entitlements"]), (&json!("Suite"), &json!([])));
    for name in ["Windows", "Linux"] {
        let mut body = manual(name);
        body["product_id"] = product["product_id"].clone();
        assert_eq!(admin.post("/entitlements", &body).json()["product_id"], product["product_id"]);
    }
    let shown = admin.get(&format!("/products/{}", product["product_id"].as_str().unwrap())).json();
    let names: Vec<&str> =
        shown["entitlements"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Linux", "Windows"]);
    admin.post("/entitlements", &manual("Own product"));
    let list = admin.get("/products").json();
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert_eq!(admin.get("/products/pdt_nothing").status, 404);
    assert_eq!(admin.post("/products", &json!({"name": ""})).fields(), ["name"]);
    assert_eq!(app.api_key(Role::Agent).post("/products", &json!({"name": "x"})).status, 403);
}
