//! Grants by API: reporting a sale, lists, revoking, restoring, resending.

use keydesk::domain::entitlement::IntegrationType;
use keydesk::domain::page::PageStart;
use keydesk::domain::staff::Role;
use keydesk::storage::audit_log;
use keydesk::storage::audit_log::list::AuditFilter;
use serde_json::{Value, json};

use crate::support::spawn_app;

fn sale(entitlement_id: &str, payment_id: &str) -> Value {
    json!({
        "entitlement_id": entitlement_id,
        "customer": {"email": "ada@example.com", "name": "Ada Lovelace", "locale": "de"},
        "payment_id": payment_id,
        "metadata": {"order": "4711"}
    })
}

#[test]
fn a_sale_is_reported_once_and_then_known() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement();
    let first = shop.post("/grants", &sale(entitlement.as_str(), "pay_1"));
    assert_eq!(first.status, 201, "{}", first.text);
    let grant = first.json();
    assert_eq!((&grant["status"], &grant["payment_id"]), (&json!("Pending"), &json!("pay_1")));
    assert_eq!(grant["metadata"], json!({"order": "4711"}));
    assert_eq!(grant["license_key"], Value::Null);
    assert!(grant.get("items").is_none());
    let again = shop.post("/grants", &sale(entitlement.as_str(), "pay_1"));
    assert_eq!((again.status, &again.json()["id"]), (200, &grant["id"]));
    let other = shop.post("/grants", &sale(entitlement.as_str(), "pay_2"));
    assert_eq!(other.status, 201);
    assert_ne!(other.json()["id"], grant["id"]);
    assert_eq!(other.json()["customer_id"], grant["customer_id"], "customers are one per address");
}

#[test]
fn a_quantity_gives_as_many_grants_and_a_repeat_no_more() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement();
    let mut report = sale(entitlement.as_str(), "pay_1");
    report["quantity"] = json!(3);
    let sold = shop.post("/grants", &report);
    assert_eq!(sold.status, 201, "{}", sold.text);
    let items = sold.json()["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 3);
    assert_eq!(items[0]["id"], sold.json()["id"]);
    let again = shop.post("/grants", &report);
    assert_eq!((again.status, &again.json()["items"]), (200, &sold.json()["items"]));
    report["quantity"] = json!(4);
    assert_eq!(shop.post("/grants", &report).status, 201, "one more was sold");
    assert_eq!(shop.get("/grants?page_size=100").json()["items"].as_array().unwrap().len(), 4);
}

#[test]
fn an_auto_sale_is_delivered_at_once_with_its_key() {
    let app = spawn_app();
    let entitlement = app.given().auto_entitlement();
    let grant = app.api_key(Role::Agent).post("/grants", &sale(entitlement.as_str(), "pay_1")).json();
    assert_eq!(grant["status"], "Delivered");
    let key = grant["license_key"]["key"].as_str().unwrap().to_owned();
    assert_eq!(key.len(), 35, "{key}");
    app.run_outbox_until_empty();
    assert!(app.mailbox.only().text().contains(&key));
}

#[test]
fn an_idempotency_key_makes_a_sale_without_ids_one_sale() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement();
    let mut report = sale(entitlement.as_str(), "x");
    report["payment_id"] = Value::Null;
    let first = shop.post_once("/grants", &report, "order-1");
    let again = shop.post_once("/grants", &report, "order-1");
    assert_eq!((first.status, again.status), (201, 201), "the first answer again: {}", again.text);
    assert_eq!(first.json()["id"], again.json()["id"]);
    report["metadata"] = json!({"order": "other"});
    let mismatch = shop.post_once("/grants", &report, "order-1");
    assert_eq!(mismatch.refusal(), (422, "IDEMPOTENCY_MISMATCH".to_owned()));
    let other_caller = app.api_key(Role::Agent).post_once("/grants", &report, "order-1");
    assert_eq!(other_caller.status, 201, "keys belong to who sends them");
    let unreadable = shop.send("POST", "/grants", &[("idempotency-key", "")], &report.to_string());
    assert_eq!(unreadable.refusal(), (400, "INVALID_REQUEST".to_owned()));
}

