//! Names that come with sales.

use keydesk::domain::staff::Role;
use keydesk::import::Mode;
use serde_json::json;

use super::{load, sale};
use crate::support::spawn_app;

#[test]
fn a_name_that_is_there_stays() {
    let app = spawn_app();
    app.given().named_entitlement("Studio Pro");
    let file = "customer_email,customer_name,entitlement,external_id\nnc@example.com,,Studio Pro,n0\nnc@example.com,Ada Lovelace,Studio Pro,n1\nNC@example.com,ADA LOVELACE,Studio Pro,n2\n";
    for _ in 0..2 {
        load(&app, file.as_bytes(), Mode::Load).unwrap();
        let customers = app.api_key(Role::Viewer).get("/customers").json();
        assert_eq!(customers["items"][0]["name"], "Ada Lovelace", "given where there was none, then kept");
    }
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement().to_string();
    let mut report = sale(&entitlement, &json!({"payment_id": "pay_1"}));
    report["customer"] = json!({"email": "nc@example.com", "name": "A. L.", "locale": "de"});
    shop.post("/grants", &report);
    let customers = shop.get("/customers").json();
    assert_eq!(
        (&customers["items"][0]["name"], &customers["items"][0]["locale"]),
        (&json!("Ada Lovelace"), &json!("de"))
    );
}

#[test]
fn nobody_is_greeted_by_an_address() {
    for (locale, greeting) in [("en", "Hello,"), ("de", "Guten Tag,")] {
        let app = spawn_app();
        app.given().auto_entitlement();
        let file = format!(
            "customer_email,customer_locale,entitlement,external_id\nnn@example.com,{locale},Formwerk PDF Pro,n1\n"
        );
        load(&app, file.as_bytes(), Mode::Load).unwrap();
        app.run_outbox_until_empty();
        let text = app.mailbox.only().text();
        assert!(text.starts_with(greeting), "{text}");
        assert!(app.agent().get("/grants").body.contains("nn@example.com"));
    }
}

#[test]
fn characters_that_reverse_a_name_are_refused_and_invisible_ones_cut() {
    let app = spawn_app();
    let entitlement = app.given().named_entitlement("Studio Pro").to_string();
    let (reversed, padded) = ("Ada\u{202E}ecalevoL", "\u{FEFF}Ada\u{200B} Love\u{AD}lace\u{200E}");
    let shop = app.api_key(Role::Agent);
    let report = |name: &str| {
        let mut report = sale(&entitlement, &json!({"payment_id": "pay_1"}));
        report["customer"]["name"] = json!(name);
        report
    };
    let refused = shop.post("/grants", &report(reversed));
    assert_eq!((refused.status, refused.fields()), (422, vec!["customer.name".to_owned()]));
    assert!(refused.text.contains("reverses text"), "{}", refused.text);
    let only_invisible = shop.post("/grants", &report("\u{200B}\u{2060}"));
    assert_eq!(only_invisible.fields(), ["customer.name"]);
    let file = |name: &str| {
        format!("customer_email,customer_name,entitlement,external_id\nn@example.com,{name},Studio Pro,n1\n")
    };
    let (summary, lines) = load(&app, file(reversed).as_bytes(), Mode::Load).unwrap();
    assert_eq!(summary.refused, 1);
    assert!(lines[0].contains("customer_name") && lines[0].contains("reverses text"), "{lines:?}");
    let mut agent = app.agent();
    let form =
        [("entitlement_id", entitlement.as_str()), ("customer_email", "n@example.com"), ("customer_name", reversed)];
    let page = agent.post("/grants", &form);
    assert_eq!(page.status, 422);
    assert!(page.field("customer_name").error.unwrap().contains("reverses text"));
    load(&app, file(padded).as_bytes(), Mode::Load).unwrap();
    assert_eq!(shop.get("/customers").json()["items"][0]["name"], "Ada Lovelace");
}
