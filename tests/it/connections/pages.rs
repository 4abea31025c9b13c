//! The pages of connections: settings, pausing, removing, what is out of step, and who may open them.

use diesel::prelude::*;

use super::{SECRET, app, connect, send};
use crate::support::{TestApp, spawn_app};

#[test]
fn connections_are_for_admins() {
    let (app, vendor) = (app(), spawn_app());
    let path = connect(&mut app.admin(), &vendor);
    for visitor in [&mut app.agent(), &mut app.viewer()] {
        assert!(!visitor.get("/grants").body.contains("href=\"/connections\""));
        for path in ["/connections", "/connections/new", &path] {
            assert_eq!(visitor.get(path).status, 403, "{path}");
        }
        assert_eq!(visitor.post(&format!("{path}/pause"), &[]).status, 403);
    }
    for path in ["/connections/con_nobody", "/connections/nonsense"] {
        assert_eq!(app.admin().get(path).status, 404, "{path}");
    }
}

#[test]
fn settings_are_saved_and_a_form_that_is_older_than_a_change_is_a_conflict() {
    let (app, vendor) = (app(), spawn_app());
    let mut admin = app.admin();
    let path = connect(&mut admin, &vendor);
    let version =
        |page: &str| page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let first = version(&admin.get(&path).body);
    let saved = admin.post(&path, &[("name", "Shop Austria"), ("poll", "300"), ("mail", "yes"), ("version", &first)]);
    assert_eq!(saved.status, 303, "{}", saved.body);
    let page = admin.follow(saved).body;
    assert!(page.contains("Shop Austria") && page.contains("every 5 min"), "{page}");
    assert!(page.contains("name=\"mail\" value=\"yes\" checked"), "{page}");
    let older = admin.post(&path, &[("name", "Other"), ("poll", "60"), ("version", &first)]);
    assert_eq!(older.status, 409);
    assert!(older.body.contains("was changed after you opened the page") && older.body.contains("Shop Austria"));
    for (name, poll, words) in
        [("", "7200", "from 15 seconds to 1 hour"), ("a\nb", "60", "one line"), ("x", "soon", "15 seconds")]
    {
        let page = admin.post(&path, &[("name", name), ("poll", poll)]);
        assert_eq!(page.status, 422, "{name} {poll}");
        assert!(page.body.contains(words), "{name} {poll}: {}", page.body);
    }
    assert!(admin.get("/audit?action=connection.updated").body.contains("Connection changed"));
}

#[test]
fn a_connection_is_paused_resumed_and_removed() {
    let (app, vendor) = (app(), spawn_app());
    let mut admin = app.admin();
    let path = connect(&mut admin, &vendor);
    for _ in 0..2 {
        assert_eq!(admin.post(&format!("{path}/pause"), &[]).status, 303, "again changes nothing");
    }
    let page = admin.get(&path).body;
    assert!(page.contains("Nothing is polled and no key is delivered") && page.contains("/resume"), "{page}");
    assert_eq!(admin.post(&format!("{path}/resume"), &[]).status, 303);
    assert!(!admin.get(&path).body.contains("/resume"));
    send(&app, &path, SECRET, "msg_1", "{}");
    assert!(admin.get(&format!("{path}?act=remove")).body.contains("Remove the connection"), "without a dialog");
    let removed = admin.post(&format!("{path}/removal"), &[]);
    assert_eq!(removed.status, 303);
    assert!(admin.follow(removed).body.contains("Removed the connection “Dodo Payments”"));
    assert_eq!(admin.get(&path).status, 404);
    assert_eq!(admin.post(&format!("{path}/removal"), &[]).status, 404, "gone is gone");
    assert_eq!(send(&app, &path, SECRET, "msg_2", "{}").status, 401);
    for table in ["connections", "connection_secrets", "hooks", "connection_events"] {
        assert_eq!(app.count(table), 0, "{table}");
    }
    assert_eq!(app.count("outbox_messages WHERE state = 'queued'"), 0);
    let log = admin.get("/audit").body;
    for action in ["Connection paused", "Connection resumed", "Connection removed"] {
        assert!(log.contains(action), "{action}");
    }
}

#[test]
fn admins_are_told_on_every_page_of_a_connection_that_no_longer_works() {
    let (app, vendor) = (app(), spawn_app());
    let mut admin = app.admin();
    let path = connect(&mut admin, &vendor);
    assert!(!admin.get("/grants").body.contains("no longer works"));
    execute(&app, "UPDATE connections SET state = 'broken', broken_reason = 'unauthorized'");
    assert!(admin.get("/grants").body.contains("A connection no longer works."));
    assert!(!app.agent().get("/grants").body.contains("no longer works"));
    let page = admin.get(&path).body;
    assert!(page.contains("no longer accepts the API key"), "{page}");
    let (_, api_key) = super::account(&vendor, keydesk::domain::staff::Role::Agent);
    assert_eq!(admin.post(&format!("{path}/key"), &[("api_key", &api_key)]).status, 303);
    assert!(!admin.get("/grants").body.contains("no longer works"), "a new key mends it");
}

