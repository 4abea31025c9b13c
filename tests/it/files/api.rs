//! Files by API: adding and removing them, naming them in a configuration, delivering, and reading where they are.

use keydesk::domain::staff::Role;
use serde_json::{Value, json};

use super::{content, downloads, mailed_link, of_files};
use crate::support::{Program, TestApp, spawn_app};

fn add(program: &Program, entitlement: &str, query: &str, body: &str) -> Value {
    let path = format!("/entitlements/{entitlement}/files?{query}");
    let answer = program.send("POST", &path, &[("content-type", "application/zip")], body);
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

#[test]
fn a_program_adds_lists_and_removes_files() {
    let app = spawn_app();
    let (id, admin) = (of_files(&app).to_string(), app.api_key(Role::Admin));
    let file = add(&admin, &id, "filename=..%2FSetup%20%C3%BC.bin&note=Windows", "MZ");
    assert_eq!((&file["filename"], &file["note"]), (&json!("Setup ü.bin"), &json!("Windows")));
    assert_eq!((&file["content_type"], &file["file_size"]), (&json!("application/zip"), &json!(2)));
    assert_eq!(admin.get(&format!("/entitlements/{id}/files")).json(), json!({"items": [file]}));
    let config = || admin.get(&format!("/entitlements/{id}")).json()["integration_config"].clone();
    assert_eq!(config()["digital_file_ids"], json!([file["file_id"]]));
    let path = format!("/entitlements/{id}/files/{}", file["file_id"].as_str().unwrap());
    assert_eq!((admin.delete(&path).status, admin.delete(&path).status), (204, 404));
    assert_eq!(config()["digital_file_ids"], json!([]));
    assert_eq!(config()["external_url"], "https://tonwerk.example/start");
}

#[test]
fn every_refusal_has_its_status_and_code() {
    let app = TestApp::builder().with("files_max_size", "1KB").spawn();
    let (id, admin) = (of_files(&app).to_string(), app.api_key(Role::Admin));
    let send = |program: &Program, id: &str, query: &str, body: &str| {
        program.send("POST", &format!("/entitlements/{id}/files{query}"), &[], body).refusal()
    };
    let large = "x".repeat(1_001);
    for (program, id, query, body, status, code) in [
        (&admin, id.as_str(), "?filename=a", large.as_str(), 413, "TOO_LARGE"),
        (&admin, &id, "", "a", 422, "VALIDATION_FAILED"),
        (&admin, &id, "?filename=a&note=a%0Ab", "a", 422, "VALIDATION_FAILED"),
        (&admin, "ent_unknown", "?filename=a", "a", 404, "NOT_FOUND"),
        (&app.api_key(Role::Agent), &id, "?filename=a", "a", 403, "FORBIDDEN"),
    ] {
        assert_eq!(send(program, id, query, body), (status, code.to_owned()), "{query}");
    }
    assert_eq!(app.count("files"), 0);
    let body = json!({"name": "X", "integration_type": "digital_files",
        "integration_config": {"digital_file_ids": ["file_unknown"]}});
    let answer = admin.post("/entitlements", &body);
    assert_eq!((answer.status, answer.fields()), (422, vec!["integration_config.digital_file_ids".to_owned()]));
}

#[test]
fn the_same_request_adds_once() {
    let app = spawn_app();
    let (id, admin) = (of_files(&app).to_string(), app.api_key(Role::Admin));
    let path = format!("/entitlements/{id}/files?filename=a.zip");
    let once = |body: &str| admin.send("POST", &path, &[("idempotency-key", "k1")], body);
    let (first, again) = (once("a"), once("a"));
    assert_eq!((first.status, again.status, first.json() == again.json()), (201, 201, true));
    assert_eq!(once("b").refusal(), (422, "IDEMPOTENCY_MISMATCH".to_owned()));
    assert_eq!(app.count("files"), 1);
}

#[test]
fn a_configuration_names_the_files_of_an_entitlement() {
    let app = spawn_app();
    let (id, admin) = (of_files(&app).to_string(), app.api_key(Role::Admin));
    let ids: Vec<Value> =
        ["a", "b"].map(|name| add(&admin, &id, &format!("filename={name}"), name)["file_id"].clone()).into();
    let config = json!({"digital_file_ids": [ids[1]], "instructions": "Unpack it."});
    let body = json!({"name": "Second", "integration_type": "digital_files", "integration_config": config});
    let second = admin.post("/entitlements", &body).json();
    assert_eq!(second["integration_config"]["digital_file_ids"], json!([ids[1]]));
    let patch = |ids: &Value| {
        let config = json!({"integration_config": {"digital_file_ids": ids}});
        admin.patch(&format!("/entitlements/{}", second["id"].as_str().unwrap()), &config)
    };
    let swapped = json!([ids[0], ids[1]]);
    assert_eq!(patch(&swapped).json()["integration_config"]["digital_file_ids"], swapped);
    assert_eq!(patch(&json!([ids[0], ids[0]])).status, 422);
    assert_eq!(patch(&json!(["file_unknown"])).status, 422);
    assert_eq!(patch(&json!([])).json()["integration_config"]["digital_file_ids"], json!([]));
    assert_eq!(app.count("files"), 2, "the first entitlement still carries both");
}

#[test]
fn a_program_delivers_files_and_reads_where_they_are() {
    let app = spawn_app();
    let (entitlement, admin) = (of_files(&app), app.api_key(Role::Admin));
    let (agent, viewer) = (app.api_key(Role::Agent), app.api_key(Role::Viewer));
    let grant = app.given().pending_grant().of(&entitlement).make();
    let path = format!("/grants/{grant}/files");
    assert_eq!(agent.post(&path, &json!({})).refusal(), (409, "NO_FILES".to_owned()));
    add(&admin, entitlement.as_str(), "filename=a.zip", &String::from_utf8_lossy(&content(100)));
    let delivered = agent.post(&path, &json!({}));
    assert_eq!(delivered.status, 200, "{}", delivered.text);
    let delivery = delivered.json()["digital_product_delivery"].clone();
    assert_eq!(
        (&delivery["external_url"], &delivery["instructions"]),
        (&json!("https://tonwerk.example/start"), &json!("Unpack it.\nStart it."))
    );
    let file = &delivery["files"][0];
    assert_eq!((&file["filename"], &file["expires_in"]), (&json!("a.zip"), &json!(7 * 24 * 60 * 60)));
    let url = file["download_url"].as_str().unwrap();
    let at = url.find("/files/").unwrap();
    assert_eq!(app.anonymous().get(&url[at..]).status, 200);
    let seen = viewer.get(&format!("/grants/{grant}")).json();
    assert_eq!(seen["digital_product_delivery"]["files"][0]["download_url"], "", "a viewer gets no links");
    assert_eq!(agent.post(&path, &json!({})).refusal(), (409, "GRANT_NOT_PENDING".to_owned()));
    assert_eq!(
        agent.post(&format!("/grants/{grant}/license-key"), &json!({"key": "A-B"})).code(),
        "NOT_A_LICENSE_KEY_GRANT"
    );
    let key = app.given().pending_grant().make();
    assert_eq!(
        agent.post(&format!("/grants/{key}/files"), &json!({})).refusal(),
        (400, "NOT_A_FILES_GRANT".to_owned())
    );
    app.run_outbox_until_empty();
    assert_eq!(downloads(&app.anonymous().get(&mailed_link(&app, &grant))).len(), 1);
    admin.delete(&format!("/entitlements/{entitlement}/grants/{grant}"));
    assert_eq!(agent.get(&format!("/grants/{grant}")).json()["digital_product_delivery"], Value::Null);
}

#[test]
fn a_grant_of_a_key_shows_its_files_too() {
    let app = spawn_app();
    let (entitlement, admin) = (app.given().entitlement(), app.api_key(Role::Admin));
    add(&admin, entitlement.as_str(), "filename=a.zip", "a");
    let grant = app.given().pending_grant().of(&entitlement).make();
    let shown = || admin.get(&format!("/grants/{grant}")).json()["digital_product_delivery"].clone();
    assert_eq!(shown(), Value::Null);
    app.given().fulfill(&grant, "ABCD-EFGH-JKLM-9012");
    assert_eq!(shown()["files"][0]["filename"], "a.zip");
}
