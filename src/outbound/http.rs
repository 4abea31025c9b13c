//! JSON calls to another server with a bearer token. An answer of any status is an answer; only its absence is an error.

use std::time::Duration;

use ureq::http::header::HeaderName;
use ureq::http::{HeaderMap, Method, Request};
use ureq::{Agent, Error};

use super::agent::{explain, guarded_agent};
use super::guard::AddressGuard;

/// The time limit of a call in all.
pub const CALL_LIMIT: Duration = Duration::from_secs(15);
/// A longer answer is not read to its end.
const MAX_BODY: u64 = 4 * 1024 * 1024;

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    headers: HeaderMap,
}

impl Answer {
    /// A header's value; `None` if there is none, or it is not text.
    pub fn header(&self, name: &'static str) -> Option<&str> {
        self.headers.get(HeaderName::from_static(name))?.to_str().ok()
    }

    /// A header that is a whole number.
    pub fn number(&self, name: &'static str) -> Option<i64> {
        self.header(name)?.trim().parse().ok()
    }
}

#[cfg(test)]
impl Answer {
    /// An answer with these headers.
    pub(crate) fn for_tests(status: u16, headers: &[(&'static str, &str)], body: &str) -> Self {
        let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        Self { status, body: body.to_owned(), headers: headers.collect() }
    }
}

/// There was no whole answer: what was asked may have been done or not. The text says why and nothing that the other
/// side sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoAnswer(pub String);

/// Makes calls; clones share connections.
#[derive(Debug, Clone)]
pub struct HttpClient {
    agent: Agent,
}

impl HttpClient {
    pub fn new(guard: AddressGuard) -> Self {
        Self { agent: guarded_agent(guard, CALL_LIMIT) }
    }

    /// Makes one call, once. `body` is JSON.
    pub fn call(&self, method: &Method, url: &str, bearer: &str, body: Option<&str>) -> Result<Answer, NoAnswer> {
        let request = Request::builder()
            .method(method.clone())
            .uri(url)
            .header("accept", "application/json")
            .header("authorization", format!("Bearer {bearer}"));
        let run = || -> Result<Answer, Error> {
            let mut response = match body {
                Some(body) => self.agent.run(request.header("content-type", "application/json").body(body)?)?,
                None => self.agent.run(request.body(())?)?,
            };
            let body = response.body_mut().with_config().limit(MAX_BODY).lossy_utf8(true).read_to_string()?;
            Ok(Answer { status: response.status().as_u16(), body, headers: response.headers().clone() })
        };
        run().map_err(|error| NoAnswer(explain(&error, CALL_LIMIT)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbound::agent::REFUSED;

    #[test]
    fn a_private_address_is_not_called() {
        let client = HttpClient::new(AddressGuard::default());
        let answer = client.call(&Method::GET, "http://localhost:9/entitlements", "key", None);
        assert_eq!(answer.unwrap_err(), NoAnswer(REFUSED.to_owned()));
    }

    #[test]
    fn a_closed_port_is_no_answer() {
        let client = HttpClient::new(AddressGuard::new(vec!["127.0.0.1/32".parse().unwrap()]));
        let answer = client.call(&Method::DELETE, "http://127.0.0.1:9/", "key", None);
        assert!(answer.unwrap_err().0.starts_with("the connection failed"));
    }
}
