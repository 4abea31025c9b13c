//! An hour of a busy day in ten minutes: `cargo bench --bench soak -- [SECONDS]` (600 by default). The program
//! runs on SQLite with made-up data and is asked at a fixed pace for a bit of everything. Any answer
//! that is not the expected one is an error; memory and open files are looked at every ten seconds.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss)]

#[path = "../portal/browser.rs"]
mod browser;
#[path = "../driver/mod.rs"]
#[allow(dead_code, reason = "other benches use the rest")]
mod driver;
#[path = "../api/fill.rs"]
mod fill;
#[path = "../nodes/mailbox.rs"]
mod mailbox;
mod record;
mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use keydesk::config::Config;
use keydesk::demo;
use keydesk::domain::clock::Clock;
use keydesk::domain::grant::GrantStatus;
use keydesk::domain::page::PageStart;
use keydesk::storage::grants;
use keydesk::storage::grants::list::GrantFilter;
use keydesk::usecases::Context;

use driver::http::Line;
use driver::process::Portal;
use mailbox::Mailbox;
use record::Record;
use work::{Data, Work};

/// Requests a second: 36,000 in ten minutes.
const PACE: u32 = 60;
const CLIENTS: usize = 8;
const GRANTS: u32 = 20_000;
const KEYS: usize = 5_000;
const SAMPLE_EVERY: Duration = Duration::from_secs(10);
const BETWEEN_SIGN_INS: Duration = Duration::from_secs(5);

fn main() {
    let seconds = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(600);
    let dir = tempfile::tempdir().unwrap();
    let values = [("data_dir".to_owned(), dir.path().display().to_string())].into();
    let ctx = keydesk::server::open(Config::parse(&values).unwrap(), Clock::system(), Arc::new(|| ())).unwrap();
    let (email, password, data) = fill(&ctx, (seconds * u64::from(PACE) / 20) as usize);
    let mailbox = Mailbox::start();
    let smtp = mailbox.url();
    let settings =
        [("KEYDESK_SMTP_URL", smtp.as_str()), ("KEYDESK_RATE_LIMIT_ADDRESS", "0"), ("KEYDESK_RATE_LIMIT_KEY", "0")];
    let portal = Portal::start(dir.path(), &settings);
    println!("{GRANTS} grants, {KEYS} keys; {PACE} requests/s for {seconds} s; {} MB after the start", portal.memory());
    let work = Work::new(portal.address, &email, &password, data);
    let record = Record::default();
    let next = AtomicUsize::new(0);
    let started = Instant::now();
    let end = Duration::from_secs(seconds);
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| ask(&work, &record, &next, started, end));
        }
        scope.spawn(|| {
            while started.elapsed() + BETWEEN_SIGN_INS < end {
                std::thread::sleep(BETWEEN_SIGN_INS);
                work.sign_in();
            }
        });
        while started.elapsed() < end {
            std::thread::sleep(SAMPLE_EVERY.min(end.saturating_sub(started.elapsed())));
            record.sample(started.elapsed(), portal.memory(), portal.open_files());
        }
    });
    record.print();
    let unsent = ctx.db.read(keydesk::storage::outbox::stats::unsent).unwrap();
    let waiting: i64 = unsent.iter().map(|unsent| unsent.count).sum();
    println!("{} fulfilled, {} e-mails, {waiting} waiting in the outbox", work.fulfilled(), mailbox.take().len());
    println!("{}", record.verdict());
}

/// Asks at the pace that all clients keep together. A request's time begins when it was due.
fn ask(work: &Work, record: &Record, next: &AtomicUsize, started: Instant, end: Duration) {
    let mut line = Line::open(work.address());
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let due = Duration::from_secs(number as u64) / PACE;
        if due >= end {
            return;
        }
        std::thread::sleep(due.saturating_sub(started.elapsed()));
        let task = work.task(number);
        let answered = line.try_send(&task.bytes).map(|answer| answer.status);
        record.note(started.elapsed(), started.elapsed().saturating_sub(due), &task, answered.as_ref().ok().copied());
        if answered.is_err() {
            line = Line::open(work.address());
        }
    }
}

/// Makes up the data; `fulfillments` grants wait beside those that are made up.
fn fill(ctx: &Context, fulfillments: usize) -> (String, String, Data) {
    let people = demo::fill(ctx, &demo::Extent::of(GRANTS), demo::SEED).unwrap();
    let admin = people.iter().find(|person| person.role.as_str() == "admin").unwrap();
    let (entitlement_id, product_id) = fill::entitlement(ctx);
    fill::keys(ctx, &product_id, KEYS);
    let filter = GrantFilter { status: Some(GrantStatus::Delivered), ..GrantFilter::default() };
    let page = ctx.db.read(|conn| grants::list::list(conn, &filter, &PageStart::Start, 2_000)).unwrap();
    let delivered = page.rows.into_iter().filter(|line| line.integration_type.as_str() == "license_key");
    let data = Data {
        pending: fill::pending(ctx, &entitlement_id, "soak", fulfillments + 100),
        delivered: delivered.map(|line| line.id.to_string()).collect(),
        keys: (0..KEYS).map(fill::key).collect(),
    };
    (admin.email.clone(), admin.password.clone(), data)
}