#[test]
fn a_wrong_report_names_every_wrong_field() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let answer = shop.post(
        "/grants",
        &json!({
            "entitlement_id": 7, "customer": {"email": "nobody", "name": ""}, "payment_id": "a b", "quantity": 0,
            "metadata": {"nested": {}}, "unknown": true
        }),
    );
    assert_eq!(answer.refusal(), (422, "VALIDATION_FAILED".to_owned()));
    let mut fields = answer.fields();
    fields.sort();
    let wrong = ["customer.email", "customer.name", "entitlement_id", "metadata", "payment_id", "quantity"];
    assert_eq!(fields, wrong);
    assert_eq!(shop.post("/grants", &json!({})).fields(), ["entitlement_id", "customer"]);
    let both = json!({"entitlement_id": "ent_x", "customer_id": "cus_x", "customer": {"email": "a@b.c", "name": "A"}});
    assert_eq!(shop.post("/grants", &both).fields(), ["customer_id"]);
    for unknown in [
        json!({"entitlement_id": "ent_nobody", "customer": {"email": "a@b.c", "name": "A"}}),
        json!({"entitlement_id": app.given().entitlement().as_str(), "customer_id": "cus_nobody"}),
    ] {
        assert_eq!(shop.post("/grants", &unknown).refusal(), (404, "NOT_FOUND".to_owned()), "{unknown}");
    }
}

#[test]
fn lists_are_narrowed_and_walked_without_loss() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let (one, two) = (app.given().entitlement(), app.given().other_entitlement(IntegrationType::Github));
    for number in 0..24 {
        let address = format!("customer{}@example.com", number % 2);
        app.given().pending_grant().of(if number < 20 { &one } else { &two }).for_customer(&address).make();
    }
    let walk = |path: &str, headers: &[(&str, &str)], first: u32| {
        let mut ids = Vec::new();
        for number in first.. {
            let page = if number == first { String::new() } else { format!("&page_number={number}") };
            let answer = shop.send("GET", &format!("{path}{page}"), headers, "");
            assert_eq!(answer.status, 200, "{}", answer.text);
            let items = answer.json()["items"].as_array().unwrap().clone();
            if items.is_empty() {
                break;
            }
            ids.extend(items.into_iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        }
        ids
    };
    let all = walk("/grants?page_size=7", &[], 0);
    assert_eq!(all.len(), 24);
    assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), 24);
    assert_eq!(walk("/grants?page_size=7", &[("x-stainless-lang", "js")], 1), all, "its SDK counts from 1");
    assert_eq!(walk(&format!("/entitlements/{one}/grants?status=pending"), &[], 0).len(), 20);
    assert_eq!(walk("/grants?integration_type=github&status=Pending", &[], 0).len(), 4);
    let customer = shop.get("/grants?page_size=1").json()["items"][0]["customer_id"].as_str().unwrap().to_owned();
    let of_customer = walk(&format!("/customers/{customer}/entitlement-grants?page_size=3"), &[], 0);
    assert_eq!(of_customer.len(), 12);
    let short = shop.get(&format!("/customers/{customer}/entitlements")).json();
    assert_eq!(short["items"].as_array().unwrap().len(), 12);
    assert_eq!(short["items"][0]["status"], "pending", "in lower case, here alone");
    assert_eq!(walk(&format!("/grants?customer_id={customer}&entitlement_id={two}&page_size=1"), &[], 0).len(), 2);
}

