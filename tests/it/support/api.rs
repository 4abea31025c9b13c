//! A program with an API key: JSON out, JSON in.

use std::net::SocketAddr;
use std::time::Duration;

use keydesk::domain::staff::Role;
use keydesk::usecases::api_keys::create::{AddApiKey, add_api_key};
use serde_json::Value;
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

use super::app::TestApp;
use super::given::actor;

pub struct Program {
    agent: Agent,
    address: SocketAddr,
    pub token: Option<String>,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The code of a refusal.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The wrong fields of a refusal.
    pub fn fields(&self) -> Vec<String> {
        let json = self.json();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["field"].as_str().unwrap_or_default().to_owned()).collect()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap_or("(not text)"))
    }

    /// Status and code, for tables of refusals.
    pub fn refusal(&self) -> (u16, String) {
        (self.status, self.code())
    }
}

impl TestApp {
    /// A program with a new API key of that role.
    pub fn api_key(&self, role: Role) -> Program {
        let command = AddApiKey { name: "shop".to_owned(), role, expires_at: None, actor: actor() };
        let added = add_api_key(self.context(), &command).expect("added");
        self.program(Some(added.token))
    }

    /// A program with this token, or without one.
    pub fn program(&self, token: Option<String>) -> Program {
        let agent = Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .new_agent();
        Program { agent, address: self.address, token }
    }
}

impl Program {
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "")
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[], &body.to_string())
    }

    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send("PATCH", path, &[], &body.to_string())
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], "")
    }

    /// The same with an `Idempotency-Key`.
    pub fn post_once(&self, path: &str, body: &Value, idempotency_key: &str) -> Answer {
        self.send("POST", path, &[("idempotency-key", idempotency_key)], &body.to_string())
    }

    /// Sends just this to a path below `/api`; `Content-Type` is JSON unless a header says otherwise.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("http://{}/api{path}", self.address));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if !body.is_empty() && !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = if body.is_empty() {
            self.agent.run(request.body(()).expect("a request"))
        } else {
            self.agent.run(request.body(body.to_owned()).expect("a request"))
        };
        let mut answer = answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        Answer {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            text: answer.body_mut().read_to_string().expect("text"),
        }
    }
}
