//! The list of issued keys: its filters, its pages, the search by the last four characters, and who sees what.

use jiff::SignedDuration;
use keydesk::domain::staff::Role;
use keydesk::storage::grants;
use keydesk::usecases::customers::erase::erase_customer;
use serde_json::json;

use crate::stock::with_stock;
use crate::support::given::actor;
use crate::support::{Page, TestApp, spawn_app};

fn ends(page: &Page) -> Vec<String> {
    page.texts_of("tbody th a[data-row]").iter().map(|key| key.trim_start_matches('•').to_owned()).collect()
}

/// Delivers a key, a minute after the one before.
fn deliver(app: &TestApp, entitlement: &keydesk::domain::ids::EntitlementId, email: &str, key: &str) -> String {
    app.advance(SignedDuration::from_mins(1));
    let id = app.given().pending_grant().of(entitlement).for_customer(email).make();
    app.given().fulfill(&id, key);
    app.read(|conn| grants::find(conn, &id).unwrap().license_key_id).unwrap().to_string()
}

#[test]
fn keys_are_listed_newest_first_with_what_is_known_of_them_and_without_their_value() {
    let app = spawn_app();
    let entitlement = app.given().named_entitlement("Ferrum CAD");
    let first = deliver(&app, &entitlement, "ada@example.com", "AAAAA-AAAAA-AAAAA-AAAA1");
    deliver(&app, &entitlement, "bob@example.com", "BBBBB-BBBBB-BBBBB-BBBB2");
    for mut person in [app.viewer(), app.agent(), app.admin()] {
        let page = person.get("/license-keys");
        assert_eq!(
            (page.status, page.heading().as_str(), ends(&page)),
            (200, "License keys", vec!["BBB2".to_owned(), "AAA1".to_owned()])
        );
        assert!(!page.body.contains("AAAAA-AAAA1"));
        let row = page.row("AAA1");
        for part in ["Ferrum CAD", "ada@example.com", "Active", "Entered by staff", "0 of 3"] {
            assert!(row.contains(part), "{part}: {row}");
        }
        assert!(page.has(&format!("a[href='/license-keys/{first}']")) && page.has("td a[href^='/grants/entg_']"));
    }
    assert!(app.viewer().get("/grants").has(".head a[href='/license-keys']"));
    assert_eq!(app.anonymous().get("/license-keys").location(), "/login?next=/license-keys");
    assert!(spawn_app().viewer().get("/license-keys").body.contains("No keys yet"));
}

#[test]
fn keys_are_filtered_by_entitlement_status_source_and_batch() {
    let app = spawn_app();
    let stocked = with_stock(&app, 2);
    let entitlement = app.given().named_entitlement("Ferrum CAD");
    let ids: Vec<String> = (0..3)
        .map(|number| {
            deliver(&app, &entitlement, &format!("c{number}@example.com"), &format!("AAAAA-AAAAA-AAAAA-AAA{number}A"))
        })
        .collect();
    let grant = app.given().pending_grant().of(&stocked).for_customer("stock@example.com").make();
    let answer = app.api_key(Role::Agent).post(&format!("/grants/{grant}/fulfill-from-stock"), &json!({}));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mut admin = app.admin();
    assert_eq!(admin.post(&format!("/license-keys/{}/status", ids[0]), &[("status", "disabled")]).status, 303);
    let soon = (app.now() + SignedDuration::from_hours(30)).strftime("%Y-%m-%d").to_string();
    assert_eq!(admin.post(&format!("/license-keys/{}", ids[1]), &[("expires_at", soon.as_str())]).status, 303);
    app.advance(SignedDuration::from_hours(80));
    let mut viewer = app.viewer();
    let batch: String = viewer.get(&format!("/stock/{stocked}")).attribute("a[href^='/batches/']", "href").unwrap();
    let batch = batch.trim_start_matches("/batches/").to_owned();
    let list = |viewer: &mut crate::support::Visitor, query: &str| ends(&viewer.get(&format!("/license-keys?{query}")));
    assert_eq!(list(&mut viewer, &format!("entitlement_id={entitlement}")), ["AA2A", "AA1A", "AA0A"]);
    assert_eq!(list(&mut viewer, "status=disabled"), ["AA0A"]);
    assert_eq!(list(&mut viewer, "status=expired"), ["AA1A"]);
    assert_eq!(list(&mut viewer, "status=active").len(), 2);
    assert_eq!(list(&mut viewer, "source=manual").len(), 3);
    assert_eq!(list(&mut viewer, "source=import").len(), 1);
    assert_eq!(list(&mut viewer, &format!("batch_id={batch}")).len(), 1);
    assert_eq!(list(&mut viewer, &format!("batch_id={batch}&status=disabled")), Vec::<String>::new());
    assert_eq!(list(&mut viewer, &format!("entitlement_id={entitlement}&status=active&source=manual")), ["AA2A"]);
    assert_eq!(list(&mut viewer, "last=AA2A"), ["AA2A"]);
    assert_eq!(list(&mut viewer, "last=aa1a&status=expired"), ["AA1A"]);
    assert_eq!(list(&mut viewer, "last=aa1a&status=active"), Vec::<String>::new());
    let page = viewer.get(&format!("/license-keys?batch_id={batch}"));
    assert!(page.text_of(".note").contains("issued from batch"));
    for odd in ["status=nope", "last=AAAAA2A", "source=none", "batch_id=x", "entitlement_id=x", "after=x"] {
        let page = viewer.get(&format!("/license-keys?{odd}"));
        assert!(page.text_of(".note.warn").contains("ignored"), "{odd}");
        assert_eq!(ends(&page).len(), 4, "{odd}");
    }
    assert!(viewer.get("/license-keys?last=none").body.contains("No keys found"));
}

