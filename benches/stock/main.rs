//! Measures key stock from outside: `cargo bench --bench stock -- [FEW] [MANY]` (10,000 and 1,000,000 keys by default), on
//! SQLite, or on the PostgreSQL server that `DATABASE_URL` names, where databases may be created.
//! A list of 100,000 keys is imported while somebody works in the queue; then the pages with few and with many keys in
//! stock are compared, and fulfillments from stock with typed ones. The load comes from the same machine: read the ratios.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss)]

#[path = "../portal/browser.rs"]
mod browser;
#[path = "../driver/mod.rs"]
mod driver;
#[path = "../api/fill.rs"]
#[allow(dead_code, reason = "other benches use the rest")]
mod fill;
mod import;
#[path = "../nodes/mailbox.rs"]
#[allow(dead_code, reason = "other benches use the rest")]
mod mailbox;
mod stage;

use std::sync::atomic::Ordering;
use std::time::Duration;

use driver::calls::{get, post};
use driver::load::{Figures, Request, in_turns, repeat, run};
use mailbox::Mailbox;
use stage::Stage;

const CLIENTS: usize = 8;
const ROUNDS: u32 = 4;
const TURN: Duration = Duration::from_secs(1);

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let (few, many) = (numbers.next().unwrap_or(10_000), numbers.next().unwrap_or(1_000_000));
    let mailbox = Mailbox::start();
    import::measure(&Stage::make(0, &mailbox.url()));
    let stages = [few, many].map(|keys| Stage::make(keys, &mailbox.url()));
    pages(&stages);
    let [_, large] = &stages;
    count(large);
    for clients in [1, CLIENTS] {
        fulfill(large, clients);
    }
    for stage in &stages {
        println!("{} keys: under load {} MB at most", stage.keys, stage.portal.peak());
    }
}

fn pages(stages: &[Stage; 2]) {
    println!("\n| page, {CLIENTS} clients | few /s | p50 ms | p99 ms | many /s | p50 ms | p99 ms | ratio |");
    println!("|---|---|---|---|---|---|---|---|");
    for (place, (name, _)) in stages[0].pages().iter().enumerate() {
        let [few, many] = stages.each_ref().map(|stage| stage.pages()[place].1.clone());
        let ask = |stage: &Stage, paths: &[String]| {
            let browser = &stage.browser;
            repeat(browser.address, CLIENTS, TURN, paths, &|path| Request { bytes: browser.get(path), status: 200 })
        };
        let [few, many] = in_turns(ROUNDS, [&|| ask(&stages[0], &few), &|| ask(&stages[1], &many)]);
        few.print_beside(name, &many);
    }
}

/// The call that says how many keys are left.
fn count(stage: &Stage) {
    println!("\n| {} keys | requests/s | p50 ms | p99 ms |\n|---|---|---|---|", stage.keys);
    let path = format!("/entitlements/{}/stock", stage.entitlement_id);
    for clients in [1, CLIENTS] {
        let ask = || Some(get(stage.portal.address, &path, &stage.token));
        run(stage.portal.address, clients, TURN * ROUNDS, &ask).print(&format!("GET …/stock, {clients} clients"));
    }
}

/// Grants by the form, with a key that is typed and with one from stock; the same by API, whose answer shows the key.
fn fulfill(stage: &Stage, clients: usize) {
    if clients == 1 {
        println!("\n| fulfillment, durable | typed /s | p50 ms | p99 ms | from stock /s | p50 ms | p99 ms | ratio |");
        println!("|---|---|---|---|---|---|---|---|");
    }
    let turn =
        |next: &(dyn Fn() -> Option<Request> + Sync)| -> Figures { run(stage.portal.address, clients, TURN, next) };
    let send = |form: &dyn Fn(&str) -> String| {
        let id = stage.take_pending()?;
        let bytes = stage.browser.post(&format!("/grants/{id}/fulfillment"), &form(id));
        Some(Request { bytes, status: 303 })
    };
    let typed = || send(&|id| format!("source=typed&key=TYPED-{id}"));
    let from_stock = || send(&|_| "source=stock".to_owned());
    let [typed, from_stock] = in_turns(ROUNDS, [&|| turn(&typed), &|| turn(&from_stock)]);
    typed.print_beside(&format!("by the form, {clients} clients"), &from_stock);

    let call = |path: &str, body: &str| post(stage.portal.address, path, Some(&stage.token), body, 200);
    let typed = || {
        let id = stage.take_pending()?;
        Some(call(&format!("/grants/{id}/license-key"), &format!("{{\"key\":\"TYPED-{id}\"}}")))
    };
    let from_stock = || Some(call(&format!("/grants/{}/fulfill-from-stock", stage.take_pending()?), "{}"));
    let [typed, from_stock] = in_turns(ROUNDS, [&|| turn(&typed), &|| turn(&from_stock)]);
    typed.print_beside(&format!("by API, {clients} clients"), &from_stock);
}

impl Stage {
    fn take_pending(&self) -> Option<&String> {
        self.pending.get(self.taken.fetch_add(1, Ordering::Relaxed))
    }

    /// What is asked for, in turn.
    fn pages(&self) -> Vec<(&'static str, Vec<String>)> {
        let stock = format!("/stock/{}", self.entitlement_id);
        let forms = self.pending.iter().rev().take(100).map(|id| format!("/grants/{id}/fulfillment/new")).collect();
        vec![
            ("stock", vec!["/stock".to_owned()]),
            ("stock of an entitlement", vec![stock.clone()]),
            ("keys that were set aside", vec![format!("{stock}?state=quarantined")]),
            ("keys, deep page", self.deep.iter().map(|after| format!("{stock}?after={after}")).collect()),
            ("import form", vec![format!("{stock}/import")]),
            ("fulfillment form", forms),
            ("queue", vec!["/grants?status=pending".to_owned()]),
            ("overview", vec!["/".to_owned()]),
        ]
    }
}
