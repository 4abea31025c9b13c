//! `keydesk backup`, and that what it wrote can be restored.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use keydesk::config::Config;
use keydesk::domain::clock::Clock;
use keydesk::domain::staff::Role;
use keydesk::storage::db::connection::{Conn, Target};
use keydesk::storage::installation;
use keydesk::storage::schema::grants;
use keydesk::usecases::audit_log::verify::verify_audit_log;
use keydesk::usecases::license_keys::reveal::reveal_license_key;

use crate::support::database::is_postgres;
use crate::support::given::PASSWORD;
use crate::support::process::{Portal, keydesk, run};
use crate::support::{TestApp, Visitor, spawn_app};

fn back_up(app: &TestApp, file: &Path) -> Output {
    let mut command = keydesk(&app.data_dir());
    command.env("DATABASE_URL", &app.database.url).arg("backup").arg(file);
    run(command, "")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn on_postgres_it_says_what_to_use_instead() {
    if !is_postgres() {
        return;
    }
    let app = spawn_app();
    let file = app.data_dir().join("copy.db");
    let output = back_up(&app, &file);
    assert!(output.status.code() == Some(1) && said(&output).contains("pg_dump"), "{}", said(&output));
    assert!(!file.exists());
}

#[test]
fn a_copy_made_under_load_serves_the_same_data() {
    if is_postgres() {
        return; // PostgreSQL has its own tools.
    }
    let app = TestApp::builder().with_system_clock().spawn();
    let person = app.given().staff(Role::Agent);
    let delivered = app.given().delivered_grant("KEY-1234-5678-9012");
    let pro = app.given().named_entitlement("Under load");
    let file = app.data_dir().join("copy.db");
    let (mut made, mut output) = (0, None);
    std::thread::scope(|scope| {
        let copying = scope.spawn(|| back_up(&app, &file));
        while !copying.is_finished() {
            app.given().pending_grant().of(&pro).for_customer(&format!("c{made}@example.com")).make();
            made += 1;
        }
        output = Some(copying.join().unwrap());
    });
    let output = output.unwrap();
    assert!(output.status.success() && said(&output).contains("wrote"), "{}", said(&output));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    let home = tempfile::tempdir().unwrap();
    let data_dir = home.path().join("data");
    std::fs::create_dir(&data_dir).unwrap();
    std::fs::copy(&file, data_dir.join("keydesk.db")).unwrap();
    std::fs::copy(app.data_dir().join("secret.key"), data_dir.join("secret.key")).unwrap();
    let mut conn = Conn::open(&Target::Sqlite(data_dir.join("keydesk.db"))).unwrap();
    conn.batch_execute("PRAGMA integrity_check; PRAGMA foreign_key_check;").unwrap();
    let copied: i64 = grants::table.count().get_result(&mut conn).unwrap();
    assert!(copied >= 1 && copied <= i64::from(made) + 1, "{copied} of {made}");
    drop(conn);

    let settings = [("data_dir".to_owned(), data_dir.display().to_string())].into_iter().collect();
    let ctx = keydesk::server::open(Config::parse(&settings).unwrap(), Clock::system(), Arc::new(|| ())).unwrap();
    verify_audit_log(&ctx).unwrap();
    let actor = keydesk::domain::actor::Actor::system(keydesk::domain::actor::SystemPart::Demo);
    assert!(reveal_license_key(&ctx, &delivered, None, &actor).is_ok(), "the key opens with the same secret");
    drop(ctx);

    let mut command = keydesk(&data_dir);
    command.arg("serve");
    let portal = Portal::start(command);
    let mut visitor = Visitor::new(portal.address);
    assert_eq!(visitor.post("/login", &[("email", &person.email), ("password", PASSWORD)]).status, 303);
    assert_eq!(portal.terminate(), Some(0));
}

#[test]
fn another_secret_stops_the_start_with_a_clear_line() {
    if is_postgres() {
        return;
    }
    let app = spawn_app();
    let file = app.data_dir().join("copy.db");
    assert!(back_up(&app, &file).status.success());
    let home = tempfile::tempdir().unwrap();
    let data_dir = home.path().join("data");
    std::fs::create_dir(&data_dir).unwrap();
    std::fs::copy(&file, data_dir.join("keydesk.db")).unwrap();
    for arguments in [&["serve"][..], &["audit", "verify"], &["backup", "x.db"]] {
        let mut command = keydesk(&data_dir);
        command.args(arguments).env("KEYDESK_LISTEN", "127.0.0.1:0");
        let output = run(command, "");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output));
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(complaint.contains("KEYDESK_SECRET") && complaint.lines().count() == 1, "{arguments:?}: {complaint}");
    }
}

#[test]
fn a_file_that_exists_is_never_touched() {
    if is_postgres() {
        return;
    }
    let app = spawn_app();
    let file = app.data_dir().join("precious.db");
    for content in ["", "precious"] {
        std::fs::write(&file, content).unwrap();
        let output = back_up(&app, &file);
        assert!(output.status.code() == Some(1) && said(&output).contains("already exists"), "{}", said(&output));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), content);
    }
    let nowhere = back_up(&app, &app.data_dir().join("no/such/folder/copy.db"));
    assert_eq!(nowhere.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&nowhere.stderr).lines().count(), 1, "{}", said(&nowhere));
}

#[test]
fn sqlites_log_is_brought_into_the_file_and_begun_anew() {
    let app = spawn_app();
    let Target::Sqlite(database) = app.database.target() else { return };
    let db = &app.context().db;
    let log = format!("{}-wal", database.display());
    let fill = || db.write(|tx| installation::set(tx, "filler", &"x".repeat(12_000_000))).unwrap();
    let id = app.given().pending_grant().make();
    fill();
    let length = std::fs::metadata(&log).unwrap().len();
    assert!(length > 12_000_000, "{length}");
    db.truncate_wal().unwrap();
    // The file alone, without its log.
    let copy = app.data_dir().join("copy.db");
    std::fs::copy(&database, &copy).unwrap();
    let mut conn = Conn::open(&Target::Sqlite(copy)).unwrap();
    let found: i64 = grants::table.filter(grants::id.eq(id.as_str())).count().get_result(&mut conn).unwrap();
    assert_eq!(found, 1);
    fill();
    assert!(std::fs::metadata(&log).unwrap().len() < length * 3 / 2, "the log was begun anew");
}
