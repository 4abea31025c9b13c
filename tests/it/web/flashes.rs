//! What is said once, on the page after a redirect, and how it gets there.

use jiff::SignedDuration;
use keydesk::domain::staff::Role;

use crate::support::given::PASSWORD;
use crate::support::{TestApp, spawn_app};

const COOKIE: &str = "keydesk_flash";

#[test]
fn a_flash_is_said_once_and_nothing_of_it_can_be_read_on_the_way() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let sent = agent.post(&format!("/grants/{id}/fulfillment"), &[("key", "AAAA-BBBB-CCCC-0001")]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let cookie = agent.cookies[COOKIE].clone();
    assert!(cookie.len() > 100 && !cookie.contains("example"), "{cookie}");
    let page = agent.follow(sent);
    assert!(page.flash().contains("Delivered"), "{}", page.flash());
    let removal = page.header("set-cookie").expect("the cookie goes");
    assert!(removal.starts_with("keydesk_flash=;") && removal.contains("Max-Age=0"), "{removal}");
    assert_eq!(agent.get(&format!("/grants/{id}")).flash(), "");
}

#[test]
fn a_flash_is_for_the_person_it_was_left_for() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let anna = app.given().named_staff(Role::Agent, "Anna Bergmann", "anna@desk.example");
    let mut anna = app.sign_in(&anna.email, PASSWORD);
    anna.post(&format!("/grants/{id}/claim"), &[]);
    let left = anna.cookies[COOKIE].clone();
    let mut next = app.admin();
    next.cookies.insert(COOKIE.to_owned(), left.clone());
    assert_eq!(next.get("/grants").flash(), "");
    for made_up in [format!("{left}x"), "made-up".to_owned(), String::new()] {
        let mut forger = app.agent();
        forger.cookies.insert(COOKIE.to_owned(), made_up);
        let page = forger.get("/grants");
        assert_eq!((page.status, page.flash()), (200, String::new()));
    }
    assert!(anna.get("/grants").flash().contains("until"));
}

#[test]
fn a_flash_lasts_for_ten_minutes_and_not_beyond_signing_out() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let person = app.given().staff(Role::Agent);
    let mut agent = app.sign_in(&person.email, PASSWORD);
    agent.post(&format!("/grants/{id}/claim"), &[]);
    let left = agent.cookies[COOKIE].clone();
    app.advance(SignedDuration::from_secs(599));
    assert!(agent.get("/grants").flash().contains("until"));
    agent.cookies.insert(COOKIE.to_owned(), left);
    app.advance(SignedDuration::from_secs(1));
    assert_eq!(agent.get("/grants").flash(), "", "a browser that keeps it longer");
    agent.post(&format!("/grants/{id}/claim"), &[]);
    let answer = agent.post("/logout", &[]);
    let removed = |(name, value): &(String, String)| name == "set-cookie" && value.starts_with("keydesk_flash=;");
    assert!(answer.headers.iter().any(removed), "{:?}", answer.headers);
}

#[test]
fn under_https_the_cookie_is_bound_to_the_host() {
    let app = TestApp::builder().with("base_url", "https://keys.example.com").spawn();
    let person = app.given().staff(Role::Agent);
    let mut visitor = app.anonymous();
    let origin = [("origin", "https://keys.example.com")];
    let token = visitor.get("/login").csrf_token().expect("a form");
    let fields = [("csrf_token", token.as_str()), ("email", &person.email), ("password", PASSWORD)];
    assert_eq!(visitor.post_raw("/login", &fields, &origin).status, 303);
    let token = visitor.get("/grants").csrf_token().expect("a form");
    let id = app.given().pending_grant().make();
    let answer = visitor.post_raw(&format!("/grants/{id}/claim"), &[("csrf_token", &token)], &origin);
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(cookie.starts_with("__Host-keydesk_flash="), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
}
