//! `keydesk stock`: the command that adds keys, and the one that lists stocks.

use diesel::prelude::*;
use keydesk::domain::entitlement::{IntegrationConfig, IntegrationType, IssueSettings};
use keydesk::storage::schema::{audit_entries, batches, stock_keys};
use keydesk::usecases::audit_log::verify::verify_audit_log;

use super::fulfill_from_stock;
use crate::support::given::manual_settings;
use crate::support::process::{complaint, lines, say};
use crate::support::{TestApp, spawn_app};

const PRO: &str = "Bauplan CAD 2026 Professional";

fn import(entitlement: &str) -> [&str; 5] {
    ["stock", "import", "-", "--entitlement", entitlement]
}

/// Batches, keys and audit entries.
fn rows(app: &TestApp) -> (i64, i64, i64) {
    app.read(|conn| {
        (
            batches::table.count().get_result(conn).unwrap(),
            stock_keys::table.count().get_result(conn).unwrap(),
            audit_entries::table.count().get_result(conn).unwrap(),
        )
    })
}

#[test]
fn keys_are_added_as_one_batch_and_never_told() {
    let app = spawn_app();
    let id = app.given().entitlement();
    let keys = "ABCD-EFGH-JKLM-0001\nABCD-EFGH-JKLM-0002\n";
    let more = ["--supplier", "Bauplan GmbH", "--reference", "4500101120"];
    let said = lines(&say(&app, &[&import(PRO)[..], &more].concat(), keys));
    let (batch, of, supplier, reference): (String, String, Option<String>, Option<String>) = app.read(|conn| {
        let columns = (batches::id, batches::entitlement_id, batches::supplier, batches::reference);
        batches::table.select(columns).first(conn).unwrap()
    });
    assert_eq!(of, id.to_string());
    assert_eq!((supplier.as_deref(), reference.as_deref()), (Some("Bauplan GmbH"), Some("4500101120")));
    assert_eq!(said, format!("batch {batch}\n2 keys added to {PRO}, 0 already there, 0 lines rejected\n"));
    let log: String = app.read(|conn| {
        let of_stock = audit_entries::table.filter(audit_entries::action.eq("stock.add"));
        let entries: Vec<(String, String)> =
            of_stock.select((audit_entries::actor_id, audit_entries::changes)).load(conn).unwrap();
        assert_eq!(entries.len(), 1);
        format!("{entries:?}")
    });
    assert!(!log.contains("EFGH") && !log.contains("Bauplan GmbH"), "{log}");
    verify_audit_log(app.context()).unwrap();
}

#[test]
fn importing_a_list_twice_adds_nothing() {
    let app = spawn_app();
    let id = app.given().entitlement().to_string();
    app.given().delivered_grant("ABCD-EFGH-JKLM-0009");
    let keys = "ABCD-EFGH-JKLM-0001\nABCD-EFGH-JKLM-0002\nABCD-EFGH-JKLM-0009\n";
    let first = say(&app, &import(&id), keys);
    assert!(
        lines(&first).ends_with("2 keys added to Bauplan CAD 2026 Professional, 1 already there, 0 lines rejected\n")
    );
    assert!(String::from_utf8_lossy(&first.stderr).contains("line 3: was issued already"));
    let before = rows(&app);
    let again = say(&app, &import(&id), keys);
    assert_eq!(lines(&again), format!("0 keys added to {PRO}, 3 already there, 0 lines rejected\n"));
    assert!(String::from_utf8_lossy(&again.stderr).contains("line 1: is in stock already"));
    assert_eq!(rows(&app), before);
}