#[test]
fn nonsense_in_a_parameter_is_said_and_a_filter_that_does_not_exist_too() {
    let app = spawn_app();
    let shop = app.api_key(Role::Viewer);
    for (query, field) in [
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_number=-1", "page_number"),
        ("page_number=99999999999", "page_number"),
        ("status=gone", "status"),
        ("customer_id=ada", "customer_id"),
    ] {
        let answer = shop.get(&format!("/grants?{query}"));
        assert_eq!((answer.status, answer.fields()), (422, vec![field.to_owned()]), "{query}");
    }
    for query in ["customer_id=", "status=", "page_size=", "colour=blue", "statuss=Pending", "email=ada%40example.com"]
    {
        let answer = shop.get(&format!("/grants?{query}"));
        assert_eq!(answer.refusal(), (400, "INVALID_REQUEST".to_owned()), "{query}");
        let name = query.split('=').next().unwrap();
        assert!(answer.text.contains(name), "{}", answer.text);
    }
    assert_eq!(shop.get("/grants?page_number=4294967295").json(), json!({"items": []}));
    // The vendor's calls ignore what they do not know, but not an empty filter.
    assert_eq!(shop.get("/customers?colour=blue").status, 200);
    assert_eq!(shop.get("/license_keys?customer_id=").status, 400);
    assert_eq!(shop.get("/entitlements/ent_nobody/grants").status, 404);
    assert_eq!(shop.get("/customers/cus_nobody/entitlements").status, 404);
    assert_eq!(shop.get("/customers/nonsense/entitlement-grants").status, 404);
}

#[test]
fn revoking_is_idempotent_and_restoring_gives_the_state_back() {
    let app = spawn_app();
    let admin = app.api_key(Role::Admin);
    let id = app.given().delivered_grant("ABCD-EFGH-JKLM-9012");
    let entitlement = admin.get(&format!("/grants/{id}")).json()["entitlement_id"].as_str().unwrap().to_owned();
    let path = format!("/entitlements/{entitlement}/grants/{id}");
    for _ in 0..2 {
        let revoked = admin.delete(&path);
        assert_eq!(revoked.status, 200, "{}", revoked.text);
        let grant = revoked.json();
        assert_eq!((&grant["status"], &grant["revocation_reason"]), (&json!("Revoked"), &json!("manual")));
        assert_eq!(grant["license_key"]["status"], "disabled");
    }
    assert_eq!(admin.delete(&format!("/entitlements/ent_other/grants/{id}")).status, 404);
    let resend = admin.post(&format!("/grants/{id}/resend"), &json!({}));
    assert_eq!(resend.refusal(), (409, "GRANT_NOT_DELIVERED".to_owned()));
    let restored = admin.send("POST", &format!("/grants/{id}/restore"), &[], "");
    assert_eq!(restored.json()["status"], "Delivered", "{}", restored.text);
    let again = admin.post(&format!("/grants/{id}/restore"), &json!({"reason": "twice"}));
    assert_eq!(again.refusal(), (409, "GRANT_NOT_REVOKED".to_owned()));
    assert_eq!(again.header("x-should-retry"), "false");
}

#[test]
fn the_email_goes_again_to_a_corrected_address() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    let id = app.given().delivered_grant("ABCD-EFGH-JKLM-9012");
    app.run_outbox_until_empty();
    let answer = agent.post_once(&format!("/grants/{id}/resend"), &json!({"email": "ada@engine.example"}), "r1");
    assert_eq!(answer.status, 200, "{}", answer.text);
    agent.post_once(&format!("/grants/{id}/resend"), &json!({"email": "ada@engine.example"}), "r1");
    let other = agent.post_once(&format!("/grants/{id}/resend"), &json!({"email": "eve@example.com"}), "r1");
    assert_eq!(other.refusal(), (422, "IDEMPOTENCY_MISMATCH".to_owned()));
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 2, "the repeat sent nothing");
    assert_eq!(agent.post(&format!("/grants/{id}/resend"), &json!({"email": "x"})).fields(), ["email"]);
}

#[test]
fn a_role_that_does_not_reach_is_told_which_does() {
    let app = spawn_app();
    let id = app.given().delivered_grant("ABCD-EFGH-JKLM-9012");
    let viewer = app.api_key(Role::Viewer);
    let agent = app.api_key(Role::Agent);
    for answer in [
        viewer.post("/grants", &json!({})),
        viewer.post(&format!("/grants/{id}/license-key"), &json!({})),
        viewer.post(&format!("/grants/{id}/resend"), &json!({})),
        agent.post(&format!("/grants/{id}/restore"), &json!({})),
        agent.delete(&format!("/entitlements/ent_x/grants/{id}")),
    ] {
        assert_eq!(answer.refusal(), (403, "FORBIDDEN".to_owned()), "{}", answer.text);
    }
    let seen = viewer.get(&format!("/grants/{id}")).json();
    assert_eq!(seen["license_key"]["key"], "••••••••••••9012", "viewers do not see keys in clear");
}

