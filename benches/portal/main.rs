//! Measures the portal from outside, in one run on one machine: two bare servers that are the limits, the
//! portal with few grants, and the portal with a great many.
//!
//! `cargo bench --bench portal -- [FEW] [MANY]` (10,000 and 1,000,000 by default), on SQLite; or on
//! PostgreSQL, where `DATABASE_URL` names a server's database in which others may be created.
//! `limits`, `pages`, `weight` or `writes` among the arguments measures that part alone; `compare PROGRAM DIR` instead of
//! all of it measures this version beside another (see `compare.rs`).
//! `BENCH_DIR` names a directory in which the made-up data is kept for the next run.
//! Read the ratios: load and servers share the machine.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss)]

mod bare_pages;
mod bare_writes;
mod browser;
mod compare;
#[path = "../driver/mod.rs"]
mod driver;
mod fixture;
mod limits;
#[path = "../nodes/mailbox.rs"]
mod mailbox;
mod pages;
mod weight;

use std::time::Duration;

use browser::Browser;
use driver::load::{Figures, Request, in_turns, repeat, run};
use driver::process::{PROGRAM, Portal};
use fixture::Fixture;

const CLIENTS: usize = 8;
/// What is compared has its turn so often, for so long each time.
const ROUNDS: u32 = 4;
const TURN: Duration = Duration::from_secs(1);
const PARTS: [&str; 4] = ["limits", "pages", "weight", "writes"];

/// A portal with its data, and somebody who is signed in.
struct Stage {
    fixture: Fixture,
    portal: Portal,
    browser: Browser,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == limits::ARGUMENT) {
        return limits::serve(&arguments[1..]);
    }
    if arguments.first().is_some_and(|first| first == compare::ARGUMENT) {
        return compare::measure(&arguments[1..]);
    }
    let parts: Vec<&String> =
        arguments.iter().filter(|argument| argument.bytes().all(|b| b.is_ascii_lowercase())).collect();
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        panic!("{unknown}: there are the parts {}", PARTS.join(", "));
    }
    let mut numbers = arguments.iter().filter_map(|argument| argument.parse().ok());
    let (few, many) = (numbers.next().unwrap_or(10_000), numbers.next().unwrap_or(1_000_000));
    let home = fixture::home();
    let mailbox = mailbox::Mailbox::start();
    let stages = [few, many].map(|grants| {
        let fixture = Fixture::make(home.path(), grants);
        let portal = fixture.start(&mailbox.url());
        println!("{grants} grants: start to ready {} ms, idle {} MB", portal.ready_after.as_millis(), portal.memory());
        let browser = Browser::sign_in(portal.address, fixture::EMAIL, &fixture.password);
        Stage { fixture, portal, browser }
    });
    println!("binary {:.1} MB; {CLIENTS} clients, {ROUNDS} turns of {} s each", binary_size(), TURN.as_secs());
    let is_asked = |part: &str| parts.is_empty() || parts.iter().any(|asked| *asked == part);
    if is_asked("limits") {
        limits_of_the_queue(&stages);
        pages::limits(&stages[1]);
    }
    if is_asked("pages") {
        pages::measure(&stages);
    }
    if is_asked("weight") {
        weight::print(&stages[1].browser);
    }
    if is_asked("writes") {
        for clients in [1, 8, 16] {
            fulfill(&stages[1], clients);
        }
    }
    for stage in &stages {
        println!("{} grants: under load {} MB at most", stage.fixture.grants, stage.portal.peak());
    }
    println!("{} e-mails went out meanwhile", mailbox.take().len());
    let [_, Stage { fixture, portal, .. }] = stages;
    drop(portal);
    if is_asked("writes") {
        bare_writes::measure(&fixture);
    }
}

/// Somebody who is signed in asks for these pages in turn.
fn get(browser: &Browser, paths: &[String], status: u16) -> Figures {
    repeat(browser.address, CLIENTS, TURN, paths, &|path| Request { bytes: browser.get(path), status })
}

/// The queue beside the same bytes from memory, and beside its query and its table with nothing else.
fn limits_of_the_queue(stages: &[Stage; 2]) {
    println!("\n| the queue | requests/s | p50 ms | p99 ms | of the bytes | of the query |");
    println!("|---|---|---|---|---|---|");
    for stage in stages {
        let path = "/grants?status=pending".to_owned();
        let page = driver::http::Line::open(stage.browser.address).send(&stage.browser.get(&path));
        let bytes = limits::start_bytes(stage.fixture.dir(), &page.body);
        let query = limits::start_query(&stage.fixture);
        stage.fixture.warm();
        let paths = [path];
        let bare = |server: &Portal| limits::ask(server, &paths);
        let [bytes, query, whole] =
            in_turns(ROUNDS, [&|| bare(&bytes), &|| bare(&query), &|| get(&stage.browser, &paths, 200)]);
        let grants = stage.fixture.grants;
        println!("| {grants} grants: the same bytes from memory | {} | | |", bytes.cells());
        println!(
            "| {grants} grants: query and table alone | {} | {:.2} | |",
            query.cells(),
            query.rate() / bytes.rate()
        );
        println!(
            "| {grants} grants: the whole page, signed in | {} | {:.2} | {:.2} |",
            whole.cells(),
            whole.rate() / bytes.rate(),
            whole.rate() / query.rate()
        );
    }
}

fn fulfill(stage: &Stage, clients: usize) {
    let request = || {
        let id = stage.fixture.facts.take_pending()?;
        let bytes = stage.browser.post(&format!("/grants/{id}/fulfillment"), &format!("key=BENCH-{id}"));
        Some(Request { bytes, status: 303 })
    };
    stage.fixture.warm();
    let figures = run(stage.browser.address, clients, TURN * ROUNDS, &request);
    if clients == 1 {
        println!("\n| fulfillment, POST to 303, durable | requests/s | p50 ms | p99 ms |\n|---|---|---|---|");
    }
    figures.print(&format!("{clients} clients"));
}

/// The program's size in MB.
fn binary_size() -> f64 {
    std::fs::metadata(PROGRAM).map_or(0.0, |file| file.len() as f64 / 1e6)
}