#[test]
fn a_dry_run_says_line_by_line_what_would_be_done_and_writes_nothing() {
    let app = spawn_app();
    app.given().entitlement();
    lines(&say(&app, &import(PRO), "ABCD-EFGH-JKLM-0001\n"));
    let before = rows(&app);
    let keys = "ABCD-EFGH-JKLM-0001\nABCD–EFGH–JKLM–0002\nABCD-EFGH-JKLM-0003\n\u{200B}\nABCD-EFGH-JKLM-0003\n";
    let dry = say(&app, &[&import(PRO)[..], &["--dry-run"]].concat(), keys);
    assert_eq!(rows(&app), before);
    let (out, err) = (String::from_utf8_lossy(&dry.stdout), String::from_utf8_lossy(&dry.stderr));
    assert!(out.contains("line 2: would be added\nline 3: would be added\n"), "{out}");
    let end =
        format!("dry run, nothing was written: 2 keys would be added to {PRO}, 2 already there, 1 line rejected\n");
    assert!(out.ends_with(&end), "{out}");
    for part in ["line 1: is in stock", "line 2: looks wrong: ", "line 4: ", "line 5: the same key as in line 3"] {
        assert!(err.contains(part), "{part}: {err}");
    }
    assert_eq!(dry.status.code(), Some(1));
    let real = say(&app, &import(PRO), keys);
    let out = String::from_utf8_lossy(&real.stdout);
    assert!(out.ends_with(&format!("2 keys added to {PRO}, 2 already there, 1 line rejected\n")), "{out}");
}

#[test]
fn an_entitlement_without_stock_is_refused_with_the_reason() {
    let app = spawn_app();
    app.given().auto_entitlement();
    app.given().other_entitlement(IntegrationType::DigitalFiles);
    let shared = IssueSettings { key_is_shared: true, ..manual_settings() };
    app.given().entitlement_with("Shared", IntegrationConfig::LicenseKey(shared));
    app.given().named_entitlement("Twin");
    app.given().named_entitlement("Twin");
    for (name, why) in [
        ("Nothing such", "--entitlement: there is no entitlement with this name or id"),
        ("Twin", "--entitlement: several entitlements have this name; give the id"),
        ("Formwerk PDF Pro", "generates its keys"),
        ("Access by digital_files", "neither license keys nor links"),
        ("Shared", "share"),
    ] {
        let said = complaint(&say(&app, &import(name), "ABCD-EFGH-JKLM-0001\n"));
        assert!(said.contains(why), "{name}: {said}");
    }
    let long = "x".repeat(201);
    let said = complaint(&say(&app, &[&import("Shared")[..], &["--supplier", &long]].concat(), "KEY\n"));
    assert!(said.contains("--supplier: expected one line of 1 to 200 characters"), "{said}");
    assert_eq!(
        complaint(&say(&app, &["stock", "import", "/nowhere/keys", "--entitlement", "x"], ""))
            .matches("/nowhere/keys")
            .count(),
        1
    );
    let (batches, keys, _) = rows(&app);
    assert_eq!((batches, keys), (0, 0));
}

#[test]
fn the_list_of_stocks_begins_with_the_first_to_run_out() {
    let app = TestApp::builder().with_system_clock().spawn();
    assert!(lines(&say(&app, &["stock", "list"], "")).starts_with("there is no stock"));
    let (idle, busy) = (app.given().named_entitlement("Idle"), app.given().entitlement());
    lines(&say(&app, &import("Idle"), "IDLE-EFGH-JKLM-0001\nIDLE-EFGH-JKLM-0002\n"));
    lines(&say(&app, &import(PRO), "ABCD-EFGH-JKLM-0001\nABCD-EFGH-JKLM-0002\nABCD-EFGH-JKLM-0003\n"));
    for _ in 0..2 {
        fulfill_from_stock(&app, &app.given().pending_grant().of(&busy).make()).unwrap();
    }
    app.given().pending_grant().of(&busy).make();
    let said = lines(&say(&app, &["stock", "list"], ""));
    let said: Vec<Vec<&str>> = said.lines().map(|line| line.split('\t').collect()).collect();
    let (first, second) = (said.first().unwrap(), said.get(1).unwrap());
    assert_eq!(first.get(..5).unwrap(), [busy.as_str(), PRO, "1", "1", "0.1"]);
    assert_eq!(second.as_slice(), [idle.as_str(), "Idle", "2", "0", "0.0", "-"]);
}
