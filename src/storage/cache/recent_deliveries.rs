//! The deliveries of the last weeks, for figures of days. Past ones do not change: they are kept in
//! memory, and a page reads only what came since. All is read anew every ten minutes.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::storage::grants::stats::Delivered;
use crate::storage::{Conn, Db, StorageError, grants};

/// How far back they reach: the days of the overview, wherever its reader is.
const REACH: SignedDuration = SignedDuration::from_hours(24 * 33);
/// More than so many are not kept, the oldest first.
const MOST: i64 = 50_000;
/// A delivery is visible at most this long after the moment it notes.
const SETTLED_AFTER: SignedDuration = SignedDuration::from_secs(60);
const READ_ANEW_AFTER: Duration = Duration::from_secs(600);
const TRUE_FOR: Duration = Duration::from_secs(1);

/// Deliveries by the time they were made.
#[derive(Debug, Clone, Default)]
pub struct Deliveries {
    settled: Arc<Vec<Delivered>>,
    recent: Arc<Vec<Delivered>>,
    reckoned: Arc<Mutex<HashMap<String, Arc<dyn Any + Send + Sync>>>>,
}

impl Deliveries {
    /// For a list that is in the order of time.
    pub fn of(list: Vec<Delivered>) -> Self {
        Self { settled: Arc::default(), recent: Arc::new(list), reckoned: Arc::default() }
    }

    /// What was reckoned from these deliveries under that name before, or is now.
    pub fn reckoned<T: Any + Send + Sync>(&self, name: String, reckon: impl FnOnce(&Self) -> T) -> Arc<T> {
        let lock = || self.reckoned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&name).cloned().and_then(|known| known.downcast().ok()) {
            return known;
        }
        let new = Arc::new(reckon(self));
        lock().insert(name, Arc::clone(&new) as Arc<dyn Any + Send + Sync>);
        new
    }

    /// Those made from one moment up to another.
    pub fn between(&self, from: Timestamp, until: Timestamp) -> impl Iterator<Item = &Delivered> {
        [&self.settled, &self.recent].into_iter().flat_map(move |list| {
            let place = |moment| list.partition_point(|delivered| delivered.delivered_at < moment);
            list.get(place(from)..place(until)).unwrap_or_default()
        })
    }
}

/// What is known.
#[derive(Debug, Default)]
pub struct Kept(Mutex<Option<State>>);

#[derive(Debug, Clone)]
struct State {
    deliveries: Deliveries,
    /// All before this moment are among the settled ones.
    settled_until: Timestamp,
    generation: u64,
    checked_at: Instant,
    read_at: Instant,
}

/// The deliveries of the last 33 days, the latest 50,000 at most.
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