#[test]
fn reading_keys_in_clear_stands_in_the_log_once_a_call() {
    let app = spawn_app();
    app.given().delivered_grant("ABCD-EFGH-JKLM-9012");
    app.given().delivered_grant("ABCD-EFGH-JKLM-9013");
    let entries = || {
        let filter = AuditFilter { action: Some("license_key.read".to_owned()), ..AuditFilter::default() };
        app.read(|conn| audit_log::list::list(conn, &filter, &PageStart::Start, 10).expect("the log")).rows
    };
    app.api_key(Role::Viewer).get("/grants");
    assert!(entries().is_empty(), "masked keys are no reading");
    let listed = app.api_key(Role::Agent).get("/grants");
    assert!(listed.text.contains("ABCD-EFGH-JKLM-9012"));
    let entries = entries();
    assert_eq!(entries.len(), 1);
    assert!(entries[0].changes.iter().any(|change| change.after.as_deref() == Some("2")), "{:?}", entries[0].changes);
    assert_eq!(entries[0].actor_name.as_deref(), Some("shop"));
    assert!(!format!("{entries:?}").contains("ABCD-EFGH"));
}

#[test]
fn the_grants_of_a_sale_are_found_by_its_ids_and_its_customer() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let shop = app.api_key(Role::Agent);
    let sell = |email: &str, payment: &str, subscription: &str| {
        let customer = json!({"email": email, "name": "Ada"});
        let sale = json!({"entitlement_id": entitlement.as_str(), "customer": customer, "payment_id": payment, "subscription_id": subscription});
        shop.post("/grants", &sale).json()["id"].clone()
    };
    let one = sell("ada@example.com", "pay_1", "sub_1");
    sell("bob@example.com", "pay_2", "sub_2");
    for query in ["payment_id=pay_1", "subscription_id=sub_1", "customer_email=ADA%40example.com"] {
        let items = shop.get(&format!("/grants?{query}")).json()["items"].clone();
        let ids: Vec<_> = items.as_array().unwrap().iter().map(|grant| grant["id"].clone()).collect();
        assert_eq!(ids, std::slice::from_ref(&one), "{query}");
    }
    for query in ["payment_id=pay_9", "customer_email=nobody%40example.com"] {
        assert_eq!(shop.get(&format!("/grants?{query}")).json(), json!({"items": []}), "{query}");
    }
}

#[test]
fn a_field_that_is_nearly_a_known_one_is_refused_and_named() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let grant = app.given().pending_grant().make();
    let admin = app.api_key(Role::Admin);
    let customer = json!({"email": "ada@example.com", "name": "Ada"});
    for (path, body, field) in [
        (
            "/entitlements".to_owned(),
            json!({"name": "A", "integration_type": "license_key", "integration_config": {"fulfilment_mode": "manual"}}),
            "integration_config.fulfilment_mode",
        ),
        (
            "/grants".to_owned(),
            json!({"entitlement_id": entitlement.as_str(), "customer": customer, "paymentId": "pay_1"}),
            "paymentId",
        ),
        (
            "/grants".to_owned(),
            json!({"entitlement_id": entitlement.as_str(), "customer": {"email": "ada@example.com", "name": "Ada", "Locale": "de"}}),
            "customer.Locale",
        ),
        (
            format!("/grants/{grant}/license-key"),
            json!({"key": "ABCDE-12345", "expire_at": "2030-01-01T00:00:00Z"}),
            "expire_at",
        ),
        (
            format!("/grants/{grant}/license-key"),
            json!({"key": "ABCDE-12345", "activation_limit": 3}),
            "activation_limit",
        ),
    ] {
        let answer = admin.post(&path, &body);
        assert_eq!((answer.status, answer.fields()), (422, vec![field.to_owned()]), "{}", answer.text);
    }
    let other = json!({"key": "ABCDE-12345", "order_number": 7});
    assert_eq!(admin.post(&format!("/grants/{grant}/license-key"), &other).status, 200);
}
