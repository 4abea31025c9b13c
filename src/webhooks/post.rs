//! A single POST: limited in total time, without redirects or a proxy, only to permitted addresses.

use std::sync::Arc;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::{Request, Uri};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use super::guard::AddressGuard;

/// The result of a POST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The HTTP status of the response; `None` if there was none.
    pub status: Option<u16>,
    /// What went wrong if there was no response.
    pub error: Option<String>,
}

impl Posted {
    /// Any 2xx status is a success.
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// How many webhooks are sent at the same time, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct WebhookLimits {
    /// The number of workers of all endpoints together.
    pub workers: usize,
    /// The time limit of one attempt; shorter than a lease.
    pub attempt: Duration,
}

impl Default for WebhookLimits {
    fn default() -> Self {
        Self { workers: 64, attempt: Duration::from_secs(15) }
    }
}

/// Posts webhooks; clones share connections.
#[derive(Debug, Clone)]
pub struct Poster {
    agent: Agent,
    limits: WebhookLimits,
}

impl Poster {
    pub fn new(guard: AddressGuard, limits: WebhookLimits) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(limits.attempt))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .proxy(None)
            .user_agent(concat!("Keydesk/", env!("CARGO_PKG_VERSION")))
            .max_response_header_size(16 * 1024)
            .build();
        let resolver = GuardedResolver { guard, inner: Arc::default() };
        Self { agent: Agent::with_parts(config, DefaultConnector::default(), resolver), limits }
    }

    pub fn limits(&self) -> WebhookLimits {
        self.limits
    }

    /// Posts a JSON body. The response's body is not read.
    pub fn post(&self, url: &str, headers: &[(&str, String)], body: &str) -> Posted {
        let mut request = Request::post(url).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answered = request.body(body).map_err(Error::from).and_then(|request| self.agent.run(request));
        match answered {
            Ok(answer) => Posted { status: Some(answer.status().as_u16()), error: None },
            Err(error) => Posted { status: None, error: Some(explain(&error, self.limits.attempt)) },
        }
    }
}

/// A short description of the error, without anything that the other side sent.
fn explain(error: &Error, limit: Duration) -> String {
    match error {
        Error::Timeout(_) => format!("no answer within {} s", limit.as_secs()),
        Error::HostNotFound => "the host was not found".to_owned(),
        Error::Io(error) if error.kind() == std::io::ErrorKind::PermissionDenied => REFUSED.to_owned(),
        Error::Io(error) => format!("the connection failed: {}", error.kind()),
        Error::Tls(_) | Error::Rustls(_) => "the TLS handshake failed".to_owned(),
        Error::ConnectionFailed => "the connection failed".to_owned(),
        _ => "the answer could not be read".to_owned(),
    }
}

const REFUSED: &str = "the host leads to a private address";

/// Resolves names, and rejects a host if any of its addresses is private. The connection uses the addresses resolved
/// here.
#[derive(Debug)]
struct GuardedResolver {
    guard: AddressGuard,
    inner: Arc<DefaultResolver>,
}

impl Resolver for GuardedResolver {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout).map_err(|error| match error {
            // The operating system's error for an unknown name has no kind of its own.
            Error::Io(_) => Error::HostNotFound,
            other => other,
        })?;
        if found.iter().all(|at| self.guard.permits(at.ip())) {
            Ok(found)
        } else {
            Err(Error::Io(std::io::Error::new(std::io::ErrorKind::PermissionDenied, REFUSED)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_turns_private_is_refused_when_it_is_dialled() {
        let posted =
            Poster::new(AddressGuard::default(), WebhookLimits::default()).post("http://localhost:9/hook", &[], "{}");
        assert_eq!(posted, Posted { status: None, error: Some(REFUSED.to_owned()) });
    }

    #[test]
    fn a_closed_port_is_a_failed_connection() {
        let guard = AddressGuard::new(vec!["127.0.0.1/32".parse().unwrap()]);
        let posted = Poster::new(guard, WebhookLimits::default()).post("http://127.0.0.1:9/hook", &[], "{}");
        assert_eq!(posted.status, None);
        assert!(posted.error.is_some_and(|error| error.starts_with("the connection failed")));
    }
}
