//! Order numbers and other values of metadata, and the further ids that a sale is known by.

use keydesk::domain::staff::Role;
use keydesk::usecases::customers::erase::erase_customer;
use serde_json::json;

use super::{customer_of, find, ids};
use crate::support::given::actor;
use crate::support::{Visitor, spawn_app};

/// Where a search leads: the page of its only match.
fn place(visitor: &mut Visitor, q: &str) -> String {
    let page = find(visitor, q);
    let page = if page.location().starts_with("/search") { visitor.get(&page.location()) } else { page };
    assert_eq!(page.status, 303, "{q}: {}", page.text_of("main"));
    page.location()
}

fn finds_nothing(visitor: &mut Visitor, q: &str) {
    let page = find(visitor, q);
    let page = if page.status == 303 { visitor.follow(page) } else { page };
    assert!(page.body.contains("Nothing found"), "{q}");
}

#[test]
fn an_order_number_leads_to_its_grant_whole_or_by_its_beginning() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let sale = |email: &str| app.given().pending_grant().of(&entitlement).for_customer(email);
    let first = sale("a@example.com").with_metadata(r#"{"order_no":"W-90210","items":3,"extra":{"a":"b"}}"#).make();
    sale("b@example.com").with_metadata(r#"{"order_no":"W-90311"}"#).make();
    for mut person in [app.viewer(), app.agent()] {
        for typed in ["W-90210", "w-90210", "W-9021"] {
            assert_eq!(place(&mut person, typed), format!("/grants/{first}"), "{typed}");
        }
        let page = person.get("/search?q=W-90");
        assert_eq!(ids(&page), Vec::<String>::new(), "too short for a beginning");
        assert_eq!(person.get("/grants?q=W-90210").attributes("tr a[data-row]", "href"), [format!("/grants/{first}")]);
    }
    let customer = customer_of(&app, &first);
    erase_customer(app.context(), &customer, &actor()).unwrap();
    finds_nothing(&mut app.viewer(), "W-90210");
    assert_eq!(app.count("metadata_values WHERE value = 'w-90210'"), 0);
}

#[test]
fn an_order_number_that_could_be_a_key_is_found_in_place() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let sale = |email: &str| app.given().pending_grant().of(&entitlement).for_customer(email);
    let metadata = r#"{"order_no":"ORD 2026 000417"}"#;
    let grants = ["a@example.com", "b@example.com"].map(|email| sale(email).with_metadata(metadata).make().to_string());
    let mut viewer = app.viewer();
    let page = find(&mut viewer, "ord 2026  000417");
    assert_eq!(page.status, 200);
    let mut found = ids(&page);
    found.sort();
    let mut grants = grants.to_vec();
    grants.sort();
    assert_eq!(found, grants);
}

#[test]
fn values_of_a_customers_metadata_follow_its_changes() {
    let app = spawn_app();
    let program = app.api_key(Role::Admin);
    let body = json!({"email": "ada@example.com", "name": "Ada", "metadata": {"crm": "CRM-77123"}});
    let id = program.post("/customers", &body).json()["customer_id"].as_str().unwrap().to_owned();
    let mut viewer = app.viewer();
    assert_eq!(place(&mut viewer, "crm-77123"), format!("/customers/{id}"));
    program.patch(&format!("/customers/{id}"), &json!({"metadata": {"crm": "CRM-88000"}}));
    assert_eq!(place(&mut viewer, "CRM-88000"), format!("/customers/{id}"));
    finds_nothing(&mut viewer, "CRM-77123");
}
