//! How many a sale has, and what happens when that changes.

use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use serde_json::{Value, json};

use super::{all_grants, id_of, sale};
use crate::support::spawn_app;

fn count(grants: &[Value], status: &str) -> usize {
    grants.iter().filter(|grant| grant["status"] == status).count()
}

#[test]
fn a_smaller_quantity_revokes_the_youngest_pending_grants() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement().to_string();
    let report = |quantity: u32| sale(&entitlement, &json!({"payment_id": "pay_1", "quantity": quantity}));
    let sold = shop.post("/grants", &report(5)).json();
    let ids: Vec<GrantId> = sold["items"].as_array().unwrap().iter().map(id_of).collect();
    app.given().fulfill(&ids[0], "BPC26-00001-AAAAA");
    app.given().fulfill(&ids[1], "BPC26-00002-AAAAA");
    let reduced = shop.post("/grants", &report(2));
    assert_eq!(reduced.status, 200, "{}", reduced.text);
    let kept: Vec<GrantId> = reduced.json()["items"].as_array().unwrap().iter().map(id_of).collect();
    assert_eq!(kept, ids[..2]);
    let all = all_grants(&app);
    assert_eq!((count(&all, "Delivered"), count(&all, "Revoked"), all.len()), (2, 3, 5));
    let reasons = all.iter().filter(|grant| grant["status"] == "Revoked").map(|grant| &grant["revocation_reason"]);
    assert_eq!(reasons.collect::<Vec<_>>(), [&json!("quantity_reduced"); 3]);
    let page = app.agent().get(&format!("/grants/{}", ids[4]));
    assert!(page.body.contains("The sale has fewer than before."), "{}", page.body);
    shop.post("/grants", &report(2));
    let unsaid = shop.post("/grants", &sale(&entitlement, &json!({"payment_id": "pay_1"})));
    assert_eq!(unsaid.json()["items"].as_array().unwrap().len(), 2, "who does not say how many changes nothing");
    assert_eq!(all_grants(&app).len(), 5);
    assert_eq!(app.agent().get("/grants?needs=decision").count("a[data-row]"), 0);
    let raised = shop.post("/grants", &report(4));
    assert_eq!((raised.status, raised.json()["items"].as_array().unwrap().len()), (201, 4));
    assert_eq!(count(&all_grants(&app), "Pending"), 2, "those that were taken back do not come back");
}

#[test]
fn too_many_delivered_keys_are_a_persons_decision() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement().to_string();
    let report = |quantity: u32| sale(&entitlement, &json!({"payment_id": "pay_1", "quantity": quantity}));
    let sold = shop.post("/grants", &report(3)).json();
    let ids: Vec<GrantId> = sold["items"].as_array().unwrap().iter().map(id_of).collect();
    for (number, id) in ids.iter().enumerate() {
        app.given().fulfill(id, &format!("BPC26-0000{number}-AAAAA"));
    }
    for _ in 0..2 {
        assert_eq!(shop.post("/grants", &report(1)).status, 200);
    }
    let all = all_grants(&app);
    assert_eq!(count(&all, "Delivered"), 3, "nothing that was delivered is taken back by itself");
    let mut agent = app.agent();
    let list = agent.get("/grants?needs=decision");
    assert_eq!(list.count("a[data-row]"), 1);
    assert_eq!(list.heading(), "Grants");
    assert!(list.title().contains("need a decision"), "{}", list.title());
    let page = agent.get(&format!("/grants/{}", ids[0]));
    assert!(page.body.contains("The sale now has 1 piece"), "{}", page.body);
    assert_eq!(shop.post("/grants", &report(2)).status, 200, "three are delivered already");
    assert_eq!(all_grants(&app).len(), 3);
}

#[test]
fn a_piece_that_staff_revoked_is_not_made_again() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement().to_string();
    let report = |quantity: u32| sale(&entitlement, &json!({"payment_id": "pay_1", "quantity": quantity}));
    let sold = shop.post("/grants", &report(2)).json();
    let id = id_of(&sold["items"][1]);
    let path = format!("/entitlements/{entitlement}/grants/{id}");
    assert_eq!(app.api_key(Role::Admin).send("DELETE", &path, &[], "").status, 200);
    assert_eq!(shop.post("/grants", &report(2)).status, 200);
    assert_eq!(all_grants(&app).len(), 2);
    assert_eq!(shop.post("/grants", &report(3)).status, 201);
    let all = all_grants(&app);
    assert_eq!((all.len(), count(&all, "Pending")), (3, 2));
}

#[test]
fn a_late_report_of_an_earlier_period_does_not_change_how_many_there_are() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement().to_string();
    let report = |payment: &str, quantity: u32| {
        sale(&entitlement, &json!({"subscription_id": "sub_1", "payment_id": payment, "quantity": quantity}))
    };
    for (payment, quantity, status) in [("pay_1", 5, 201), ("pay_2", 3, 200), ("pay_1", 5, 200), ("pay_2", 3, 200)] {
        let answer = shop.post("/grants", &report(payment, quantity));
        assert_eq!(answer.status, status, "{payment}: {}", answer.text);
    }
    let all = all_grants(&app);
    assert_eq!((count(&all, "Pending"), count(&all, "Revoked")), (3, 2));
}
