//! Names and addresses of customers, however they come in.

use keydesk::domain::staff::Role;
use serde_json::json;

use crate::support::spawn_app;

#[test]
fn invisible_characters_do_not_get_into_names_by_form_or_call() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let typed = "\u{FEFF}Ada \u{200E}Love\u{200B}lace\u{2060}\u{E0041}";
    let api = app.api_key(Role::Agent);
    let made = api.post("/customers", &json!({"email": "ada@example.com", "name": typed}));
    assert_eq!((made.status, made.json()["name"].as_str()), (201, Some("Ada Lovelace")), "{}", made.text);
    let emoji = "علی\u{200C}رضا 👩\u{200D}💻";
    let kept = api.post("/customers", &json!({"email": "ali@example.com", "name": emoji}));
    assert_eq!(kept.json()["name"], emoji);
    let refused = api.post("/customers", &json!({"email": "a\u{200B}da2@example.com", "name": "Ada"}));
    assert_eq!((refused.status, refused.fields()), (422, vec!["email".to_owned()]));
    let mut agent = app.agent();
    let form =
        [("entitlement_id", entitlement.as_str()), ("customer_email", "bob@example.com"), ("customer_name", typed)];
    let page = agent.post("/grants", &form);
    assert_eq!(page.status, 303, "{}", page.body);
    let page = agent.get(&page.location());
    assert!(page.body.contains("Ada Lovelace") && !page.body.contains('\u{200E}'), "{}", page.body);
    let form = [("entitlement_id", entitlement.as_str()), ("customer_email", "b\u{200B}ob@example.com")];
    assert_eq!(agent.post("/grants", &form).status, 422);
}
