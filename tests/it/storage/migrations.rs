//! Migrations: the same on both databases, there and back, and as diesel's schema expects.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use keydesk::domain::entitlement::{IntegrationConfig, IntegrationType};
use keydesk::domain::grant::{GrantIntegration, GrantStatus};
use keydesk::domain::staff::Role;
use keydesk::storage::db::connection::Conn;
use keydesk::storage::db::migrations;
use keydesk::storage::grants;

use crate::support::database::{TestDatabase, is_postgres};
use crate::support::given::PASSWORD;
use crate::support::spawn_app;

/// A later migration of the same table.
const UNANSWERED_MAIL: &str = "2026-11-29-000025_settle_unanswered_mail";
/// A later migration of notes.
const FIND_ANYTHING: &str = "2026-11-30-000031_find_anything";
const ONE_IDENTITY: &str = "2026-11-29-000017_one_identity_per_issuer";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folders(database: &str) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root().join("migrations").join(database))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn both_databases_have_the_same_migrations_each_with_a_way_back() {
    assert_eq!(folders("sqlite"), folders("postgres"));
    for database in ["sqlite", "postgres"] {
        for name in folders(database) {
            for file in ["up.sql", "down.sql"] {
                let path = root().join("migrations").join(database).join(&name).join(file);
                let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                assert!(!text.trim().is_empty(), "{}", path.display());
            }
        }
    }
}

/// Column name → (type as diesel calls it, may it be null).
type Columns = BTreeMap<String, (String, bool)>;

/// What `src/storage/schema.rs` says.
fn expected() -> BTreeMap<String, Columns> {
    let text = std::fs::read_to_string(root().join("src/storage/schema.rs")).unwrap();
    let mut tables = BTreeMap::new();
    for block in text.split("diesel::table! {").skip(1) {
        let name = block.split('(').next().unwrap().trim().to_owned();
        let body = block.split_once('{').unwrap().1.split_once('}').unwrap().0;
        let columns = body
            .lines()
            .filter_map(|line| line.trim().trim_end_matches(',').split_once(" -> "))
            .map(|(column, kind)| match kind.strip_prefix("Nullable<") {
                Some(inner) => (column.to_owned(), (inner.trim_end_matches('>').to_owned(), true)),
                None => (column.to_owned(), (kind.to_owned(), false)),
            })
            .collect();
        tables.insert(name, columns);
    }
    assert!(tables.len() > 10, "{tables:?}");
    tables
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    is_nullable: bool,
}

/// What is in the database.
fn found(database: &TestDatabase) -> BTreeMap<String, Columns> {
    let statement = if is_postgres() {
        "SELECT table_name::text AS table_name, column_name::text AS name, data_type::text AS kind, is_nullable = 'YES' AS is_nullable
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'"
    } else {
        "SELECT m.name AS table_name, c.name AS name, lower(c.type) AS kind, c.\"notnull\" = 0 AS is_nullable
         FROM sqlite_schema AS m, pragma_table_info(m.name) AS c
         WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'
         -- SQLite's own indexes of names, addresses and notes.
         AND m.name NOT IN ('customer_searches', 'note_searches') AND m.name NOT LIKE '%\\_trigrams%' ESCAPE '\\'"
    };
    let mut conn = Conn::open(&database.target()).unwrap();
    let rows: Vec<Column> = diesel::sql_query(statement).load(&mut conn).unwrap();
    let mut tables: BTreeMap<String, Columns> = BTreeMap::new();
    for row in rows {
        let kind = match row.kind.as_str() {
            "text" => "Text",
            "bigint" => "BigInt",
            "integer" => "Integer",
            "boolean" => "Bool",
            "blob" | "bytea" => "Binary",
            other => other,
        };
        tables.entry(row.table_name).or_default().insert(row.name, (kind.to_owned(), row.is_nullable));
    }
    tables
}

#[test]
fn what_they_make_is_what_the_schema_expects() {
    let dir = tempfile::tempdir().unwrap();
    let database = TestDatabase::blank(dir.path());
    migrations::run(&database.target()).unwrap();
    let (expected, mut found) = (expected(), found(&database));
    let entries = found.get_mut("audit_entries").unwrap();
    if is_postgres() {
        // The sealer's own column; diesel never reads it.
        assert_eq!(entries.remove("transaction_number"), Some(("BigInt".to_owned(), false)));
    } else {
        // SQLite numbers rows by itself in a column of this very type.
        assert_eq!(entries.insert("sequence".to_owned(), ("BigInt".to_owned(), false)).unwrap().0, "Integer");
    }
    let names = |tables: &BTreeMap<String, Columns>| tables.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&found), names(&expected));
    for (table, columns) in &expected {
        assert_eq!(found.get(table), Some(columns), "{table}");
    }
}

