//! Which reports are of one sale: those that share an id of the same kind.

use jiff::SignedDuration;
use keydesk::domain::entitlement::{IntegrationConfig, IssueSettings};
use keydesk::domain::license_key::expiry::{Interval, ValidityPeriod};
use keydesk::domain::staff::Role;
use serde_json::{Value, json};

use super::{all_grants, grant, id_of, sale, timeline};
use crate::support::given::manual_settings;
use crate::support::{TestApp, spawn_app};

/// An entitlement whose keys are valid for a month.
fn monthly(app: &TestApp) -> String {
    let validity_period = ValidityPeriod::new(1, Interval::Month);
    let settings = IssueSettings { validity_period, ..manual_settings() };
    app.given().entitlement_with("Klangwerk monthly", IntegrationConfig::LicenseKey(settings)).to_string()
}

#[test]
fn a_renewal_is_the_same_grant_and_extends_the_key_whose_expiry_came_from_the_entitlement() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = monthly(&app);
    let first = shop.post("/grants", &sale(&entitlement, &json!({"subscription_id": "sub_9"})));
    assert_eq!(first.status, 201, "{}", first.text);
    let id = id_of(&first.json());
    app.given().fulfill(&id, "KLANG-00001-AAAAA");
    let end = || grant(&app, &id)["license_key"]["expires_at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let months = |count: i64| {
        let start = app.now().to_zoned(jiff::tz::TimeZone::UTC);
        start.checked_add(jiff::Span::new().months(count)).unwrap().timestamp()
    };
    let started = app.now();
    assert_eq!(end(), months(1));
    let renewed =
        shop.post("/grants", &sale(&entitlement, &json!({"subscription_id": "sub_9", "payment_id": "pay_r2"})));
    assert_eq!((renewed.status, id_of(&renewed.json())), (200, id.clone()), "{}", renewed.text);
    assert_eq!(end(), months(2));
    let again = shop.post("/grants", &sale(&entitlement, &json!({"subscription_id": "sub_9", "payment_id": "pay_r2"})));
    assert_eq!((again.status, end()), (200, months(2)), "the same payment is no renewal");
    shop.post("/grants", &sale(&entitlement, &json!({"subscription_id": "sub_9", "payment_id": "pay_r3"})));
    assert_eq!((end(), app.now()), (months(3), started));
    assert_eq!(all_grants(&app).len(), 1);
    assert_eq!(timeline(&app, &id).iter().filter(|action| *action == "grant.renew").count(), 2);
    let page = app.agent().get(&format!("/grants/{id}"));
    assert!(page.body.contains("Subscription renewed"), "{}", page.body);
    for filter in ["payment_id=pay_r3", "payment_id=pay_r2", "subscription_id=sub_9"] {
        let found = shop.get(&format!("/grants?{filter}")).json();
        assert_eq!(id_of(&found["items"][0]), id, "{filter}");
    }
}

#[test]
fn a_renewal_does_not_move_an_end_that_somebody_chose() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = monthly(&app);
    let ends_at = app.now().checked_add(SignedDuration::from_hours(24 * 400)).unwrap().to_string();
    let id = id_of(&shop.post("/grants", &sale(&entitlement, &json!({"subscription_id": "sub_1"}))).json());
    let limits = json!({"key": "KLANG-00001-AAAAA", "expires_at": ends_at});
    let done = shop.post(&format!("/grants/{id}/license-key"), &limits);
    assert_eq!(done.status, 200, "{}", done.text);
    let report = json!({"subscription_id": "sub_1", "payment_id": "pay_2"});
    assert_eq!(shop.post("/grants", &sale(&entitlement, &report)).status, 200);
    assert!(timeline(&app, &id).contains(&"grant.renew".to_owned()));
    let end: jiff::Timestamp = grant(&app, &id)["license_key"]["expires_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(end.to_string(), ends_at);
}

#[test]
fn a_renewal_of_a_sale_with_two_entitlements_renews_both() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let (one, two) = (monthly(&app), monthly(&app));
    let mut ids = Vec::new();
    for (number, entitlement) in [&one, &two].into_iter().enumerate() {
        let report = json!({"subscription_id": "sub_1", "payment_id": "pay_1"});
        let id = id_of(&shop.post("/grants", &sale(entitlement, &report)).json());
        app.given().fulfill(&id, &format!("KLANG-0000{number}-BBBBB"));
        ids.push(id);
    }
    for entitlement in [&one, &two, &one] {
        let report = json!({"subscription_id": "sub_1", "payment_id": "pay_2"});
        assert_eq!(shop.post("/grants", &sale(entitlement, &report)).status, 200);
    }
    for id in &ids {
        assert_eq!(timeline(&app, id).iter().filter(|action| *action == "grant.renew").count(), 1, "{id}");
    }
    assert_eq!(all_grants(&app).len(), 2);
}

