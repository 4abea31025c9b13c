//! Load: so many clients, each with a connection of its own, ask as fast as they are answered.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::http::{Browser, Line};

pub enum Load {
    /// The same page again and again.
    Get(String),
    /// Each waiting grant once.
    Fulfill(Vec<String>, AtomicUsize),
}

impl Load {
    pub fn fulfill(pending: &[String]) -> Self {
        Self::Fulfill(pending.to_vec(), AtomicUsize::new(0))
    }

    /// The next request and the status it must be answered with; `None` where nothing is left.
    fn next(&self, browser: &Browser) -> Option<(Vec<u8>, u16)> {
        match self {
            Self::Get(path) => Some((browser.get(path), 200)),
            Self::Fulfill(pending, next) => {
                let id = pending.get(next.fetch_add(1, Ordering::Relaxed))?;
                let form = format!("key=BENCH-{id}");
                Some((browser.post(&format!("/grants/{id}/fulfillment"), &form), 303))
            }
        }
    }
}

/// How long each request took.
pub struct Figures {
    times: Vec<Duration>,
    elapsed: Duration,
}

pub fn run(browser: &Browser, clients: usize, at_most: Duration, load: &Load) -> Figures {
    let started = Instant::now();
    let times = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|_| {
                scope.spawn(|| {
                    let mut line = Line::open(browser.address);
                    let mut times = Vec::new();
                    while started.elapsed() < at_most {
                        let Some((request, expected)) = load.next(browser) else { break };
                        let asked = Instant::now();
                        let answer = line.send(&request);
                        times.push(asked.elapsed());
                        assert_eq!(answer.status, expected, "{}", String::from_utf8_lossy(&answer.body));
                    }
                    times
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    Figures { times, elapsed: started.elapsed() }
}

impl Figures {
    pub fn print(mut self, name: &str) {
        self.times.sort_unstable();
        let at = |share: f64| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
            let place = (self.times.len() as f64 * share) as usize;
            self.times.get(place.min(self.times.len().saturating_sub(1))).map_or(0.0, |time| time.as_secs_f64() * 1e3)
        };
        let rate = self.times.len() as f64 / self.elapsed.as_secs_f64();
        println!("| {name} | {rate:.0} | {:.2} | {:.2} |", at(0.5), at(0.99));
    }
}