#[test]
fn they_go_up_down_and_up_again() {
    let dir = tempfile::tempdir().unwrap();
    let database = TestDatabase::blank(dir.path());
    let target = database.target();
    let first = migrations::run(&target).unwrap();
    assert_eq!(first.len(), folders("sqlite").len());
    let made = found(&database);
    assert!(migrations::run(&target).unwrap().is_empty());
    migrations::undo_all(&target).unwrap();
    assert_eq!(found(&database), BTreeMap::new());
    assert!(!migrations::are_applied(&mut Conn::open(&target).unwrap()).unwrap());
    assert_eq!(migrations::run(&target).unwrap(), first);
    assert_eq!(found(&database), made);
    assert!(migrations::are_applied(&mut Conn::open(&target).unwrap()).unwrap());
}

pub fn folder(name: &str) -> std::path::PathBuf {
    root().join("migrations").join(if is_postgres() { "postgres" } else { "sqlite" }).join(name)
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

#[test]
fn unconfirmed_secrets_and_unfinished_sign_ins_end_with_the_security_stamp_and_everything_else_stays() {
    const NAME: &str = "2026-11-29-000018_add_security_stamp";
    let dir = tempfile::tempdir().unwrap();
    let database = TestDatabase::blank(dir.path());
    migrations::run(&database.target()).unwrap();
    let mut conn = Conn::open(&database.target()).unwrap();
    let script = |file: &str| std::fs::read_to_string(folder(NAME).join(file)).unwrap();
    conn.batch_execute(&script("down.sql")).unwrap();
    let bytes = |text: &str| if is_postgres() { format!("'{text}'::bytea") } else { format!("CAST('{text}' AS BLOB)") };
    for name in ["app", "waits", "passkey", "none"] {
        conn.batch_execute(&format!(
            "INSERT INTO staff (id, email, email_key, name, role, password_hash, theme, has_shortcuts, created_at, updated_at)
             VALUES ('stf_{name}', '{name}@desk.example', '{name}@desk.example', '{name}', 'agent', '', 'auto', TRUE, 1, 1);
             INSERT INTO sessions (key_hash, staff_id, state, created_at, last_used_at, expires_at)
             VALUES ({}, 'stf_{name}', '{{}}', 1, 1, 2);",
            bytes(name)
        ))
        .unwrap();
    }
    conn.batch_execute(&format!(
        "INSERT INTO sessions (key_hash, staff_id, state, created_at, last_used_at, expires_at)
         VALUES ({}, NULL, '{{}}', 1, 1, 2);
         INSERT INTO staff_totp (staff_id, secret, last_step, created_at, confirmed_at) VALUES ('stf_app', {}, 7, 1, 2);
         INSERT INTO staff_totp (staff_id, secret, last_step, created_at) VALUES ('stf_waits', {}, 0, 1);
         INSERT INTO staff_passkeys (id, staff_id, name, credential_id, credential, created_at)
         VALUES ('psk_1', 'stf_passkey', 'Laptop', {}, '{{}}', 1);",
        bytes("half"),
        bytes("secret"),
        bytes("other"),
        bytes("credential")
    ))
    .unwrap();
    conn.batch_execute(&script("up.sql")).unwrap();
    let mut count = |from: &str| {
        let counted: Counted =
            diesel::sql_query(format!("SELECT COUNT(*) AS count FROM {from}")).get_result(&mut conn).unwrap();
        counted.count
    };
    assert_eq!(count("staff WHERE security_stamp = 0"), 4);
    assert_eq!(count("sessions WHERE security_stamp = 0"), 3);
    assert_eq!(count("sessions WHERE staff_id IS NULL OR staff_id = 'stf_passkey'"), 0);
    assert_eq!(count("staff_totp"), 1);
    assert_eq!(count("staff_totp WHERE staff_id = 'stf_app' AND last_step = 7 AND confirmed_at = 2"), 1);
    assert_eq!(count("staff_passkeys"), 1);
}

#[test]
fn nodes_that_start_at_once_migrate_once() {
    let dir = tempfile::tempdir().unwrap();
    let database = TestDatabase::blank(dir.path());
    let applied: usize = std::thread::scope(|scope| {
        let nodes: Vec<_> =
            (0..4).map(|_| scope.spawn(|| migrations::run(&database.target()).unwrap().len())).collect();
        nodes.into_iter().map(|node| node.join().unwrap()).sum()
    });
    assert_eq!(applied, folders("sqlite").len());
}

#[test]
fn of_two_identities_of_a_person_the_older_one_stays_and_their_sessions_end() {
    let app = spawn_app();
    let (ada, bob) = (app.given().staff(Role::Agent), app.given().staff(Role::Agent));
    let mut visitors = [&ada, &bob].map(|person| app.sign_in(&person.email, PASSWORD));
    let folder = root().join("migrations").join(if is_postgres() { "postgres" } else { "sqlite" }).join(ONE_IDENTITY);
    let mut conn = Conn::open(&app.database.target()).unwrap();
    execute(&mut conn, &std::fs::read_to_string(folder.join("down.sql")).unwrap());
    let rows = [
        ("https://a.example", "younger", &ada, 3_000),
        ("https://a.example", "older", &ada, 1_000),
        ("https://a.example", "youngest", &ada, 4_000),
        ("https://b.example", "elsewhere", &ada, 5_000),
        ("https://a.example", "bob", &bob, 2_000),
    ];
    for (issuer, subject, person, at) in rows {
        let row = format!("INSERT INTO staff_identities VALUES ('{issuer}', '{subject}', '{}', {at})", person.id);
        execute(&mut conn, &row);
    }
    execute(&mut conn, &std::fs::read_to_string(folder.join("up.sql")).unwrap());
    let is_bound = |conn: &mut Conn, issuer: &str, subject: &str| {
        keydesk::storage::staff::identities::find(conn, issuer, subject).unwrap().is_some()
    };
    for (issuer, subject, is_left) in [
        ("https://a.example", "older", true),
        ("https://a.example", "younger", false),
        ("https://a.example", "youngest", false),
        ("https://b.example", "elsewhere", true),
        ("https://a.example", "bob", true),
    ] {
        assert_eq!(is_bound(&mut conn, issuer, subject), is_left, "{subject}");
    }
    assert_eq!(visitors.each_mut().map(|visitor| visitor.get("/account").status), [303, 200]);
}

pub fn execute(conn: &mut Conn, statements: &str) {
    match conn {
        Conn::Sqlite(conn) => conn.batch_execute(statements),
        Conn::Postgres(conn) => conn.batch_execute(statements),
    }
    .unwrap_or_else(|error| panic!("{statements}: {error}"));
}

#[test]
fn address_changes_come_to_a_database_that_holds_grants() {
    const NAME: &str = "2026-11-29-000019_add_address_changes";
    let app = spawn_app();
    let id = app.given().delivered_grant("ABCD-EFGH-JKLM-9012");
    let database = if is_postgres() { "postgres" } else { "sqlite" };
    let down = std::fs::read_to_string(root().join("migrations").join(database).join(NAME).join("down.sql")).unwrap();
    let forget = "DELETE FROM __diesel_schema_migrations WHERE version = '20261129000019'";
    let target = app.database.target();
    let mut conn = Conn::open(&target).unwrap();
    conn.batch_execute(&format!("{down} {forget}")).unwrap();
    assert_eq!(migrations::run(&target).unwrap().len(), 1);
    let mut agent = app.agent();
    assert_eq!(agent.post(&format!("/grants/{id}/emails"), &[("email", "ada@engine.example")]).status, 303);
    assert_eq!(agent.get(&format!("/grants/{id}")).texts_of("[aria-labelledby=addr] li").len(), 1);
}

#[test]
fn what_is_arranged_about_grants_comes_to_a_database_that_holds_them_and_goes_again() {
    const NAME: &str = "2026-11-30-000030_add_grant_handling";
    let app = spawn_app();
    let [held, plain] = [(); 2].map(|()| app.given().pending_grant().make());
    let mut agent = app.agent();
    assert_eq!(agent.post(&format!("/grants/{held}/claim"), &[]).status, 303);
    let script = |file: &str| std::fs::read_to_string(folder(NAME).join(file)).unwrap();
    let mut conn = Conn::open(&app.database.target()).unwrap();
    for _ in 0..2 {
        execute(&mut conn, &script("down.sql"));
        execute(&mut conn, &script("up.sql"));
        let form = format!("/grants/{held}/fulfillment/new");
        assert!(agent.get(&form).has("[data-held]"), "the hold stands");
        assert_eq!(agent.post("/grants/take-next", &[]).location(), form);
        let pause = [("reason", "other"), ("until", "2026-06-20")];
        assert_eq!(agent.post(&format!("/grants/{plain}/pause"), &pause).status, 303);
        assert!(agent.get(&format!("/grants/{plain}")).body.contains("Paused until 20 Jun"));
    }
}

#[test]
fn who_revoked_and_when_deliveries_failed_is_taken_from_the_log() {
    const NAME: &str = "2026-11-30-000032_list_by_what_was_done";
    let app = spawn_app();
    let failed = app.given().delivered_grant("ABCD-EFGH-JKLM-0001");
    let words = "550 5.1.1 <ada@example.com>: User unknown".to_owned();
    app.mailbox.next(crate::support::smtp::Behavior::Reply(crate::support::smtp::Stage::Rcpt, words));
    app.run_outbox_until_empty();
    let revoked = app.given().pending_grant().for_customer("bob@example.com").make();
    let mut admin = app.admin();
    assert_eq!(admin.post(&format!("/grants/{revoked}/revocation"), &[("reason", "Charged back")]).status, 303);
    let read = || {
        app.read(|conn| {
            let failed = keydesk::storage::grants::find(conn, &failed).unwrap();
            let revoked = keydesk::storage::grants::find(conn, &revoked).unwrap();
            (failed.failed_at, failed.revoked_by, revoked.failed_at, revoked.revoked_by)
        })
    };
    let before = read();
    assert!(before.0.is_some() && before.3.is_some() && before.1.is_none() && before.2.is_none(), "{before:?}");
    let mut conn = Conn::open(&app.database.target()).unwrap();
    let script = |file: &str| std::fs::read_to_string(folder(NAME).join(file)).unwrap();
    for _ in 0..2 {
        execute(&mut conn, &script("down.sql"));
        execute(&mut conn, &script("up.sql"));
        assert_eq!(read(), before);
    }
    assert!(admin.get("/grants?status=revoked").row(revoked.as_str()).contains("You"));
}

#[test]
fn notes_come_to_a_database_that_holds_customers_and_their_e_mails() {
    const NAME: &str = "2026-11-30-000029_add_notes";
    let app = spawn_app();
    let id = app.given().delivered_grant("ABCD-EFGH-JKLM-9012");
    app.run_outbox_until_empty();
    let customer = app.read(|conn| keydesk::storage::grants::find(conn, &id).unwrap().customer_id);
    let path = format!("/customers/{customer}");
    let mut conn = Conn::open(&app.database.target()).unwrap();
    let script = |file: &str| std::fs::read_to_string(folder(NAME).join(file)).unwrap();
    let later = |file: &str| std::fs::read_to_string(folder(FIND_ANYTHING).join(file)).unwrap();
    execute(&mut conn, &later("down.sql"));
    execute(&mut conn, &script("down.sql"));
    execute(&mut conn, &script("up.sql"));
    execute(&mut conn, &later("up.sql"));
    let mut agent = app.agent();
    assert_eq!(agent.post(&format!("{path}/notes"), &[("text", "Called")]).status, 303);
    let page = agent.get(&path);
    assert_eq!(page.texts_of("#notes li .lines"), ["Called"]);
    assert_eq!(page.texts_of("[aria-labelledby=mail-t] tbody tr").len(), 1);
}

#[test]
fn what_other_integrations_delivered_moves_to_its_own_table_and_back() {
    const NAME: &str = "2026-11-29-000023_move_integration_columns";
    // What was added to that table since.
    const LATER: &str = "2026-11-30-000035_add_deliveries";
    let app = spawn_app();
    let given = app.given();
    let discord = given.other_entitlement(IntegrationType::Discord);
    let [linked, filed, featured, plain] = [(); 4].map(|()| given.pending_grant().of(&discord).make());
    let mut conn = Conn::open(&app.database.target()).unwrap();
    let script = |file: &str| std::fs::read_to_string(folder(NAME).join(file)).unwrap();
    let later = |file: &str| std::fs::read_to_string(folder(LATER).join(file)).unwrap();
    execute(&mut conn, &later("down.sql"));
    execute(&mut conn, &script("down.sql"));
    execute(
        &mut conn,
        &format!(
            "UPDATE grants SET oauth_url = 'https://connect.example/a', oauth_expires_at = 7 WHERE id = '{linked}';
             UPDATE grants SET digital_product_delivery = '{{\"files\":1}}' WHERE id = '{filed}';
             UPDATE grants SET feature = '{{\"feature_id\":\"beta\"}}' WHERE id = '{featured}';"
        ),
    );
    for _ in 0..2 {
        execute(&mut conn, &script("up.sql"));
        execute(&mut conn, &later("up.sql"));
        let rows: Counted =
            diesel::sql_query("SELECT count(*) AS count FROM grant_integrations").get_result(&mut conn).unwrap();
        assert_eq!(rows.count, 3, "only grants that have anything of it");
        let integration = |id| app.read(|conn| keydesk::storage::grants::find(conn, id).unwrap().integration);
        assert_eq!(integration(&linked).oauth_url.as_deref(), Some("https://connect.example/a"));
        assert_eq!(integration(&linked).oauth_expires_at.map(jiff::Timestamp::as_microsecond), Some(7));
        assert_eq!(integration(&filed).digital_product_delivery.as_deref(), Some(r#"{"files":1}"#));
        assert_eq!(integration(&featured).feature.as_deref(), Some(r#"{"feature_id":"beta"}"#));
        assert_eq!(integration(&plain), GrantIntegration::default());
        execute(&mut conn, &later("down.sql"));
        execute(&mut conn, &script("down.sql"));
    }
    execute(&mut conn, &script("up.sql"));
    execute(&mut conn, &later("up.sql"));
    assert!(app.agent().get(&format!("/grants/{linked}")).body.contains("https://connect.example/a"));
}

#[test]
fn features_that_wait_are_switched_on_by_a_job_after_the_upgrade() {
    const NAME: &str = "2026-11-30-000035_add_deliveries";
    let app = spawn_app();
    let given = app.given();
    let fields = r#"{"feature_id": "beta", "feature_type": "boolean"}"#.to_owned();
    let feature = given.entitlement_with("Beta", IntegrationConfig::other(IntegrationType::FeatureFlag, fields));
    let [waiting, revoked] = ["pay_1", "pay_2"].map(|id| given.pending_grant().of(&feature).with_payment(id).make());
    let mut conn = Conn::open(&app.database.target()).unwrap();
    let script = |file: &str| std::fs::read_to_string(folder(NAME).join(file)).unwrap();
    execute(
        &mut conn,
        &format!(
            "DELETE FROM grant_integrations;
             UPDATE grants SET status = 'pending', delivered_at = NULL, delivered_by = NULL WHERE id = '{waiting}';
             UPDATE grants SET status = 'revoked', delivered_at = NULL, delivered_by = NULL WHERE id = '{revoked}';"
        ),
    );
    for _ in 0..2 {
        execute(&mut conn, &script("down.sql"));
        execute(&mut conn, &script("up.sql"));
    }
    assert_eq!(app.count("jobs WHERE kind = 'switch_on_features'"), 1);
    app.run_jobs();
    let grant = |id| app.read(|conn| keydesk::storage::grants::find(conn, id).unwrap());
    assert_eq!(grant(&waiting).status, GrantStatus::Delivered);
    assert!(grant(&waiting).integration.feature.is_some_and(|feature| feature.contains("beta")));
    assert_eq!((grant(&revoked).status, grant(&revoked).integration.feature), (GrantStatus::Revoked, None));
    assert!(app.agent().get(&format!("/audit?object={waiting}")).body.contains("Upgrade"));
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The rows of a table as text, without regard to the order of rows and columns.
fn lines(conn: &mut Conn, table: &str, columns: &[&str]) -> Vec<String> {
    let text = columns.iter().map(|column| format!("COALESCE(CAST({column} AS TEXT), '-')")).collect::<Vec<_>>();
    let query = format!("SELECT {} AS line FROM {table} ORDER BY line", text.join(" || ' ' || "));
    let rows: Vec<Line> = diesel::sql_query(query).load(conn).unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

/// The rows of the three outboxes of the version before.
fn three_outboxes(conn: &mut Conn) -> [Vec<String>; 5] {
    let lease = ["attempts", "next_attempt_at", "lease_owner", "lease_until", "created_at"];
    [
        lines(
            conn,
            "outbox_messages",
            &[
                &["id", "topic", "grant_id", "customer_id", "recipient", "state", "last_reply", "finished_at"],
                &lease[..],
            ]
            .concat(),
        ),
        lines(conn, "outbox_attempts", &["message_id", "number", "outcome", "reply", "started_at", "finished_at"]),
        lines(
            conn,
            "webhook_messages",
            &[
                &["id", "endpoint_id", "event_type", "grant_id", "license_key_id", "state", "last_status"][..],
                &["last_error", "finished_at"],
                &lease,
            ]
            .concat(),
        ),
        lines(
            conn,
            "webhook_attempts",
            &[
                "message_id",
                "number",
                "url",
                "request_headers",
                "request_body",
                "status",
                "error",
                "started_at",
                "finished_at",
            ],
        ),
        lines(
            conn,
            "staff_links",
            &[&["id", "staff_id", "purpose", "language", "email_state", "last_reply", "expires_at"], &lease[..]]
                .concat(),
        ),
    ]
}

#[test]
fn messages_of_every_kind_in_every_state_move_into_one_outbox_and_back() {
    const NAME: &str = "2026-11-29-000022_one_outbox";
    let app = spawn_app();
    let grant = app.given().delivered_grant("ABCD-EFGH-JKLM-9012");
    let person = app.given().staff(Role::Agent);
    let mut conn = Conn::open(&app.database.target()).unwrap();
    let script = |file: &str| std::fs::read_to_string(folder(NAME).join(file)).unwrap();
    let later = |file: &str| std::fs::read_to_string(folder(UNANSWERED_MAIL).join(file)).unwrap();
    execute(&mut conn, "DELETE FROM outbox_messages");
    execute(&mut conn, &later("down.sql"));
    execute(&mut conn, &script("down.sql"));
    execute(
        &mut conn,
        "INSERT INTO webhook_endpoints (id, url, description, metadata, secret, is_disabled, created_at, updated_at)
         SELECT 'ep_1', 'https://shop.example/hook', '', '{}', ciphertext, FALSE, 1, 1 FROM license_keys;",
    );
    for (number, state) in ["queued", "sending", "sent", "failed", "cancelled"].into_iter().enumerate() {
        let attempts = number.min(1);
        let lease = if state == "sending" { "'wrk_1', 900" } else { "NULL, NULL" };
        let (reply, status) = if state == "sent" { ("NULL", "204") } else { ("'refused'", "NULL") };
        let finished = if number > 1 { "800" } else { "NULL" };
        execute(
            &mut conn,
            &format!(
                "INSERT INTO outbox_messages (id, topic, grant_id, customer_id, recipient, state, attempts,
                     next_attempt_at, lease_owner, lease_until, last_reply, has_own_fault, finished_at, created_at)
                 SELECT 'msg_mail{number}', 'license_key_email', id, customer_id, 'ada@example.com', '{state}', {attempts},
                     {number}00, {lease}, {reply}, FALSE, {finished}, {number}0 FROM grants;
                 INSERT INTO outbox_attempts VALUES ('msg_mail{number}', 1, 'temporary', '450 later', 1, 2);
                 INSERT INTO webhook_messages (id, endpoint_id, event_type, grant_id, license_key_id, state, attempts,
                     next_attempt_at, lease_owner, lease_until, last_status, last_error, finished_at, created_at)
                 SELECT 'msg_hook{number}', 'ep_1', 'license_key.created', id, license_key_id, '{state}', {attempts},
                     {number}00, {lease}, {status}, {reply}, {finished}, {number}0 FROM grants;
                 INSERT INTO webhook_messages (id, endpoint_id, event_type, state, attempts, next_attempt_at, created_at)
                 VALUES ('msg_test{number}', 'ep_1', 'keydesk.test', '{state}', 0, 5, 5);
                 INSERT INTO webhook_attempts VALUES ('msg_hook{number}', 1, 'https://shop.example/hook', 'a: b', '{{}}',
                     {status}, {reply}, 3, 4);"
            ),
        );
        if number < 2 {
            let (purpose, id) = (["invitation", "reset"][number], &person.id);
            execute(
                &mut conn,
                &format!(
                    "INSERT INTO staff_links (id, staff_id, purpose, language, token_hash, email_state, attempts,
                         next_attempt_at, lease_owner, lease_until, last_reply, created_at, expires_at)
                     SELECT 'lnk_{number}', '{id}', '{purpose}', 'de', {}, '{state}', {attempts}, 7, {lease}, {reply},
                         8, 9 FROM license_keys;",
                    if number == 0 { "value_hash" } else { "ciphertext" }
                ),
            );
        }
    }
    let before = three_outboxes(&mut conn);
    assert_eq!(before.each_ref().map(Vec::len), [5, 5, 10, 5, 2]);

    execute(&mut conn, &script("up.sql"));
    execute(&mut conn, &later("up.sql"));
    let messages = lines(
        &mut conn,
        "outbox_messages",
        &["id", "kind", "queue", "COALESCE(ref_id, 'none')", "state", "attempts", "lease_owner", "last_status"],
    );
    assert_eq!(messages.len(), 17);
    let key = lines(&mut conn, "license_keys", &["id"]).remove(0);
    for line in [
        "msg_mail0 license_key_delivered mail none queued 0 - -".to_owned(),
        "msg_mail1 license_key_delivered mail none sending 1 wrk_1 -".to_owned(),
        format!("msg_hook2 webhook ep_1 {key} sent 1 - 204"),
        "msg_test4 webhook ep_1 none cancelled 0 - -".to_owned(),
        "msg_0 staff_link urgent_mail lnk_0 queued 0 - -".to_owned(),
        "msg_1 staff_link urgent_mail lnk_1 sending 1 wrk_1 -".to_owned(),
    ] {
        assert!(messages.contains(&line), "{line}: {messages:#?}");
    }
    let attempts = lines(&mut conn, "outbox_attempts", &["message_id", "outcome", "reply", "url", "status"]);
    assert!(attempts.contains(&"msg_hook2 sent  https://shop.example/hook 204".to_owned()), "{attempts:#?}");
    assert!(attempts.contains(&"msg_hook3 temporary refused https://shop.example/hook -".to_owned()), "{attempts:#?}");
    assert!(app.admin().get(&format!("/grants/{grant}")).body.contains("ada@example.com"), "the page shows them");

    execute(&mut conn, &later("down.sql"));
    execute(&mut conn, &script("down.sql"));
    assert_eq!(three_outboxes(&mut conn), before);
    execute(&mut conn, &script("up.sql"));
    execute(&mut conn, &later("up.sql"));
}

#[test]
fn deliveries_of_files_come_to_a_database_that_holds_grants_and_go_again() {
    const NAME: &str = "2026-11-30-000035_add_deliveries";
    let app = spawn_app();
    let id = app.given().delivered_grant("ABCD-EFGH-JKLM-9012");
    let script = |file: &str| std::fs::read_to_string(folder(NAME).join(file)).unwrap();
    let mut conn = Conn::open(&app.database.target()).unwrap();
    for _ in 0..2 {
        execute(&mut conn, &script("down.sql"));
        execute(&mut conn, &script("up.sql"));
        let page = app.agent().get(&format!("/grants/{id}"));
        assert_eq!((page.status, page.chip()), (200, "Delivered".to_owned()));
        assert_eq!(page.text_of("[aria-labelledby=files-t]"), "");
        let entitlement = app.read(|conn| keydesk::storage::grants::find(conn, &id).unwrap()).entitlement_id;
        let path = format!("/entitlements/{entitlement}/files?filename=a.zip");
        assert_eq!(app.api_key(Role::Admin).send("POST", &path, &[], "a").status, 201);
        assert!(app.agent().get(&format!("/grants/{id}")).text_of("[aria-labelledby=files-t]").contains("a.zip"));
    }
}

#[test]
fn customers_can_be_merged_in_a_database_that_holds_them() {
    const NAME: &str = "2026-11-30-000036_merge_customers";
    let app = spawn_app();
    let [one, other] = ["ada@example.com", "ada@engine.example"].map(|email| {
        let grant = app.given().pending_grant().for_customer(email).make();
        app.read(|conn| grants::find(conn, &grant).unwrap().customer_id)
    });
    let script = |file: &str| std::fs::read_to_string(folder(NAME).join(file)).unwrap();
    let mut conn = Conn::open(&app.database.target()).unwrap();
    execute(&mut conn, &script("down.sql"));
    execute(&mut conn, &script("up.sql"));
    let mut admin = app.admin();
    assert_eq!(admin.post(&format!("/customers/{one}/merger"), &[("other", other.as_str())]).status, 303);
    assert_eq!(admin.get(&format!("/customers/{other}")).location(), format!("/customers/{one}"));
}

#[test]
fn assignments_are_remembered_in_a_database_that_holds_them() {
    const NAME: &str = "2026-11-30-000037_remember_assignments";
    let app = spawn_app();
    let grant = app.given().pending_grant().make();
    let person = app.given().staff(Role::Agent);
    let mut admin = app.admin();
    admin.post(&format!("/grants/{grant}/assignment"), &[("staff_id", person.id.as_str())]);
    let script = |file: &str| std::fs::read_to_string(folder(NAME).join(file)).unwrap();
    let mut conn = Conn::open(&app.database.target()).unwrap();
    execute(&mut conn, &script("down.sql"));
    execute(&mut conn, &script("up.sql"));
    let status = format!("/staff/{}/status", person.id);
    assert_eq!(admin.post(&status, &[("status", "disabled"), ("reason", "Left")]).status, 303);
    assert_eq!(admin.post(&status, &[("status", "active")]).status, 303);
    let assignee = app.read(|conn| grants::find(conn, &grant).unwrap().handling.assigned_to);
    assert_eq!(assignee, Some(person.id));
}

#[test]
fn runs_over_many_grants_come_to_a_database_that_holds_them() {
    const NAME: &str = "2026-11-30-000042_add_bulk_runs";
    let app = spawn_app();
    let grant = app.given().pending_grant().make();
    let choose = || {
        let mut agent = app.agent();
        let begun = agent.post("/grants/bulk/claim", &[("id", grant.as_str()), ("filter", "status=pending")]);
        agent.follow(begun)
    };
    assert_eq!(choose().status, 200);
    let script = |file: &str| std::fs::read_to_string(folder(NAME).join(file)).unwrap();
    let mut conn = Conn::open(&app.database.target()).unwrap();
    execute(&mut conn, &script("down.sql"));
    execute(&mut conn, &script("up.sql"));
    app.run_jobs();
    assert_eq!(app.count("jobs"), 0, "older versions would not know the job");
    assert_eq!(choose().status, 200);
}

#[test]
fn sales_can_be_imported_in_a_database_that_holds_people_and_the_table_goes_again() {
    const NAME: &str = "2026-11-30-000039_add_sale_imports";
    let app = spawn_app();
    app.given().named_entitlement("Studio Pro");
    let mut agent = app.agent();
    let script = |file: &str| std::fs::read_to_string(folder(NAME).join(file)).unwrap();
    let mut conn = Conn::open(&app.database.target()).unwrap();
    for number in 0..2 {
        execute(&mut conn, &script("down.sql"));
        assert_eq!(app.count("jobs WHERE kind = 'import_sales'"), 0, "the version before does not know this job");
        execute(&mut conn, &script("up.sql"));
        let lines = format!("customer_email,entitlement,external_id\na@example.com,Studio Pro,{number}\n");
        let url = agent.post("/sales/import", &[("lines", &lines), ("zone", "UTC")]).location();
        assert_eq!(agent.post(&format!("{url}/confirm"), &[]).location(), url);
    }
    app.run_jobs();
    assert_eq!(app.count("grants"), 1);
}

#[test]
fn shops_come_to_a_database_that_holds_connections_and_go_again_but_their_sales_stay() {
    const NAME: &str = "2026-11-30-000040_add_shop_hooks";
    let app = spawn_app();
    let mut admin = app.admin();
    let fields = [("kind", "gumroad"), ("name", "Gumroad"), ("mode", "live")];
    let path = admin.post("/connections", &fields).location();
    app.given().named_entitlement("Gridsmith");
    for name in ["Gridsmith", "Unknown"] {
        let form = format!("sale_id=s-{name}&order_number=7{name}&email=n%40example.org&product_name={name}");
        let hook = path.replace("/connections/", "/hooks/");
        let kind = "application/x-www-form-urlencoded";
        assert_eq!(app.anonymous().post_bytes(&hook, form.into_bytes(), kind, &[]).status, 200);
    }
    app.run_outbox_until_empty();
    assert_eq!((app.count("sales WHERE shop = 'gumroad'"), app.count("held_sales")), (1, 1));
    let mut conn = Conn::open(&app.database.target()).unwrap();
    let script = |file: &str| std::fs::read_to_string(folder(NAME).join(file)).unwrap();
    for _ in 0..2 {
        execute(&mut conn, &script("down.sql"));
        execute(&mut conn, &script("up.sql"));
    }
    assert_eq!((app.count("connections"), app.count("hooks"), app.count("held_sales")), (0, 0, 0));
    assert_eq!((app.count("sales WHERE shop = 'gumroad'"), app.count("grants")), (1, 1));
}

#[test]
fn deliveries_can_be_undone_and_keys_replaced_in_a_database_that_holds_grants() {
    const NAME: &str = "2026-11-30-000041_undo_and_replace";
    let app = crate::support::TestApp::builder().with("undo", "20s").spawn();
    let id = app.given().delivered_grant("ABCD-EFGH-JKLM-9012");
    app.run_outbox_until_empty();
    app.advance(jiff::SignedDuration::from_secs(1));
    let script = |file: &str| std::fs::read_to_string(folder(NAME).join(file)).unwrap();
    let mut conn = Conn::open(&app.database.target()).unwrap();
    execute(&mut conn, &script("down.sql"));
    execute(&mut conn, &script("up.sql"));
    let mut agent = app.agent();
    let form = agent.get(&format!("/grants/{id}/replace"));
    let (token, old) = (form.field("idempotency_key").value, form.field("replaces").value);
    let fields =
        [("idempotency_key", token.as_str()), ("replaces", &old), ("reason", "wrong"), ("key", "NEWER-KEY-4567")];
    assert_eq!(agent.post(&format!("/grants/{id}/replace"), &fields).status, 303);
    assert_eq!(app.count("replacements"), 1);
    assert_eq!(agent.post(&format!("/grants/{id}/undo"), &[]).status, 200);
    assert_eq!((app.count("replacements"), app.count("undo_windows")), (0, 1));
}
