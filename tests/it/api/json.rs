//! Bodies as they are sent: what occurs twice, exact numbers, a byte order mark, and what cannot be seen.

use keydesk::domain::staff::Role;
use serde_json::json;

use crate::support::{Receiver, TestApp, spawn_app};

#[test]
fn a_name_that_occurs_twice_is_refused_by_its_path() {
    let app = spawn_app();
    let agent = app.api_key(Role::Admin);
    let entitlement = app.given().entitlement();
    for (path, body, field) in [
        ("/customers", r#"{"email":"a@b.example","email":"c@d.example","name":"A"}"#, "email"),
        ("/customers", r#"{"email":"a@b.example","name":"A","metadata":{"a":1,"b":2,"a":1}}"#, "metadata.a"),
        ("/customers", r#"{"email":"a@b.example","\u0065mail":"a@b.example","name":"A"}"#, "email"),
        ("/customers", r#"{"email":"a@b.example","name":"A","unknown":1,"unknown":2}"#, "unknown"),
        ("/licenses/validate", r#"{"license_key":"A","license_key":"B"}"#, "license_key"),
    ] {
        let answer = agent.send("POST", path, &[], body);
        assert_eq!(answer.refusal(), (422, "VALIDATION_FAILED".to_owned()), "{body}");
        assert_eq!(answer.fields(), [field], "{body}");
        assert!(answer.text.contains("occurs twice"), "{}", answer.text);
    }
    let sale = format!(
        r#"{{"entitlement_id":"{entitlement}","payment_id":"pay_1","customer":{{"name":"A","email":"a@b.c","email":"d@e.f"}}}}"#
    );
    assert_eq!(agent.send("POST", "/grants", &[], &sale).fields(), ["customer.email"]);
    assert_eq!((app.count("customers"), app.count("grants")), (0, 0));
}

#[test]
fn numbers_in_metadata_come_back_as_they_were_sent() {
    let metadata =
        r#"{"order":12345678901234567890123,"price":19.90,"rate":0.10000000000000000000001,"far":1e300,"small":-7}"#;
    let receiver = Receiver::start();
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").spawn();
    let admin = app.api_key(Role::Admin);
    assert_eq!(admin.post("/webhooks", &json!({"url": receiver.url()})).status, 201);
    let shown = |text: &str| assert!(text.contains(&format!("\"metadata\":{metadata}")), "{text}");

    let entitlement = app.given().entitlement();
    let sale = format!(
        r#"{{"entitlement_id":"{entitlement}","payment_id":"pay_1","customer":{{"name":"A","email":"a@b.example"}},"metadata":{metadata}}}"#
    );
    let made = admin.send("POST", "/grants", &[], &sale);
    assert_eq!(made.status, 201, "{}", made.text);
    shown(&made.text);
    let id = made.json()["id"].as_str().expect("an id").to_owned();
    shown(&admin.get(&format!("/grants/{id}")).text);
    app.run_outbox_until_empty();
    shown(&receiver.bodies()[0]);
    let page = app.agent().get(&format!("/grants/{id}"));
    for number in ["12345678901234567890123", "19.90", "0.10000000000000000000001", "1e300"] {
        assert!(page.body.contains(number), "{number}");
    }

    let customer = format!(r#"{{"email":"c@d.example","name":"C","metadata":{metadata}}}"#);
    let made = admin.send("POST", "/customers", &[], &customer);
    shown(&made.text);
    let path = format!("/customers/{}", made.json()["customer_id"].as_str().expect("an id"));
    shown(&admin.get(&path).text);
    shown(&admin.send("PATCH", &path, &[], &format!(r#"{{"metadata":{metadata}}}"#)).text);
    let made = admin.send(
        "POST",
        "/entitlements",
        &[],
        &format!(r#"{{"name":"Pro","integration_type":"license_key","integration_config":{{"fulfillment_mode":"manual"}},"metadata":{metadata}}}"#),
    );
    shown(&made.text);
}

#[test]
fn a_byte_order_mark_before_a_body_is_taken() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    let body = "\u{FEFF}{\"email\":\"ada@example.com\",\"name\":\"Ada\"}";
    assert_eq!(agent.send("POST", "/customers", &[], body).status, 201);
    assert_eq!(agent.send("POST", "/customers", &[], "\u{FEFF}").status, 400);
    let deep = format!("{{\"metadata\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(agent.send("POST", "/customers", &[], &deep).status, 400);
    let large = r#"{"email":"c@d.example","name":"C","metadata":{"a":1e400}}"#;
    assert_eq!(agent.send("POST", "/customers", &[], large).fields(), ["metadata.a"], "hardly anybody could read it");
}

#[test]
fn ids_and_names_that_cannot_be_seen_are_refused_by_name() {
    let app = spawn_app();
    let admin = app.api_key(Role::Admin);
    let entitlement = app.given().entitlement();
    for hidden in ["\u{200B}", "\u{2800}", "\u{FEFF}pay_1", "pay_\u{200D}1", "pay\u{E0041}", "pay_1\u{202E}"] {
        for field in ["payment_id", "subscription_id"] {
            let sale = json!({
                "entitlement_id": entitlement.as_str(), "customer": {"name": "A", "email": "a@b.example"}, field: hidden
            });
            let answer = admin.post("/grants", &sale);
            assert_eq!((answer.status, answer.fields()), (422, vec![field.to_owned()]), "{hidden:?}");
            assert!(answer.text.contains("invisible"), "{}", answer.text);
        }
        let customer = json!({"email": "a@b.example", "name": "A", "metadata": {hidden: "x"}});
        let answer = admin.post("/customers", &customer);
        assert_eq!((answer.status, answer.fields()), (422, vec!["metadata".to_owned()]), "{hidden:?}");
        let mut agent = app.agent();
        agent.get("/grants/new");
        let fields =
            [("entitlement_id", entitlement.as_str()), ("customer_email", "a@b.example"), ("payment_id", hidden)];
        let page = agent.post("/grants", &fields);
        assert_eq!((page.status, page.field("payment_id").value.as_str()), (422, hidden));
        assert!(page.errors().concat().contains("cannot be seen"), "{:?}", page.errors());
    }
    assert_eq!(app.count("grants"), 0);
}
