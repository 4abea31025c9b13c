//! Changing a customer's name, address and language.

use diesel::prelude::*;
use keydesk::storage::schema;

use super::{KEY, page_of};
use crate::support::{TestApp, spawn_app};

fn fields<'a>(name: &'a str, email: &'a str, locale: &'a str) -> [(&'static str, &'a str); 3] {
    [("name", name), ("email", email), ("locale", locale)]
}

fn entries(app: &TestApp, name: &str) -> Vec<String> {
    use schema::audit_entries::dsl::{action, audit_entries, changes};
    app.read(|conn| audit_entries.filter(action.eq(name)).select(changes).load(conn).unwrap())
}

#[test]
fn an_agent_changes_a_customer_and_is_told_whom_the_address_concerns() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEY);
    for number in 0..3 {
        app.given().pending_grant().with_payment(&format!("pay_{number}")).make();
    }
    let path = page_of(&app, &grant);
    let mut agent = app.agent();
    let page = agent.get(&format!("{path}/edit"));
    assert_eq!((page.status, page.field("name").value.as_str()), (200, "Ada Lovelace"));
    assert!(page.text_of("#email-hint").contains("all 4 grants of this customer"));
    assert!(agent.get(&format!("/grants/{grant}")).text_of("#email-hint").contains("also for their 3 other grants"));
    let saved = agent.post(&path, &fields("Ada King", "ada@engine.example", "de-AT"));
    assert_eq!((saved.status, saved.location()), (303, path.clone()));
    let page = agent.get(&path);
    assert_eq!((page.heading().as_str(), page.flash().as_str()), ("Ada King", "Saved."));
    assert!(page.text_of(".head").contains("ada@engine.example"));
    assert!(page.text_of("[aria-labelledby=about-t]").contains("German (de-AT)"));
    assert_eq!((entries(&app, "customer.update").len(), entries(&app, "customer.change_address").len()), (1, 1));
    assert!(!entries(&app, "customer.update")[0].contains("Ada"), "names stay out of the log");
    assert_eq!(app.viewer().post(&path, &fields("Eve", "eve@example.com", "en")).status, 403);
    assert_eq!(app.viewer().get(&format!("{path}/edit")).status, 403);
}

#[test]
fn what_is_wrong_comes_back_with_what_was_typed() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEY);
    let other = app.given().pending_grant().for_customer("bob@example.com").named("Bob").make();
    let path = page_of(&app, &grant);
    let mut agent = app.agent();
    for (name, email, locale, wrong) in [
        ("", "ada@example.com", "en", "name"),
        ("Ada\u{202e}", "ada@example.com", "en", "name"),
        ("Ada", "ada", "en", "email"),
        ("Ada", "", "en", "email"),
        ("Ada", "ada@example.com", "not a language", "locale"),
        ("Ada", "BOB@example.com", "en", "email"),
    ] {
        let page = agent.post(&path, &fields(name, email, locale));
        assert_eq!(page.status, 422, "{name} {email} {locale}");
        assert!(page.field(wrong).error.is_some(), "{name} {email} {locale}");
        assert_eq!((page.field("name").value.as_str(), page.field("email").value.as_str()), (name, email));
    }
    let page = agent.post(&path, &fields("Ada", "bob@example.com", "en"));
    assert!(page.links().contains(&page_of(&app, &other)), "it leads to that customer");
    assert_eq!(entries(&app, "customer.update").len(), 0);
}

#[test]
fn of_two_who_change_a_customer_the_second_sees_what_the_first_did() {
    let app = spawn_app();
    let path = page_of(&app, &app.given().delivered_grant(KEY));
    let (mut one, mut other) = (app.agent(), app.agent());
    let version = other.get(&format!("{path}/edit")).field("version").value;
    assert_eq!(one.post(&path, &fields("Ada King", "ada@example.com", "en")).status, 303);
    let mut form = fields("Ada Byron", "ada@example.com", "en").to_vec();
    form.push(("version", &version));
    let page = other.post(&path, &form);
    assert_eq!((page.status, page.field("name").value.as_str()), (409, "Ada Byron"));
    assert!(page.text_of("[role=alert]").contains("At present: Ada King"), "{}", page.text_of("[role=alert]"));
    let version = page.field("version").value;
    form.pop();
    form.push(("version", &version));
    assert_eq!(other.post(&path, &form).status, 303);
    assert_eq!(other.get(&path).heading(), "Ada Byron");
}

#[test]
fn where_only_admins_see_keys_an_agent_changes_name_and_language_alone() {
    let app = TestApp::builder().with("reveal", "admins").spawn();
    let path = page_of(&app, &app.given().delivered_grant(KEY));
    let mut agent = app.agent();
    let page = agent.get(&format!("{path}/edit"));
    assert_eq!(page.attribute("[name=email]", "type").as_deref(), Some("hidden"));
    assert_eq!(agent.post(&path, &fields("Ada", "mallory@evil.example", "en")).status, 403);
    assert_eq!(agent.post(&path, &fields("Ada King", "ada@example.com", "en")).status, 303);
    assert_eq!(app.admin().post(&path, &fields("Ada King", "ada@engine.example", "en")).status, 303);
}

#[test]
fn an_e_mail_to_an_address_that_never_had_it_does_not_go_there_again() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEY);
    let (path, mut agent) = (format!("/grants/{grant}/emails"), app.agent());
    let page = agent.post(&path, &[("email", "ada@lovelace.example")]);
    assert_eq!(agent.follow(page).flash(), "The e-mail is on its way to ada@lovelace.example.");
    let page = agent.post(&path, &[]);
    assert_eq!(agent.follow(page).flash(), "The e-mail is on its way to ada@lovelace.example again.");
}
