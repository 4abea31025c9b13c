//! Measures how fast a backlog of e-mails leaves: `cargo bench --bench outbox -- [MESSAGES]` (20,000 by
//! default), on SQLite, or on the PostgreSQL database that `DATABASE_URL` names, which must be empty. The
//! program runs in a process of its own; the mail server is this one, on the same machine, and answers at
//! once. Beside it the ceiling: the same server fed with the same e-mail by bare lettre.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss)]

mod ceiling;
mod fill;
#[path = "../driver/process.rs"]
#[expect(dead_code, reason = "nobody asks this portal for a page")]
mod process;
mod sink;

use std::sync::Arc;
use std::time::{Duration, Instant};

use keydesk::config::Config;
use keydesk::domain::clock::Clock;
use keydesk::domain::outbox::Queue;
use keydesk::storage::outbox::queue::next_due_at;
use keydesk::usecases::Context;

use process::Portal;
use sink::Sink;

/// As many as the program opens.
const CONNECTIONS: usize = 4;

fn main() {
    let messages = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(20_000);
    let dir = tempfile::tempdir().unwrap();
    let database = std::env::var("DATABASE_URL").ok();
    let ctx = open(&dir.path().display().to_string(), database.as_deref());
    let started = Instant::now();
    fill::queued(&ctx, messages);
    println!("{messages} e-mails wait after {} s", started.elapsed().as_secs());

    let sink = Sink::start();
    let url = sink.url();
    let mut settings = vec![("KEYDESK_SMTP_URL", url.as_str())];
    settings.extend(database.as_deref().map(|url| ("DATABASE_URL", url)));
    let portal = Portal::start(dir.path(), &settings);
    sink.wait_for_connections(CONNECTIONS);
    let (before, mut peak) = (portal.memory(), 0);
    let started = Instant::now();
    sink.open();
    while sink.arrived() < messages || ctx.db.read(|conn| next_due_at(conn, &Queue::MAIL)).unwrap().is_some() {
        assert!(started.elapsed() < Duration::from_secs(1_800), "{} arrived", sink.arrived());
        peak = peak.max(portal.memory());
        std::thread::sleep(Duration::from_millis(20));
    }
    let rate = messages as f64 / started.elapsed().as_secs_f64();
    assert_eq!((sink.arrived(), sink.different()), (messages, messages), "each once");
    let most = sink.most_connections();
    let after = portal.memory();
    drop(portal);
    let ceiling = ceiling::rate(&sink, CONNECTIONS, messages.min(20_000));

    println!();
    println!("| | |");
    println!("|---|---|");
    println!("| e-mails/s | {rate:.0} |");
    println!("| e-mails/s of bare lettre on {CONNECTIONS} connections | {ceiling:.0} |");
    println!("| connections at most | {most} |");
    println!("| memory (RSS) before / peak / after | {before} / {peak} / {after} MB |");
}

fn open(data_dir: &str, database: Option<&str>) -> Context {
    let mut values = vec![("data_dir", data_dir)];
    values.extend(database.map(|url| ("database_url", url)));
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    keydesk::server::open(Config::parse(&values).unwrap(), Clock::system(), Arc::new(|| ())).unwrap()
}
