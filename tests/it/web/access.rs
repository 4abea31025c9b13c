//! Who may do what: every page and every form, as every role and signed out.

use keydesk::domain::staff::Role;
use keydesk::web::routes::PAGES;
use keydesk::web::routes::access::Access;

use crate::support::given::PASSWORD;
use crate::support::{Page, TestApp, Visitor, spawn_app};

/// A path with ids that nothing has.
pub(super) fn filled(pattern: &str) -> String {
    let id = match pattern.split('/').nth(1) {
        Some("grants") => "entg_000000000000000000000",
        Some("license-keys") => "lic_000000000000000000000",
        Some("stock") if pattern.contains("/batches/") => "bat_000000000000000000000",
        Some("stock" | "entitlements") => "ent_000000000000000000000",
        Some("sales") => "imp_000000000000000000000",
        Some("batches") => "bat_000000000000000000000",
        Some("saved-views") => "view_000000000000000000000",
        Some("notes") => "note_000000000000000000000",
        Some("customers") => "cus_000000000000000000000",
        Some("staff") => "stf_000000000000000000000",
        Some("api-keys") => "key_000000000000000000000",
        Some("webhooks") => "ep_000000000000000000000",
        Some("connections") => "con_000000000000000000000",
        Some("jobs") => "run_000000000000000000000",
        _ if pattern.contains("/passkeys/") => "psk_000000000000000000000",
        _ => "ses_000000000000000000000",
    };
    pattern
        .replace("{id}", id)
        .replace("{instance_id}", "lki_000000000000000000000")
        .replace("{message_id}", "msg_000000000000000000000")
        .replace("{file_id}", "file_000000000000000000000")
        .replace("{action}", "stock")
        .replace("{run_id}", "run_000000000000000000000")
        .replace("{upload_id}", "upl_000000000000000000000")
        .replace("{name}", "none.eml")
}

fn ask(visitor: &mut Visitor, method: &str, path: &str) -> Page {
    if method == "GET" { visitor.get(path) } else { visitor.post(path, &[]) }
}

fn is_sent_to_sign_in(page: &Page) -> bool {
    page.status == 303 && page.location().starts_with("/login")
}

/// Asks for everything as that role and compares with the table.
fn compare(app: &TestApp, role: Role, reveal: Role) {
    let person = app.given().staff(role);
    let mut visitor = app.sign_in(&person.email, PASSWORD);
    for page in PAGES {
        let (method, pattern, access) = (&page.method, page.path, page.access);
        let path = filled(pattern);
        let page = ask(&mut visitor, method.as_str(), &path);
        let what = format!("{method} {pattern} as {}: {}", role.as_str(), page.status);
        assert_ne!(page.status, 500, "{what}");
        let is_allowed = role >= access.role(reveal);
        if access == Access::Open {
            continue;
        }
        assert_eq!(page.status == 403, !is_allowed, "{what}");
        if pattern != "/logout" {
            assert!(!is_sent_to_sign_in(&page), "{what}");
        }
        // Passkeys belong to names: a portal at a bare address has none.
        if is_allowed && !pattern.contains('{') && !pattern.contains("passkeys") {
            assert_ne!(page.status, 404, "{what}");
        }
        if pattern == "/logout" {
            visitor = app.sign_in(&person.email, PASSWORD);
        }
    }
}

#[test]
fn every_page_opens_for_the_roles_of_the_table_and_for_nobody_else() {
    let app = TestApp::builder().keeping_mail().spawn();
    for role in Role::ALL {
        compare(&app, role, Role::Agent);
    }
}

#[test]
fn an_installation_can_keep_reveals_for_admins() {
    let app = TestApp::builder().keeping_mail().with("reveal", "admins").spawn();
    for role in [Role::Agent, Role::Admin] {
        compare(&app, role, Role::Admin);
    }
}

#[test]
fn whoever_is_signed_out_gets_nowhere_but_to_the_sign_in_page() {
    let app = TestApp::builder().keeping_mail().spawn();
    for page in PAGES {
        let (method, pattern, access) = (&page.method, page.path, page.access);
        let mut visitor = app.anonymous();
        let is_form = method == "POST";
        let page = ask(&mut visitor, method.as_str(), &filled(pattern));
        let what = format!("{method} {pattern}: {}", page.status);
        assert_ne!(page.status, 500, "{what}");
        if access == Access::Open {
            assert!(page.status < 500, "{what}");
        } else {
            let is_asked = page.status == 401 && page.heading() == "Sign in";
            assert!(if is_form { is_asked } else { is_sent_to_sign_in(&page) }, "{what}");
        }
    }
}

#[test]
fn the_table_says_what_the_product_promises() {
    let of = |method: &str, path: &str| {
        PAGES.iter().find(|page| page.method == method && page.path == path).map(|page| page.access)
    };
    for (method, path, access) in [
        ("GET", "/grants", Access::Role(Role::Viewer)),
        ("GET", "/grants/{id}", Access::Role(Role::Viewer)),
        ("POST", "/grants", Access::Role(Role::Agent)),
        ("POST", "/grants/{id}/fulfillment", Access::Role(Role::Agent)),
        ("POST", "/grants/{id}/reveal", Access::Reveal),
        ("GET", "/audit.csv", Access::Role(Role::Agent)),
        ("GET", "/customers", Access::Role(Role::Viewer)),
        ("GET", "/customers/{id}", Access::Role(Role::Viewer)),
        ("POST", "/customers/{id}", Access::Role(Role::Agent)),
        ("POST", "/customers/{id}/emails", Access::Role(Role::Agent)),
        ("POST", "/customers/{id}/notes", Access::Role(Role::Agent)),
        ("POST", "/grants/{id}/notes", Access::Role(Role::Agent)),
        ("POST", "/customers/{id}/erasure", Access::Role(Role::Admin)),
        ("POST", "/customers/{id}/merger", Access::Role(Role::Admin)),
        ("POST", "/grants/{id}/revocation", Access::Role(Role::Admin)),
        ("POST", "/grants/{id}/restoration", Access::Role(Role::Admin)),
        ("POST", "/entitlements", Access::Role(Role::Admin)),
        ("POST", "/staff/{id}/role", Access::Role(Role::Admin)),
        ("POST", "/api-keys", Access::Role(Role::Admin)),
        ("POST", "/webhooks", Access::Role(Role::Admin)),
        ("GET", "/connections/{id}", Access::Role(Role::Admin)),
        ("POST", "/connections", Access::Role(Role::Admin)),
        ("GET", "/mail/{name}", Access::Role(Role::Admin)),
    ] {
        assert_eq!(of(method, path), Some(access), "{method} {path}");
    }
}

#[test]
fn a_role_in_a_form_gives_nobody_a_role() {
    let app = spawn_app();
    let mut agent = app.agent();
    agent.post(
        "/account",
        &[("name", "Eve"), ("language", "en"), ("theme", "auto"), ("time_zone", "UTC"), ("role", "admin")],
    );
    agent.post("/preferences", &[("theme", "dark"), ("role", "admin")]);
    assert_eq!(agent.get("/staff").status, 403);
}
