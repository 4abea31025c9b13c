//! One's own account: name, preferences, password, sessions.

use jiff::SignedDuration;
use keydesk::domain::staff::Role;

use crate::support::given::PASSWORD;
use crate::support::{TestApp, Visitor, spawn_app};

const NEW: &str = "a brand new harbor at dawn";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

fn is_in(visitor: &mut Visitor) -> bool {
    visitor.get("/account").status == 200
}

fn profile<'a>(name: &'a str, language: &'a str, time_zone: &'a str) -> [(&'a str, &'a str); 4] {
    [("name", name), ("language", language), ("theme", "dark"), ("time_zone", time_zone)]
}

#[test]
fn everybody_changes_their_name_and_preferences() {
    let app = spawn_app();
    let mut viewer = app.viewer();
    let saved = viewer.post("/account", &profile("Grace Hopper", "de", "Europe/Berlin"));
    assert_eq!((saved.status, saved.location().as_str()), (303, "/account"));
    let page = viewer.get("/account");
    assert_eq!((page.heading().as_str(), page.flash().as_str()), ("Ihr Konto", "Gespeichert."));
    assert_eq!(page.field("name").value, "Grace Hopper");
    assert_eq!(page.field("time_zone").value, "Europe/Berlin");
    assert_eq!(page.attribute("html", "data-theme").as_deref(), Some("dark"));
}

#[test]
fn what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost() {
    let app = spawn_app();
    let mut viewer = app.viewer();
    let page = viewer.post("/account", &[("name", "  "), ("language", "xx"), ("theme", "pink"), ("time_zone", "Mars")]);
    assert_eq!((page.status, page.errors().len()), (422, 4));
    assert_eq!(page.field("time_zone").value, "Mars");
    assert!(page.field("name").error.is_some());
}

#[test]
fn a_new_password_wants_the_current_one_and_ends_the_other_sessions() {
    let app = spawn_app();
    let person = app.given().staff(Role::Viewer);
    let (mut here, mut there) = (app.sign_in(&person.email, PASSWORD), app.sign_in(&person.email, PASSWORD));
    let change = |visitor: &mut Visitor, current: &str, new: &str| {
        visitor.get("/account");
        visitor.post("/account/password", &[("current_password", current), ("new_password", new)])
    };
    let wrong = change(&mut here, "not the current one", NEW);
    assert_eq!(
        (wrong.status, wrong.errors()),
        (422, vec!["Current password: This is not your current password.".to_owned()])
    );
    let short = change(&mut here, PASSWORD, "fourteen chars");
    assert!(short.field("new_password").error.is_some());
    assert!(!short.body.contains(PASSWORD), "passwords are never sent back");
    let session = here.cookies["keydesk_session"].clone();
    assert_eq!(change(&mut here, PASSWORD, NEW).status, 303);
    assert_ne!(here.cookies["keydesk_session"], session, "a new key");
    assert!(is_in(&mut here) && !is_in(&mut there));
    assert!(is_in(&mut app.sign_in(&person.email, NEW)));
    let mut thief = app.anonymous();
    thief.cookies.insert("keydesk_session".to_owned(), session);
    assert!(!is_in(&mut thief), "the old key is dead");
}

#[test]
fn passwords_have_15_to_128_characters_of_any_kind() {
    let app = spawn_app();
    let person = app.given().staff(Role::Viewer);
    let mut visitor = app.sign_in(&person.email, PASSWORD);
    let long = "Ωmega βeta 7 & ".repeat(10);
    let mut current = PASSWORD.to_owned();
    for (length, is_fine) in [(14, false), (15, true), (64, true), (128, true), (129, false)] {
        let new: String = long.chars().take(length - 1).chain(std::iter::once('x')).collect();
        visitor.get("/account");
        let page = visitor.post("/account/password", &[("current_password", &current), ("new_password", &new)]);
        assert_eq!(page.status, if is_fine { 303 } else { 422 }, "{length}");
        if is_fine {
            current = new;
            app.sign_in(&person.email, &current);
        }
    }
    let cut: String = current.chars().take(127).collect();
    let page = app.anonymous().post("/login", &[("email", &person.email), ("password", &cut)]);
    assert_eq!(page.status, 422, "nothing is cut short");
}

#[test]
fn guessing_the_current_password_in_a_stolen_session_is_slowed_down() {
    let app = spawn_app();
    let person = app.given().staff(Role::Viewer);
    let mut visitor = app.sign_in(&person.email, PASSWORD);
    let mut last = String::new();
    for _ in 0..6 {
        let fields = [("current_password", "a wrong password"), ("new_password", NEW)];
        last = visitor.post("/account/password", &fields).errors().concat();
    }
    assert!(last.contains("Too many failed attempts"), "{last}");
}

fn with_browser(app: &TestApp, email: &str) -> Visitor {
    let mut visitor = app.anonymous();
    let token = visitor.token();
    let origin = visitor.origin();
    let fields = [("csrf_token", token.as_str()), ("email", email), ("password", PASSWORD)];
    visitor.post_raw("/login", &fields, &[("origin", &origin), ("user-agent", FIREFOX)]);
    visitor
}

#[test]
fn sessions_are_listed_and_ended_one_by_one_or_all_at_once() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    let mut laptop = with_browser(&app, &person.email);
    app.advance(SignedDuration::from_mins(5));
    let (mut phone, mut tablet) = (app.sign_in(&person.email, PASSWORD), app.sign_in(&person.email, PASSWORD));
    let page = laptop.get("/account");
    assert_eq!(page.rows().len(), 3);
    let mine = page.row("This session");
    assert!(mine.contains("Firefox on Linux") && mine.contains("127.0.0.1"), "{mine}");
    let stranger = app.admin().get("/account");
    assert_eq!(stranger.rows().len(), 1, "one's own alone");

    let actions = page.attributes("form[action*='/account/sessions/ses_']", "action");
    assert_eq!(actions.len(), 2);
    let mut thief = app.agent();
    thief.post(&actions[0], &[]);
    assert!(is_in(&mut phone) && is_in(&mut tablet), "nobody ends somebody else's");
    laptop.post(&actions[0], &[]);
    assert_eq!([is_in(&mut phone), is_in(&mut tablet)].iter().filter(|is_in| **is_in).count(), 1);
    assert_eq!(laptop.post(&actions[0], &[]).status, 303);
    assert!(laptop.get("/account").flash().contains("had already ended"));
    laptop.post("/account/sessions/end-others", &[]);
    assert!(!is_in(&mut phone) && !is_in(&mut tablet) && is_in(&mut laptop));
    let log = app.admin().get("/audit?action=staff.end_sessions");
    assert_eq!(log.rows().len(), 2);
}

#[test]
fn a_session_that_has_been_idle_too_long_is_not_in_the_list() {
    let app = spawn_app();
    let person = app.given().staff(Role::Agent);
    app.sign_in(&person.email, PASSWORD);
    app.advance(SignedDuration::from_mins(61));
    assert_eq!(app.sign_in(&person.email, PASSWORD).get("/account").rows().len(), 1);
}
