//! Rate limits for calls without a token: per minute and address, per minute and license key, and per day for calls
//! that write. Stored in memory, so each node counts separately.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::config::Config;
use crate::domain::clock::Clock;
use crate::domain::network::Network;

/// After this many calls, idle entries are removed.
const TIDY_EVERY: u64 = 10_000;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Adapts our clock to the limiter.
#[derive(Debug, Clone)]
struct LimiterClock(Clock);

impl GovernorClock for LimiterClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.monotonic()
    }
}

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, LimiterClock, NoOpMiddleware<Duration>>;

/// All limits; shared by the whole process.
pub(crate) struct RateLimits {
    clock: LimiterClock,
    of_network: Option<Limiter<Network>>,
    of_key: Option<Limiter<[u8; 32]>>,
    /// Calls that write to the audit log, per day.
    writes_of_key: Option<Limiter<[u8; 32]>>,
    calls: AtomicU64,
}

/// The limit is exceeded; the same call succeeds after this many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    pub retry_after: u64,
}

impl RateLimits {
    pub(crate) fn new(config: &Config, clock: &Clock) -> Self {
        let clock = LimiterClock(clock.clone());
        Self {
            of_network: limiter(config.rate_limit_address, &clock),
            of_key: limiter(config.rate_limit_key, &clock),
            writes_of_key: daily_limiter(config.rate_limit_key_daily, &clock),
            clock,
            calls: AtomicU64::new(0),
        }
    }

    /// Counts a call from an address.
    pub(crate) fn check_address(&self, address: Option<IpAddr>) -> Result<(), TooMany> {
        if self.calls.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            self.tidy();
        }
        check(self.of_network.as_ref(), &self.clock, address.map(Network::of))
    }

    /// Counts a call with the license key that has this hash.
    pub(crate) fn check_key(&self, hash: [u8; 32]) -> Result<(), TooMany> {
        check(self.of_key.as_ref(), &self.clock, Some(hash))
    }

    /// Counts an activation or deactivation with the license key that has this hash; each writes a permanent audit
    /// entry.
    pub(crate) fn check_write_of_key(&self, hash: [u8; 32]) -> Result<(), TooMany> {
        check(self.writes_of_key.as_ref(), &self.clock, Some(hash))
    }

    fn tidy(&self) {
        if let Some(limiter) = &self.of_network {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        for limiter in [&self.of_key, &self.writes_of_key].into_iter().flatten() {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

fn limiter<K: std::hash::Hash + Eq + Clone>(per_minute: u32, clock: &LimiterClock) -> Option<Limiter<K>> {
    let quota = Quota::per_minute(NonZeroU32::new(per_minute)?);
    Some(RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()))
}

/// Allows `per_day` calls at once, and the same number again over a day.
fn daily_limiter<K: std::hash::Hash + Eq + Clone>(per_day: u32, clock: &LimiterClock) -> Option<Limiter<K>> {
    let most = NonZeroU32::new(per_day)?;
    let quota = Quota::with_period(DAY / per_day)?.allow_burst(most);
    Some(RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()))
}

fn check<K: std::hash::Hash + Eq + Clone>(
    limiter: Option<&Limiter<K>>,
    clock: &LimiterClock,
    key: Option<K>,
) -> Result<(), TooMany> {
    let (Some(limiter), Some(key)) = (limiter, key) else { return Ok(()) };
    limiter.check_key(&key).map_err(|refused| {
        let wait = refused.wait_time_from(clock.now());
        TooMany { retry_after: wait.as_secs() + u64::from(wait.subsec_nanos() > 0) }
    })
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;

    #[test]
    fn a_minutes_calls_are_free_and_the_next_waits() {
        let clock = Clock::fixed("2026-06-15T10:00:00Z".parse::<Timestamp>().unwrap());
        let values = [("rate_limit_address".to_owned(), "60".to_owned())].into();
        let limits = RateLimits::new(&Config::parse(&values).unwrap(), &clock);
        let address = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        for _ in 0..60 {
            assert_eq!(limits.check_address(address("2001:db8::1")), Ok(()));
        }
        assert_eq!(limits.check_address(address("2001:db8::2")), Err(TooMany { retry_after: 1 }));
        assert_eq!(limits.check_address(address("2001:db8:0:1::1")), Ok(()), "another network");
        clock.advance(SignedDuration::from_secs(1));
        assert_eq!(limits.check_address(address("2001:db8::1")), Ok(()));
        limits.tidy();
        assert_eq!(limits.check_address(address("2001:db8::1")), Err(TooMany { retry_after: 1 }));
    }
}
