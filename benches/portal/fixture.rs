//! A database of made-up data, and what is asked of it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use diesel::prelude::*;
use keydesk::config::{Config, DatabaseUrl};
use keydesk::demo;
use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::domain::clock::Clock;
use keydesk::domain::customer::EmailAddress;
use keydesk::domain::ids::LicenseKeyId;
use keydesk::domain::staff::Role;
use keydesk::storage::Conn;
use keydesk::storage::license_keys::find_sealed;
use keydesk::storage::schema::{audit_entries, customers, grants};
use keydesk::usecases::Context;
use keydesk::usecases::staff::add::{AddStaff, add_staff};

use super::driver::process::Portal;

pub const EMAIL: &str = "bench@example.com";

/// So many different ones are asked for in turn.
const SAMPLES: i64 = 200;

pub struct Fixture {
    pub grants: u32,
    dir: PathBuf,
    pub config: Config,
    pub password: String,
    pub facts: Facts,
}

/// What is in the database.
pub struct Facts {
    pub delivered: Vec<String>,
    pub payments: Vec<String>,
    pub emails: Vec<String>,
    pub keys: Vec<String>,
    pub rare_parts: Vec<String>,
    pub deep: Vec<String>,
    pub deep_audit: Vec<String>,
    pub pending: Vec<String>,
    entitlement: String,
    taken: AtomicUsize,
}

/// Where the data is: a directory that is thrown away, unless one is named.
pub fn home() -> Home {
    match std::env::var_os("BENCH_DIR") {
        Some(dir) => Home::Kept(dir.into()),
        None => Home::Thrown(tempfile::tempdir().unwrap()),
    }
}

pub enum Home {
    Kept(PathBuf),
    Thrown(tempfile::TempDir),
}

impl Home {
    pub fn path(&self) -> &Path {
        match self {
            Self::Kept(dir) => dir,
            Self::Thrown(dir) => dir.path(),
        }
    }
}

impl Fixture {
    /// Fills the database, unless it is filled already.
    pub fn make(home: &Path, grants: u32) -> Self {
        let dir = home.join(format!("grants-{grants}"));
        std::fs::create_dir_all(&dir).unwrap();
        let mut values = std::collections::BTreeMap::from([("data_dir".to_owned(), dir.display().to_string())]);
        if let Ok(server) = std::env::var("DATABASE_URL") {
            values.insert("database_url".to_owned(), database(&server, grants));
        }
        let config = Config::parse(&values).unwrap();
        let loader = keydesk::server::open(config.clone(), Clock::system(), Arc::new(|| ())).unwrap();
        if demo::is_empty(&loader).unwrap() {
            let started = Instant::now();
            demo::fill(&loader, &demo::Extent::of(grants), demo::SEED).unwrap();
            println!("{grants} grants made up in {:.1} s", started.elapsed().as_secs_f64());
            settle(&config);
        }
        drop(loader);
        let ctx = keydesk::server::open(config.clone(), Clock::system(), Arc::new(|| ())).unwrap();
        let password = password(&ctx, &dir);
        take_back(&ctx);
        let facts = ctx.db.read(|conn| Ok::<_, keydesk::storage::StorageError>(Facts::read(&ctx, conn))).unwrap();
        Self { grants, dir, config, password, facts }
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Reads the database's file once, if it has one.
    pub fn warm(&self) {
        if let DatabaseUrl::Sqlite(path) = &self.config.database_url {
            read_once(path);
        }
    }

    /// Starts the portal with its mail going to that server.
    pub fn start(&self, mail_server: &str) -> Portal {
        let url = std::env::var("DATABASE_URL").ok().map(|server| database(&server, self.grants));
        let mut settings: Vec<_> = url.iter().map(|url| ("DATABASE_URL", url.as_str())).collect();
        settings.push(("KEYDESK_SMTP_URL", mail_server));
        Portal::start(&self.dir, &settings)
    }
}

/// Reads a file once, so that it is the program that is measured and not the disk.
pub fn read_once(path: &Path) {
    std::io::copy(&mut std::fs::File::open(path).unwrap(), &mut std::io::sink()).unwrap();
}

/// Has PostgreSQL do now what it would do by itself in the minutes after a load.
fn settle(config: &Config) {
    if let DatabaseUrl::Postgres(url) = &config.database_url {
        let mut conn = PgConnection::establish(url).unwrap();
        for statement in ["VACUUM ANALYZE", "CHECKPOINT"] {
            diesel::sql_query(statement).execute(&mut conn).unwrap();
        }
    }
}

/// The database of that size on PostgreSQL; made where there is none.
fn database(server: &str, grants: u32) -> String {
    let name = format!("keydesk_bench_{grants}");
    let mut conn = PgConnection::establish(server).unwrap();
    let made = diesel::sql_query(format!("CREATE DATABASE {name}")).execute(&mut conn);
    assert!(made.is_ok() || made.unwrap_err().to_string().contains("already exists"));
    let mut url = url::Url::parse(server).unwrap();
    url.set_path(&name);
    url.to_string()
}

fn password(ctx: &Context, dir: &Path) -> String {
    let file = dir.join("password");
    std::fs::read_to_string(&file).unwrap_or_else(|_| {
        let password = keydesk::crypto::random_base62(20);
        let command = AddStaff {
            email: EmailAddress::stored(EMAIL.to_owned()),
            name: "Bench".to_owned(),
            role: Role::Admin,
            password: Some(password.clone()),
            actor: Actor::system(SystemPart::CommandLine),
        };
        add_staff(ctx, &command).unwrap();
        std::fs::write(file, &password).unwrap();
        password
    })
}

/// What the runs before have fulfilled waits again.
fn take_back(ctx: &Context) {
    let fulfilled = format!("delivered_by IN (SELECT id FROM staff WHERE email = '{EMAIL}') OR delivered_by = 'bench'");
    let statements = [
        format!(
            "UPDATE grants SET status = 'pending', license_key_id = NULL, email_state = NULL,
                    delivered_by = NULL, delivered_at = NULL WHERE {fulfilled}"
        ),
        "DELETE FROM license_keys WHERE source = 'manual'
         AND NOT EXISTS (SELECT 1 FROM grants WHERE license_key_id = license_keys.id)"
            .to_owned(),
        "UPDATE outbox_messages SET state = 'cancelled', finished_at = created_at WHERE state IN ('queued', 'sending')"
            .to_owned(),
    ];
    let done = ctx.db.write_alone(|tx| {
        statements.iter().try_for_each(|statement| {
            diesel::sql_query(statement).execute(&mut **tx).map(drop).map_err(keydesk::storage::StorageError::from)
        })
    });
    done.unwrap();
}

/// A delivered grant: id, when it was made, payment, customer, key.
type Sample = (String, i64, Option<String>, String, Option<String>);

impl Facts {
    fn read(ctx: &Context, conn: &mut Conn) -> Self {
        // The middle of the list, where no page begins by itself.
        let count: i64 = grants::table.count().get_result(conn).unwrap();
        let rows: Vec<Sample> = grants::table
            .filter(grants::status.eq("delivered").and(grants::license_key_id.is_not_null()))
            .order((grants::created_at, grants::id))
            .offset(count / 2)
            .limit(SAMPLES)
            .select((grants::id, grants::created_at, grants::payment_id, grants::customer_id, grants::license_key_id))
            .load(conn)
            .unwrap();
        let customers: Vec<&String> = rows.iter().map(|row| &row.3).collect();
        let emails: Vec<String> =
            customers::table.filter(customers::id.eq_any(customers)).select(customers::email).load(conn).unwrap();
        let keys = rows.iter().map(|row| {
            let id = LicenseKeyId::stored(row.4.clone().unwrap());
            let sealed = find_sealed(conn, &id).unwrap();
            sealed.open(&ctx.keyring).unwrap().unwrap().expose().to_owned()
        });
        let keys = keys.filter(|key| !key.contains('\n')).collect();
        let last: i64 = audit_entries::table
            .select(diesel::dsl::max(audit_entries::sequence))
            .first::<Option<i64>>(conn)
            .unwrap()
            .unwrap();
        let pending: Vec<(String, String)> = grants::table
            .filter(grants::status.eq("pending").and(grants::integration_type.eq("license_key")))
            .order((grants::created_at, grants::id))
            .select((grants::id, grants::entitlement_id))
            .load(conn)
            .unwrap();
        Self {
            delivered: rows.iter().map(|row| row.0.clone()).collect(),
            payments: rows.iter().filter_map(|row| row.2.clone()).collect(),
            rare_parts: emails.iter().filter_map(|email| email.get(3..14)).map(str::to_owned).collect(),
            deep: rows.iter().map(|row| format!("/grants?after={:x}.{}", row.1, row.0)).collect(),
            deep_audit: (0..SAMPLES).map(|back| format!("/audit?after={}", last / 2 - back * 7)).collect(),
            entitlement: most_asked_for(&pending),
            pending: pending.into_iter().map(|(id, _)| id).collect(),
            emails,
            keys,
            taken: AtomicUsize::new(0),
        }
    }

