//! Load: so many clients, each with a connection of its own, ask as fast as they are answered.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::http::Line;

/// A request, and the status it must be answered with.
pub struct Request {
    pub bytes: Vec<u8>,
    pub status: u16,
}

/// How long each request took, the shortest first.
#[derive(Default)]
pub struct Figures {
    times: Vec<Duration>,
    elapsed: Duration,
}

/// Sends what `next` gives until it gives nothing more or the time is up.
pub fn run(
    address: SocketAddr,
    clients: usize,
    at_most: Duration,
    next: &(dyn Fn() -> Option<Request> + Sync),
) -> Figures {
    let started = Instant::now();
    let mut times: Vec<Duration> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|_| {
                scope.spawn(|| {
                    let mut line = Line::open(address);
                    let mut times = Vec::new();
                    while started.elapsed() < at_most {
                        let Some(request) = next() else { break };
                        let asked = Instant::now();
                        let answer = line.send(&request.bytes);
                        times.push(asked.elapsed());
                        assert_eq!(answer.status, request.status, "{}", String::from_utf8_lossy(&answer.body));
                    }
                    times
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let elapsed = started.elapsed();
    times.sort_unstable();
    Figures { times, elapsed }
}

/// Sends the requests for these texts one after the other, again and again, until the time is up.
#[allow(dead_code, reason = "not every bench repeats its requests")]
pub fn repeat(
    address: SocketAddr,
    clients: usize,
    at_most: Duration,
    texts: &[String],
    request: &(dyn Fn(&str) -> Request + Sync),
) -> Figures {
    let next = AtomicUsize::new(0);
    let in_turn = || texts.get(next.fetch_add(1, Ordering::Relaxed) % texts.len()).map(|text| request(text));
    run(address, clients, at_most, &in_turn)
}

/// Runs what is compared in turns, so that what else the machine does meets all of it alike.
#[allow(dead_code, reason = "not every bench compares")]
pub fn in_turns<const N: usize>(rounds: u32, works: [&dyn Fn() -> Figures; N]) -> [Figures; N] {
    let mut all: [Figures; N] = std::array::from_fn(|_| Figures::default());
    for _ in 0..rounds {
        for (figures, work) in all.iter_mut().zip(works) {
            figures.add(work());
        }
    }
    all
}

impl Figures {
    #[allow(dead_code, reason = "not every bench compares")]
    fn add(&mut self, other: Self) {
        self.times.extend(other.times);
        self.times.sort_unstable();
        self.elapsed += other.elapsed;
    }

    pub fn rate(&self) -> f64 {
        self.times.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// The time in milliseconds that this share of requests did not exceed.
    pub fn at(&self, share: f64) -> f64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
        let place = (self.times.len() as f64 * share) as usize;
        self.times.get(place.min(self.times.len().saturating_sub(1))).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }

    pub fn print(&self, name: &str) {
        println!("| {name} | {} |", self.cells());
    }

    /// A row with the other's cells beside these, and how much of this rate the other's is.
    #[allow(dead_code, reason = "not every bench compares")]
    pub fn print_beside(&self, name: &str, other: &Self) {
        println!("| {name} | {} | {} | {:.2} |", self.cells(), other.cells(), other.rate() / self.rate());
    }

    /// Requests a second, and the times of half and of 99 of 100 of them.
    pub fn cells(&self) -> String {
        format!("{:.0} | {:.2} | {:.2}", self.rate(), self.at(0.5), self.at(0.99))
    }
}
