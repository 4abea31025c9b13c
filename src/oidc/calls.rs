//! Calls to the identity provider. Few are made at a time, and each on a thread of its own, so that a provider that
//! does not answer holds up nothing but sign-ins with it.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use openidconnect::{HttpRequest, HttpResponse};
use tokio::sync::{Semaphore, oneshot};

use super::ProviderError;
use crate::config::may_carry_secrets;

/// How many calls are made at a time.
const CALLS: usize = 4;
/// How long somebody waits for their turn, or for metadata, before they are asked to try again later.
const WAIT: Duration = Duration::from_secs(3);
/// How long a single request may take.
const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_BODY: u64 = 1024 * 1024;

/// Bounds the calls that are under way.
pub(crate) struct Calls(Arc<Semaphore>);

impl Default for Calls {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(CALLS)))
    }
}

impl Calls {
    /// Runs `call` on a thread of its own; `Busy` where it does not get its turn in time.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ProviderError> {
        let turn = soon(Arc::clone(&self.0).acquire_owned()).await?.context("no more calls are made")?;
        let (done, result) = oneshot::channel();
        let span = tracing::Span::current();
        let work = move || {
            // Held until the call is over, even if nobody waits for its result any more.
            let _turn = turn;
            drop(done.send(span.in_scope(call)));
        };
        std::thread::Builder::new().name("oidc".into()).spawn(work).context("no thread for the provider")?;
        Ok(result.await.context("the thread of the call is gone")?)
    }
}

/// Waits a short time for `work`; `Busy` where that is not enough.
pub(crate) async fn soon<T>(work: impl Future<Output = T>) -> Result<T, ProviderError> {
    tokio::time::timeout(WAIT, work).await.map_err(|_| ProviderError::Busy)
}

/// One request: over TLS or to this machine, without redirects or a proxy, bounded in time and size.
pub(crate) fn send(request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let uri = request.uri().to_string();
    if !may_carry_secrets(&uri) {
        return Err(ureq::Error::BadUri(format!("{uri}: neither https nor on this machine")));
    }
    let agent = ureq::Agent::config_builder()
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(None)
        .timeout_global(Some(TIMEOUT))
        .build()
        .new_agent();
    let (parts, body) = request.into_parts();
    let mut answer = if body.is_empty() {
        agent.run(ureq::http::Request::from_parts(parts, ()))?
    } else {
        agent.run(ureq::http::Request::from_parts(parts, body))?
    };
    let bytes = answer.body_mut().with_config().limit(MAX_BODY).read_to_vec()?;
    let (parts, _) = answer.into_parts();
    Ok(HttpResponse::from_parts(parts, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_sent_in_clear_to_another_machine() {
        for uri in ["http://192.0.2.1/token", "http://localhost.evil.example/token", "http://id.example/keys"] {
            let request = ureq::http::Request::builder().uri(uri).body(Vec::new()).unwrap();
            assert!(matches!(send(request), Err(ureq::Error::BadUri(_))), "{uri}");
        }
    }
}