    pub fn filtered(&self) -> String {
        format!("/grants?status=pending&entitlement_id={}", self.entitlement)
    }

    pub fn of_entitlement(&self) -> String {
        format!("/grants?entitlement_id={}", self.entitlement)
    }

    pub fn grants(&self) -> Vec<String> {
        self.delivered.iter().map(|id| format!("/grants/{id}")).collect()
    }

    pub fn forms(&self) -> Vec<String> {
        self.pending.iter().rev().take(100).map(|id| format!("/grants/{id}/fulfillment/new")).collect()
    }

    pub fn searches(&self, texts: &[String]) -> Vec<String> {
        texts.iter().map(|text| format!("/grants?q={}", encode(text))).collect()
    }

    /// What a page with an open grant asks for by itself.
    pub fn pulses(&self) -> Vec<String> {
        self.pending.iter().take(50).map(|id| format!("/grants/pulse?grant={id}")).collect()
    }

    /// Searches for two words over everything there is.
    pub fn everywhere(&self, texts: &[String], second: &str) -> Vec<String> {
        texts.iter().map(|text| format!("/search?q={}%20{second}", encode(text))).collect()
    }

    /// The forms that look up whole keys.
    pub fn key_searches(&self) -> Vec<String> {
        self.keys.iter().map(|key| format!("q={}", encode(key))).collect()
    }

    /// A grant that waits, each once.
    pub fn take_pending(&self) -> Option<&String> {
        self.pending.get(self.taken.fetch_add(1, Ordering::Relaxed))
    }
}

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The entitlement with most grants waiting, so that the filtered list fills a page.
fn most_asked_for(pending: &[(String, String)]) -> String {
    let mut waiting = HashMap::<&str, usize>::new();
    for (_, entitlement) in pending {
        *waiting.entry(entitlement).or_default() += 1;
    }
    waiting.into_iter().max_by_key(|&(_, count)| count).unwrap().0.to_owned()
}
