//! The deliveries of the last weeks, for daily figures. Past deliveries do not change, so they are cached in memory
//! and a page reads only newer ones. The cache is reloaded every ten minutes.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::storage::grants::stats::Delivered;
use crate::storage::{Conn, Db, StorageError, grants};

/// How far back the cache goes: the days of the overview in any time zone.
const REACH: SignedDuration = SignedDuration::from_hours(24 * 33);
/// The maximum number of cached deliveries; the oldest are dropped first.
const MOST: i64 = 50_000;
/// The maximum delay until a delivery is visible, counted from its timestamp.
const SETTLED_AFTER: SignedDuration = SignedDuration::from_secs(60);
const READ_ANEW_AFTER: Duration = Duration::from_secs(600);
const TRUE_FOR: Duration = Duration::from_secs(1);

/// Deliveries in order of time.
#[derive(Debug, Clone, Default)]
pub struct Deliveries {
    settled: Arc<Vec<Delivered>>,
    recent: Arc<Vec<Delivered>>,
    reckoned: Arc<Mutex<HashMap<String, Arc<dyn Any + Send + Sync>>>>,
}

impl Deliveries {
    /// `list` must be in order of time.
    pub fn of(list: Vec<Delivered>) -> Self {
        Self { settled: Arc::default(), recent: Arc::new(list), reckoned: Arc::default() }
    }

    /// The result computed from these deliveries under this name, computed now if it is not cached.
    pub fn reckoned<T: Any + Send + Sync>(&self, name: String, reckon: impl FnOnce(&Self) -> T) -> Arc<T> {
        let lock = || self.reckoned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&name).cloned().and_then(|known| known.downcast().ok()) {
            return known;
        }
        let new = Arc::new(reckon(self));
        lock().insert(name, Arc::clone(&new) as Arc<dyn Any + Send + Sync>);
        new
    }

    /// Deliveries from one moment (inclusive) to another (exclusive).
    pub fn between(&self, from: Timestamp, until: Timestamp) -> impl Iterator<Item = &Delivered> {
        [&self.settled, &self.recent].into_iter().flat_map(move |list| {
            let place = |moment| list.partition_point(|delivered| delivered.delivered_at < moment);
            list.get(place(from)..place(until)).unwrap_or_default()
        })
    }
}

/// The cached deliveries.
#[derive(Debug, Default)]
pub struct Kept(Mutex<Option<State>>);

#[derive(Debug, Clone)]
struct State {
    deliveries: Deliveries,
    /// All deliveries before this moment are among the settled ones.
    settled_until: Timestamp,
    generation: u64,
    checked_at: Instant,
    read_at: Instant,
}

/// The deliveries of the last 33 days, at most the latest 50,000.
pub fn recent_deliveries(shared: &Kept, db: &Db, now: Timestamp, conn: &mut Conn) -> Result<Deliveries, StorageError> {
    let (generation, checked_at) = (db.generation(), Instant::now());
    let kept = shared.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let usable = kept.filter(|state| state.read_at.elapsed() < READ_ANEW_AFTER && state.settled_until <= now);
    if let Some(state) = &usable
        && state.generation == generation
        && state.checked_at.elapsed() < TRUE_FOR
    {
        return Ok(state.deliveries.clone());
    }
    let mut state = match usable {
        Some(state) => state,
        None => State {
            deliveries: Deliveries::default(),
            settled_until: now.saturating_sub(REACH).unwrap_or(Timestamp::MIN),
            generation,
            checked_at,
            read_at: checked_at,
        },
    };
    (state.generation, state.checked_at) = (generation, checked_at);
    let mut recent = grants::stats::delivered_since(conn, state.settled_until, MOST)?;
    let settled_until = now.saturating_sub(SETTLED_AFTER).unwrap_or(Timestamp::MIN).max(state.settled_until);
    let settled = recent.partition_point(|delivered| delivered.delivered_at < settled_until);
    if settled > 100 {
        let mut list = Vec::clone(&state.deliveries.settled);
        list.extend(recent.drain(..settled));
        state.deliveries.settled = Arc::new(list);
        state.settled_until = settled_until;
    }
    state.deliveries.recent = Arc::new(recent);
    state.deliveries.reckoned = Arc::default();
    let deliveries = state.deliveries.clone();
    *shared.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(state);
    Ok(deliveries)
}
