//! A portal with keys in stock, grants that wait, and somebody who is signed in.

use std::sync::atomic::AtomicUsize;
use std::time::Instant;

use diesel::prelude::*;
use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::domain::customer::EmailAddress;
use keydesk::domain::ids::EntitlementId;
use keydesk::domain::license_key::LicenseKeyValue;
use keydesk::domain::staff::Role;
use keydesk::domain::stock::NewBatch;
use keydesk::storage::StorageError;
use keydesk::storage::schema::stock_keys;
use keydesk::usecases::Context;
use keydesk::usecases::staff::add::{AddStaff, add_staff};
use keydesk::usecases::stock::add::{AddKeys, add_keys};

use super::browser::Browser;
use super::driver::calls::{open, token};
use super::driver::process::Portal;
use super::fill;

/// As many as wait on a very bad day.
const PENDING: usize = 8_000;
/// Both sizes have as many batches, so that their pages are as long.
const BATCHES: usize = 100;
const EMAIL: &str = "bench@example.com";
const PASSWORD: &str = "a long password of the bench";

pub struct Stage {
    pub keys: usize,
    pub entitlement_id: EntitlementId,
    pub pending: Vec<String>,
    /// How many of these were fulfilled.
    pub taken: AtomicUsize,
    /// Places in the middle of the list of keys, where no page begins by itself.
    pub deep: Vec<String>,
    pub token: String,
    pub portal: Portal,
    pub browser: Browser,
    _dir: tempfile::TempDir,
}

impl Stage {
    pub fn make(keys: usize, mail_server: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let database = std::env::var("DATABASE_URL").ok().map(|server| database(&server, keys));
        let ctx = open(&dir.path().display().to_string(), database.as_deref());
        let (entitlement_id, _) = fill::entitlement(&ctx);
        let pending = fill::pending(&ctx, &entitlement_id, "pay", PENDING);
        let started = Instant::now();
        for batch in 0..BATCHES.min(keys) {
            add_batch(&ctx, &entitlement_id, batch * keys / BATCHES..(batch + 1) * keys / BATCHES);
        }
        println!("{keys} keys added in {:.1} s, {BATCHES} batches", started.elapsed().as_secs_f64());
        let deep = deep(&ctx, keys);
        let command = AddStaff {
            email: EmailAddress::stored(EMAIL.to_owned()),
            name: "Bench".to_owned(),
            role: Role::Admin,
            password: Some(PASSWORD.to_owned()),
            actor: Actor::system(SystemPart::CommandLine),
        };
        add_staff(&ctx, &command).unwrap();
        let token = token(&ctx, Role::Agent);
        drop(ctx);
        let mut settings = vec![
            ("KEYDESK_SMTP_URL", mail_server),
            ("KEYDESK_RATE_LIMIT_ADDRESS", "0"),
            ("KEYDESK_RATE_LIMIT_KEY", "0"),
        ];
        settings.extend(database.as_deref().map(|url| ("DATABASE_URL", url)));
        let portal = Portal::start(dir.path(), &settings);
        println!("start to ready {} ms, idle {} MB", portal.ready_after.as_millis(), portal.memory());
        let browser = Browser::sign_in(portal.address, EMAIL, PASSWORD);
        Self { keys, entitlement_id, pending, taken: AtomicUsize::new(0), deep, token, portal, browser, _dir: dir }
    }
}

fn add_batch(ctx: &Context, entitlement_id: &EntitlementId, numbers: std::ops::Range<usize>) {
    let count = numbers.len();
    let command = AddKeys {
        entitlement_id: entitlement_id.clone(),
        batch: NewBatch { supplier: Some("Bench".to_owned()), ..NewBatch::default() },
        keys: numbers.map(|number| (number, LicenseKeyValue::stored(key(number)))).collect(),
        idempotency_key: None,
        actor: Actor::system(SystemPart::CommandLine),
    };
    assert_eq!(add_keys(ctx, &command).unwrap().added, count);
}

/// The value of the stock key of that number. Neighbors differ in more than one place, as generated keys do.
pub fn key(number: usize) -> String {
    let mixed = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let text = format!("{mixed:016X}{number:08X}");
    let parts: Vec<&str> = (0..4).filter_map(|part| text.get(part * 6..part * 6 + 6)).collect();
    parts.join("-")
}

fn deep(ctx: &Context, keys: usize) -> Vec<String> {
    let rows: Vec<(i64, i64, String)> = ctx
        .db
        .read(|conn| {
            stock_keys::table
                .order((stock_keys::use_before, stock_keys::position, stock_keys::id))
                .offset(i64::try_from(keys / 2).unwrap())
                .limit(100)
                .select((stock_keys::use_before, stock_keys::position, stock_keys::id))
                .load(conn)
                .map_err(StorageError::from)
        })
        .unwrap();
    rows.iter().map(|(use_before, position, id)| format!("{use_before:x}.{position:x}.{id}")).collect()
}

/// A new database for this many keys on that server.
fn database(server: &str, keys: usize) -> String {
    let name = format!("keydesk_bench_stock_{keys}");
    let mut conn = PgConnection::establish(server).unwrap();
    for statement in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
        diesel::sql_query(statement).execute(&mut conn).unwrap();
    }
    let mut url = url::Url::parse(server).unwrap();
    url.set_path(&name);
    url.to_string()
}
