//! The settings in force, and what is left to set up on an empty installation.

use keydesk::domain::staff::Role;

use crate::support::given::PASSWORD;
use crate::support::{TestApp, spawn_app};

#[test]
fn admins_see_the_settings_in_force_without_secrets() {
    let secret = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    let app = TestApp::builder().with("target", "90m").with("secret", secret).spawn();
    for mut visitor in [app.viewer(), app.agent()] {
        assert_eq!(visitor.get("/settings").status, 403);
    }
    let page = app.admin().get("/settings");
    assert_eq!(page.status, 200);
    assert!(page.row("KEYDESK_TARGET").contains("90m"));
    assert!(page.row("KEYDESK_SECRET").contains("(hidden)"));
    assert!(page.row("KEYDESK_METRICS_LISTEN").contains("Not set"));
    assert!(page.row("KEYDESK_SMTP_HELLO").contains("follows from other settings"));
    assert!(!page.body.contains(secret));
}

#[test]
fn an_empty_installation_says_what_to_do_first_until_there_is_a_grant() {
    let app = spawn_app();
    let mut admin = app.admin();
    let page = admin.get("/");
    assert_eq!(page.texts_of(".guide li.done h3"), ["Name your mail server (done)"]);
    assert!(page.has(".guide a[href='/entitlements/new']"));
    assert!(!page.has(".guide a[href='/grants/new']"), "nothing can be granted yet");
    assert!(!page.has(".strip"));
    assert!(app.viewer().get("/").body.contains("No sale has come in yet"));
    app.given().entitlement();
    app.given().staff(Role::Agent);
    let page = admin.get("/");
    assert_eq!(page.count(".guide li.done"), 3);
    assert!(page.has(".guide a[href='/grants/new']"));
    assert!(app.agent().get("/").has("main a[href='/grants/new']"));
    app.given().pending_grant().make();
    let page = admin.get("/");
    assert!(page.has(".strip") && !page.has(".guide"));
}

#[test]
fn the_sign_in_page_says_that_nobody_has_an_account_as_long_as_that_is_so() {
    let app = spawn_app();
    assert!(app.anonymous().get("/login").text_of("main").contains("keydesk staff add"));
    let person = app.given().staff(Role::Admin);
    assert!(!app.anonymous().get("/login").body.contains("keydesk staff add"));
    app.sign_in(&person.email, PASSWORD);
}
