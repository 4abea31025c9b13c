//! Each page with few grants beside the same page with a great many.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use keydesk::config::DatabaseUrl;

use super::driver::load::{Figures, Request, in_turns, repeat};
use super::fixture::Facts;
use super::limits;
use super::{CLIENTS, ROUNDS, Stage, TURN, get};

/// What PostgreSQL told a page holds until somebody commits something.
const BETWEEN_COMMITS: Duration = Duration::from_millis(10);
/// So many of the works are asked for again with commits beside them: those that are no searches.
const PAGES: usize = 10;

pub fn measure(stages: &[Stage; 2]) {
    table(stages, &WORKS);
    table(stages, &DESK);
    whole_keys(stages);
    if let DatabaseUrl::Postgres(url) = &stages[1].fixture.config.database_url {
        println!("\nwith a commit every {} ms beside it:", BETWEEN_COMMITS.as_millis());
        let commits = Commits::begin(url);
        table(stages, &WORKS[..PAGES]);
        commits.end();
    }
}

/// Somebody who changes something all the time; for PostgreSQL it is the same whatever it is.
struct Commits {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Commits {
    fn begin(url: &str) -> Self {
        let (mut conn, is_over) = (PgConnection::establish(url).unwrap(), Arc::<AtomicBool>::default());
        let over = Arc::clone(&is_over);
        let thread = std::thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                conn.batch_execute("SELECT pg_current_xact_id()").unwrap();
                std::thread::sleep(BETWEEN_COMMITS);
            }
        });
        Self { is_over, thread }
    }

    fn end(self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().unwrap();
    }
}

/// A page's name, its addresses, and the status it is answered with.
pub type Work = (&'static str, fn(&Facts) -> Vec<String>, u16);

pub const WORKS: [Work; 16] = [
    ("queue of pending grants", |_| vec!["/grants?status=pending".to_owned()], 200),
    ("queue, filtered by entitlement", |facts| vec![facts.filtered()], 200),
    ("all grants", |_| vec!["/grants".to_owned()], 200),
    ("all grants of an entitlement", |facts| vec![facts.of_entitlement()], 200),
    ("all grants, deep page by cursor", |facts| facts.deep.clone(), 200),
    ("a delivered grant", |facts| facts.grants(), 200),
    ("fulfillment form", |facts| facts.forms(), 200),
    ("overview", |_| vec!["/".to_owned()], 200),
    ("audit log", |_| vec!["/audit".to_owned()], 200),
    ("audit log, deep page by cursor", |facts| facts.deep_audit.clone(), 200),
    ("search: grant id", |facts| facts.searches(&facts.delivered), 200),
    ("search: payment id", |facts| facts.searches(&facts.payments), 200),
    ("search: whole e-mail", |facts| facts.searches(&facts.emails), 200),
    ("search: part of an e-mail, rare", |facts| facts.searches(&facts.rare_parts), 200),
    ("search: part of a name, common", |facts| facts.searches(&["mann".to_owned(), "studio".to_owned()]), 200),
    ("search: in every address", |facts| facts.searches(&["example".to_owned()]), 200),
];

/// What stays open, is gone through and is looked for in a day at the desk; older versions may not have it.
const DESK: [Work; 10] = [
    ("what an open list asks for", |_| vec!["/grants/pulse".to_owned()], 200),
    ("what an open form asks for", |facts| facts.pulses(), 200),
    ("delivered grants", |_| vec!["/grants?status=delivered".to_owned()], 200),
    ("failed grants", |_| vec!["/grants?status=failed".to_owned()], 200),
    ("revoked grants", |_| vec!["/grants?status=revoked".to_owned()], 200),
    ("customers", |_| vec!["/customers".to_owned()], 200),
    ("license keys", |_| vec!["/license-keys".to_owned()], 200),
    ("report of 30 days", |_| vec!["/report".to_owned()], 200),
    ("search everywhere: two words, rare", |facts| facts.everywhere(&facts.rare_parts, "example"), 200),
    ("search everywhere: two words, common", |facts| facts.everywhere(&["mann".to_owned()], "studio"), 200),
];

fn table(stages: &[Stage; 2], works: &[Work]) {
    let [few, many] = stages;
    println!(
        "\n| work | {0} grants /s | p50 ms | p99 ms | {1} grants /s | p50 ms | p99 ms | ratio |",
        few.fixture.grants, many.fixture.grants
    );
    println!("|---|---|---|---|---|---|---|---|");
    for &(name, paths, status) in works {
        let [to_few, to_many] = stages.each_ref().map(|stage| paths(&stage.fixture.facts));
        for stage in stages {
            stage.fixture.warm();
        }
        let [one, two] =
            in_turns(ROUNDS, [&|| get(&few.browser, &to_few, status), &|| get(&many.browser, &to_many, status)]);
        one.print_beside(name, &two);
    }
}

/// Each page beside a bare server that makes its queries and a table of what they found.
pub fn limits(stage: &Stage) {
    let bare = limits::start_query(&stage.fixture);
    println!(
        "\n| page, {} grants | bare /s | p50 ms | p99 ms | the portal /s | p50 ms | p99 ms | ratio |",
        stage.fixture.grants
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (name, paths, status) in WORKS {
        let paths = paths(&stage.fixture.facts);
        stage.fixture.warm();
        let [one, two] = in_turns(ROUNDS, [&|| limits::ask(&bare, &paths), &|| get(&stage.browser, &paths, status)]);
        one.print_beside(name, &two);
    }
}

/// Whole keys are looked up by a form, and each is noted in the log. One more row of the table.
fn whole_keys(stages: &[Stage; 2]) {
    let [few, many] = stages;
    for stage in stages {
        stage.fixture.warm();
    }
    let [one, two] = in_turns(ROUNDS, [&|| find_keys(few), &|| find_keys(many)]);
    one.print_beside("search: whole key", &two);
}

fn find_keys(stage: &Stage) -> Figures {
    let (forms, browser) = (stage.fixture.facts.key_searches(), &stage.browser);
    let request = |form: &str| Request { bytes: browser.post("/search", form), status: 303 };
    repeat(browser.address, CLIENTS, TURN, &forms, &request)
}
