//! `keydesk api-key`, and what a running portal makes of it.

use crate::support::process::{complaint, lines, say};
use crate::support::{Program, TestApp};

fn app() -> TestApp {
    TestApp::builder().with_system_clock().spawn()
}

/// Adds a key and gives the program that holds its token.
fn add(app: &TestApp, arguments: &[&str]) -> Program {
    let said = lines(&say(app, &[&["api-key", "add"], arguments].concat(), ""));
    app.program(Some(said.lines().last().unwrap().to_owned()))
}

/// The line of the list that speaks of this, as its columns.
fn listed(app: &TestApp, name: &str) -> Vec<String> {
    let said = lines(&say(app, &["api-key", "list"], ""));
    let line = said.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("no {name} in {said}"));
    line.split('\t').map(str::to_owned).collect()
}

#[test]
fn a_token_works_at_once_and_is_printed_as_the_last_line_this_once() {
    let app = app();
    let said = lines(&say(&app, &["api-key", "add", "shop"], ""));
    let token = said.lines().last().unwrap();
    assert!(token.starts_with("kdk_") && token.len() == 47 && !token.contains(char::is_whitespace), "{token}");
    assert_eq!(said.matches(token).count(), 1);
    assert_eq!(app.program(Some(token.to_owned())).get("/grants/entg_x").status, 404, "let in");
    let list = lines(&say(&app, &["api-key", "list"], ""));
    assert!(!list.contains(token) && !list.contains("kdk_"));
}

#[test]
fn the_list_tells_role_status_last_use_and_expiry() {
    let app = app();
    assert!(lines(&say(&app, &["api-key", "list"], "")).contains("keydesk api-key add"));
    let shop = add(&app, &["shop"]);
    add(&app, &["CRM, read only", "--role", "viewer", "--expires", "2999-01-31"]);
    let columns = listed(&app, "shop");
    assert!(columns[0].starts_with("key_"));
    assert_eq!(columns[1..], ["shop", "agent", "active", "never", "never"]);
    let columns = listed(&app, "CRM");
    assert_eq!(columns[1..], ["CRM, read only", "viewer", "active", "never", "2999-01-31T23:59:59Z"]);
    assert_eq!(shop.get("/grants/entg_x").status, 404);
    let last_use = &listed(&app, "shop")[4];
    assert!(last_use.parse::<jiff::Timestamp>().is_ok(), "{last_use}");
}

#[test]
fn a_moment_of_expiry_is_taken_as_it_is_written() {
    let app = app();
    add(&app, &["shop", "--expires", "2999-01-31T18:00:00+02:00"]);
    assert_eq!(listed(&app, "shop")[5], "2999-01-31T16:00:00Z");
}

#[test]
fn a_revoked_key_is_refused_from_its_next_request_on() {
    let app = app();
    let shop = add(&app, &["shop", "--role", "admin"]);
    assert_eq!(shop.get("/grants/entg_x").status, 404);
    let id = listed(&app, "shop")[0].clone();
    assert!(lines(&say(&app, &["api-key", "revoke", &id], "")).starts_with(&format!("revoked {id}")));
    assert_eq!(shop.get("/grants/entg_x").status, 401);
    assert_eq!(listed(&app, "shop")[3], "revoked");
    assert_eq!(lines(&say(&app, &["api-key", "revoke", &id], "")), format!("{id} was already revoked\n"));
    let unknown = complaint(&say(&app, &["api-key", "revoke", "key_0000000000000000000000"], ""));
    assert!(unknown.contains("no API key has the id"), "{unknown}");
}

#[test]
fn mistakes_are_told_in_one_line_and_make_no_key() {
    let app = app();
    let long = "n".repeat(101);
    for (arguments, expected) in [
        (vec!["add", "shop", "--role", "boss"], "--role: got \"boss\", expected viewer, agent or admin"),
        (vec!["add", ""], "NAME: expected one line of 1 to 100 characters"),
        (vec!["add", "a\nb"], "NAME"),
        (vec!["add", &long], "NAME"),
        (vec!["add", "shop", "--expires", "soon"], "--expires: got \"soon\", expected a date such as"),
        (vec!["add", "shop", "--expires", ""], "--expires"),
        (vec!["add", "shop", "--expires", "2999-02-30"], "--expires"),
        (vec!["add", "shop", "--expires", "2999-01-31T10:00"], "--expires"),
        (vec!["add", "shop", "--expires", "99999-01-31T10:00:00Z"], "--expires"),
        (vec!["add", "shop", "--expires", "2020-01-31"], "expected a date in the future"),
        (vec!["add", "shop", "--expires", "2020-01-31T10:00:00Z"], "expected a date in the future"),
        (vec!["revoke", "shop"], "no API key has the id \"shop\""),
    ] {
        let said = complaint(&say(&app, &[vec!["api-key"], arguments.clone()].concat(), ""));
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    assert!(lines(&say(&app, &["api-key", "list"], "")).starts_with("there are no API keys"));
}
