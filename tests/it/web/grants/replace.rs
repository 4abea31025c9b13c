//! Replacing a key: the old one ends at once, and the customer gets another.

use std::sync::Barrier;

use jiff::SignedDuration;
use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use keydesk::storage::grants;
use keydesk::storage::grants::detail::GrantDetail;
use serde_json::{Value, json};

use crate::support::smtp::{Behavior, Stage};
use crate::support::stock::{fill, waiting};
use crate::support::{Page, Receiver, TestApp, Visitor, spawn_app};

const OLD: &str = "OLDER-KEY-0123-FJ8P";
const NEW: &str = "NEWER-KEY-4567-K7M2";

fn detail(app: &TestApp, id: &GrantId) -> GrantDetail {
    app.read(|conn| grants::detail::find(conn, id).expect("the grant"))
}

fn actions(app: &TestApp, id: &GrantId) -> Vec<String> {
    detail(app, id).timeline.into_iter().map(|entry| entry.action).collect()
}

/// Sends the form as the page offers it, with these fields changed.
fn replace(visitor: &mut Visitor, id: &GrantId, changed: &[(&str, &str)]) -> Page {
    let form = visitor.get(&format!("/grants/{id}/replace"));
    assert_eq!(form.status, 200, "{}", form.body);
    let (token, old) = (form.field("idempotency_key").value, form.field("replaces").value);
    let mut fields = vec![
        ("idempotency_key", token.as_str()),
        ("replaces", old.as_str()),
        ("reason", "defective"),
        ("key", NEW),
        ("instances", "end"),
    ];
    fields.retain(|(name, _)| changed.iter().all(|(other, _)| other != name));
    fields.extend_from_slice(changed);
    visitor.post(&format!("/grants/{id}/replace"), &fields)
}

fn is_valid(app: &TestApp, key: &str, instance: Option<&Value>) -> bool {
    let mut body = json!({"license_key": key});
    if let Some(id) = instance {
        body["license_key_instance_id"] = id.clone();
    }
    app.program(None).post("/licenses/validate", &body).json()["valid"] == json!(true)
}

fn activate(app: &TestApp, key: &str, name: &str) -> Value {
    let answer = app.program(None).post("/licenses/activate", &json!({"license_key": key, "name": name}));
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["id"].clone()
}

/// A grant that was delivered with the old key, whose e-mail has left.
fn delivered(app: &TestApp) -> GrantId {
    let id = app.given().pending_grant().for_customer("ada@example.com").make();
    app.given().fulfill(&id, OLD);
    app.run_outbox_until_empty();
    app.advance(SignedDuration::from_secs(1));
    id
}

#[test]
fn the_old_key_ends_at_once_and_the_new_one_is_mailed_with_its_own_text() {
    let (app, receiver) = (TestApp::builder().with("webhook_allow", "127.0.0.1").spawn(), Receiver::start());
    let id = delivered(&app);
    app.api_key(Role::Admin).post("/webhooks", &json!({"url": receiver.url()}));
    activate(&app, OLD, "WS-PLAN-07");
    let mut agent = app.agent();
    let page = replace(&mut agent, &id, &[("details", "Error 0x31"), ("customer_note", "Sorry for that")]);
    assert_eq!((page.status, page.location()), (303, format!("/grants/{id}")), "{}", page.body);
    assert!(!is_valid(&app, OLD, None) && is_valid(&app, NEW, None));
    assert_eq!(app.count("license_key_instances"), 0);
    assert_eq!(actions(&app, &id)[0], "grant.replace");

    app.run_outbox_until_empty();
    let mail = app.mailbox.mails().pop().unwrap();
    assert!(mail.subject().starts_with("Your new license key for"), "{}", mail.subject());
    let text = mail.text();
    assert!(text.contains(NEW) && text.contains("which ends in FJ8P") && text.contains("Sorry for that"), "{text}");
    assert!(!text.contains(OLD));
    let mut events = receiver.events();
    events.sort();
    assert_eq!(events, ["entitlement_grant.delivered", "license_key.created"]);
    let told = receiver
        .received()
        .into_iter()
        .map(|received| received.json())
        .find(|event| event["type"] == "entitlement_grant.delivered");
    assert_eq!(told.unwrap()["data"]["license_key"]["key"], json!(NEW));

    let page = agent.get(&format!("/grants/{id}"));
    let card = page.text_of("[aria-labelledby=key-t]");
    assert!(card.contains("ends in FJ8P") && card.contains("Defective") && card.contains("Error 0x31"), "{card}");
    assert!(card.contains("Sorry for that"), "{card}");
}

