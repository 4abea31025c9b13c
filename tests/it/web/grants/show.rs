//! One grant: everything about it, its key, who may do what.

use keydesk::domain::entitlement::IntegrationType;
use keydesk::domain::ids::GrantId;
use keydesk::storage::grants::detail::GrantDetail;
use keydesk::storage::{audit_log, grants};

use crate::support::{TestApp, spawn_app};

const KEY: &str = "BPC26-7KQ4M-X2NWD-9HTRV-3FJ8P";

fn detail(app: &TestApp, id: &GrantId) -> GrantDetail {
    app.read(|conn| grants::detail::find(conn, id).expect("the grant"))
}

#[test]
fn strangers_sign_in_first_and_what_is_not_there_is_not_found() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    assert_eq!(app.anonymous().get(&format!("/grants/{id}")).location(), format!("/login?next=/grants/{id}"));
    let mut admin = app.admin();
    for path in ["/grants/entg_0000000000000000000000", "/grants/ent_x", "/grants/%00"] {
        assert_eq!(admin.get(path).status, 404, "{path}");
        for act in ["reveal", "emails", "revocation", "restoration"] {
            assert_eq!(admin.post(&format!("{path}/{act}"), &[("reason", "x")]).status, 404, "{path} {act}");
        }
    }
}

#[test]
fn a_pending_grant_shows_its_sale_and_the_way_to_its_key() {
    let app = spawn_app();
    let id = app
        .given()
        .pending_grant()
        .named("Ada Lovelace")
        .with_payment("pay_1")
        .with_subscription("sub_1")
        .with_metadata(r#"{"order_no":"B-2025-118204","seats":4}"#)
        .make();
    let page = app.agent().get(&format!("/grants/{id}"));
    assert_eq!((page.status, page.chip().as_str()), (200, "Pending"));
    assert_eq!(page.count(".head .chip.pending"), 1);
    assert_eq!(
        (page.count("[aria-labelledby=mail-t] .state"), page.text_of("[aria-labelledby=mail-t] .state")),
        (1, "Not yet".to_owned())
    );
    for part in
        ["Ada Lovelace", "ada@example.com", "pay_1", "sub_1", "order_no", "B-2025-118204", "seats", "Grant created"]
    {
        assert!(page.body.contains(part), "{part}");
    }
    let fulfill = format!("/grants/{id}/fulfillment/new");
    assert!(page.links().contains(&fulfill));
    assert!(page.links().contains(&format!("/audit?object={id}")));
    let customer = app.read(|conn| keydesk::storage::grants::find(conn, &id).unwrap().customer_id);
    assert!(page.links().contains(&format!("/customers/{customer}")));
    let page = app.viewer().get(&format!("/grants/{id}"));
    assert!(!page.links().contains(&fulfill) && !page.links().iter().any(|link| link.starts_with("/audit")));
    assert!(!page.has("main form"), "{}", page.body);
}

#[test]
fn a_key_is_masked_until_it_is_revealed_and_that_is_audited() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    let path = format!("/grants/{id}");
    let reveal = format!("{path}/reveal");
    let mut viewer = app.viewer();
    assert!(!viewer.get(&path).has(&format!("form[action='{reveal}']")));
    assert_eq!(viewer.post(&reveal, &[]).status, 403);
    let mut agent = app.agent();
    let page = agent.get(&path);
    assert!(page.body.contains("••••••••••••FJ8P") && !page.body.contains(KEY));
    assert!(!page.has(".slip [data-copy]"));
    assert_eq!(page.chip(), "Delivered");
    assert_eq!(page.text_of("[aria-labelledby=mail-t] .state"), "Queued");
    let page = agent.post(&reveal, &[]);
    assert_eq!((page.status, page.text_of(".slip code").as_str()), (200, KEY));
    assert_eq!(page.attribute(".slip [data-copy]", "data-copy").as_deref(), Some(KEY));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(!agent.get(&path).body.contains(KEY));
    let log = app.read(|conn| audit_log::list::of_grant(conn, &id).expect("the log"));
    assert_eq!(log.iter().filter(|entry| entry.action == "grant.reveal").count(), 1);
    assert!(!format!("{log:?}").contains(KEY));
    assert_eq!(agent.get(&reveal).location(), path);
}

#[test]
fn there_is_nothing_to_reveal_before_there_is_a_key() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let page = app.agent().post(&format!("/grants/{id}/reveal"), &[]);
    assert_eq!((page.status, page.chip().as_str()), (409, "Pending"));
    assert!(page.text_of("[role=alert]").contains("no key"));
}

#[test]
fn after_fulfilling_the_next_one_is_a_button_away() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    app.given().pending_grant().for_customer("b@example.com").make();
    let mut agent = app.agent();
    let page = agent.post(&format!("/grants/{id}/fulfillment"), &[("key", KEY)]);
    let page = agent.follow(page);
    assert!(page.flash().starts_with("Delivered."), "{}", page.body);
    assert!(page.has(".note[role=status] form[action='/grants/take-next']"));
    assert!(!agent.get(&format!("/grants/{id}")).has(".note form"));
}

#[test]
fn features_show_themselves_and_cannot_be_fulfilled() {
    let app = spawn_app();
    let entitlement = app.given().other_entitlement(IntegrationType::FeatureFlag);
    let id = app.given().pending_grant().of(&entitlement).make();
    let page = app.admin().get(&format!("/grants/{id}"));
    assert_eq!(page.status, 200);
    assert_eq!(page.text_of("#int-t"), "Feature flag");
    assert!(!page.links().contains(&format!("/grants/{id}/fulfillment/new")));
}

#[test]
fn whatever_was_typed_is_shown_as_text() {
    let app = spawn_app();
    let evil = "\"><script>alert(1)</script>";
    let id = app
        .given()
        .pending_grant()
        .of(&app.given().named_entitlement(evil))
        .named(evil)
        .with_locale("en")
        .with_payment("\"><script>pay")
        .with_metadata(r#"{"\"><script>name":"\"><script>value"}"#)
        .make();
    let mut admin = app.admin();
    for path in [format!("/grants/{id}"), "/grants".to_owned(), "/".to_owned(), "/grants/new".to_owned()] {
        let page = admin.get(&path);
        assert_eq!(page.status, 200);
        assert_eq!(page.body.matches("<script").count(), 1, "{path}");
    }
    app.given().fulfill(&id, evil);
    let page = admin.post(&format!("/grants/{id}/reveal"), &[]);
    assert_eq!(page.text_of(".slip code"), evil);
    let page = admin.post(&format!("/grants/{id}/revocation"), &[("reason", evil)]);
    assert_eq!(admin.follow(page).body.matches("<script").count(), 1);
    assert_eq!(detail(&app, &id).grant.revocation_reason.as_deref(), Some(evil));
}

#[test]
fn the_page_speaks_german() {
    let app = spawn_app();
    let id = app.given().delivered_grant(KEY);
    let mut admin = app.admin();
    admin.post("/preferences", &[("language", "de")]);
    let page = admin.get(&format!("/grants/{id}"));
    assert_eq!(page.chip(), "Geliefert");
    assert!(page.body.contains("Widerrufen…") && page.body.contains("Erneut senden"));
}
