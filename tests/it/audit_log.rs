//! The audit log: nothing in it can be changed unnoticed, and sealing keeps out of everybody's way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use keydesk::storage::StorageError;
use keydesk::storage::audit_log::{self, seals};
use keydesk::storage::db::connection::Conn;
use keydesk::usecases::Context;
use keydesk::usecases::audit_log::seal::Sealer;
use keydesk::usecases::audit_log::verify::{VerifiedAuditLog, VerifyAuditLogError, verify_audit_log};

use crate::support::database::is_postgres;
use crate::support::process::{complaint, keydesk, lines, run, say};
use crate::support::{TestApp, spawn_app};

fn entry(note: &str) -> NewAuditEntry {
    NewAuditEntry::on(
        &Actor::system(SystemPart::Demo),
        AuditAction::AuditExport,
        ObjectKind::AuditLog,
        "audit_log",
        vec![Change::set("note", note)],
    )
}

fn write(ctx: &Context, note: &str) {
    ctx.db.write(|tx| audit_log::append(tx, &ctx.keyring, &entry(note), ctx.clock.now())).unwrap();
}

fn seal_all(ctx: &Context) {
    run_until_sealed(&mut Sealer::default(), ctx);
}

/// Seals until nothing is left; on PostgreSQL that takes a second look, once the transactions of other tests have ended.
fn run_until_sealed(sealer: &mut Sealer, ctx: &Context) {
    for _ in 0..1_500 {
        sealer.run(ctx).unwrap();
        let (covered, last) = ctx
            .db
            .read(|conn| {
                Ok::<_, StorageError>((
                    seals::last(conn)?.map_or(0, |seal| seal.last_sequence),
                    seals::last_sequence(conn)?,
                ))
            })
            .unwrap();
        if covered == last {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("the log does not get sealed");
}

/// Eight entries under two seals, and two more.
fn app_with_log() -> TestApp {
    let app = spawn_app();
    for number in 1..=4 {
        write(app.context(), &format!("first {number}"));
    }
    seal_all(app.context());
    for number in 5..=8 {
        write(app.context(), &format!("second {number}"));
    }
    seal_all(app.context());
    write(app.context(), "young 9");
    write(app.context(), "young 10");
    app
}

/// Does what nobody may: switches the guards off first.
fn tamper(app: &TestApp, statements: &str) {
    let guards = if is_postgres() {
        "ALTER TABLE audit_entries DISABLE TRIGGER USER; ALTER TABLE audit_seals DISABLE TRIGGER USER;"
    } else {
        "DROP TRIGGER audit_entries_no_update; DROP TRIGGER audit_entries_no_delete;
         DROP TRIGGER audit_seals_no_update; DROP TRIGGER audit_seals_no_delete;"
    };
    let mut conn = Conn::open(&app.database.target()).unwrap();
    conn.batch_execute(&format!("{guards} {statements}")).unwrap();
}

fn verify(app: &TestApp) -> Result<VerifiedAuditLog, VerifyAuditLogError> {
    verify_audit_log(app.context())
}

const COLUMNS: &str =
    "id, at, actor_kind, actor_id, action, object_kind, object_id, grant_id, address, request_id, changes, mac";

#[test]
fn the_database_itself_refuses_changes() {
    let app = app_with_log();
    let mut conn = Conn::open(&app.database.target()).unwrap();
    let mut statements = vec![
        "UPDATE audit_entries SET actor_id = 'somebody'",
        "UPDATE audit_entries SET changes = '[]' WHERE sequence = 10",
        "DELETE FROM audit_entries",
        "DELETE FROM audit_entries WHERE sequence = 10",
        "UPDATE audit_seals SET entries = 0",
        "DELETE FROM audit_seals",
    ];
    if is_postgres() {
        statements.extend(["TRUNCATE audit_entries", "TRUNCATE audit_seals"]);
    }
    for statement in statements {
        let error = conn.batch_execute(statement).unwrap_err().to_string();
        assert!(error.contains("append-only"), "{statement}: {error}");
    }
    assert_eq!(verify(&app).unwrap(), VerifiedAuditLog { entries: 10, seals: 2, sealed_until: 8, unsealed: 2 });
}

#[test]
fn the_log_of_real_work_verifies() {
    let app = spawn_app();
    let id = app.given().delivered_grant("KEY-1234-5678-9012");
    app.run_outbox_until_empty();
    let reason = keydesk::usecases::grants::revoke::Reason::parse("refund").unwrap();
    keydesk::usecases::grants::revoke::revoke_grant(app.context(), &id, &reason, &Actor::system(SystemPart::Demo))
        .unwrap();
    let before = verify(&app).unwrap();
    assert!(before.entries > 5 && before.unsealed == before.entries, "{before:?}");
    seal_all(app.context());
    let after = verify(&app).unwrap();
    assert_eq!((after.entries, after.unsealed), (before.entries, 0));
}

#[test]
fn a_changed_entry_is_named() {
    for (sequence, column) in [(3, "actor_id"), (7, "changes"), (10, "action"), (6, "object_id")] {
        let app = app_with_log();
        tamper(&app, &format!("UPDATE audit_entries SET {column} = 'x' WHERE sequence = {sequence}"));
        let found = verify(&app).unwrap_err();
        assert!(matches!(found, VerifyAuditLogError::Entry(number) if number == sequence), "{column}: {found}");
    }
    let app = app_with_log();
    tamper(&app, "UPDATE audit_entries SET at = at + 1 WHERE sequence = 1");
    assert!(matches!(verify(&app).unwrap_err(), VerifyAuditLogError::Entry(1)));
}

#[test]
fn a_removed_entry_is_missed() {
    for sequence in [1, 4, 8] {
        let app = app_with_log();
        tamper(&app, &format!("DELETE FROM audit_entries WHERE sequence = {sequence}"));
        let found = verify(&app).unwrap_err();
        let is_missed = matches!(found, VerifyAuditLogError::Range { first, last, sealed: 4, found: 3 } if first <= sequence && sequence <= last);
        assert!(is_missed, "{sequence}: {found}");
    }
}

fn copy_entry(from: i64, to: i64) -> String {
    let overriding = if is_postgres() { "OVERRIDING SYSTEM VALUE" } else { "" };
    format!(
        "INSERT INTO audit_entries (sequence, {COLUMNS}) {overriding} SELECT {to}, {COLUMNS} FROM audit_entries WHERE sequence = {from};"
    )
}

#[test]
fn an_entry_that_was_put_in_is_noticed() {
    let app = app_with_log();
    tamper(&app, &format!("DELETE FROM audit_entries WHERE sequence = 3; {}", copy_entry(2, 3)));
    let found = verify(&app).unwrap_err();
    assert!(matches!(found, VerifyAuditLogError::Seal { number: 1, first: 1, last: 4 }), "{found}");

    let app = app_with_log();
    tamper(&app, &copy_entry(2, 0));
    assert!(verify(&app).is_err(), "before the first entry there is none");

    let app = app_with_log();
    tamper(
        &app,
        &format!("{} UPDATE audit_entries SET action = 'staff.login' WHERE sequence = 11;", copy_entry(2, 11)),
    );
    let found = verify(&app).unwrap_err();
    assert!(matches!(found, VerifyAuditLogError::Entry(11)), "{found}");
}

#[test]
fn swapped_entries_are_noticed() {
    let app = app_with_log();
    let set: Vec<String> = COLUMNS
        .split(", ")
        .map(|column| {
            format!(
                "{column} = (SELECT swapped.{column} FROM swapped WHERE swapped.sequence = 13 - audit_entries.sequence)"
            )
        })
        .collect();
    tamper(
        &app,
        &format!(
            "CREATE TEMPORARY TABLE swapped AS SELECT sequence, {COLUMNS} FROM audit_entries WHERE sequence IN (6, 7);
             UPDATE audit_entries SET {} WHERE sequence IN (6, 7);",
            set.join(", ")
        ),
    );
    let found = verify(&app).unwrap_err();
    assert!(matches!(found, VerifyAuditLogError::Seal { number: 2, first: 5, last: 8 }), "{found}");
}

#[test]
fn a_changed_or_missing_seal_is_noticed() {
    for statement in [
        "UPDATE audit_seals SET sealed_at = sealed_at + 1 WHERE number = 2",
        "DELETE FROM audit_seals WHERE number = 1",
        "UPDATE audit_seals SET first_sequence = 1, entries = 8 WHERE number = 2; DELETE FROM audit_seals WHERE number = 1",
    ] {
        let app = app_with_log();
        tamper(&app, statement);
        assert!(verify(&app).is_err(), "{statement}");
    }
}

#[test]
fn the_command_says_what_it_found() {
    let app = app_with_log();
    let check = || {
        let mut command = keydesk(&app.data_dir());
        command.env("DATABASE_URL", &app.database.url).args(["audit", "verify"]);
        let output = run(command, "");
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said, _) = check();
    assert_eq!(code, Some(0));
    assert!(
        said.contains("10 entries") && said.contains("2 seals") && said.contains("last 2 entries are not sealed yet"),
        "{said}"
    );
    tamper(&app, "UPDATE audit_entries SET actor_id = 'x' WHERE sequence = 7");
    let (code, _, complaint) = check();
    assert_eq!(code, Some(1));
    assert!(complaint.contains("entry 7 was changed") && complaint.lines().count() == 1, "{complaint}");
}

#[test]
fn a_running_portal_seals_within_seconds_and_when_it_stops() {
    let mut app = TestApp::builder().with_workers().spawn();
    write(app.context(), "one");
    let deadline = Instant::now() + Duration::from_secs(60);
    while verify(&app).unwrap().unsealed > 0 {
        assert!(Instant::now() < deadline, "it does not seal");
        std::thread::sleep(Duration::from_millis(50));
    }
    app.restart();
    assert!(verify(&app).unwrap().entries >= 1);
}

#[test]
fn a_seal_never_passes_the_newest_open_transaction_on_postgres() {
    if !is_postgres() {
        return; // SQLite writes one transaction after the other.
    }
    let app = spawn_app();
    let ctx = app.context();
    std::thread::scope(|scope| {
        let writer = |name: &'static str| {
            let (is_in, wait_in) = mpsc::channel();
            let (go, wait_go) = mpsc::channel::<()>();
            let thread = scope.spawn(move || {
                let done = ctx.db.write(|tx| {
                    audit_log::append(tx, &ctx.keyring, &entry(name), ctx.clock.now())?;
                    is_in.send(()).unwrap();
                    wait_go.recv().unwrap();
                    audit_log::append(tx, &ctx.keyring, &entry(name), ctx.clock.now())
                });
                done.unwrap();
            });
            wait_in.recv().unwrap();
            (go, thread)
        };
        let (go_first, first) = writer("first");
        let (go_second, second) = writer("second");
        // The first one's last number lies after the second one's, whose transaction is newer than any that has ended.
        go_first.send(()).unwrap();
        first.join().unwrap();
        let mut sealer = Sealer::default();
        for _ in 0..5 {
            sealer.run(ctx).unwrap();
        }
        go_second.send(()).unwrap();
        second.join().unwrap();
    });
    seal_all(ctx);
    assert_eq!(verify(&app).unwrap().entries, 4);
}

#[test]
fn a_seal_never_passes_a_transaction_that_is_open_on_postgres() {
    if !is_postgres() {
        return; // SQLite writes one transaction after the other.
    }
    let app = spawn_app();
    let ctx = app.context();
    write(ctx, "before");
    seal_all(ctx);
    let (is_in, wait_in) = mpsc::channel();
    let (go, wait_go) = mpsc::channel::<()>();
    let slow = {
        let ctx = ctx.clone();
        std::thread::spawn(move || {
            ctx.db
                .write(|tx| {
                    audit_log::append(tx, &ctx.keyring, &entry("slow"), ctx.clock.now())?;
                    is_in.send(()).unwrap();
                    wait_go.recv().unwrap();
                    Ok::<_, StorageError>(())
                })
                .unwrap();
        })
    };
    wait_in.recv().unwrap();
    write(ctx, "quick");
    let mut sealer = Sealer::default();
    for _ in 0..5 {
        sealer.run(ctx).unwrap();
    }
    let log = verify(&app).unwrap();
    assert_eq!((log.sealed_until, log.unsealed), (1, 1), "the slow one's number lies before the quick one's");
    go.send(()).unwrap();
    slow.join().unwrap();
    run_until_sealed(&mut sealer, ctx);
    assert_eq!(verify(&app).unwrap(), VerifiedAuditLog { entries: 3, seals: 2, sealed_until: 3, unsealed: 0 });
}

#[test]
fn many_writers_and_two_sealers_end_in_a_chain_that_holds() {
    let app = spawn_app();
    let ctx = app.context();
    // However busy the machine is, there are two seals at least.
    write(ctx, "first");
    seal_all(ctx);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut sealer = Sealer::default();
                while !is_over.load(Ordering::SeqCst) {
                    match sealer.run(ctx) {
                        Ok(_) | Err(StorageError::Conflict | StorageError::Busy(_)) => {}
                        Err(error) => panic!("{error}"),
                    }
                    std::thread::sleep(Duration::from_millis(3));
                }
            });
        }
        let writers: Vec<_> = (0..6)
            .map(|writer| {
                scope.spawn(move || {
                    for number in 0..40 {
                        let done = ctx.db.write(|tx| {
                            for part in 0..=number % 3 {
                                audit_log::append(
                                    tx,
                                    &ctx.keyring,
                                    &entry(&format!("{writer} {number} {part}")),
                                    ctx.clock.now(),
                                )?;
                            }
                            // Every tenth changes its mind, which leaves a gap in PostgreSQL's numbers.
                            if number % 10 == 9 { Err(StorageError::NotFound) } else { Ok(()) }
                        });
                        assert_eq!(done.is_ok(), number % 10 != 9);
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        is_over.store(true, Ordering::SeqCst);
    });
    seal_all(ctx);
    let log = verify(&app).unwrap();
    let written: i64 = 6 * (0..40).filter(|number| number % 10 != 9).map(|number| number % 3 + 1).sum::<i64>();
    assert_eq!((log.entries, log.unsealed), (written + 1, 0));
    assert!(log.seals > 1, "{log:?}");
}

#[test]
fn a_log_whose_end_was_cut_is_told_by_its_head_and_on_sqlite_by_its_numbers() {
    let app = app_with_log();
    seal_all(app.context());
    let heads: Vec<String> = app.read(|conn| {
        seals::after(conn, 0, 10).unwrap().iter().map(keydesk::storage::audit_log::seals::Seal::head).collect()
    });
    let [one, .., three] = heads.as_slice() else { panic!("{heads:?}") };
    let verify_against = |head: &str| say(&app, &["audit", "verify", "--at-least", head], "");
    let plain = say(&app, &["audit", "verify"], "");
    assert!(lines(&plain).contains(&format!("head: {three}")));
    for head in [one.as_str(), three, &three.to_uppercase()] {
        assert!(lines(&verify_against(head)).contains("matches the given head"), "{head}");
    }
    assert!(complaint(&verify_against(&format!("1:{}", &three[2..]))).contains("replaced"));
    for wrong in ["", "3", "3:12345", "0:0123456789", "x:0123456789", "3:0123456z"] {
        assert!(complaint(&verify_against(wrong)).contains("--at-least: got"), "{wrong}");
    }

    tamper(&app, "DELETE FROM audit_entries WHERE sequence > 4; DELETE FROM audit_seals WHERE number > 1;");
    let cut = verify_against(three);
    assert_eq!(cut.status.code(), Some(1));
    if is_postgres() {
        let said = complaint(&cut);
        assert!(said.contains("truncated: it ends at seal 1, but seal 3 existed"), "{said}");
        assert!(verify(&app).is_ok(), "numbers have gaps there: only the head tells");
    } else {
        let finding = verify(&app).unwrap_err().to_string();
        assert_eq!(finding, "entries 5 to 10 are missing");
    }
    // With new entries behind the gap, which the sealer seals.
    write(app.context(), "new 11");
    write(app.context(), "new 12");
    seal_all(app.context());
    let said = say(&app, &["audit", "verify", "--at-least", three], "");
    assert_eq!(said.status.code(), Some(1));
    let seal = app.read(|conn| seals::last(conn).unwrap().unwrap());
    assert_eq!((seal.first_sequence, seal.last_sequence, seal.entries), (5, 12, 2), "the seal shows the gap");
    if is_postgres() {
        assert!(complaint(&say(&app, &["audit", "verify", "--at-least", &heads[1]], "")).contains("replaced"));
    } else {
        assert_eq!(verify(&app).unwrap_err().to_string(), "entries 5 to 10 are missing");
    }
}

#[test]
fn a_cut_log_whose_counter_was_set_back_is_told_by_its_head() {
    let app = app_with_log();
    let head = app.read(|conn| seals::last(conn).unwrap().unwrap().head());
    let counter = if is_postgres() { "" } else { "UPDATE sqlite_sequence SET seq = 4 WHERE name = 'audit_entries';" };
    tamper(
        &app,
        &format!("DELETE FROM audit_entries WHERE sequence > 4; DELETE FROM audit_seals WHERE number > 1; {counter}"),
    );
    assert!(verify(&app).is_ok(), "nothing in the database tells");
    let said = complaint(&say(&app, &["audit", "verify", "--at-least", &head], ""));
    assert!(said.contains("the audit log was truncated"), "{said}");
}
