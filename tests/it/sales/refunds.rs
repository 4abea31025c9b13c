//! Refunds by API.

use jiff::SignedDuration;
use keydesk::domain::staff::Role;
use serde_json::{Value, json};

use super::{all_grants, grant, id_of, sale, timeline};
use crate::support::spawn_app;

#[test]
fn a_full_refund_revokes_all_grants_of_its_sale_once() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let (one, two) = (app.given().entitlement().to_string(), app.given().named_entitlement("Klangwerk").to_string());
    let fields = json!({"payment_id": "pay_1", "external_id": "ord_1", "quantity": 2});
    let delivered = id_of(&shop.post("/grants", &sale(&one, &fields)).json());
    shop.post("/grants", &sale(&two, &json!({"payment_id": "pay_1"})));
    let other = id_of(&shop.post("/grants", &sale(&two, &json!({"payment_id": "pay_2"}))).json());
    app.given().fulfill(&delivered, "BPC26-00001-AAAAA");
    let refund = shop.post("/refunds", &json!({"external_id": "ord_1", "reason": "changed their mind"}));
    assert_eq!(refund.status, 200, "{}", refund.text);
    let answer = refund.json();
    assert_eq!((&answer["outcome"], &answer["task"]), (&json!("revoked"), &Value::Null));
    assert_eq!(answer["grant_ids"].as_array().unwrap().len(), 3);
    for id in answer["grant_ids"].as_array().unwrap() {
        let id = id_of(&json!({"id": id}));
        let shown = grant(&app, &id);
        assert_eq!((&shown["status"], &shown["revocation_reason"]), (&json!("Revoked"), &json!("refund")));
    }
    assert_eq!(grant(&app, &other)["status"], "Pending");
    assert_eq!(app.run_outbox_until_empty(), 0, "the e-mail that waited is cancelled");
    let again = shop.post("/refunds", &json!({"external_id": "ord_1"}));
    assert_eq!((again.status, again.json()), (200, answer.clone()));
    app.api_key(Role::Admin).post(&format!("/grants/{delivered}/restore"), &json!({}));
    let repeated = shop.post("/refunds", &json!({"payment_id": "pay_1"}));
    assert_eq!(repeated.json()["grant_ids"].as_array().unwrap().len(), 2, "what an admin restored stays restored");
    assert_eq!(grant(&app, &delivered)["status"], "Delivered");
    let repeat = shop.post("/grants", &sale(&one, &fields));
    assert_eq!(repeat.status, 200, "the sale itself reported again makes nothing new");
    assert_eq!(all_grants(&app).len(), 4);
    let is_noted = |id: &Value| timeline(&app, &id_of(&json!({"id": id}))).contains(&"sale.refund".to_owned());
    assert!(answer["grant_ids"].as_array().unwrap().iter().any(is_noted));
}

#[test]
fn a_refund_before_its_sale_is_remembered_and_the_sale_comes_in_revoked() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let (manual, auto) = (app.given().entitlement().to_string(), app.given().auto_entitlement().to_string());
    for (number, entitlement) in [manual, auto].iter().enumerate() {
        let payment = format!("pay_{number}");
        for _ in 0..2 {
            let refund = shop.post("/refunds", &json!({"payment_id": payment}));
            assert_eq!((refund.status, &refund.json()["outcome"]), (200, &json!("remembered")), "{}", refund.text);
        }
        let report = json!({"payment_id": payment, "subscription_id": format!("sub_{number}"), "quantity": 2});
        let sold = shop.post("/grants", &sale(entitlement, &report));
        assert_eq!(sold.status, 201, "{}", sold.text);
        for item in sold.json()["items"].as_array().unwrap() {
            assert_eq!((&item["status"], &item["revocation_reason"]), (&json!("Revoked"), &json!("refund")));
            assert_eq!(item["license_key"], Value::Null);
        }
        let later = shop.post("/refunds", &json!({"subscription_id": format!("sub_{number}")}));
        assert_eq!(later.json()["grant_ids"].as_array().unwrap().len(), 2, "{}", later.text);
    }
    assert_eq!(app.run_outbox_until_empty(), 0);
    assert_eq!(app.mailbox.count(), 0);
}

