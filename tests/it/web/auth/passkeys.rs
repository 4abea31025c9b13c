//! Passkeys without a browser: what is refused, and how often. What a device answers is tried in `tests/browser`.

use diesel::prelude::*;
use keydesk::domain::staff::Role;
use keydesk::storage::schema::audit_entries;

use super::second_factor::is_in;
use crate::support::given::PASSWORD;
use crate::support::{Page, TestApp, Visitor};

const ORIGIN: &str = "http://localhost";

/// A portal that is reached by a name, as passkeys want it.
fn named_portal() -> TestApp {
    TestApp::builder().with("base_url", ORIGIN).with("trusted_proxies", "127.0.0.0/8").spawn()
}

fn post(visitor: &mut Visitor, path: &str, token: &str, fields: &[(&str, &str)]) -> Page {
    let mut all = vec![("csrf_token", token)];
    all.extend_from_slice(fields);
    visitor.post_raw(path, &all, &[("origin", ORIGIN)])
}

fn entries(app: &TestApp) -> i64 {
    let failed = audit_entries::table.filter(audit_entries::action.eq("staff.login_failed"));
    app.read(|conn| failed.count().get_result(conn).unwrap())
}

#[test]
fn refused_passkeys_are_counted_like_wrong_passwords() {
    let app = named_portal();
    let mut visitor = app.anonymous_at("203.0.113.9");
    let mut page = visitor.get("/login/passkey");
    let mut statuses = Vec::new();
    for _ in 0..300 {
        let token = page.csrf_token().unwrap();
        page = post(&mut visitor, "/login/passkey", &token, &[("credential", "{}")]);
        statuses.push(page.status);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 20);
    assert_eq!((statuses[20], page.header("retry-after").is_some()), (429, true));
    assert!(page.errors()[0].contains("Too many failed attempts"));
    assert_eq!(entries(&app), 20);
    let mut other = app.anonymous_at("203.0.113.10");
    let token = other.get("/login/passkey").csrf_token().unwrap();
    assert_eq!(post(&mut other, "/login/passkey", &token, &[("credential", "{}")]).status, 422);
}

#[test]
fn in_the_second_step_refused_passkeys_count_like_wrong_codes_of_that_person() {
    let app = named_portal();
    let person = app.given().staff(Role::Agent);
    app.given().passkey(&person);
    let codes = app.given().recovery_codes(&person);
    let mut visitor = app.anonymous_at("203.0.113.9");
    let token = visitor.get("/login").csrf_token().unwrap();
    let fields = [("email", person.email.as_str()), ("password", PASSWORD)];
    assert_eq!(post(&mut visitor, "/login", &token, &fields).location(), "/login/code");
    let mut page = visitor.get("/login/code");
    assert!(page.has("form[action='/login/passkey'] #passkey") && page.has("form[action='/login/code'] #code"));
    assert_eq!(visitor.get("/login/passkey").location(), "/login/code", "the second step has its own button");
    for number in 0..6 {
        let token = page.csrf_token().unwrap();
        page = post(&mut visitor, "/login/passkey", &token, &[("credential", "{}")]);
        assert_eq!((number, page.status), (number, if number < 5 { 422 } else { 429 }));
    }
    let token = page.csrf_token().unwrap();
    assert_eq!(post(&mut visitor, "/login/code", &token, &[("code", &codes[0])]).status, 429);
    app.advance(jiff::SignedDuration::from_mins(1));
    assert_eq!(post(&mut visitor, "/login/code", &token, &[("code", &codes[0])]).status, 303);
    assert!(is_in(&mut visitor));
}
