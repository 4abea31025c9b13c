//! Mail that is kept because no mail server is set.

use keydesk::domain::page::PageStart;
use keydesk::storage::audit_log;
use keydesk::storage::audit_log::list::AuditFilter;

use crate::support::{TestApp, spawn_app};

const KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P";

fn delivered(app: &TestApp) -> keydesk::domain::ids::GrantId {
    let id = app.given().delivered_grant(KEY);
    app.run_outbox_until_empty();
    id
}

#[test]
fn admins_read_what_was_kept_and_each_look_is_audited() {
    let app = TestApp::builder().keeping_mail().spawn();
    let id = delivered(&app);
    let mut admin = app.admin();
    let list = admin.get("/mail");
    assert_eq!(list.status, 200);
    let row = list.row("msg_");
    assert!(row.contains("Your license key for") && row.contains("ada@example.com"), "{row}");
    assert!(!list.body.contains(KEY));
    let path = list.links().into_iter().find(|link| link.starts_with("/mail/")).expect("a link");
    let page = admin.get(&path);
    assert_eq!(page.status, 200);
    assert!(page.body.contains(KEY));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(page.links().contains(&format!("/grants/{id}")));
    let filter = AuditFilter { action: Some("grant.reveal".to_owned()), ..AuditFilter::default() };
    let log = app.read(|conn| audit_log::list::list(conn, &filter, &PageStart::Start, 10).expect("the log"));
    assert_eq!(log.rows.len(), 1);
    assert_eq!(log.rows[0].object_id, id.as_str());
}

#[test]
fn others_do_not_read_it() {
    let app = TestApp::builder().keeping_mail().spawn();
    delivered(&app);
    assert_eq!(app.anonymous().get("/mail").location(), "/login?next=/mail");
    for mut visitor in [app.viewer(), app.agent()] {
        assert_eq!(visitor.get("/mail").status, 403);
        assert_eq!(visitor.get("/mail/msg_x").status, 403);
    }
}

#[test]
fn no_name_leads_elsewhere() {
    let app = TestApp::builder().keeping_mail().spawn();
    delivered(&app);
    let mut admin = app.admin();
    for name in ["msg_unknown", "..%2f..%2fsecret", "%2e%2e", "a.eml", "%00", "x"] {
        assert_eq!(admin.get(&format!("/mail/{name}")).status, 404, "{name}");
    }
}

#[test]
fn there_is_no_such_page_where_mail_goes_to_a_server() {
    let app = spawn_app();
    let mut admin = app.admin();
    assert_eq!(admin.get("/mail").status, 404);
    assert_eq!(admin.get("/mail/msg_x").status, 404);
}

#[test]
fn an_empty_folder_is_said_to_be_empty() {
    let app = TestApp::builder().keeping_mail().spawn();
    assert!(app.admin().get("/mail").body.contains("No mail yet"));
}
