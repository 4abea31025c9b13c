//! The agent that all requests go through: it resolves names itself, and connects to permitted addresses only.

use std::sync::Arc;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use super::guard::AddressGuard;

/// An agent whose requests take at most `limit` in all. Its clones share connections.
pub(crate) fn guarded_agent(guard: AddressGuard, limit: Duration) -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(limit))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(None)
        .user_agent(concat!("Keydesk/", env!("CARGO_PKG_VERSION")))
        .max_response_header_size(16 * 1024)
        .build();
    let resolver = GuardedResolver { guard, inner: Arc::default() };
    Agent::with_parts(config, DefaultConnector::default(), resolver)
}

/// A short description of the error, without anything that the other side sent.
pub(crate) fn explain(error: &Error, limit: Duration) -> String {
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

/// Why a host was not connected to.
pub(crate) const REFUSED: &str = "the host leads to a private address";

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
