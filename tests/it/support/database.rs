//! A database of its own for each test, copied from a migrated template: a SQLite file in a fresh directory, or, with
//! `TEST_POSTGRES_URL`, a PostgreSQL database.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::{Connection, RunQueryDsl, sql_query};
use keydesk::storage::db::connection::Target;
use keydesk::storage::db::migrations;

/// Dropped with the test.
#[derive(Debug)]
pub struct TestDatabase {
    pub url: String,
    name: Option<String>,
}

static MADE: AtomicUsize = AtomicUsize::new(0);
static TEMPLATE: OnceLock<String> = OnceLock::new();
static CLONING: Mutex<()> = Mutex::new(());

/// Whether this run of the suite is on PostgreSQL.
pub fn is_postgres() -> bool {
    admin_url().is_some()
}

fn admin_url() -> Option<String> {
    std::env::var("TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())
}

impl TestDatabase {
    /// An up-to-date database without rows.
    pub fn new(dir: &Path) -> Self {
        Self::make(dir, true)
    }

    /// A database without tables.
    pub fn blank(dir: &Path) -> Self {
        Self::make(dir, false)
    }

    /// What is in the fixture: `keydesk.sqlite`, or `postgres.sql`.
    pub fn from_fixture(dir: &Path, fixture: &Path) -> Self {
        let database = Self::blank(dir);
        match database.target() {
            Target::Sqlite(path) => drop(std::fs::copy(fixture.join("keydesk.sqlite"), path).expect("copied")),
            Target::Postgres(url) => {
                let dump = std::fs::read_to_string(fixture.join("postgres.sql")).expect("a dump");
                let mut conn = PgConnection::establish(&url).expect("connected");
                conn.batch_execute(&dump).expect("loaded");
            }
        }
        database
    }

    fn make(dir: &Path, is_migrated: bool) -> Self {
        let number = MADE.fetch_add(1, Ordering::SeqCst);
        let Some(admin) = admin_url() else {
            let file = dir.join(format!("test{number}.db"));
            if is_migrated {
                copy_template(&file);
            }
            return Self { url: format!("sqlite://{}", file.display()), name: None };
        };
        let name = format!("keydesk_test_{}_{number}", std::process::id());
        let _one_at_a_time = CLONING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let statement = if is_migrated {
            let template = TEMPLATE.get_or_init(|| make_template(&admin));
            format!("CREATE DATABASE {name} TEMPLATE {template}")
        } else {
            format!("CREATE DATABASE {name}")
        };
        run(&admin, &statement);
        Self { url: with_database(&admin, &name), name: Some(name) }
    }

    pub fn target(&self) -> Target {
        match self.url.strip_prefix("sqlite://") {
            Some(path) => Target::Sqlite(path.into()),
            None => Target::Postgres(self.url.clone()),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let (Some(name), Some(admin)) = (&self.name, admin_url()) {
            run(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// Puts the migrated template there, for its owner alone.
fn copy_template(file: &Path) {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    let bytes = BYTES.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a directory");
        let template = dir.path().join("template.db");
        migrations::run(&Target::Sqlite(template.clone())).expect("the template is migrated");
        fs::read(template).expect("the template")
    });
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).expect("a new file");
    file.write_all(bytes).expect("a copy");
}

fn make_template(admin: &str) -> String {
    let name = format!("keydesk_template_{}", std::process::id());
    run(admin, &format!("CREATE DATABASE {name}"));
    migrations::run(&Target::Postgres(with_database(admin, &name))).expect("the template is migrated");
    name
}

fn run(url: &str, statement: &str) {
    let mut conn = PgConnection::establish(url).expect("TEST_POSTGRES_URL can be reached");
    sql_query(statement).execute(&mut conn).unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// The same server, another database.
fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, String::new()), |(base, query)| (base, format!("?{query}")));
    let (server, _) = base.rsplit_once('/').expect("TEST_POSTGRES_URL names a database");
    format!("{server}/{name}{query}")
}