#[test]
fn what_is_out_of_step_is_listed_with_what_to_do_and_marked_as_seen() {
    let (app, vendor) = (app(), spawn_app());
    let mut admin = app.admin();
    let path = connect(&mut admin, &vendor);
    let connection = path.rsplit('/').next().unwrap().to_owned();
    let grant = app.given().pending_grant().make();
    let other = app.given().pending_grant().for_customer("grace@example.com").make();
    for (grant, trouble) in [(&grant, "key_known_there"), (&other, "delivered_elsewhere")] {
        execute(
            &app,
            &format!(
                "INSERT INTO mirrored_grants (grant_id, connection_id, remote_customer_id, remote_status, seen_at, trouble, trouble_detail, trouble_at) VALUES ('{grant}', '{connection}', 'cus_there', 'pending', 1, '{trouble}', '<b>409</b>', 1)"
            ),
        );
    }
    let page = admin.get(&path).body;
    assert!(page.contains("2 out of step") && page.contains("Key is known there"), "{page}");
    assert!(page.contains(&format!("/grants/{grant}/fulfillment/new")) && page.contains("&#60;b&#62;409"), "{page}");
    assert!(admin.get("/connections").body.contains("1 × Key is known there"));
    assert!(admin.get(&format!("/grants/{grant}")).body.contains("belongs to another grant there"));
    let decision = [("grant_id", grant.as_str()), ("do", "seen")];
    let seen = admin.post(&format!("{path}/decision"), &decision);
    assert_eq!(seen.status, 303);
    assert!(admin.get(&path).body.contains("Marked as seen"));
    assert_eq!(admin.post(&format!("{path}/decision"), &decision).status, 303);
    assert!(admin.get(&path).body.contains("It was already settled"));
    assert!(admin.get(&path).body.contains("1 out of step"));
    for id in ["entg_nothing", "nonsense", ""] {
        assert_eq!(admin.post(&format!("{path}/decision"), &[("grant_id", id)]).status, 404, "{id}");
    }
}

#[test]
fn a_grant_on_its_way_says_so_in_place_of_its_email_and_is_not_fulfilled_again() {
    let (app, vendor) = (app(), spawn_app());
    let mut admin = app.admin();
    let path = connect(&mut admin, &vendor);
    let connection = path.rsplit('/').next().unwrap().to_owned();
    let grant = app.given().pending_grant().make();
    execute(
        &app,
        &format!(
            "INSERT INTO mirrored_grants (grant_id, connection_id, remote_customer_id, remote_status, seen_at, quantity) VALUES ('{grant}', '{connection}', 'cus_there', 'pending', 1, 3)"
        ),
    );
    let page = admin.get(&format!("/grants/{grant}")).body;
    assert!(page.contains("Comes from Dodo Payments") && page.contains("Bought</dt><dd>3"), "{page}");
    assert!(page.contains("revoked and restored at the connected account") && !page.contains("/revocation"), "{page}");
    let sent = admin.post(&format!("/grants/{grant}/fulfillment"), &[("key", "PLANTED-KEY-4711-ABCD")]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let page = admin.get(&format!("/grants/{grant}")).body;
    assert!(page.contains("On its way to Dodo") && !page.contains("/fulfillment/new"), "{page}");
    assert!(!page.contains("/pause\"") && !page.contains("/skip\""), "there is nothing to arrange");
    assert!(!page.contains(&format!("action=\"/grants/{grant}/emails\"")));
    execute(
        &app,
        &format!(
            "UPDATE grants SET status = 'delivered', delivered_at = 1, email_state = 'supplied' WHERE id = '{grant}'"
        ),
    );
    let page = admin.get(&format!("/grants/{grant}")).body;
    assert!(page.contains("Delivered at Dodo") && page.contains("has the key and e-mails it"), "{page}");
    assert!(admin.get("/grants?status=delivered").body.contains("Delivered at Dodo"));
}

#[test]
fn a_clock_that_was_a_year_ahead_does_not_stop_polling() {
    let (app, vendor) = (app(), spawn_app());
    let year = jiff::SignedDuration::from_hours(365 * 24);
    app.advance(year);
    connect(&mut app.admin(), &vendor);
    app.advance(-year);
    assert!(keydesk::housekeeping::clip_moments(app.context()).expect("clipped") > 0);
    let latest = (app.now() + jiff::SignedDuration::from_hours(1)).as_microsecond();
    assert_eq!(app.count(&format!("connections WHERE next_poll_at > {latest}")), 0);
    assert_eq!(keydesk::housekeeping::clip_moments(app.context()).expect("clipped"), 0, "once is enough");
}

/// Changes what only a connected account would.
fn execute(app: &TestApp, statement: &str) {
    let db = &app.context().db;
    db.write(|tx| {
        diesel::sql_query(statement).execute(&mut **tx).expect("executed");
        Ok::<_, keydesk::storage::StorageError>(())
    })
    .expect("written");
}
