//! Lists as CSV files: the same query as the page, without keys and formulas, and recorded.

use keydesk::domain::staff::Role;

use crate::support::{Page, spawn_app};

fn records(file: &Page) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_reader(file.bytes.as_slice());
    reader.records().map(|record| record.expect("a record")).collect()
}

#[test]
fn the_file_has_what_the_list_shows_with_masked_keys_and_no_formulas() {
    let app = spawn_app();
    let id = app.given().pending_grant().for_customer("eve@example.com").named("=HYPERLINK(1)").make();
    app.given().fulfill(&id, "SECRET-KEY-0123456789");
    app.given().pending_grant().for_customer("bob@example.com").make();
    let mut agent = app.agent();
    assert!(agent.get("/grants?status=delivered").links().contains(&"/grants.csv?status=delivered".to_owned()));
    let file = agent.get("/grants.csv?status=delivered");
    assert_eq!((file.status, file.header("content-type")), (200, Some("text/csv; charset=utf-8")));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"grants-2026-06-15.csv\""));
    let found = records(&file);
    assert_eq!(found.len(), 1, "{}", file.body);
    assert_eq!((&found[0][0], &found[0][2], &found[0][8]), (id.as_str(), "'=HYPERLINK(1)", "••••••••••••6789"));
    assert!(!file.body.contains("SECRET"), "{}", file.body);
    assert_eq!(records(&agent.get("/grants.csv")).len(), 2);
    assert_eq!(records(&agent.get("/grants.csv?q=bob")).len(), 1);
    assert_eq!(agent.get("/grants.csv?from=31.12").status, 422);
    let mut viewer = app.viewer();
    assert_eq!(viewer.get("/grants.csv").status, 403);
    assert!(!viewer.get("/grants").body.contains("grants.csv"));
}

#[test]
fn an_export_is_recorded_with_its_filter_and_without_its_search() {
    let app = spawn_app();
    let mut admin = app.admin();
    for path in ["/grants.csv?status=failed&q=Lovelace", "/customers.csv?q=ada", "/stock.csv", "/webhooks.csv"] {
        assert_eq!(admin.get(path).status, 200, "{path}");
    }
    let log = admin.get("/audit?action=list.exported");
    assert_eq!(log.rows().len(), 4);
    assert!(log.body.contains("failed") && log.body.contains("(hidden)"), "{}", log.body);
    assert!(!log.body.contains("Lovelace"));
}

#[test]
fn every_list_has_its_file_for_those_who_see_it() {
    let app = spawn_app();
    app.given().delivered_grant("AAAA-BBBB-CCCC-DDDD");
    app.api_key(Role::Viewer);
    let (mut admin, mut agent) = (app.admin(), app.agent());
    for (list, is_for_agents, count) in [
        ("/customers", true, 1),
        ("/license-keys", true, 1),
        ("/entitlements", true, 1),
        ("/staff", false, 2),
        ("/api-keys", false, 1),
        ("/webhooks", false, 0),
    ] {
        let file = format!("{list}.csv");
        assert_eq!(agent.get(&file).status, if is_for_agents { 200 } else { 403 }, "{file}");
        let found = admin.get(&file);
        assert_eq!((found.status, records(&found).len()), (200, count), "{file}: {}", found.body);
        assert_eq!(admin.get(list).links().contains(&file), count > 0, "{list}");
    }
}

#[test]
fn a_long_list_is_complete() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    for number in 0..1_050 {
        app.given().pending_grant().of(&entitlement).for_customer(&format!("c{}@example.com", number % 20)).make();
    }
    let mut agent = app.agent();
    let mut ids: Vec<String> = records(&agent.get("/grants.csv")).iter().map(|record| record[0].to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 1_050);
    assert_eq!(records(&agent.get("/customers.csv")).len(), 20);
}
