//! Databases that a start refuses, and those that stop taking changes.

use std::path::Path;

use diesel::prelude::*;
use keydesk::domain::staff::Role;
use keydesk::storage::StorageError;
use serde_json::json;

use crate::support::database::is_postgres;
use crate::support::process::{Portal, complaint, keydesk, lines, run, say};
use crate::support::{TestApp, spawn_app};

fn refusal(data_dir: &Path, url: &str) -> String {
    let mut command = keydesk(data_dir);
    command.arg("serve").env("DATABASE_URL", url).env("KEYDESK_LISTEN", "127.0.0.1:0");
    complaint(&run(command, ""))
}

#[test]
fn a_database_without_its_secret_is_refused_and_no_other_secret_is_made() {
    let app = TestApp::builder().with_system_clock().spawn();
    let elsewhere = app.data_dir().with_file_name("elsewhere");
    let said = refusal(&elsewhere, &app.database.url);
    assert!(said.contains("KEYDESK_SECRET") && said.contains("put that file back"), "{said}");
    assert!(!elsewhere.join("secret.key").exists());
    let mut command = keydesk(&elsewhere);
    command.arg("migrate").env("DATABASE_URL", &app.database.url);
    assert!(run(command, "").status.success());
    assert!(!elsewhere.join("secret.key").exists());
}

#[test]
fn a_first_start_says_where_the_secret_is() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = keydesk(&dir.path().join("data"));
    command.args(["staff", "list"]).env_remove("DATABASE_URL");
    let said = String::from_utf8(run(command, "").stderr).unwrap();
    assert!(said.contains("secret.key") && said.contains("back it up"), "{said}");
}

#[test]
fn an_older_program_refuses_the_database_of_a_newer_one() {
    let app = TestApp::builder().with_system_clock().spawn();
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001')";
    let added = app.context().db.write(|tx| diesel::sql_query(newer).execute(&mut **tx).map_err(StorageError::from));
    added.unwrap();
    let said = refusal(&app.data_dir(), &app.database.url);
    assert!(said.contains("20991231000001") && said.contains("start the newer program"), "{said}");
}

#[test]
fn files_that_are_no_database_of_ours_are_refused_and_left_alone_on_sqlite() {
    if is_postgres() {
        return; // There the database is no file.
    }
    let dir = tempfile::tempdir().unwrap();
    let text = dir.path().join("notes.db");
    std::fs::write(&text, "Dear diary, this is by no means a database. ".repeat(50)).unwrap();
    let foreign = dir.path().join("foreign.db");
    let mut conn = SqliteConnection::establish(foreign.to_str().unwrap()).unwrap();
    diesel::sql_query("CREATE TABLE songs (title TEXT)").execute(&mut conn).unwrap();
    drop(conn);
    for (file, expected) in [(&text, "not a SQLite database"), (&foreign, "another program")] {
        let before = std::fs::read(file).unwrap();
        let said = refusal(&dir.path().join("data"), &format!("sqlite://{}", file.display()));
        assert!(said.starts_with("keydesk: DATABASE_URL: ") && said.contains(expected), "{said}");
        let mut conn = SqliteConnection::establish(foreign.to_str().unwrap()).unwrap();
        assert!(diesel::sql_query("SELECT 1 FROM grants").execute(&mut conn).is_err());
        assert_eq!(std::fs::read(file).unwrap().len(), before.len());
    }
}

#[test]
fn a_full_disk_keeps_what_was_typed_and_asks_to_try_again_on_sqlite() {
    if is_postgres() {
        return; // Its own server keeps it from running full.
    }
    let app = spawn_app();
    let grant = app.given().pending_grant().make();
    let limit = |pages: &str| {
        let limited = app.context().db.write(|tx| {
            diesel::sql_query(format!("PRAGMA max_page_count = {pages}")).execute(&mut **tx).map_err(StorageError::from)
        });
        limited.unwrap();
    };
    let key = "LONG-KEY-".repeat(7_000);
    let (mut agent, program) = (app.agent(), app.api_key(Role::Agent));
    agent.get(&format!("/grants/{grant}/fulfillment/new"));
    // No page more than there are.
    limit("1");
    let refused = agent.post(&format!("/grants/{grant}/fulfillment"), &[("key", &key)]);
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(refused.body.contains(&key) && refused.body.contains("cannot write to its database"), "{}", refused.body);
    let path = format!("/grants/{grant}/license-key");
    let refused = program.post(&path, &json!({"key": key}));
    assert_eq!(refused.refusal(), (503, "BUSY".to_owned()), "{}", refused.text);
    assert!(refused.text.contains("disk is full"), "{}", refused.text);
    limit("1000000");
    assert_eq!(program.post(&path, &json!({"key": key})).status, 200);
}

