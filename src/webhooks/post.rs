//! A single POST of a webhook, limited in total time.

use std::time::Duration;

use ureq::http::Request;
use ureq::{Agent, Error};

use crate::outbound::AddressGuard;
use crate::outbound::agent::{explain, guarded_agent};

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
        Self { agent: guarded_agent(guard, limits.attempt), limits }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbound::agent::REFUSED;

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