#[test]
fn a_partial_refund_and_one_of_a_renewal_ask_a_person() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement().to_string();
    let report = |payment: &str| sale(&entitlement, &json!({"subscription_id": "sub_1", "payment_id": payment}));
    let id = id_of(&shop.post("/grants", &report("pay_1")).json());
    app.given().fulfill(&id, "BPC26-00001-AAAAA");
    shop.post("/grants", &report("pay_2"));
    let renewal = shop.post("/refunds", &json!({"payment_id": "pay_2"})).json();
    assert_eq!((&renewal["outcome"], &renewal["task"]["kind"]), (&json!("task"), &json!("renewal_refund")));
    let partial = json!({"payment_id": "pay_1", "is_partial": true, "reason": "a discount"});
    let first = shop.post("/refunds", &partial).json();
    assert_eq!((&first["outcome"], &first["task"]["kind"]), (&json!("task"), &json!("partial_refund")));
    assert_eq!(shop.post("/refunds", &partial).json(), first, "one task however often it is reported");
    assert_eq!(grant(&app, &id)["status"], "Delivered");
    let mut agent = app.agent();
    let page = agent.get(&format!("/grants/{id}"));
    assert!(page.body.contains("A part of payment") && page.body.contains("a discount"), "{}", page.body);
    assert_eq!(page.count("form[action$='/decision']"), 2);
    let task = first["task"]["id"].as_str().unwrap();
    let done = agent.post(&format!("/grants/{id}/decision"), &[("task_id", task), ("do", "settled")]);
    assert_eq!(done.status, 303, "{}", done.body);
    assert_eq!(agent.get(&format!("/grants/{id}")).count("form[action$='/decision']"), 1);
    assert_eq!(shop.post("/refunds", &partial).json()["task"], first["task"]);
    assert_eq!(agent.get(&format!("/grants/{id}")).count("form[action$='/decision']"), 1, "it stays settled");
    assert!(timeline(&app, &id).contains(&"task.settle".to_owned()));
    let full = shop.post("/refunds", &json!({"payment_id": "pay_1"})).json();
    assert_eq!((&full["outcome"], &grant(&app, &id)["status"]), (&json!("revoked"), &json!("Revoked")));
}

#[test]
fn a_refund_of_an_unknown_payment_finds_its_sale_when_that_becomes_known() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    let entitlement = app.given().entitlement().to_string();
    let order = id_of(&shop.post("/grants", &sale(&entitlement, &json!({"external_id": "ord_1"}))).json());
    let subscription = id_of(&shop.post("/grants", &sale(&entitlement, &json!({"subscription_id": "sub_1"}))).json());
    app.advance(SignedDuration::from_secs(5));
    for payment in ["pay_1", "pay_r2"] {
        let refund = shop.post("/refunds", &json!({"payment_id": payment})).json();
        assert_eq!(refund["outcome"], "remembered");
    }
    let known = shop.post("/grants", &sale(&entitlement, &json!({"external_id": "ord_1", "payment_id": "pay_1"})));
    assert_eq!((known.status, id_of(&known.json())), (200, order.clone()), "{}", known.text);
    let shown = grant(&app, &order);
    assert_eq!((&shown["status"], &shown["revocation_reason"]), (&json!("Revoked"), &json!("refund")));
    let renewal = json!({"subscription_id": "sub_1", "payment_id": "pay_r2"});
    assert_eq!(shop.post("/grants", &sale(&entitlement, &renewal)).status, 200);
    assert_eq!(grant(&app, &subscription)["status"], "Pending");
    let page = app.agent().get(&format!("/grants/{subscription}"));
    assert!(page.body.contains("a renewal, was refunded"), "{}", page.body);
}

#[test]
fn a_wrong_refund_is_refused_and_changes_nothing() {
    let app = spawn_app();
    let shop = app.api_key(Role::Agent);
    for (body, fields) in [
        (json!({}), vec!["payment_id"]),
        (json!({"payment_id": ""}), vec!["payment_id"]),
        (json!({"payment_id": null}), vec!["payment_id"]),
        (json!({"payment_id": "a b", "is_partial": "yes", "reason": 1}), vec!["payment_id", "is_partial", "reason"]),
        (json!({"paymentId": "pay_1", "external_id": "ord_1"}), vec!["paymentId"]),
        (json!({"payment_id": "pay_1", "partial": true, "is_partal": true}), vec!["is_partal"]),
        (json!({"payment_id": 1}), vec!["payment_id"]),
    ] {
        let answer = shop.post("/refunds", &body);
        assert_eq!((answer.status, answer.fields()), (422, fields.iter().map(ToString::to_string).collect()), "{body}");
    }
    let viewer = app.api_key(Role::Viewer).post("/refunds", &json!({"payment_id": "pay_1"}));
    assert_eq!(viewer.refusal(), (403, "FORBIDDEN".to_owned()));
    let entitlement = app.given().entitlement().to_string();
    let sold = shop.post("/grants", &sale(&entitlement, &json!({"payment_id": "pay_1"})));
    assert_eq!(sold.json()["status"], "Pending", "nothing was remembered");
}
