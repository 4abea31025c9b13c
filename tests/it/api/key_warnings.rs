//! Keys by API: taken whole, cut at the ends, accepted with warnings; and generated keys in a form of people's own.

use keydesk::domain::staff::Role;
use keydesk::storage::catalog::entitlements;
use keydesk::storage::grants;
use serde_json::{Value, json};

use crate::support::{TestApp, spawn_app};

fn codes(answer: &Value) -> Vec<String> {
    let warnings = answer["warnings"].as_array().cloned().unwrap_or_default();
    warnings.iter().map(|warning| warning["code"].as_str().expect("a code").to_owned()).collect()
}

fn is_valid(app: &TestApp, key: &str) -> bool {
    let answer = app.program(None).post("/licenses/validate", &json!({"license_key": key}));
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["valid"].as_bool().expect("an answer")
}

#[test]
fn a_key_that_looks_wrong_is_accepted_with_warnings() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    let first = app.given().delivered_grant("ABCDE-1O2I5-S8B0L");
    let (customer, product) = app.read(|conn| {
        let grant = grants::find(conn, &first).unwrap();
        (grant.customer_id, entitlements::find(conn, &grant.entitlement_id).unwrap().product_id)
    });
    for (number, (key, expected)) in [
        ("PLAIN-12345", vec![]),
        ("DASHE\u{2013}12345", vec!["typographic_dashes"]),
        ("\u{201C}QUOTE-12345\u{201D}", vec!["typographic_quotes"]),
        ("Key: LABEL-12345", vec!["label"]),
        ("1.23457E+23", vec!["rounded_number"]),
        ("abcde-1o2i5-s8b0l", vec!["similar_key"]),
    ]
    .into_iter()
    .enumerate()
    {
        let id = app.given().pending_grant().for_customer(&format!("b{number}@example.com")).make();
        let path = format!("/grants/{id}/license-key");
        let answer = agent.post_once(&path, &json!({"key": key}), &format!("f-{number}"));
        assert_eq!(answer.status, 200, "{key}: {}", answer.text);
        let grant = answer.json();
        assert_eq!(codes(&grant), expected, "{key}");
        assert_eq!(grant.get("warnings").is_some(), !expected.is_empty(), "left out where there are none");
        assert_eq!(grant["license_key"]["key"], key);
        assert_eq!(agent.post_once(&path, &json!({"key": key}), &format!("f-{number}")).json(), grant, "{key}: again");
        assert!(agent.get(&format!("/grants/{id}")).json().get("warnings").is_none());

        let key = format!("{key}X").replace("+23X", "+24").replace("\u{201D}X", "X\u{201D}");
        let key = if expected == ["similar_key"] { "ABCDE1O2I5S8B0L".to_owned() } else { key };
        let body = json!({"customer_id": customer.as_str(), "product_id": product.as_str(), "key": key});
        let answer = agent.post_once("/license_keys", &body, &format!("i-{number}"));
        assert_eq!(answer.status, 201, "{key}: {}", answer.text);
        let imported = answer.json();
        assert_eq!(codes(&imported), expected, "{key}");
        assert_eq!(agent.post_once("/license_keys", &body, &format!("i-{number}")).json(), imported, "{key}: again");
    }
    let id = app.given().pending_grant().for_customer("last@example.com").make();
    let answer = agent.post(&format!("/grants/{id}/license-key"), &json!({"key": "ABCDE_1O2I5-S8B0L"}));
    assert_eq!(codes(&answer.json()), Vec::<String>::new());
    let id = app.given().pending_grant().for_customer("really@example.com").make();
    let answer = agent.post(&format!("/grants/{id}/license-key"), &json!({"key": "ABCDE 1O2I5-S8B0L"})).json();
    let message = answer["warnings"][0]["message"].as_str().expect("words").to_owned();
    assert!(message.contains("already issued"), "{message}");
    assert!(["entg_", "lic_"].iter().any(|id| message.contains(id)), "it says which: {message}");
}

#[test]
fn a_key_is_taken_whole_and_without_what_nobody_sees_at_its_ends() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    let longest = "ä".repeat(65_536);
    for (number, (key, kept)) in [
        (format!("\u{FEFF}{longest}\u{200B}\r\n"), longest.clone()),
        ("\u{202E}KEY-1\u{AD} ".to_owned(), "KEY-1".to_owned()),
        ("-----BEGIN-----\r\n\r\nAbCd\r-----END-----".to_owned(), "-----BEGIN-----\n\nAbCd\n-----END-----".to_owned()),
    ]
    .into_iter()
    .enumerate()
    {
        let id = app.given().pending_grant().for_customer(&format!("b{number}@example.com")).make();
        let answer = agent.post(&format!("/grants/{id}/license-key"), &json!({"key": key}));
        assert_eq!(answer.status, 200, "{number}: {:.300}", answer.text);
        assert!(answer.json()["license_key"]["key"] == json!(kept), "{number}");
        assert!(is_valid(&app, &kept) && is_valid(&app, &format!("\u{200F}{kept}\u{FEFF}")), "{number}");
    }
    let id = app.given().pending_grant().for_customer("last@example.com").make();
    for (key, status, code) in [
        (json!("\u{200B}"), 400, "EMPTY_LICENSE_KEY"),
        (json!(" \u{FEFF}\u{3164}\n"), 400, "EMPTY_LICENSE_KEY"),
        (json!("ABC\u{200B}DE"), 422, "VALIDATION_FAILED"),
        (json!(format!("{longest}x")), 422, "VALIDATION_FAILED"),
    ] {
        let answer = agent.post(&format!("/grants/{id}/license-key"), &json!({"key": key}));
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{:.200}", answer.text);
        if key == json!("ABC\u{200B}DE") {
            assert!(answer.text.contains("zero-width space (U+200B) in line 1, character 4"), "{}", answer.text);
        }
    }
}

#[test]
fn generated_keys_are_found_in_lower_case_and_without_hyphens() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    let entitlement = app.given().auto_entitlement();
    let id = app.given().pending_grant().of(&entitlement).make();
    let key = agent.get(&format!("/grants/{id}")).json()["license_key"]["key"].as_str().expect("a key").to_owned();
    let forms = [key.to_lowercase(), key.replace('-', ""), key.to_lowercase().replace('-', " ")];
    for form in &forms {
        assert!(is_valid(&app, form), "{form}");
    }
    let software = app.program(None);
    let activated = software.post("/licenses/activate", &json!({"license_key": forms[0], "name": "Laptop"}));
    assert_eq!(activated.status, 201, "{}", activated.text);
    let body = json!({"license_key": forms[1], "license_key_instance_id": activated.json()["id"]});
    assert!(software.post("/licenses/validate", &body).json()["valid"].as_bool().unwrap());
    assert_eq!(software.post("/licenses/deactivate", &body).status, 200);
    app.given().delivered_grant("VENDOR-KEY-12345");
    assert!(is_valid(&app, "VENDOR-KEY-12345"));
    for other in ["vendor-key-12345", "VENDORKEY12345"] {
        assert!(!is_valid(&app, other), "what a vendor's keys mean is the vendor's to say");
    }
}