#[test]
fn further_ids_of_a_known_sale_are_added_to_it_and_find_it_again() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement().to_string();
    let id = id_of(&shop.post("/grants", &sale(&entitlement, &json!({"external_id": "ord_1"}))).json());
    for ids in [
        json!({"external_id": "ord_1", "payment_id": "pay_1"}),
        json!({"payment_id": "pay_1", "subscription_id": "sub_1"}),
        json!({"subscription_id": "sub_1"}),
        json!({"payment_id": "pay_1"}),
    ] {
        let known = shop.post("/grants", &sale(&entitlement, &ids));
        assert_eq!((known.status, id_of(&known.json())), (200, id.clone()), "{ids}: {}", known.text);
    }
    let shown = grant(&app, &id);
    assert_eq!((&shown["payment_id"], &shown["subscription_id"]), (&json!("pay_1"), &json!("sub_1")));
    assert!(timeline(&app, &id).contains(&"sale.update".to_owned()));
    assert!(!timeline(&app, &id).contains(&"grant.renew".to_owned()), "a further id of one payment is no renewal");
    let other = shop.post("/grants", &sale(&entitlement, &json!({"payment_id": "ord_1"})));
    assert_eq!(other.status, 201, "an id of another kind is another id");
    let unnamed = [0, 1].map(|_| shop.post("/grants", &sale(&entitlement, &json!({}))).status);
    assert_eq!(unnamed, [201, 201], "without any id each report is a new sale");
}

#[test]
fn a_corrected_address_moves_what_is_pending() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement().to_string();
    let report = |email: &str| {
        let mut report = sale(&entitlement, &json!({"payment_id": "pay_1"}));
        report["customer"]["email"] = json!(email);
        report
    };
    let id = id_of(&shop.post("/grants", &report("ada@exmaple.com")).json());
    let corrected = shop.post("/grants", &report("ada@example.org"));
    assert_eq!((corrected.status, id_of(&corrected.json())), (200, id.clone()), "{}", corrected.text);
    assert_eq!(all_grants(&app).len(), 1);
    assert!(timeline(&app, &id).contains(&"customer.change_address".to_owned()));
    app.given().fulfill(&id, "BPC26-00001-AAAAA");
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.only().to, ["ada@example.org"]);
    assert_eq!(app.agent().get("/grants?q=ada@example.org").count("a[data-row]"), 1);
    assert_eq!(app.agent().get("/grants?q=ada@exmaple.com").count("a[data-row]"), 0);
}

#[test]
fn an_agent_who_may_not_redirect_keys_cannot_do_so_by_a_report() {
    let app = TestApp::builder().with("reveal", "admins").spawn();
    let entitlement = app.given().entitlement().to_string();
    let first = app.api_key(Role::Admin).post("/grants", &sale(&entitlement, &json!({"payment_id": "pay_1"})));
    let id = id_of(&first.json());
    let mut agent = app.agent();
    let form =
        [("entitlement_id", entitlement.as_str()), ("customer_email", "mine@example.com"), ("payment_id", "pay_1")];
    let page = agent.post("/grants", &form);
    assert_eq!(page.location(), format!("/grants/{id}"));
    let page = agent.get(&format!("/grants/{id}"));
    assert!(page.body.contains("Only admins") || page.body.contains("only admins"), "{}", page.body);
    assert!(!page.body.contains("value=\"use_new_address\""));
    assert_eq!(grant(&app, &id)["customer_id"], first.json()["customer_id"]);
}

#[test]
fn a_report_with_ids_of_two_sales_belongs_to_the_older_one_and_makes_a_task() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement().to_string();
    let older = id_of(&shop.post("/grants", &sale(&entitlement, &json!({"external_id": "ord_1"}))).json());
    app.advance(SignedDuration::from_secs(5));
    let newer = id_of(&shop.post("/grants", &sale(&entitlement, &json!({"payment_id": "pay_1"}))).json());
    let both = json!({"external_id": "ord_1", "payment_id": "pay_1", "quantity": 1});
    for _ in 0..2 {
        let answer = shop.post("/grants", &sale(&entitlement, &both));
        assert_eq!((answer.status, id_of(&answer.json())), (200, older.clone()), "{}", answer.text);
    }
    let page = app.agent().get(&format!("/grants/{older}"));
    assert!(page.body.contains("ids of two sales") && page.body.contains(newer.as_str()), "{}", page.body);
    assert_eq!(page.count("form[action$='/decision']"), 1, "one task however often it is reported");
    assert_eq!(all_grants(&app).len(), 2, "nothing is merged");
}

#[test]
fn a_report_of_an_erased_customer_s_sale_adds_nothing() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement().to_string();
    let first = shop.post("/grants", &sale(&entitlement, &json!({"payment_id": "pay_1"}))).json();
    let customer = keydesk::domain::ids::CustomerId::stored(first["customer_id"].as_str().unwrap().to_owned());
    keydesk::usecases::customers::erase::erase_customer(app.context(), &customer, &crate::support::given::actor())
        .unwrap();
    let again = shop.post("/grants", &sale(&entitlement, &json!({"payment_id": "pay_1"})));
    assert_eq!((again.status, again.json()["id"].clone()), (200, first["id"].clone()), "{}", again.text);
    let more = shop.post("/grants", &sale(&entitlement, &json!({"payment_id": "pay_1", "quantity": 2})));
    assert_eq!(more.refusal(), (409, "CUSTOMER_ERASED".to_owned()));
    let emails: Vec<Value> = app.api_key(Role::Admin).get("/customers").json()["items"].as_array().unwrap().clone();
    assert_eq!(emails.len(), 1, "nobody came back: {emails:?}");
}
