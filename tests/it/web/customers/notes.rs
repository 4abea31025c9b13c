//! Notes of staff about customers and grants.

use diesel::prelude::*;
use jiff::SignedDuration;
use keydesk::storage::schema;
use keydesk::usecases::customers::erase::erase_customer;

use super::{KEY, customer_of, page_of};
use crate::customers::erasure_races::at_once;
use crate::support::given::actor;
use crate::support::{Page, TestApp, spawn_app};

fn notes(page: &Page) -> Vec<String> {
    page.texts_of("#notes li .lines")
}

/// The changes of every entry with that action.
fn entries(app: &TestApp, name: &str) -> Vec<String> {
    use schema::audit_entries::dsl::{action, audit_entries, changes};
    app.read(|conn| audit_entries.filter(action.eq(name)).select(changes).load(conn).unwrap())
}

#[test]
fn a_note_stands_with_the_customer_and_the_grant_and_its_text_not_in_the_log() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEY);
    let (customer, path) = (page_of(&app, &grant), format!("/grants/{grant}"));
    let mut agent = app.agent();
    let page = agent.post(&format!("{customer}/notes"), &[("text", "Wants the German edition")]);
    assert_eq!((page.status, page.location()), (303, customer.clone()));
    app.advance(SignedDuration::from_secs(1));
    let page = agent.post(&format!("{path}/notes"), &[("text", " New workstation\r\nin March ")]);
    assert_eq!((page.status, page.location()), (303, path.clone()));
    assert_eq!(agent.follow(page).flash(), "Note added.");
    let page = agent.get(&customer);
    assert_eq!(notes(&page), ["New workstation in March", "Wants the German edition"]);
    let about = page.texts_of("#notes li");
    assert!(about[0].contains("Bauplan CAD 2026 Professional") && !about[1].contains("Bauplan"), "{about:#?}");
    assert_eq!(notes(&app.viewer().get(&path)), ["New workstation in March"]);
    assert!(!app.viewer().get(&path).has("form[action$='/notes']"));
    let pending = app.given().pending_grant().make();
    agent.post(&format!("/grants/{pending}/notes"), &[("text", "Call before sending")]);
    assert!(agent.get(&format!("/grants/{pending}/fulfillment/new")).body.contains("Call before sending"));
    let written = entries(&app, "note.added");
    assert_eq!(written.len(), 3);
    assert!(written.iter().all(|changes| changes.contains("characters") && !changes.contains("German")), "{written:?}");
    assert!(page.text_of("[aria-labelledby=acts-t]").contains("Note added: Bauplan"));
}

#[test]
fn a_double_click_adds_one_note_and_nothing_typed_is_lost() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEY);
    let mut agent = app.agent();
    for path in [page_of(&app, &grant), format!("/grants/{grant}")] {
        let key = agent.get(&path).attribute("#notes [name=idempotency_key]", "value").unwrap();
        for _ in 0..2 {
            let form = [("text", "Once"), ("idempotency_key", &key)];
            assert_eq!(agent.post(&format!("{path}/notes"), &form).status, 303);
        }
        let other = agent.post(&format!("{path}/notes"), &[("text", "Other"), ("idempotency_key", &key)]);
        assert_eq!((other.status, other.field("text").value.as_str()), (422, "Other"));
        let long = "ä".repeat(2_001);
        for (text, sentence) in [("", "Enter the note"), (long.as_str(), "2,000"), ("a\u{7}b", "cannot be displayed")] {
            let page = agent.post(&format!("{path}/notes"), &[("text", text)]);
            assert_eq!((page.status, page.field("text").value.as_str()), (422, text));
            assert!(page.field("text").error.is_some_and(|error| error.contains(sentence)), "{sentence}");
        }
    }
    assert_eq!(app.count("notes"), 2);
    assert_eq!(app.viewer().post(&format!("/grants/{grant}/notes"), &[("text", "No")]).status, 403);
    for path in ["/customers/cus_000000000000000000000/notes", "/grants/entg_000000000000000000000/notes"] {
        assert_eq!(agent.post(path, &[("text", "Nobody")]).status, 404, "{path}");
    }
}

#[test]
fn a_note_is_deleted_by_its_author_or_an_admin_and_by_nobody_else() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEY);
    let path = page_of(&app, &grant);
    let (mut author, mut colleague, mut admin) = (app.agent(), app.agent(), app.admin());
    for text in ["One", "Two"] {
        author.post(&format!("{path}/notes"), &[("text", text)]);
        app.advance(SignedDuration::from_secs(1));
    }
    let actions = author.get(&path).attributes("#notes form[action$='/deletion']", "action");
    assert_eq!(actions.len(), 2);
    assert!(!colleague.get(&path).has("#notes form[action$='/deletion']"));
    assert_eq!(colleague.post(&actions[0], &[("next", &path)]).status, 403);
    let page = author.post(&actions[0], &[("next", &path)]);
    assert_eq!((page.status, page.location()), (303, path.clone()));
    assert_eq!(notes(&author.follow(page)), ["One"]);
    let page = author.post(&actions[0], &[("next", &path)]);
    assert_eq!(author.follow(page).flash(), "This note has already been deleted.");
    assert_eq!(author.post(&actions[0], &[]).status, 404);
    let page = admin.post(&actions[1], &[("next", "//evil.example")]);
    assert_eq!((page.status, page.location()), (303, "/".to_owned()));
    assert_eq!((entries(&app, "note.deleted").len(), app.count("notes")), (2, 0));
}

#[test]
fn an_erasure_deletes_what_was_noted_and_lets_nothing_in_afterwards() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEY);
    let path = page_of(&app, &grant);
    let mut agent = app.agent();
    agent.post(&format!("{path}/notes"), &[("text", "Ada called")]);
    agent.post(&format!("/grants/{grant}/notes"), &[("text", "Ada wrote")]);
    erase_customer(app.context(), &customer_of(&app, &grant), &actor()).unwrap();
    assert_eq!(app.count("notes"), 0);
    for path in [path, format!("/grants/{grant}")] {
        assert_eq!(agent.post(&format!("{path}/notes"), &[("text", "Ada once more")]).status, 409);
    }
}

#[test]
fn a_note_that_comes_in_during_an_erasure_is_erased_or_refused() {
    let app = spawn_app();
    for round in 0..8 {
        let email = format!("ada{round}@example.com");
        let grant = app.given().pending_grant().for_customer(&email).make();
        let (customer, mut agent) = (customer_of(&app, &grant), app.agent());
        let path =
            if round % 2 == 0 { format!("/grants/{grant}/notes") } else { format!("/customers/{customer}/notes") };
        let (answer, erased) = at_once(
            || agent.post(&path, &[("text", "Ada called")]).status,
            || erase_customer(app.context(), &customer, &actor()),
        );
        erased.unwrap();
        assert!(matches!(answer, 303 | 409), "{answer}");
        assert_eq!(app.count("notes"), 0, "round {round}");
    }
}
