//! This version beside another, in turns, each on its own copy of the same data.
//!
//! `cargo bench --bench portal -- compare PROGRAM DIR [GRANTS] [part of a page's name]`: `PROGRAM` is the other version's
//! program (settings such as `,NAME=VALUE` may follow), and `DIR` the `BENCH_DIR` in which that version's bench has
//! made its data. Each works on a copy; this version migrates its own, and finishes the jobs that this brings, first.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use keydesk::domain::clock::Clock;
use keydesk::usecases::jobs::run_jobs;

use super::bare_writes;
use super::browser::Browser;
use super::driver::load::{Figures, Request, in_turns, run};
use super::driver::process::{PROGRAM, Portal};
use super::fixture::{self, Fixture};
use super::mailbox::Mailbox;
use super::pages::WORKS;
use super::{CLIENTS, ROUNDS, TURN, get};

pub const ARGUMENT: &str = "compare";

/// A version at work, and somebody who is signed in.
struct Version {
    portal: Portal,
    browser: Browser,
    token: String,
    fulfilled: AtomicUsize,
}

pub fn measure(arguments: &[String]) {
    let [program, dir, rest @ ..] = arguments else { panic!("{ARGUMENT} PROGRAM DIR") };
    let grants = rest.iter().find_map(|text| text.parse().ok()).unwrap_or(1_000_000);
    let wanted = rest.iter().find(|text| text.parse::<u32>().is_err());
    let name = format!("grants-{grants}");
    let [before, after] = ["before", "after"].map(|version| Path::new(dir).join(version));
    for copy in [&before, &after] {
        copy_files(&Path::new(dir).join(&name), &copy.join(&name));
    }
    migrate(&after.join(&name));
    let fixture = Fixture::make(&after, grants);
    finish_jobs(&fixture);
    for copy in [&before, &after] {
        write_out(&copy.join(&name));
    }
    let mailbox = Mailbox::start();
    let versions =
        [(program.as_str(), before.join(&name)), (PROGRAM, fixture.dir().to_owned())].map(|(program, dir)| {
            let portal = start(program, &dir, &mailbox.url());
            println!("{program}: ready {} ms, idle {} MB", portal.ready_after.as_millis(), portal.memory());
            let browser = Browser::sign_in(portal.address, fixture::EMAIL, &fixture.password);
            Version { portal, browser, token: token(program, &dir), fulfilled: AtomicUsize::new(0) }
        });
    let [before, after] = &versions;
    println!("\n| {grants} grants | before /s | p50 ms | p99 ms | after /s | p50 ms | p99 ms | ratio |");
    println!("|---|---|---|---|---|---|---|---|");
    for (name, paths, status) in WORKS {
        if wanted.is_some_and(|part| !name.contains(part.as_str())) {
            continue;
        }
        let paths = paths(&fixture.facts);
        let [one, two] =
            in_turns(ROUNDS, [&|| get(&before.browser, &paths, status), &|| get(&after.browser, &paths, status)]);
        one.print_beside(name, &two);
    }
    for clients in [1, CLIENTS] {
        let [one, two] =
            in_turns(ROUNDS, [&|| before.fulfill(&fixture, clients), &|| after.fulfill(&fixture, clients)]);
        one.print_beside(&format!("fulfillment by API, durable, {clients} clients"), &two);
    }
    for version in &versions {
        println!("under load {} MB at most", version.portal.peak());
    }
    drop(versions);
    bare_writes::measure(&fixture);
}

impl Version {
    fn fulfill(&self, fixture: &Fixture, clients: usize) -> Figures {
        let request = || {
            let id = fixture.facts.pending.get(self.fulfilled.fetch_add(1, Ordering::Relaxed))?;
            let body = format!("{{\"key\":\"BENCH-{id}\"}}");
            let head = format!(
                "POST /api/grants/{id}/license-key HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                self.browser.address,
                self.token,
                body.len()
            );
            Some(Request { bytes: (head + &body).into_bytes(), status: 200 })
        };
        run(self.browser.address, clients, TURN, &request)
    }
}

fn start(program: &str, dir: &Path, mail_server: &str) -> Portal {
    fixture::read_once(&dir.join("keydesk.db"));
    let mut settings = settings(program);
    settings.extend([
        ("KEYDESK_SMTP_URL", mail_server),
        ("KEYDESK_RATE_LIMIT_ADDRESS", "0"),
        ("KEYDESK_RATE_LIMIT_KEY", "0"),
    ]);
    Portal::start_program(file(program), dir, &settings)
}

fn file(program: &str) -> &str {
    program.split(',').next().unwrap_or_default()
}

fn settings(program: &str) -> Vec<(&str, &str)> {
    program.split(',').skip(1).filter_map(|setting| setting.split_once('=')).collect()
}

/// A new API key of an agent.
fn token(program: &str, dir: &Path) -> String {
    let mut command = Command::new(file(program));
    command.args(["api-key", "add", "bench", "--role", "agent"]);
    let made = command.env("KEYDESK_DATA_DIR", dir).env_remove("DATABASE_URL").output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap().lines().last().unwrap().trim().to_owned()
}

/// What a migration left to do in the background would otherwise be done during the measurement.
fn finish_jobs(fixture: &Fixture) {
    let started = Instant::now();
    let ctx = keydesk::server::open(fixture.config.clone(), Clock::system(), Arc::new(|| ())).unwrap();
    run_jobs(&ctx, "bench", Duration::from_secs(3_600)).unwrap();
    println!("jobs finished in {:.1} s", started.elapsed().as_secs_f64());
}

/// A closed database, with its secret and password.
fn copy_files(from: &Path, to: &Path) {
    drop(std::fs::remove_dir_all(to));
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Waits until the disk has the files, which it would otherwise write during the measurement.
fn write_out(dir: &Path) {
    for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
        std::fs::File::open(entry.path()).unwrap().sync_all().unwrap();
    }
}

fn migrate(dir: &Path) {
    let started = Instant::now();
    let done = Command::new(PROGRAM).arg("migrate").env("KEYDESK_DATA_DIR", dir).env_remove("DATABASE_URL").status();
    assert!(done.unwrap().success());
    println!("migrated in {:.1} s", started.elapsed().as_secs_f64());
}