#[test]
fn the_list_is_paginated_in_both_directions() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    for number in 0..45 {
        deliver(&app, &entitlement, &format!("c{number}@example.com"), &format!("AAAAA-AAAAA-AAAAA-A{number:03}A"));
    }
    let mut viewer = app.viewer();
    for query in ["", "status=active", "source=manual"] {
        let first = viewer.get(&format!("/license-keys?{query}"));
        assert_eq!((ends(&first).len(), ends(&first)[0].as_str()), (40, "044A"));
        let older = viewer.get(&first.attribute("a[rel=next]", "href").unwrap());
        assert_eq!(ends(&older), ["004A", "003A", "002A", "001A", "000A"]);
        let newer = viewer.get(&older.attribute("a[rel=prev]", "href").unwrap());
        assert_eq!(ends(&newer), ends(&first));
    }
}

#[test]
fn the_form_for_whole_keys_is_there_for_those_who_may_see_keys() {
    let app = TestApp::builder().with("reveal", "admins").spawn();
    let grant = app.given().delivered_grant("AAAAA-AAAAA-AAAAA-AAAA1");
    assert!(!app.agent().get("/license-keys").has("main form[action='/search']"));
    let mut admin = app.admin();
    assert!(admin.get("/license-keys").has("main form[action='/search'][method=post]"));
    let customer = app.read(|conn| grants::find(conn, &grant).unwrap().customer_id);
    erase_customer(app.context(), &customer, &actor()).unwrap();
    let page = admin.get("/license-keys");
    assert!(
        page.row("•").contains("Erased customer") && page.row("•").contains("Disabled"),
        "{}",
        page.text_of("table")
    );
}

#[test]
fn the_file_of_keys_has_what_the_list_shows_masked_and_is_recorded_without_what_was_searched() {
    let app = spawn_app();
    let (one, other) = (app.given().named_entitlement("Ferrum CAD"), app.given().named_entitlement("Lumen RAW"));
    let first = deliver(&app, &one, "ada@example.com", "AAAAA-AAAAA-AAAAA-AAAA1");
    deliver(&app, &other, "bob@example.com", "BBBBB-BBBBB-BBBBB-BBBB2");
    let mut agent = app.agent();
    let list = format!("/license-keys?entitlement_id={one}&status=active");
    let file = list.replace("/license-keys?", "/license-keys.csv?");
    assert!(agent.get(&list).links().contains(&file));
    let page = agent.get(&file);
    let lines: Vec<&str> = page.body.lines().collect();
    assert_eq!((page.status, lines.len()), (200, 2), "{}", page.body);
    assert!(lines[1].starts_with(&format!("{first},••••••••••••AAA1,active,manual,Ferrum CAD,{one},")), "{}", lines[1]);
    assert!(lines[1].contains(",ada@example.com,0,3,"), "{}", lines[1]);
    assert!(!page.body.contains("AAAAA"));
    assert_eq!(agent.get("/license-keys.csv?last=bbb2").body.lines().count(), 2);
    assert_eq!(agent.get("/license-keys.csv?status=nonsense").status, 422);
    assert_eq!(app.viewer().get("/license-keys.csv").status, 403);
    assert!(!app.viewer().get("/license-keys").body.contains("license-keys.csv"));
    let log = app.admin().get("/audit?action=list.exported");
    assert_eq!(log.rows().len(), 2);
    assert!(!log.body.to_lowercase().contains("bbb2"), "{}", log.body);
}
