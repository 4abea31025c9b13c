//! Measures the API from outside: `cargo bench --bench api -- [KEYS]` (100,000 by default), on SQLite,
//! or on the PostgreSQL database that `DATABASE_URL` names, which must be empty. The program runs in a
//! process of its own; the load comes from this one, on the same machine. Read the ratios.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss)]

#[path = "../driver/mod.rs"]
mod driver;
mod fill;
mod webhooks;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use keydesk::domain::staff::Role;

use driver::calls::{get, open, post, token};
use driver::load::run;
use driver::process::Portal;

const FOR: Duration = Duration::from_secs(5);
/// What is fulfilled by one client and by eight; more than can be done in the time.
const PENDING: usize = 12_000;

fn main() {
    let keys = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().display().to_string();
    let database = std::env::var("DATABASE_URL").ok();
    let ctx = open(&data_dir, database.as_deref());
    let started = Instant::now();
    let (entitlement_id, product_id) = fill::entitlement(&ctx);
    fill::keys(&ctx, &product_id, keys);
    let pending = fill::pending(&ctx, &entitlement_id, "pay", PENDING);
    let token = token(&ctx, Role::Agent);
    println!(
        "{keys} license keys and {PENDING} waiting grants in {} s; {} s each",
        started.elapsed().as_secs(),
        FOR.as_secs()
    );

    let mut settings = vec![
        ("KEYDESK_RATE_LIMIT_ADDRESS", "0"),
        ("KEYDESK_RATE_LIMIT_KEY", "0"),
        ("KEYDESK_WEBHOOK_ALLOW", "127.0.0.1"),
    ];
    settings.extend(database.as_deref().map(|url| ("DATABASE_URL", url)));
    let portal = Portal::start(dir.path(), &settings);
    println!("start to ready {} ms", portal.ready_after.as_millis());
    println!();
    println!("| work | requests/s | p50 ms | p99 ms |");
    println!("|---|---|---|---|");
    let number = AtomicUsize::new(0);
    // A prime step reaches every key, and seldom one that was just read.
    let next_key = || fill::key(number.fetch_add(1, Ordering::Relaxed) * 7_919 % keys);
    for clients in [1, 8] {
        let validate = || Some(post(portal.address, "/licenses/validate", None, &licensed(&next_key()), 200));
        run(portal.address, clients, FOR, &validate).print(&format!("validate, {clients} clients"));
        let activate = || Some(post(portal.address, "/licenses/activate", None, &licensed(&next_key()), 201));
        run(portal.address, clients, FOR, &activate).print(&format!("activate, durable, {clients} clients"));
    }
    let done = AtomicUsize::new(0);
    for clients in [1, 8] {
        let fulfill = || {
            let id = pending.get(done.fetch_add(1, Ordering::Relaxed))?;
            let body = format!("{{\"key\":\"FULFILLED-{id}\"}}");
            Some(post(portal.address, &format!("/grants/{id}/license-key"), Some(&token), &body, 200))
        };
        run(portal.address, clients, FOR, &fulfill).print(&format!("fulfill, durable, {clients} clients"));
    }
    let id = &pending[0];
    let read = || Some(get(portal.address, &format!("/grants/{id}"), &token));
    run(portal.address, 8, FOR, &read).print("a grant with its key, audited, 8 clients");
    println!();
    println!("under load {} MB", portal.memory());
    drop(portal);
    webhooks::measure(&ctx, &entitlement_id, dir.path(), &settings);
}

fn licensed(key: &str) -> String {
    format!("{{\"license_key\":\"{key}\",\"name\":\"device\"}}")
}
