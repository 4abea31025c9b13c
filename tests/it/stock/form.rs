//! The fulfillment form where there is stock: one press sends the next key.

use keydesk::domain::ids::GrantId;

use crate::support::stock::{fill, stock_path, waiting};
use crate::support::{TestApp, Visitor, spawn_app};

const KEYS: [&str; 2] = ["BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P", "BPC26-2WQ8N-X4KTD-7HRMV-P3J9C"];

fn form_path(id: &GrantId) -> String {
    format!("/grants/{id}/fulfillment/new")
}

fn path(id: &GrantId) -> String {
    format!("/grants/{id}/fulfillment")
}

fn chosen(visitor: &mut Visitor, id: &GrantId) -> Option<String> {
    visitor.get(&form_path(id)).attribute("input[name=source][checked]", "value")
}

fn is_pending(app: &TestApp, id: &GrantId) -> bool {
    app.viewer().get(&format!("/grants/{id}")).chip() == "Pending"
}

#[test]
fn stock_is_chosen_has_the_focus_and_one_press_sends_its_next_key() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let batch = fill(&app, &id, &KEYS);
    let grant = app.given().pending_grant().of(&id).make();
    let mut agent = app.agent();
    let form = agent.get(&form_path(&grant));
    assert_eq!(form.attribute("input[name=source][checked][autofocus]", "value").as_deref(), Some("stock"));
    assert!(!form.has("#key[autofocus]"));
    assert!(form.text_of(".pick").contains("2 left"));
    assert!(form.links().contains(&batch));
    let key = form.field("idempotency_key").value;
    let sent = agent.post(&path(&grant), &[("source", "stock"), ("key", ""), ("idempotency_key", &key)]);
    assert_eq!(sent.location(), format!("/grants/{grant}"));
    let again = agent.post(&path(&grant), &[("source", "stock"), ("key", ""), ("idempotency_key", &key)]);
    assert_eq!(again.location(), format!("/grants/{grant}"), "a double click is answered alike");
    let page = agent.follow(sent);
    assert_eq!(page.chip(), "Delivered");
    assert!(page.text_of("[aria-labelledby=key-t] .facts").contains("From stock, batch"), "{}", page.body);
    assert!(page.links().contains(&batch));
    let key_page = page.attribute("a[href^='/license-keys/']", "href").expect("the key's page");
    assert!(agent.get(&key_page).body.contains("From stock, batch"));
    assert!(agent.get(&stock_path(&id)).text_of(".strip dd b").starts_with('1'));
}

#[test]
fn whoever_has_taken_the_grant_goes_on_with_enter() {
    let app = spawn_app();
    let id = app.given().entitlement();
    fill(&app, &id, &KEYS);
    let grants = [(); 2].map(|()| waiting(&app, &id));
    let mut agent = app.agent();
    let default = |page: &crate::support::Page| page.attribute("button[form=fulfill].sr", "value");
    assert_eq!(default(&agent.get(&form_path(&grants[1]))), None);
    let taken = agent.post("/grants/take-next", &[]);
    let form = agent.follow(taken);
    assert_eq!(default(&form).as_deref(), Some("next"));
    assert!(form.text_of(".if-stock").contains("kept for this grant"));
    let sent = agent.post(&path(&grants[0]), &[("source", "stock"), ("then", "next")]);
    assert_eq!(sent.location(), form_path(&grants[1]));
    let next = agent.follow(sent);
    assert_eq!(next.attribute("input[name=source][checked][autofocus]", "value").as_deref(), Some("stock"));
}

