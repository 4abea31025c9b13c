//! Measures the portal from outside: `cargo bench --bench portal -- [GRANTS]` (10,000 by default).
//! The program runs in a process of its own with made-up data, signed in, mail kept on this machine;
//! the load comes from this process, on the same machine. Read the ratios, not the absolute figures.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss)]

mod browser;
#[path = "../driver/mod.rs"]
mod driver;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use keydesk::config::Config;
use keydesk::demo;
use keydesk::domain::clock::Clock;
use keydesk::domain::grant::GrantStatus;
use keydesk::domain::page::From;
use keydesk::storage::grant_list::{self, GrantFilter};

use browser::Browser;
use driver::load::{Request, run};
use driver::process::{PROGRAM, Portal};

const CLIENTS: usize = 8;
const FOR: Duration = Duration::from_secs(5);

fn main() {
    let grants = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(10_000);
    let dir = tempfile::tempdir().unwrap();
    let (pending, delivered, person) = fill(dir.path(), grants);
    let portal = Portal::start(dir.path(), &[]);
    println!("{grants} grants, {} of them pending; {CLIENTS} clients, {} s each", pending.len(), FOR.as_secs());
    println!(
        "binary {:.1} MB, start to ready {} ms, idle {} MB",
        binary_size(),
        portal.ready_after.as_millis(),
        portal.memory()
    );
    let browser = Browser::sign_in(portal.address, &person.0, &person.1);
    println!();
    println!("| work | requests/s | p50 ms | p99 ms |");
    println!("|---|---|---|---|");
    let asset = browser.first_asset();
    let pages = [
        ("a static file, for comparison", asset),
        ("queue of pending grants", "/grants?status=pending".to_owned()),
        ("all grants", "/grants".to_owned()),
        ("search by a part of a name", "/grants?q=mann".to_owned()),
        ("a delivered grant", format!("/grants/{delivered}")),
        ("fulfillment form", format!("/grants/{}/fulfillment/new", pending[0])),
        ("overview", "/".to_owned()),
        ("audit log", "/audit".to_owned()),
    ];
    for (name, path) in pages {
        let next = || Some(Request { bytes: browser.get(&path), status: 200 });
        run(browser.address, CLIENTS, FOR, &next).print(name);
    }
    let done = AtomicUsize::new(0);
    let fulfill = || {
        let id = pending.get(done.fetch_add(1, Ordering::Relaxed))?;
        let bytes = browser.post(&format!("/grants/{id}/fulfillment"), &format!("key=BENCH-{id}"));
        Some(Request { bytes, status: 303 })
    };
    run(browser.address, CLIENTS, FOR, &fulfill).print("fulfillment, POST to 303, durable");
    println!();
    println!("under load {} MB", portal.memory());
}

/// Makes up the data and gives what waits, what was delivered, and somebody who may sign in.
fn fill(dir: &std::path::Path, grants: u32) -> (Vec<String>, String, (String, String)) {
    let values = [("data_dir".to_owned(), dir.display().to_string())].into();
    let config = Config::parse(&values).unwrap();
    let ctx = keydesk::server::open(config, Clock::system(), Arc::new(|| ())).unwrap();
    let people = demo::fill(&ctx, grants, demo::SEED).unwrap();
    let list = |status| {
        let filter = GrantFilter { status: Some(status), ..GrantFilter::default() };
        let page = ctx.db.read(|conn| grant_list::list(conn, &filter, &From::Start, 100_000)).unwrap();
        let mine = page.rows.into_iter().filter(|line| line.integration_type.as_str() == "license_key");
        mine.map(|line| line.id.to_string()).collect::<Vec<_>>()
    };
    let pending = list(GrantStatus::Pending);
    let delivered = list(GrantStatus::Delivered);
    let person = people.iter().find(|person| person.role.as_str() == "admin").unwrap();
    (pending, delivered[0].clone(), (person.email.clone(), person.password.clone()))
}

/// The program's size in MB.
fn binary_size() -> f64 {
    std::fs::metadata(PROGRAM).map_or(0.0, |file| file.len() as f64 / 1e6)
}