#[test]
fn activations_move_if_that_is_chosen() {
    let app = spawn_app();
    let id = delivered(&app);
    let instance = activate(&app, OLD, "WS-PLAN-07");
    let mut agent = app.agent();
    let form = agent.get(&format!("/grants/{id}/replace"));
    assert!(form.text_of("[aria-labelledby=old-t]").contains("WS-PLAN-07"));
    assert_eq!(replace(&mut agent, &id, &[("instances", "move")]).status, 303);
    assert!(is_valid(&app, NEW, Some(&instance)) && !is_valid(&app, OLD, Some(&instance)));
    assert_eq!(detail(&app, &id).license_key.unwrap().activations_used, 1);
}

#[test]
fn what_is_missing_or_wrong_is_said_and_keeps_what_was_typed() {
    let app = spawn_app();
    let id = delivered(&app);
    let mut agent = app.agent();
    for (fields, error) in [
        (vec![("reason", "")], "Say why the key is replaced"),
        (vec![("reason", "other")], "Say why in a few words"),
        (vec![("key", " ")], "Key"),
        (vec![("key", OLD)], "already been issued"),
        (vec![("key", "NEWER–KEY–4567–K7M2")], "dash"),
    ] {
        let page = replace(&mut agent, &id, &[fields, vec![("customer_note", "Kept text")]].concat());
        assert_eq!(page.status, 422, "{error}");
        assert!(page.text_of("#errors").contains(error), "{error}: {}", page.text_of("#errors"));
        assert_eq!(page.field("customer_note").value, "Kept text");
    }
    let confirmed = [("key", "NEWER–KEY–4567–K7M2"), ("confirm", "yes")];
    assert_eq!(replace(&mut agent, &id, &confirmed).status, 303);
}

#[test]
fn from_stock_nobody_sees_the_key_and_the_batch_counts_the_defect() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let batch = fill(&app, &entitlement, &["KEY-AAAA-0001", "KEY-BBBB-0002"]);
    let id = waiting(&app, &entitlement);
    let mut agent = app.agent();
    let form = agent.get(&format!("/grants/{id}/fulfillment/new"));
    let key = form.field("idempotency_key").value;
    agent.post(&format!("/grants/{id}/fulfillment"), &[("source", "stock"), ("idempotency_key", &key)]);
    app.run_outbox_until_empty();
    assert_eq!(replace(&mut agent, &id, &[("source", "stock"), ("key", "")]).status, 303);
    app.run_outbox_until_empty();
    assert!(app.mailbox.mails().pop().unwrap().text().contains("KEY-BBBB-0002"));
    assert_eq!(app.count("stock_keys WHERE state = 'issued'"), 2);
    let page = agent.get(&batch);
    assert!(page.text_of(".strip").contains("Replaced as defective1"), "{}", page.text_of(".strip"));
    let page = replace(&mut agent, &id, &[("source", "stock"), ("key", "")]);
    assert_eq!(page.status, 409);
    assert!(page.text_of("#errors").contains("run out"));
}