#[test]
fn a_restored_file_beside_the_log_of_another_is_refused_unchanged_on_sqlite() {
    if is_postgres() {
        return; // There the database is no file.
    }
    let app = TestApp::builder().with_system_clock().spawn();
    let make = |numbers: std::ops::Range<usize>| {
        for number in numbers {
            app.given().pending_grant().with_payment(&format!("pay_{number}")).make();
        }
    };
    make(0..60);
    let (restored, backup) = (app.data_dir().with_file_name("restored"), app.data_dir().with_file_name("backup.db"));
    lines(&say(&app, &["backup", backup.to_str().unwrap()], ""));
    make(60..200);
    app.context().db.truncate_wal().unwrap();
    make(200..201);
    std::fs::create_dir(&restored).unwrap();
    let file = restored.join("keydesk.db");
    let log = |end: &str| restored.join(format!("keydesk.db{end}"));
    let (_, database) = app.database.url.split_once("//").unwrap();
    std::fs::copy(&backup, &file).unwrap();
    std::fs::copy(format!("{database}-wal"), log("-wal")).unwrap();
    std::fs::copy(app.data_dir().join("secret.key"), restored.join("secret.key")).unwrap();
    let said = refusal(&restored, &format!("sqlite://{}", file.display()));
    assert!(said.contains("remove the files ending in -wal and -shm beside it"), "{said}");
    assert!(std::fs::read(&file).unwrap() == std::fs::read(&backup).unwrap(), "the restored file is as it was");

    for end in ["-wal", "-shm"] {
        drop(std::fs::remove_file(log(end)));
    }
    let mut command = keydesk(&restored);
    command.arg("serve");
    assert_eq!(Portal::start(command).terminate(), Some(0));
}

#[test]
fn a_backup_restored_over_the_file_of_a_killed_portal_is_refused_on_sqlite() {
    if is_postgres() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let file = data.join("keydesk.db");
    let serve = || {
        let mut command = keydesk(&data);
        command.arg("serve").env_remove("DATABASE_URL");
        command
    };
    let local = |arguments: &[&str]| {
        let mut command = keydesk(&data);
        command.args(arguments).env_remove("DATABASE_URL");
        assert!(run(command, "").status.success(), "{arguments:?}");
    };
    let portal = Portal::start(serve());
    for number in 0..40 {
        local(&["api-key", "add", &format!("shop {number}")]);
    }
    let backup = dir.path().join("backup.db");
    local(&["backup", backup.to_str().unwrap()]);
    local(&["api-key", "add", "later"]);
    portal.kill();
    assert!(data.join("keydesk.db-start").exists());
    assert!(std::fs::metadata(data.join("keydesk.db-wal")).unwrap().len() > 0);

    // The file of the killed portal is taken with its log, as often as it is killed.
    Portal::start(serve()).kill();
    let portal = Portal::start(serve());
    local(&["api-key", "add", "last"]);
    portal.kill();

    std::fs::copy(&backup, &file).unwrap();
    let said = refusal(&data, &format!("sqlite://{}", file.display()));
    assert!(said.contains("remove the files ending in -wal and -shm beside it"), "{said}");
    assert!(std::fs::read(&file).unwrap() == std::fs::read(&backup).unwrap(), "the restored file is as it was");
}

#[test]
fn a_log_that_a_killed_portal_left_is_taken_on_sqlite() {
    if is_postgres() {
        return;
    }
    let app = TestApp::builder().with_system_clock().spawn();
    app.given().pending_grant().make();
    let copy = app.data_dir().with_file_name("kill ed?#");
    std::fs::create_dir(&copy).unwrap();
    let (_, database) = app.database.url.split_once("//").unwrap();
    for end in ["", "-wal"] {
        std::fs::copy(format!("{database}{end}"), copy.join(format!("keydesk.db{end}"))).unwrap();
    }
    std::fs::copy(app.data_dir().join("secret.key"), copy.join("secret.key")).unwrap();
    let mut command = keydesk(&copy);
    command.arg("serve");
    let portal = Portal::start(command);
    assert_eq!(crate::support::Visitor::new(portal.address).get("/readyz").status, 200);
    assert_eq!(portal.terminate(), Some(0));
}
