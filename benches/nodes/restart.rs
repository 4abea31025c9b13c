//! The database is restarted under load: what callers are told meanwhile, how soon it goes on, and
//! whether anything was lost or sent twice.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::driver::http::Line;
use super::{CLIENTS, Stage, check, clients};

const NODES: usize = 2;
/// The load goes on so long before the restart and after it.
const BEFORE: usize = 600;
const AFTER: usize = 1_400;

pub fn measure(stage: &Stage, command: &str) {
    let grants = stage.pending(BEFORE + AFTER);
    let nodes = stage.nodes(NODES);
    let addresses: Vec<SocketAddr> = nodes.iter().map(|node| node.address).collect();
    let (done, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (report, reads, pause) = std::thread::scope(|scope| {
        let load = scope.spawn(|| clients::fulfill(&addresses, CLIENTS, &stage.token, &grants, &done));
        let reads = scope.spawn(|| read(addresses[0], &stage.token, &is_over));
        while done.load(Ordering::Relaxed) < BEFORE {
            std::thread::sleep(Duration::from_millis(1));
        }
        let began_at = Instant::now();
        let status = Command::new("sh").args(["-c", command]).status().unwrap();
        assert!(status.success(), "{command}: {status}");
        let ended_at = Instant::now();
        let report = load.join().unwrap();
        is_over.store(true, Ordering::Relaxed);
        (report, reads.join().unwrap(), (began_at, ended_at))
    });
    let emptied = check::wait_for_outbox(&stage.ctx);
    let mails = check::check(&stage.ctx, &stage.mailbox, &report.acknowledged);
    let (began_at, ended_at) = pause;
    let gap = longest_gap(&report.answered_at);
    let first = report.answered_at.iter().filter(|at| **at > ended_at).min().map(|at| *at - ended_at);
    println!(
        "restart took {} ms; {} fulfillments by {CLIENTS} clients on {NODES} nodes",
        (ended_at - began_at).as_millis(),
        grants.len()
    );
    println!("| | |");
    println!("|---|---|");
    println!("| longest time without an acknowledged fulfillment | {} ms |", gap.as_millis());
    println!("| first acknowledged after the restart had ended | {} ms |", first.unwrap_or_default().as_millis());
    println!("| answers other than 200 (0 is none) | {:?} |", report.others);
    println!("| 503 without Retry-After | {} |", report.without_retry_after);
    println!("| longest fulfilling request | {} ms |", report.longest.as_millis());
    println!("| reads: answers, other than 200, longest | {}, {}, {} ms |", reads.0, reads.1, reads.2.as_millis());
    println!("| acknowledged, of them lost | {}, {} |", report.acknowledged.len(), mails.lost);
    println!("| e-mails that came twice | {} |", mails.duplicates);
    println!("| outbox empty after | {} ms |", emptied.as_millis());
}

/// Reads again and again; gives how many answers came, how many of them were no 200, and how
/// long the longest took.
fn read(address: SocketAddr, token: &str, is_over: &AtomicBool) -> (usize, usize, Duration) {
    let request = format!("GET /api/entitlements HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n");
    let (mut answers, mut others, mut longest) = (0, 0, Duration::ZERO);
    let mut line = Line::open(address);
    while !is_over.load(Ordering::Relaxed) {
        let asked = Instant::now();
        let answer = line.send(request.as_bytes());
        longest = longest.max(asked.elapsed());
        answers += 1;
        others += usize::from(answer.status != 200);
        std::thread::sleep(Duration::from_millis(10));
    }
    (answers, others, longest)
}

fn longest_gap(answers: &[Instant]) -> Duration {
    let mut answers = answers.to_vec();
    answers.sort_unstable();
    answers.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
}