#[test]
fn the_last_key_goes_to_one_and_the_other_types_and_loses_nothing() {
    let app = spawn_app();
    let id = app.given().entitlement();
    fill(&app, &id, &KEYS[..1]);
    let grants = [(); 2].map(|()| waiting(&app, &id));
    let (mut first, mut second) = (app.agent(), app.agent());
    assert_eq!(chosen(&mut second, &grants[1]).as_deref(), Some("stock"));
    assert_eq!(first.post(&path(&grants[0]), &[("source", "stock")]).status, 303);
    let fields = [("source", "stock"), ("activations_limit", "7"), ("customer_note", "Thank you."), ("key", KEYS[1])];
    let late = second.post(&path(&grants[1]), &fields);
    assert_eq!(late.status, 409);
    assert!(late.errors()[0].contains("The stock has just run out"), "{:?}", late.errors());
    assert_eq!(late.attribute("input[name=source][checked]", "value").as_deref(), Some("typed"));
    assert!(late.has("input[name=source][value=stock][disabled]"));
    for (name, value) in &fields[1..] {
        assert_eq!(late.field(name).value, *value);
    }
    assert!(is_pending(&app, &grants[1]));
    assert_eq!(second.post(&path(&grants[1]), &[("source", "typed"), ("key", KEYS[1])]).status, 303);
}

#[test]
fn an_empty_stock_is_said_before_and_typing_is_chosen() {
    let app = spawn_app();
    let id = app.given().entitlement();
    fill(&app, &id, &KEYS[..1]);
    let grants = [(); 2].map(|()| waiting(&app, &id));
    let mut agent = app.agent();
    assert_eq!(agent.post(&path(&grants[0]), &[("source", "stock")]).status, 303);
    let form = agent.get(&form_path(&grants[1]));
    assert!(form.text_of(".pick").contains("Empty"));
    assert!(form.has("input[name=source][value=stock][disabled]"));
    assert_eq!(form.attribute("input[name=source][checked]", "value").as_deref(), Some("typed"));
    assert!(form.has("#key[autofocus]"));
}

#[test]
fn without_stock_the_form_only_has_the_key() {
    let app = spawn_app();
    let grant = app.given().pending_grant().make();
    let form = app.agent().get(&form_path(&grant));
    assert!(!form.has("input[name=source]") && form.has("#key[autofocus]"));
}

#[test]
fn a_form_that_names_no_source_is_one_with_a_typed_key() {
    let app = spawn_app();
    let id = app.given().entitlement();
    fill(&app, &id, &KEYS[..1]);
    let grant = app.given().pending_grant().of(&id).make();
    let mut agent = app.agent();
    let empty = agent.post(&path(&grant), &[]);
    assert_eq!(empty.status, 422);
    assert!(empty.field("key").error.is_some());
    assert_eq!(agent.post(&path(&grant), &[("key", KEYS[1])]).status, 303);
    assert!(agent.get(&stock_path(&id)).text_of(".strip dd b").starts_with('1'));
}

#[test]
fn a_typed_key_that_lies_in_stock_is_refused_and_stays() {
    let app = spawn_app();
    let id = app.given().entitlement();
    fill(&app, &id, &KEYS[..1]);
    let grant = app.given().pending_grant().of(&id).make();
    let page = app.agent().post(&path(&grant), &[("source", "typed"), ("key", KEYS[0]), ("confirm", "yes")]);
    assert_eq!(page.status, 422);
    let field = page.field("key");
    assert!(field.error.is_some(), "{}", page.body);
    assert_eq!(field.value, KEYS[0]);
    assert!(is_pending(&app, &grant));
}

#[test]
fn the_preview_says_that_the_key_comes_from_stock() {
    let app = spawn_app();
    let id = app.given().entitlement();
    fill(&app, &id, &KEYS);
    let grant = app.given().pending_grant().of(&id).with_locale("de").make();
    let page =
        app.agent().post(&format!("{}/preview", path(&grant)), &[("source", "stock"), ("customer_note", "Danke.")]);
    assert_eq!(page.status, 200);
    assert_eq!(page.text_of(".mail .slip code"), "(der nächste Schlüssel aus dem Vorrat)");
    assert!(!page.has("#errors"));
    assert_eq!(page.attribute("input[name=source][checked]", "value").as_deref(), Some("stock"));
}
