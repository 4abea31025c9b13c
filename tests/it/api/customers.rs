//! Customers by API: one per e-mail address.

use std::sync::Barrier;

use keydesk::domain::page::PageStart;
use keydesk::domain::staff::Role;
use keydesk::storage::audit_log;
use keydesk::storage::audit_log::list::AuditFilter;
use serde_json::{Value, json};

use crate::support::spawn_app;

#[test]
fn a_customer_is_made_shown_found_and_changed() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    let body = json!({
        "email": "Ada@Example.com", "name": "Ada Lovelace", "phone_number": "+44 20 1", "preferred_locale": "de",
        "metadata": {"tier": 1}
    });
    let made = agent.post("/customers", &body);
    assert_eq!(made.status, 201, "{}", made.text);
    let customer = made.json();
    assert_eq!((&customer["email"], &customer["locale"]), (&json!("Ada@Example.com"), &json!("de")));
    assert_eq!((&customer["phone_number"], &customer["metadata"]), (&json!("+44 20 1"), &json!({"tier": 1})));
    let path = format!("/customers/{}", customer["customer_id"].as_str().unwrap());
    assert_eq!(agent.get(&path).json(), customer);
    let found = agent.get("/customers?email=ADA%40example.com").json();
    assert_eq!(found["items"], json!([customer]));
    assert_eq!(agent.get("/customers?email=nobody%40example.com").json()["items"], json!([]));
    assert_eq!(agent.get("/customers?email=nobody").status, 422);
    let ours = agent.patch(&path, &json!({"locale": "fr", "preferred_locale": "klingon!"}));
    assert_eq!((ours.status, &ours.json()["locale"]), (200, &json!("fr")), "the vendor's field is ignored beside ours");
    assert_eq!(agent.patch(&path, &json!({"preferred_locale": "klingon!"})).fields(), ["preferred_locale"]);
    let changed = agent.patch(&path, &json!({"name": "Ada King", "phone_number": null, "locale": "en"})).json();
    assert_eq!((&changed["name"], &changed["phone_number"]), (&json!("Ada King"), &Value::Null));
    assert_eq!((&changed["locale"], &changed["metadata"]), (&json!("en"), &json!({"tier": 1})));
    assert_eq!(agent.patch(&path, &json!({"email": "ada@king.example"})).json()["email"], "ada@king.example");
    let id = customer["customer_id"].as_str().unwrap().to_owned();
    let filter = AuditFilter { object: Some(id), ..AuditFilter::default() };
    let log = app.read(|conn| audit_log::list::list(conn, &filter, &PageStart::Start, 10).expect("the log")).rows;
    let actions: Vec<_> = log.iter().rev().map(|entry| entry.action.as_str()).collect();
    let updates = ["customer.update"; 3];
    assert_eq!(actions, [&["customer.create"], &updates[..], &["customer.change_address"]].concat());
    let text = format!("{log:?}").to_lowercase();
    assert!(!text.contains("lovelace") && !text.contains("king") && !text.contains("+44"), "{text}");
}

#[test]
fn an_address_belongs_to_one_customer() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    let first = agent.post("/customers", &json!({"email": "ada@example.com", "name": "Ada"})).json();
    let second = agent.post("/customers", &json!({"email": "ADA@example.com", "name": "Other"}));
    assert_eq!(second.refusal(), (409, "DUPLICATE_CUSTOMER".to_owned()));
    let bob = agent.post("/customers", &json!({"email": "bob@example.com", "name": "Bob"})).json();
    let path = format!("/customers/{}", bob["customer_id"].as_str().unwrap());
    assert_eq!(
        agent.patch(&path, &json!({"email": "Ada@example.com"})).refusal(),
        (409, "DUPLICATE_CUSTOMER".to_owned())
    );
    let sale = json!({"entitlement_id": app.given().entitlement().as_str(), "customer_id": first["customer_id"]});
    assert_eq!(agent.post("/grants", &sale).json()["customer_id"], first["customer_id"]);
}

#[test]
fn twenty_at_once_make_one_customer() {
    let app = spawn_app();
    let barrier = Barrier::new(20);
    let made: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..20)
            .map(|_| {
                let (program, barrier) = (app.api_key(Role::Agent), &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    let answer = program.post("/customers", &json!({"email": "ada@example.com", "name": "Ada"}));
                    assert!(matches!(answer.status, 201 | 409), "{}", answer.text);
                    usize::from(answer.status == 201)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(made, 1);
}

#[test]
fn wrong_bodies_name_every_wrong_field_and_roles_are_kept() {
    let app = spawn_app();
    let agent = app.api_key(Role::Agent);
    assert_eq!(agent.post("/customers", &json!({})).fields(), ["email", "name"]);
    let wrong = json!({
        "email": "a\r\nBcc: b@c.d", "name": "A\nB", "phone_number": "x".repeat(51), "locale": "klingon!", "metadata": 1
    });
    assert_eq!(agent.post("/customers", &wrong).fields(), ["email", "name", "phone_number", "locale", "metadata"]);
    assert_eq!(agent.get("/customers/cus_nobody").refusal(), (404, "NOT_FOUND".to_owned()));
    assert_eq!(agent.patch("/customers/cus_nobody", &json!({})).status, 404);
    let viewer = app.api_key(Role::Viewer);
    assert_eq!(viewer.post("/customers", &json!({"email": "a@b.c", "name": "A"})).status, 403);
    assert_eq!(viewer.get("/customers").status, 200);
}
