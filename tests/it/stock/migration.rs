//! The migration that adds stock takes a database of the version before, with what is in it.

use std::path::Path;

use diesel::connection::SimpleConnection;
use keydesk::storage::db::connection::Conn;

use super::{add, check_counts, delivered_key, entitlement, fulfill_from_stock, key, waiting};
use crate::storage::migrations::folder;
use crate::support::spawn_app;
use keydesk::domain::stock::settings::StockSettings;

const NAME: &str = "2026-11-29-000028_add_stock";
/// A later one, whose tables refer to batches.
const LATER: &str = "2026-11-30-000041_undo_and_replace";

fn script(file: &str) -> String {
    let read = |name: &str| std::fs::read_to_string(Path::new(&folder(name)).join(file)).unwrap();
    if file == "down.sql" {
        format!("{}\n{}", read(LATER), read(NAME))
    } else {
        format!("{}\n{}", read(NAME), read(LATER))
    }
}

#[test]
fn a_database_of_the_version_before_keeps_everything_and_gets_stock() {
    let app = spawn_app();
    let delivered = app.given().delivered_grant("ISSUED-BEFORE-THERE-WAS-STOCK");
    let id = entitlement(&app, StockSettings::default());
    let pending = waiting(&app, &id, 1);
    let mut conn = Conn::open(&app.database.target()).unwrap();
    conn.batch_execute(&script("down.sql")).unwrap();
    conn.batch_execute(
        "INSERT INTO jobs (id, kind, state, cursor, done, created_at, updated_at)
         VALUES ('job_index_license_keys', 'index_license_keys', 'queued', '', 0, 1, 1)",
    )
    .unwrap();
    // The settings as the version before wrote them.
    conn.batch_execute(
        r#"UPDATE entitlements SET integration_config =
           '{"activations_limit":3,"duration_count":null,"duration_interval":null,"activation_message":null}'"#,
    )
    .unwrap();
    conn.batch_execute(&script("up.sql")).unwrap();
    drop(conn);
    app.run_jobs();
    assert_eq!(app.count("jobs WHERE state = 'done' AND done = 1 AND subject IS NULL"), 1, "a job of before goes on");
    assert_eq!(delivered_key(&app, &delivered).as_deref(), Some("ISSUED-BEFORE-THERE-WAS-STOCK"));
    let settings = app.read(|conn| keydesk::storage::catalog::entitlements::find(conn, &id).unwrap().config);
    assert_eq!(settings.license_key().unwrap().stock, StockSettings::default());
    add(&app, &id, 0..2);
    fulfill_from_stock(&app, &pending).unwrap();
    assert_eq!(delivered_key(&app, &pending), Some(key(0)));
    check_counts(&app);
}

#[test]
fn going_back_forgets_the_stock_and_keeps_what_was_issued_from_it() {
    let app = spawn_app();
    let id = super::with_stock(&app, 2);
    let grant = waiting(&app, &id, 1);
    fulfill_from_stock(&app, &grant).unwrap();
    let mut conn = Conn::open(&app.database.target()).unwrap();
    conn.batch_execute(&script("down.sql")).unwrap();
    assert_eq!(delivered_key(&app, &grant), Some(key(0)));
    conn.batch_execute(&script("up.sql")).unwrap();
    assert_eq!(app.count("stock_keys"), 0);
}
