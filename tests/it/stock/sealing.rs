//! Keys in stock are sealed like issued ones: rotation and erasure reach them, and nothing has them in clear.

use diesel::connection::SimpleConnection;
use keydesk::domain::stock::settings::StockSettings;
use keydesk::storage::Conn;
use keydesk::storage::encryption::columns::{SealedColumn, SealedValue};
use keydesk::usecases::customers::erase::erase_customer;

use super::jobs::{confirmation, upload, uploader};
use super::{add, check_counts, delivered_key, entitlement, fulfill_from_stock, key, waiting, with_stock};
use crate::support::database::is_postgres;
use crate::support::given::actor;
use crate::support::process::{lines, say};
use crate::support::{TestApp, spawn_app};

const PLANTED: &str = "PLANTED";

fn sealed(app: &TestApp, column: SealedColumn) -> Vec<SealedValue> {
    let mut all = Vec::new();
    loop {
        let after = all.last().map(|value: &SealedValue| value.row.clone()).unwrap_or_default();
        let more = app.read(|conn| column.page(conn, &after, 100).unwrap());
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

#[test]
fn a_new_encryption_key_reaches_stock_and_uploads() {
    let app = TestApp::builder().with_system_clock().spawn();
    let id = with_stock(&app, 3);
    let by = uploader(&app);
    let texts: Vec<String> = (10..13).map(key).collect();
    let upload_ids = [upload(&app, &by, &id, &texts), upload(&app, &by, &id, &texts)];
    let grant = waiting(&app, &id, 1);
    fulfill_from_stock(&app, &grant).unwrap();
    let said = lines(&say(&app, &["secret", "rotate"], ""));
    assert!(said.contains("done: 5 values re-encrypted"), "two uploads, two stock keys, one license key: {said}");
    // The portal opens what the command sealed.
    let second = waiting(&app, &id, 2);
    fulfill_from_stock(&app, &second).unwrap();
    assert_eq!(delivered_key(&app, &second), Some(key(1)));
    for (column, count) in [(SealedColumn::StockKey, 1), (SealedColumn::StockUpload, 2)] {
        let values = sealed(&app, column);
        let kept = values.iter().filter(|value| !value.sealed.is_empty());
        assert_eq!(kept.clone().count(), count);
        assert!(kept.clone().all(|value| app.context().keyring.is_sealed_anew(&value.sealed)), "{column:?}");
    }
    keydesk::usecases::stock::uploads::confirm(app.context(), &confirmation(&by, &upload_ids[0])).unwrap();
    app.run_jobs();
    for number in [2, 10, 11, 12] {
        let grant = waiting(&app, &id, number + 1);
        fulfill_from_stock(&app, &grant).unwrap();
        assert_eq!(delivered_key(&app, &grant), Some(key(number)));
    }
    check_counts(&app);
}

#[test]
fn erasing_a_customer_leaves_nothing_of_their_key_in_stock() {
    let app = spawn_app();
    let id = with_stock(&app, 2);
    let grant = waiting(&app, &id, 1);
    fulfill_from_stock(&app, &grant).unwrap();
    let customer = app.read(|conn| keydesk::storage::grants::find(conn, &grant).unwrap().customer_id);
    erase_customer(app.context(), &customer, &actor()).unwrap();
    assert_eq!(delivered_key(&app, &grant), None);
    let left = "stock_keys WHERE state = 'issued' AND (length(ciphertext) > 0 OR value_hash IS NOT NULL OR folded_hash IS NOT NULL)";
    assert_eq!(app.count(left), 0);
    let added = add(&app, &id, [0]);
    assert_eq!(added.added, 0, "the value does not come in again");
}

#[test]
fn no_key_stands_in_clear_anywhere_in_the_database() {
    let app = spawn_app();
    let id = entitlement(&app, StockSettings::default());
    let by = uploader(&app);
    let texts: Vec<String> = (0..4).map(|number| format!("{PLANTED}-{number}-7KQ4M-X2NWD-ABCDE")).collect();
    let waits = upload(&app, &by, &id, &texts[..2]);
    let confirmed = upload(&app, &by, &id, &texts[2..]);
    keydesk::usecases::stock::uploads::confirm(app.context(), &confirmation(&by, &confirmed)).unwrap();
    app.run_jobs();
    let grant = waiting(&app, &id, 1);
    fulfill_from_stock(&app, &grant).unwrap();
    assert_eq!(delivered_key(&app, &grant), Some(texts[2].clone()));
    assert_eq!(app.count("stock_uploads WHERE length(content) > 0"), 1, "{waits} waits");
    let found = clear_text(&app, PLANTED);
    assert!(found.is_empty(), "{found:?}");
}

/// Where a text stands in clear: in a file of the database, or in a row of a table.
fn clear_text(app: &TestApp, text: &str) -> Vec<String> {
    if !is_postgres() {
        let mut conn = Conn::open(&app.database.target()).unwrap();
        conn.batch_execute("PRAGMA wal_checkpoint(PASSIVE)").unwrap();
        let path = app.database.url.trim_start_matches("sqlite://");
        let files = [path.to_owned(), format!("{path}-wal")];
        let has = |file: &String| {
            std::fs::read(file).is_ok_and(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
        };
        return files.into_iter().filter(has).collect();
    }
    let schema = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/storage/schema.rs")).unwrap();
    let hex = keydesk::crypto::hex(text.as_bytes());
    let tables = schema.split("diesel::table! {").skip(1).map(|part| part.split('(').next().unwrap().trim().to_owned());
    let has = |table: &String| {
        app.count(&format!("{table} WHERE {table}::text LIKE '%{text}%' OR {table}::text LIKE '%{hex}%'")) > 0
    };
    tables.filter(has).collect()
}

#[test]
fn erasing_a_customer_empties_their_key_in_lists_that_wait() {
    let app = spawn_app();
    let id = entitlement(&app, StockSettings::default());
    let by = uploader(&app);
    let texts: Vec<String> = (0..3).map(key).collect();
    let waits = upload(&app, &by, &id, &texts);
    let grant = app.given().delivered_grant(&key(1));
    let customer = app.read(|conn| keydesk::storage::grants::find(conn, &grant).unwrap().customer_id);
    erase_customer(app.context(), &customer, &actor()).unwrap();
    let found = keydesk::usecases::stock::uploads::find(app.context(), &waits, &by.staff_id).unwrap();
    let left: Vec<&str> = found.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(left, [key(0).as_str(), "", key(2).as_str()]);
    let lines: Vec<_> = found.lines.iter().collect();
    keydesk::usecases::stock::uploads::page(app.context(), &found, &lines, &by.actor).unwrap();
    keydesk::usecases::stock::uploads::confirm(app.context(), &confirmation(&by, &waits)).unwrap();
    app.run_jobs();
    assert_eq!(app.count("stock_keys WHERE state = 'available'"), 2, "the others come in");
    check_counts(&app);
}
