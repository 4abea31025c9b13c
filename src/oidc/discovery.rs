//! What the provider publishes about itself, its endpoints and signing keys, in a TTL cache. It is fetched once for
//! everybody who waits for it, whether that succeeds or fails.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use openidconnect::IssuerUrl;
use openidconnect::core::CoreProviderMetadata;

use super::ProviderError;
use super::calls::{Calls, send, soon};
use crate::domain::clock::Clock;

/// How long metadata and keys are used.
const TTL: Duration = Duration::from_secs(10 * 60);
/// How soon they may be fetched again because a token's key was not among them.
const REFETCH_AFTER: Duration = Duration::from_secs(60);

/// The cache; clones share it.
#[derive(Clone)]
pub(crate) struct Discovery(Arc<Inner>);

struct Inner {
    issuer: String,
    clock: Clock,
    cache: Mutex<Cache>,
    /// Held by the one who fetches.
    turn: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct Cache {
    metadata: Option<Fetched>,
    /// How many fetches have ended.
    fetches: u64,
    /// Why the last fetch failed.
    failure: Option<String>,
}

struct Fetched {
    metadata: Arc<CoreProviderMetadata>,
    at: Duration,
}

impl Discovery {
    pub(crate) fn new(issuer: &str, clock: &Clock) -> Self {
        Self(Arc::new(Inner {
            issuer: issuer.to_owned(),
            clock: clock.clone(),
            cache: Mutex::default(),
            turn: Arc::default(),
        }))
    }

    /// The metadata, fetched where the cache has none that is fresh.
    pub(crate) async fn metadata(&self, calls: &Calls) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        self.younger_than(TTL, calls).await
    }

    /// The metadata, fetched again unless that was done within the last minute.
    pub(crate) async fn refetched(&self, calls: &Calls) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        self.younger_than(REFETCH_AFTER, calls).await
    }

    async fn younger_than(&self, age: Duration, calls: &Calls) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        let fetches_before = match self.0.cached(age) {
            (Some(metadata), _) => return Ok(metadata),
            (None, fetches) => fetches,
        };
        // Who gives up waiting does not stop the fetch: the next visitor finds its result.
        soon(self.fetch(age, fetches_before, calls)).await?
    }

    async fn fetch(
        &self,
        age: Duration,
        fetches_before: u64,
        calls: &Calls,
    ) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        let turn = Arc::clone(&self.0.turn).lock_owned().await;
        match self.0.cached(age) {
            (Some(metadata), _) => return Ok(metadata),
            // A fetch has ended since and found nothing: its failure is everybody's who waited for it.
            (None, fetches) if fetches != fetches_before => return Err(self.0.failure()),
            (None, _) => {}
        }
        let inner = Arc::clone(&self.0);
        let fetched = calls.run(move || {
            let _turn = turn;
            inner.fetch()
        });
        fetched.await?
    }
}

impl Inner {
    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is in the cache and younger than `age`, and how many fetches have ended.
    fn cached(&self, age: Duration) -> (Option<Arc<CoreProviderMetadata>>, u64) {
        let (cache, now) = (self.cache(), self.clock.monotonic());
        let fresh = cache.metadata.as_ref().filter(|fetched| now.saturating_sub(fetched.at) < age);
        (fresh.map(|fetched| Arc::clone(&fetched.metadata)), cache.fetches)
    }

    fn failure(&self) -> ProviderError {
        let cause = self.cache().failure.clone().unwrap_or_default();
        ProviderError::Failed(anyhow::anyhow!("the provider could not be discovered: {cause}"))
    }

    fn fetch(&self) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        let found = IssuerUrl::new(self.issuer.clone())
            .map_err(anyhow::Error::from)
            .and_then(|issuer| Ok(CoreProviderMetadata::discover(&issuer, &send)?));
        let mut cache = self.cache();
        cache.fetches += 1;
        match found {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                cache.metadata = Some(Fetched { metadata: Arc::clone(&metadata), at: self.clock.monotonic() });
                Ok(metadata)
            }
            Err(error) => {
                cache.failure = Some(format!("{error:#}"));
                drop(cache);
                Err(self.failure())
            }
        }
    }
}
