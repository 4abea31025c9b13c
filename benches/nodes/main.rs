//! Several nodes on one PostgreSQL: `DATABASE_URL=postgres://… cargo bench --bench nodes -- [GRANTS]`
//! (2,000 a run by default). The database must be empty. One node is asked by 1 to 16 clients, then 1, 2
//! and 3 nodes by eight, and a node is killed in the middle; every e-mail is counted at a mail server in
//! this process. `-- --restart COMMAND` restarts the database under load instead: the shell command is
//! run in the middle, and the program's answers are counted. All of it is on one machine: read the ratios.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss)]

mod check;
mod clients;
#[path = "../driver/mod.rs"]
#[allow(dead_code, reason = "other benches use the rest")]
mod driver;
#[path = "../api/fill.rs"]
#[allow(dead_code, reason = "other benches use the rest")]
mod fill;
mod mailbox;
mod restart;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use keydesk::config::Config;
use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::domain::clock::Clock;
use keydesk::domain::ids::EntitlementId;
use keydesk::domain::staff::Role;
use keydesk::usecases::Context;
use keydesk::usecases::api_keys::create::{AddApiKey, add_api_key};

use clients::Report;
use driver::process::Portal;
use mailbox::Mailbox;

const CLIENTS: usize = 8;

/// What every run stands on.
struct Stage {
    ctx: Context,
    entitlement_id: EntitlementId,
    token: String,
    mailbox: Mailbox,
    dir: tempfile::TempDir,
    database: String,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let Ok(database) = std::env::var("DATABASE_URL") else {
        println!("DATABASE_URL is not set: name an empty PostgreSQL database that several nodes can share");
        return;
    };
    let stage = Stage::open(database);
    if let Some(place) = arguments.iter().position(|argument| argument == "--restart") {
        let command = arguments.get(place + 1).expect("--restart needs a command");
        return restart::measure(&stage, command);
    }
    let grants = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(2_000);
    println!("| nodes | clients | fulfillments/s | p50 ms | p99 ms | mails/s | duplicates | lost |");
    println!("|---|---|---|---|---|---|---|---|");
    for clients in [1, 2, 4, 8, 16] {
        stage.run(1, clients, grants / 2, false);
    }
    for (nodes, is_killed) in [(2, false), (2, true), (3, false), (3, true)] {
        stage.run(nodes, CLIENTS, grants, is_killed);
    }
}

impl Stage {
    fn open(database: String) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let values = [("data_dir", dir.path().join("own").display().to_string()), ("database_url", database.clone())];
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let ctx = keydesk::server::open(Config::parse(&values).unwrap(), Clock::system(), Arc::new(|| ())).unwrap();
        let (entitlement_id, _) = fill::entitlement(&ctx);
        let actor = Actor::system(SystemPart::CommandLine);
        let key = AddApiKey { name: "bench".to_owned(), role: Role::Agent, expires_at: None, actor };
        let token = add_api_key(&ctx, &key).unwrap().token;
        Self { ctx, entitlement_id, token, mailbox: Mailbox::start(), dir, database }
    }

    /// So many nodes, each with a data directory of its own.
    fn nodes(&self, count: usize) -> Vec<Portal> {
        let secret = std::fs::read_to_string(self.dir.path().join("own/secret.key")).unwrap();
        let smtp = self.mailbox.url();
        let settings = [
            ("DATABASE_URL", self.database.as_str()),
            ("KEYDESK_SECRET", secret.trim()),
            ("KEYDESK_SMTP_URL", &smtp),
            ("KEYDESK_LOG_LEVEL", "error"),
        ];
        let start = |number| Portal::start(&self.dir.path().join(format!("node{number}")), &settings);
        (0..count).map(start).collect()
    }

    fn pending(&self, count: usize) -> Vec<String> {
        let prefix = keydesk::domain::ids::random_id("run_");
        fill::pending(&self.ctx, &self.entitlement_id, &prefix, count)
    }

    fn run(&self, nodes: usize, clients: usize, grants: usize, is_killed: bool) {
        let grants = self.pending(grants);
        let mut nodes = self.nodes(nodes);
        let addresses: Vec<SocketAddr> = nodes.iter().map(|node| node.address).collect();
        let done = AtomicUsize::new(0);
        let started = Instant::now();
        let report = std::thread::scope(|scope| {
            let load = scope.spawn(|| clients::fulfill(&addresses, clients, &self.token, &grants, &done));
            while is_killed && done.load(Ordering::Relaxed) < grants.len() / 2 && !load.is_finished() {
                std::thread::sleep(Duration::from_millis(1));
            }
            if is_killed {
                nodes[0].kill();
            }
            load.join().unwrap()
        });
        let name = format!("{}{}", nodes.len(), if is_killed { ", one killed" } else { "" });
        self.print(&name, clients, started.elapsed(), &report);
    }

    fn print(&self, name: &str, clients: usize, elapsed: Duration, report: &Report) {
        let rate = report.acknowledged.len() as f64 / elapsed.as_secs_f64();
        check::wait_for_outbox(&self.ctx);
        let mails = check::check(&self.ctx, &self.mailbox, &report.acknowledged);
        println!(
            "| {name} | {clients} | {rate:.0} | {:.1} | {:.1} | {:.0} | {} | {} |",
            report.percentile(0.5),
            report.percentile(0.99),
            mails.per_second,
            mails.duplicates,
            mails.lost
        );
        let refused: usize = report.others.iter().filter(|(status, _)| **status != 0).map(|(_, count)| count).sum();
        assert_eq!(refused, 0, "refused: {:?}", report.others);
    }
}
