//! A license key's own page: limit, expiry, disabling, its devices. And the list of keys.

mod list;

use keydesk::domain::staff::Role;
use serde_json::json;

use crate::support::{TestApp, Visitor, spawn_app};

const KEY: &str = "ABCD-EFGH-JKLM-9012";

/// The path of a delivered key's page, found on its grant's page as a person would.
fn page_of(app: &TestApp, visitor: &mut Visitor) -> (String, String) {
    let grant = app.given().delivered_grant(KEY);
    let page = visitor.get(&format!("/grants/{grant}"));
    let id = page.body.split("href=\"/license-keys/").nth(1).unwrap().split('"').next().unwrap();
    (format!("/license-keys/{id}"), format!("/grants/{grant}"))
}

fn activate(app: &TestApp, name: &str) -> String {
    let body = json!({"license_key": KEY, "name": name});
    app.program(None).post("/licenses/activate", &body).json()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_reason_for_disabling_a_key_becomes_a_note_and_the_flash_undoes_it() {
    let app = spawn_app();
    let mut admin = app.admin();
    let (path, grant) = page_of(&app, &mut admin);
    let long = "x".repeat(2_001);
    let refused = admin.post(&format!("{path}/status"), &[("status", "disabled"), ("reason", &long)]);
    assert_eq!((refused.status, refused.field("reason").value), (422, long));
    let fields = [("status", "disabled"), ("reason", "Posted in a forum")];
    assert_eq!(admin.post(&format!("{path}/status"), &fields).status, 303);
    assert!(admin.get(&path).has(&format!(".note form[action='{path}/status'] input[value=active]")));
    assert!(admin.get(&grant).text_of("#notes").contains("Posted in a forum"));
    assert!(!admin.get("/audit").body.contains("Posted in a forum"));
    assert_eq!(admin.post(&format!("{path}/status"), &[("status", "active"), ("undo", "1")]).status, 303);
    assert!(admin.get(&path).body.contains("Disable key"));
}

#[test]
fn the_page_shows_the_key_masked_to_everybody_and_buttons_to_those_who_may() {
    let app = spawn_app();
    let (path, _) = page_of(&app, &mut app.viewer());
    let viewer = app.viewer().get(&path);
    assert_eq!(viewer.status, 200);
    assert!(viewer.body.contains("••••9012") && !viewer.body.contains(KEY));
    assert!(viewer.body.contains("0 of 3") && viewer.body.contains("Ada Lovelace"), "{}", viewer.body);
    assert!(!viewer.body.contains("Save changes"));
    let agent = app.agent().get(&path).body;
    assert!(agent.contains("Save changes") && !agent.contains("Disable key"));
    assert!(app.admin().get(&path).body.contains("Disable key"));
    assert_eq!(app.anonymous().get(&path).status, 303);
    assert_eq!(app.viewer().post(&path, &[("activations_limit", "9")]).status, 403);
    assert_eq!(app.agent().post(&format!("{path}/status"), &[("status", "disabled")]).status, 403);
    assert_eq!(app.agent().get("/license-keys/lic_nobody").status, 404);
    assert_eq!(app.agent().get("/license-keys/nonsense").status, 404);
}

#[test]
fn the_limit_and_the_expiry_are_changed_and_cleared() {
    let app = spawn_app();
    let mut agent = app.agent();
    let (path, _) = page_of(&app, &mut agent);
    let shown = agent.get(&path).body;
    assert!(shown.contains("value=\"2027-06-15\"") && shown.contains("value=\"10:00\""), "{shown}");
    let saved = agent.post(&path, &[("activations_limit", "7"), ("expires_at", "2028-01-31T12:00")]);
    assert_eq!((saved.status, saved.location()), (303, path.clone()));
    let page = agent.get(&path).body;
    assert!(page.contains("0 of 7") && page.contains("value=\"2028-01-31\""), "{page}");
    assert_eq!(agent.post(&path, &[("activations_limit", ""), ("expires_at", "")]).status, 303);
    assert!(agent.get(&path).body.contains("Never"));
    let wrong = agent.post(&path, &[("activations_limit", "many"), ("expires_at", "2020-01-01T00:00")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("value=\"many\"") && wrong.body.contains("2 problems"), "{}", wrong.body);
    activate(&app, "one");
    activate(&app, "two");
    let below = agent.post(&path, &[("activations_limit", "1"), ("expires_at", "")]);
    assert_eq!(below.status, 422);
    assert!(below.body.contains("2 activations are in use"), "{}", below.body);
}

#[test]
fn an_admin_disables_and_enables_and_a_revoked_grant_keeps_its_key() {
    let app = spawn_app();
    let mut admin = app.admin();
    let (path, grant) = page_of(&app, &mut admin);
    let is_valid =
        || app.program(None).post("/licenses/validate", &json!({"license_key": KEY})).json()["valid"] == true;
    assert!(is_valid());
    assert_eq!(admin.post(&format!("{path}/status"), &[("status", "disabled")]).status, 303);
    assert!(!is_valid());
    assert!(admin.get(&path).body.contains("Enable key"));
    assert_eq!(admin.post(&format!("{path}/status"), &[("status", "active")]).status, 303);
    assert!(is_valid());
    assert_eq!(admin.post(&format!("{path}/status"), &[("status", "melted")]).status, 400);
    admin.post(&format!("{grant}/revocation"), &[("reason", "refund")]);
    let refused = admin.post(&format!("{path}/status"), &[("status", "active")]);
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("Restoring the grant makes the key work again"), "{}", refused.body);
}

#[test]
fn devices_are_deactivated_on_the_keys_page_and_on_the_grants() {
    let app = spawn_app();
    let mut agent = app.agent();
    let (path, grant) = page_of(&app, &mut agent);
    assert!(agent.get(&path).body.contains("not activated on any device"));
    let (one, two) = (activate(&app, "WS-PLAN-07"), activate(&app, "<b>Ada's</b>"));
    let page = agent.get(&path).body;
    assert!(page.contains("WS-PLAN-07") && !page.contains("<b>Ada") && page.contains("2 of 3"), "{page}");
    let done = agent.post(&format!("{path}/instances/{one}/deactivation"), &[]);
    assert_eq!((done.status, done.location()), (303, path.clone()));
    assert!(agent.get(&path).body.contains("The activation is available again"));
    agent.post(&format!("{path}/instances/{one}/deactivation"), &[]);
    assert!(agent.get(&path).body.contains("Nothing changed"), "once more changes nothing");
    assert!(agent.get(&grant).body.contains(&two));
    let fields = [("grant_id", grant.trim_start_matches("/grants/"))];
    let done = agent.post(&format!("{path}/instances/{two}/deactivation"), &fields);
    assert_eq!(done.location(), grant);
    let key = app.api_key(Role::Agent).get("/license_keys").json();
    assert_eq!(key["items"][0]["instances_count"], 0);
    assert_eq!(app.viewer().post(&format!("{path}/instances/{two}/deactivation"), &[]).status, 403);
    assert_eq!(agent.post(&format!("{path}/instances/nonsense/deactivation"), &[]).status, 404);
}
