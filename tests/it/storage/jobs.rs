//! The job that indexes keys which an earlier version issued: in steps, by one node at a time, over a restart.

use std::time::Duration;

use diesel::prelude::*;

use jiff::SignedDuration;
use keydesk::domain::entitlement::{IntegrationConfig, IssueSettings};
use keydesk::domain::ids::GrantId;
use keydesk::storage::db::connection::Conn;
use keydesk::storage::grants;
use keydesk::usecases::customers::erase::erase_customer;
use keydesk::usecases::jobs::run_jobs;
use serde_json::json;

use super::migrations::{execute, folder};
use crate::support::given::{actor, manual_settings};
use crate::support::{TestApp, spawn_app};

const NAME: &str = "2026-11-29-000024_index_license_keys";

/// Delivers keys, and leaves the database as the version before would have.
fn of_the_version_before(app: &TestApp, keys: &[String]) -> Vec<GrantId> {
    let entitlement = app.given().entitlement();
    let ids = keys.iter().enumerate().map(|(number, key)| {
        let id = app.given().pending_grant().of(&entitlement).for_customer(&format!("b{number}@example.com")).make();
        app.given().fulfill(&id, key);
        id
    });
    let ids = ids.collect();
    let mut conn = Conn::open(&app.database.target()).unwrap();
    execute(&mut conn, &std::fs::read_to_string(folder(NAME).join("down.sql")).unwrap());
    execute(&mut conn, "UPDATE license_keys SET last_four = 'old'");
    execute(&mut conn, &std::fs::read_to_string(folder(NAME).join("up.sql")).unwrap());
    // What a later migration adds to the table of jobs.
    execute(&mut conn, "ALTER TABLE jobs ADD COLUMN subject TEXT; ALTER TABLE jobs ADD COLUMN started_by TEXT");
    ids
}

#[test]
fn keys_of_the_version_before_are_found_by_their_end_and_by_what_resembles_them() {
    let app = spawn_app();
    let keys = ["OLDER-1O2I5-S8B0L", "-----BEGIN KEY-----\nAbCdEfGh\n=wxyZ\n----"].map(str::to_owned);
    let ids = of_the_version_before(&app, &keys);
    let mut agent = app.agent();
    let hits = |agent: &mut crate::support::Visitor, q: &str| {
        agent.get(&format!("/grants?q={q}")).attributes("tr a[data-row]", "href")
    };
    assert!(hits(&mut agent, "S8B0L").is_empty());
    app.run_jobs();
    assert_eq!(app.count("jobs WHERE state = 'done' AND done = 2 AND total = 2 AND last_error IS NULL"), 1);
    assert_eq!(hits(&mut agent, "S8B0L"), [format!("/grants/{}", ids[0])]);
    assert_eq!(hits(&mut agent, "ghwxyz"), [format!("/grants/{}", ids[1])]);
    assert!(agent.get(&format!("/grants/{}", ids[1])).body.contains("wxyZ"), "the mask is today's");
    let id = app.given().pending_grant().for_customer("new@example.com").make();
    let page = agent.post(&format!("/grants/{id}/fulfillment"), &[("key", "older1o2i5s8b0l")]);
    assert!(page.has(&format!("#key-warnings a[href='/grants/{}']", ids[0])), "{}", page.text_of("main"));
    let customer = app.read(|conn| grants::find(conn, &ids[0]).unwrap().customer_id);
    erase_customer(app.context(), &customer, &actor()).unwrap();
    assert!(hits(&mut agent, "S8B0L").is_empty(), "erased");
    assert_eq!(app.count("license_keys WHERE folded_hash IS NULL AND ending IS NULL"), 1);
}

#[test]
fn a_job_goes_on_where_another_node_stopped_and_is_never_done_by_two() {
    let mut app = spawn_app();
    let keys: Vec<String> = (0..150).map(|number| format!("OLDER-{number:05}-WXYZ")).collect();
    of_the_version_before(&app, &keys);
    let missing = |app: &TestApp| app.count("license_keys WHERE folded_hash IS NULL");
    assert_eq!(missing(&app), 150);
    run_jobs(app.context(), "one", Duration::ZERO).unwrap();
    assert_eq!(missing(&app), 50, "one step");
    run_jobs(app.context(), "two", Duration::from_secs(60)).unwrap();
    assert_eq!(missing(&app), 50, "the first node has the lease");
    let erased = app.read(|conn| {
        let id: Option<String> = keydesk::storage::schema::license_keys::table
            .filter(keydesk::storage::schema::license_keys::folded_hash.is_null())
            .select(keydesk::storage::schema::license_keys::customer_id)
            .first(conn)
            .optional()
            .unwrap();
        keydesk::domain::ids::CustomerId::parse(&id.unwrap()).unwrap()
    });
    erase_customer(app.context(), &erased, &actor()).unwrap();
    app.restart();
    app.advance(SignedDuration::from_secs(31));
    run_jobs(app.context(), "two", Duration::from_secs(60)).unwrap();
    assert_eq!(missing(&app), 1, "all but the erased one");
    assert_eq!(app.count("jobs WHERE state = 'done' AND done = 149 AND lease_owner IS NULL"), 1);
    run_jobs(app.context(), "one", Duration::from_secs(60)).unwrap();
}

#[test]
fn a_key_that_cannot_be_opened_is_noted_and_does_not_stop_the_job() {
    let app = spawn_app();
    of_the_version_before(&app, &["FIRST-KEY-000001".to_owned(), "SECOND-KEY-00002".to_owned()]);
    let mut conn = Conn::open(&app.database.target()).unwrap();
    execute(&mut conn, "UPDATE license_keys SET ciphertext = value_hash WHERE id = (SELECT min(id) FROM license_keys)");
    app.run_jobs();
    assert_eq!(app.count("jobs WHERE state = 'done' AND last_error IS NOT NULL"), 1);
    assert_eq!(app.count("license_keys WHERE folded_hash IS NULL"), 1);
}

#[test]
fn a_new_database_has_no_jobs() {
    let app = spawn_app();
    assert_eq!(app.count("jobs"), 0);
    app.given().delivered_grant("FIRST-KEY-000001");
    assert_eq!(app.count("license_keys WHERE folded_hash IS NOT NULL AND ending IS NOT NULL AND copy = 0"), 1);
}

#[test]
fn of_the_keys_that_share_a_value_the_version_before_knows_the_oldest() {
    let app = spawn_app();
    let settings = IssueSettings { key_is_shared: true, ..manual_settings() };
    let entitlement = app.given().entitlement_with("Volume", IntegrationConfig::LicenseKey(settings));
    for number in 0..3 {
        let id = app.given().pending_grant().of(&entitlement).for_customer(&format!("b{number}@example.com")).make();
        app.given().fulfill(&id, "VOLUME-KEY-0001");
    }
    assert_eq!(app.count("license_keys WHERE copy > 0"), 2);
    let mut conn = Conn::open(&app.database.target()).unwrap();
    execute(&mut conn, &std::fs::read_to_string(folder(NAME).join("down.sql")).unwrap());
    execute(&mut conn, &std::fs::read_to_string(folder(NAME).join("up.sql")).unwrap());
    assert_eq!(app.count("license_keys WHERE copy = 0"), 3);
    let answer = app.program(None).post("/licenses/validate", &json!({"license_key": "VOLUME-KEY-0001"}));
    assert_eq!(answer.json()["valid"], true);
}
