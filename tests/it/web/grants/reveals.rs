//! Revealing keys: a right of its own, with a reason where one is given, and counted.

use keydesk::domain::staff::Role;

use crate::support::{TestApp, spawn_app};

const KEY: &str = "AAAA-BBBB-CCCC-DDDD";

#[test]
fn an_installation_keeps_reveals_for_admins_on_pages_and_by_api() {
    let app = TestApp::builder().with("reveal", "admins").spawn();
    let grant = app.given().delivered_grant(KEY);
    let mut agent = app.agent();
    let page = agent.get(&format!("/grants/{grant}"));
    assert!(!page.has("form[action$='/reveal']"), "no button that leads nowhere");
    assert_eq!(agent.post(&format!("/grants/{grant}/reveal"), &[]).status, 403);
    assert!(app.admin().post(&format!("/grants/{grant}/reveal"), &[]).body.contains(KEY));
    let shown = |role| app.api_key(role).get(&format!("/grants/{grant}")).json()["license_key"]["key"].to_string();
    assert!(!shown(Role::Agent).contains(KEY));
    assert!(shown(Role::Admin).contains(KEY));
}

#[test]
fn the_reason_is_optional_bounded_and_kept_out_of_the_log() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEY);
    let mut agent = app.agent();
    let path = format!("/grants/{grant}/reveal");
    let long = agent.post(&path, &[("reason", &"x".repeat(501))]);
    assert_eq!(long.status, 422);
    assert!(!long.body.contains(KEY), "nothing is shown");
    assert!(agent.post(&path, &[("reason", "Ada Lovelace called")]).body.contains(KEY));
    assert!(agent.post(&path, &[]).body.contains(KEY));
    assert!(!agent.get("/audit?action=grant.reveal").body.contains("Ada Lovelace called"));
    assert_eq!(agent.get("/audit?action=grant.reveal").rows().len(), 2);
}

#[test]
fn admins_see_on_the_overview_how_many_keys_were_revealed() {
    let app = spawn_app();
    let grant = app.given().delivered_grant(KEY);
    let mut agent = app.agent();
    agent.post(&format!("/grants/{grant}/reveal"), &[]);
    assert!(!agent.get("/").text_of(".strip").contains("Keys revealed"));
    let strip = app.admin().get("/").texts_of(".strip > div");
    assert!(strip.iter().any(|text| text.contains("Keys revealed") && text.contains('1')), "{strip:?}");
    app.advance(jiff::SignedDuration::from_hours(25));
    let strip = app.admin().get("/").texts_of(".strip > div");
    assert!(strip.iter().any(|text| text.contains("Keys revealed") && text.contains('0')), "{strip:?}");
}
