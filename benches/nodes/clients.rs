//! Clients that do not give up: a request that died with its node, or was told to come back later, is
//! sent again with the same `Idempotency-Key`, to the next node where its own is gone.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::driver::http::Line;

/// Longer than this is a hang.
const PATIENCE: Duration = Duration::from_secs(15);
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// What came of the load.
#[derive(Default)]
pub struct Report {
    /// From the first try of each fulfillment to its acknowledgement.
    pub times: Vec<Duration>,
    /// The longest that one request took, whatever came of it.
    pub longest: Duration,
    /// How often each status was answered other than 200; 0 stands for no answer.
    pub others: BTreeMap<u16, usize>,
    /// Refusals with 503 that did not say when to come back.
    pub without_retry_after: usize,
    /// When each answer of 200 came.
    pub answered_at: Vec<Instant>,
    pub acknowledged: Vec<String>,
}

impl Report {
    fn add(&mut self, other: Self) {
        self.times.extend(other.times);
        self.longest = self.longest.max(other.longest);
        for (status, count) in other.others {
            *self.others.entry(status).or_default() += count;
        }
        self.without_retry_after += other.without_retry_after;
        self.answered_at.extend(other.answered_at);
        self.acknowledged.extend(other.acknowledged);
    }

    /// The time within which that share was done, in milliseconds.
    pub fn percentile(&self, share: f64) -> f64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
        let place = (times.len() as f64 * share) as usize;
        times.get(place.min(times.len().saturating_sub(1))).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }
}

/// Fulfills all `grants` by so many clients, which start at different nodes; `done` counts along.
pub fn fulfill(nodes: &[SocketAddr], clients: usize, token: &str, grants: &[String], done: &AtomicUsize) -> Report {
    let next = AtomicUsize::new(0);
    let mut report = Report::default();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|number| {
                let mut client =
                    Client { nodes, at: number % nodes.len(), token, line: None, report: Report::default() };
                let next = &next;
                scope.spawn(move || {
                    while let Some(id) = grants.get(next.fetch_add(1, Ordering::Relaxed)) {
                        client.fulfill(id);
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                    client.report
                })
            })
            .collect();
        for thread in threads {
            report.add(thread.join().unwrap());
        }
    });
    report
}

struct Client<'a> {
    nodes: &'a [SocketAddr],
    at: usize,
    token: &'a str,
    line: Option<Line>,
    report: Report,
}

impl Client<'_> {
    fn fulfill(&mut self, id: &str) {
        let started = Instant::now();
        loop {
            let asked = Instant::now();
            let answer = self.send(id);
            self.report.longest = self.report.longest.max(asked.elapsed());
            match answer {
                Ok((200, _)) => break,
                Ok((status, retry_after)) => {
                    *self.report.others.entry(status).or_default() += 1;
                    assert!(status >= 500, "{id}: {status}");
                    self.report.without_retry_after += usize::from(status == 503 && retry_after.is_none());
                    std::thread::sleep(BETWEEN_TRIES);
                }
                Err(_) => {
                    *self.report.others.entry(0).or_default() += 1;
                    self.line = None;
                    self.at = (self.at + 1) % self.nodes.len();
                    std::thread::sleep(BETWEEN_TRIES / 10);
                }
            }
            assert!(started.elapsed() < Duration::from_secs(90), "{id} was never acknowledged");
        }
        self.report.times.push(started.elapsed());
        self.report.answered_at.push(Instant::now());
        self.report.acknowledged.push(id.to_owned());
    }

    fn send(&mut self, id: &str) -> std::io::Result<(u16, Option<u64>)> {
        let address = self.nodes[self.at];
        let body = format!("{{\"key\":\"NODES-{id}\"}}");
        let request = format!(
            "POST /api/grants/{id}/license-key HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\nidempotency-key: {id}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        let line = match &mut self.line {
            Some(line) => line,
            closed => closed.insert(Line::try_open(address, Some(PATIENCE))?),
        };
        let answer = line.try_send(request.as_bytes())?;
        if answer.is_last {
            self.line = None;
        }
        Ok((answer.status, answer.retry_after))
    }
}
