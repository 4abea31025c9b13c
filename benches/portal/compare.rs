//! This version beside another, in turns, each on its own copy of the same data.
//!
//! `cargo bench --bench portal -- compare PROGRAM DIR [GRANTS] [part of a page's name]`: `PROGRAM` is the other version's
//! program (settings such as `,NAME=VALUE` may follow), and `DIR` the `BENCH_DIR` in which that version's bench has
//! made its data. This version works on a copy, which it migrates first.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::bare_writes;
use super::browser::Browser;
use super::driver::load::{Figures, Request, in_turns, run};
use super::driver::process::{PROGRAM, Portal};
use super::fixture::{self, Fixture};
use super::mailbox::Mailbox;
use super::pages::WORKS;
use super::{CLIENTS, ROUNDS, TURN};

pub const ARGUMENT: &str = "compare";

/// A version at work, and somebody who is signed in.
struct Version {
    portal: Portal,
    browser: Browser,
    fulfilled: AtomicUsize,
}

pub fn measure(arguments: &[String]) {
    let [program, dir, rest @ ..] = arguments else { panic!("{ARGUMENT} PROGRAM DIR") };
    let grants = rest.iter().find_map(|text| text.parse().ok()).unwrap_or(1_000_000);
    let wanted = rest.iter().find(|text| text.parse::<u32>().is_err());
    let name = format!("grants-{grants}");
    let (old, copy) = (Path::new(dir).join(&name), Path::new(dir).join("copy"));
    copy_files(&old, &copy.join(&name));
    migrate(&copy.join(&name));
    let fixture = Fixture::make(&copy, grants);
    let mailbox = Mailbox::start();
    let versions = [(program.as_str(), old.as_path()), (PROGRAM, fixture.dir())].map(|(program, dir)| {
        let portal = start(program, dir, &mailbox.url());
        println!("{program}: ready {} ms, idle {} MB", portal.ready_after.as_millis(), portal.memory());
        let browser = Browser::sign_in(portal.address, fixture::EMAIL, &fixture.password);
        Version { portal, browser, fulfilled: AtomicUsize::new(0) }
    });
    let [before, after] = &versions;
    println!("\n| {grants} grants | before /s | p50 ms | p99 ms | after /s | p50 ms | p99 ms | ratio |");
    println!("|---|---|---|---|---|---|---|---|");
    for (name, paths, status) in WORKS {
        if wanted.is_some_and(|part| !name.contains(part.as_str())) {
            continue;
        }
        let paths = paths(&fixture.facts);
        let [one, two] = in_turns(ROUNDS, [&|| before.get(&paths, status), &|| after.get(&paths, status)]);
        print(name, &one, &two);
    }
    for clients in [1, CLIENTS] {
        let [one, two] =
            in_turns(ROUNDS, [&|| before.fulfill(&fixture, clients), &|| after.fulfill(&fixture, clients)]);
        print(&format!("fulfillment, {clients} clients"), &one, &two);
    }
    for version in &versions {
        println!("under load {} MB at most", version.portal.peak());
    }
    drop(versions);
    bare_writes::measure(&fixture);
}

impl Version {
    fn get(&self, paths: &[String], status: u16) -> Figures {
        let next = AtomicUsize::new(0);
        let request = || {
            let path = &paths[next.fetch_add(1, Ordering::Relaxed) % paths.len()];
            Some(Request { bytes: self.browser.get(path), status })
        };
        run(self.browser.address, CLIENTS, TURN, &request)
    }

    fn fulfill(&self, fixture: &Fixture, clients: usize) -> Figures {
        let request = || {
            let id = fixture.facts.pending.get(self.fulfilled.fetch_add(1, Ordering::Relaxed))?;
            let bytes = self.browser.post(&format!("/grants/{id}/fulfillment"), &format!("key=BENCH-{id}"));
            Some(Request { bytes, status: 303 })
        };
        run(self.browser.address, clients, TURN, &request)
    }
}

fn print(name: &str, before: &Figures, after: &Figures) {
    println!("| {name} | {} | {} | {:.2} |", before.cells(), after.cells(), after.rate() / before.rate());
}

/// Starts a version; reading its database once before lets the program be measured and not the disk.
fn start(program: &str, dir: &Path, mail_server: &str) -> Portal {
    std::io::copy(&mut std::fs::File::open(dir.join("keydesk.db")).unwrap(), &mut std::io::sink()).unwrap();
    let mut parts = program.split(',');
    let program = parts.next().unwrap_or_default();
    let mut settings: Vec<_> = parts.filter_map(|part| part.split_once('=')).collect();
    settings.push(("KEYDESK_SMTP_URL", mail_server));
    Portal::start_program(program, dir, &settings)
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

fn migrate(dir: &Path) {
    let started = Instant::now();
    let done = Command::new(PROGRAM).arg("migrate").env("KEYDESK_DATA_DIR", dir).env_remove("DATABASE_URL").status();
    assert!(done.unwrap().success());
    println!("migrated in {:.1} s", started.elapsed().as_secs_f64());
}
