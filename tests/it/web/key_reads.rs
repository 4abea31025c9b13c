//! Keys in clear on pages: no page shows one, first or repeated, without an entry of that very request.

use std::collections::BTreeSet;

use diesel::prelude::*;
use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use keydesk::storage::{grants, schema};
use keydesk::web::routes::PAGES;
use keydesk::web::routes::access::Access;

use super::access::filled;
use crate::support::{Page, TestApp, Visitor};

const KEY: &str = "ABCD-EFGH-JKLM-9012";

fn noted(app: &TestApp, page: &Page) -> Vec<String> {
    use schema::audit_entries::dsl::{action, audit_entries, request_id};
    let id = page.header("x-request-id").expect("an id");
    app.read(|conn| audit_entries.filter(request_id.eq(id)).select(action).load(conn).unwrap())
}

/// The path with what is there in place of its ids.
fn there(app: &TestApp, pattern: &str, grant: &GrantId) -> String {
    let found = app.read(|conn| grants::find(conn, grant).unwrap());
    let id = match pattern.split('/').nth(1) {
        Some("grants") => grant.as_str(),
        Some("entitlements") => found.entitlement_id.as_str(),
        Some("license-keys") => found.license_key_id.as_ref().unwrap().as_str(),
        Some("mail") => return pattern.replace("{name}", &kept(app)),
        // The others show no key; erasing the customer would end the walk.
        _ => return filled(pattern),
    };
    filled(&pattern.replace("{id}", id))
}

/// The name of a kept e-mail.
fn kept(app: &TestApp) -> String {
    let mail = std::fs::read_dir(app.data_dir().join("mail")).unwrap().next().unwrap().unwrap().path();
    mail.file_stem().unwrap().to_str().unwrap().to_owned()
}

fn ask(visitor: &mut Visitor, method: &str, path: &str) -> Page {
    if method == "GET" { visitor.get(path) } else { visitor.post(path, &[("reason", "asked for")]) }
}

#[test]
fn every_page_that_shows_a_stored_key_has_noted_it_under_its_own_request() {
    for (role, expected) in [
        (Role::Agent, BTreeSet::from(["POST /grants/{id}/reveal"])),
        (Role::Admin, BTreeSet::from(["POST /grants/{id}/reveal", "GET /mail/{name}"])),
    ] {
        let app = TestApp::builder().keeping_mail().spawn();
        let grant = app.given().delivered_grant(KEY);
        app.run_outbox_until_empty();
        let mut visitor = app.staff(role);
        let mut showing = BTreeSet::new();
        let ends = ["/logout", "/account/sessions/end-others"];
        for page in PAGES {
            let (method, pattern, access) = (&page.method, page.path, page.access);
            if access == Access::Open || access.role(Role::Agent) > role || ends.contains(&pattern) {
                continue;
            }
            let path = there(&app, pattern, &grant);
            for _ in 0..2 {
                let page = ask(&mut visitor, method.as_str(), &path);
                if page.body.contains(KEY) {
                    let entries = noted(&app, &page);
                    assert_eq!(entries, ["grant.reveal"], "{method} {pattern}");
                    showing.insert(format!("{method} {pattern}"));
                }
            }
        }
        assert_eq!(showing, expected.into_iter().map(ToOwned::to_owned).collect());
    }
}

#[test]
fn a_kept_e_mail_of_no_known_message_is_noted_all_the_same() {
    let app = TestApp::builder().keeping_mail().spawn();
    app.given().delivered_grant(KEY);
    app.run_outbox_until_empty();
    let folder = app.data_dir().join("mail");
    std::fs::copy(folder.join(format!("{}.eml", kept(&app))), folder.join("msg_leftofanotherdatabase0.eml")).unwrap();
    let page = app.admin().get("/mail/msg_leftofanotherdatabase0");
    assert!(page.body.contains(KEY), "{}", page.body);
    assert_eq!(noted(&app, &page), ["grant.reveal"]);
}