#[test]
fn a_double_click_replaces_once_and_a_second_person_is_told() {
    let app = spawn_app();
    let id = delivered(&app);
    let (mut agent, mut colleague) = (app.agent(), app.agent());
    let (one, other) = (agent.get(&format!("/grants/{id}/replace")), colleague.get(&format!("/grants/{id}/replace")));
    let fields = |form: &Page, key: &'static str| {
        vec![
            ("idempotency_key", form.field("idempotency_key").value),
            ("replaces", form.field("replaces").value),
            ("reason", "wrong".to_owned()),
            ("key", key.to_owned()),
        ]
    };
    let send = |visitor: &mut Visitor, fields: &[(&str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        visitor.post(&format!("/grants/{id}/replace"), &fields).status
    };
    let first = fields(&one, NEW);
    assert_eq!(send(&mut agent, &first), 303);
    assert_eq!(send(&mut agent, &first), 303);
    assert_eq!(app.count("replacements"), 1);
    assert_eq!(send(&mut colleague, &fields(&other, "THIRD-KEY-8901-ZZZZ")), 409);
    assert_eq!(app.count("replacements"), 1);
}

#[test]
fn two_who_replace_at_the_same_moment_leave_one_new_key() {
    let app = spawn_app();
    let mut agents = [app.agent(), app.agent()];
    for round in 0..6 {
        let id = app.given().pending_grant().for_customer(&format!("c{round}@example.com")).make();
        app.given().fulfill(&id, &format!("RACED-OLD-{round}-0123"));
        let forms: Vec<(String, String)> = agents
            .iter_mut()
            .map(|agent| {
                let form = agent.get(&format!("/grants/{id}/replace"));
                (form.field("idempotency_key").value, form.field("replaces").value)
            })
            .collect();
        let barrier = Barrier::new(2);
        let mut statuses: Vec<u16> = std::thread::scope(|scope| {
            let threads: Vec<_> = agents
                .iter_mut()
                .zip(&forms)
                .enumerate()
                .map(|(number, (agent, (token, old)))| {
                    let (barrier, id) = (&barrier, &id);
                    scope.spawn(move || {
                        let key = format!("RACED-NEW-{round}-{number}-4567");
                        let fields = [
                            ("idempotency_key", token.as_str()),
                            ("replaces", old.as_str()),
                            ("reason", "exposed"),
                            ("key", key.as_str()),
                        ];
                        barrier.wait();
                        agent.post(&format!("/grants/{id}/replace"), &fields).status
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "round {round}");
        assert_eq!(app.count(&format!("replacements WHERE grant_id = '{id}'")), 1);
    }
    assert_eq!(app.count("license_keys WHERE status = 'active'"), 6);
}

#[test]
fn a_replacement_can_be_undone_while_its_mail_waits() {
    let app = TestApp::builder().with("undo", "20s").spawn();
    let id = delivered(&app);
    let instance = activate(&app, OLD, "WS-PLAN-07");
    let mut agent = app.agent();
    for fate in ["end", "move"] {
        assert_eq!(replace(&mut agent, &id, &[("instances", fate)]).status, 303);
        assert_eq!(app.run_outbox_until_empty(), 0);
        assert!(!is_valid(&app, OLD, None));
        assert_eq!(agent.get(&format!("/grants/{id}/replace")).status, 303, "one at a time");
        let page = agent.post(&format!("/grants/{id}/undo"), &[]);
        assert_eq!(page.status, 200);
        assert!(page.text_of(".slip").contains(NEW));
        assert!(is_valid(&app, OLD, Some(&instance)), "{fate}");
        assert!(!is_valid(&app, NEW, None));
        assert_eq!((app.count("replacements"), app.count("license_keys")), (0, 1));
        assert_eq!(detail(&app, &id).grant.status, GrantStatus::Delivered);
        app.advance(SignedDuration::from_secs(1));
    }
    app.advance(SignedDuration::from_secs(60));
    assert_eq!(app.run_outbox_until_empty(), 0);
    assert_eq!(app.mailbox.count(), 1, "the first one");
}

#[test]
fn a_failed_grant_is_delivered_once_the_new_key_has_arrived() {
    let app = spawn_app();
    let id = app.given().pending_grant().for_customer("ada@example.com").make();
    app.mailbox.next(Behavior::Reply(Stage::Rcpt, "550 5.1.1 unknown".to_owned()));
    app.given().fulfill(&id, OLD);
    app.run_outbox_until_empty();
    assert_eq!(detail(&app, &id).grant.status, GrantStatus::Failed);
    assert_eq!(replace(&mut app.agent(), &id, &[]).status, 303);
    app.run_outbox_until_empty();
    assert_eq!(detail(&app, &id).grant.status, GrantStatus::Delivered);
    assert_eq!(app.mailbox.count(), 1);
}

#[test]
fn viewers_replace_nothing_and_neither_does_anybody_what_is_not_delivered() {
    let app = spawn_app();
    let id = delivered(&app);
    let mut viewer = app.viewer();
    assert_eq!(viewer.get(&format!("/grants/{id}/replace")).status, 403);
    assert_eq!(viewer.post(&format!("/grants/{id}/replace"), &[]).status, 403);
    let pending = app.given().pending_grant().for_customer("b@example.com").make();
    let mut agent = app.agent();
    assert_eq!(agent.get(&format!("/grants/{pending}/replace")).location(), format!("/grants/{pending}"));
    let fields = [("reason", "wrong"), ("key", NEW)];
    assert_eq!(agent.post(&format!("/grants/{pending}/replace"), &fields).status, 409);
    let mut admin = app.admin();
    admin.post(&format!("/grants/{id}/revocation"), &[("reason", "charged back")]);
    assert_eq!(agent.post(&format!("/grants/{id}/replace"), &fields).status, 409);
}

#[test]
fn erasing_the_customer_takes_the_texts_with_it() {
    let app = spawn_app();
    let id = delivered(&app);
    replace(&mut app.agent(), &id, &[("details", "Ada called"), ("customer_note", "Dear Ada")]);
    let customer = detail(&app, &id).grant.customer_id;
    assert_eq!(app.count("replacements WHERE details IS NOT NULL"), 1);
    keydesk::usecases::customers::erase::erase_customer(app.context(), &customer, &crate::support::given::actor())
        .expect("erased");
    assert_eq!(app.count("replacements WHERE details IS NOT NULL OR customer_note IS NOT NULL"), 0);
}

#[test]
fn all_issued_keys_of_a_recalled_batch_are_replaced_by_a_job() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let batch = fill(&app, &entitlement, &["KEY-AAAA-0001", "KEY-BBBB-0002"]);
    let mut admin = app.admin();
    let ids: Vec<GrantId> = (0..2)
        .map(|number| {
            let id =
                app.given().pending_grant().of(&entitlement).for_customer(&format!("c{number}@example.com")).make();
            let fields = [("source", "stock")];
            assert_eq!(admin.post(&format!("/grants/{id}/fulfillment"), &fields).status, 303);
            id
        })
        .collect();
    app.run_outbox_until_empty();
    let path = format!("/stock{batch}");
    admin.post(&format!("{path}/replace"), &[]);
    assert_eq!(app.count("jobs WHERE kind = 'replace_recalled'"), 0, "it is not recalled");
    assert_eq!(admin.post(&format!("{path}/recall"), &[("reason", "Sold twice")]).status, 303);
    app.advance(SignedDuration::from_secs(1));
    fill(&app, &entitlement, &["KEY-CCCC-0003", "KEY-DDDD-0004", "KEY-EEEE-0005"]);
    assert!(app.agent().get(&batch).has(&format!("form[action='{path}/replace']")));
    let mut agent = app.agent();
    assert_eq!(agent.post(&format!("{path}/replace"), &[]).status, 303);
    app.run_jobs();
    assert_eq!(app.count("replacements WHERE reason = 'other' AND details = 'Sold twice'"), 2);
    assert!(ids.iter().all(|id| actions(&app, id)[0] == "grant.replace"));
    app.run_outbox_until_empty();
    assert_eq!(app.mailbox.count(), 4);
    let page = agent.get(&batch);
    assert!(page.body.contains("2 of 2 issued keys were replaced"), "{}", page.text_of("main"));
    assert!(!page.has("form[action$='/replace'] button"));
    agent.post(&format!("{path}/replace"), &[]);
    app.run_jobs();
    assert_eq!(app.count("replacements"), 2);
}
