//! Webhooks of the account: registered there, signed, and posted when and as often as the test says.

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use ureq::Agent;

use super::account::Account;
use super::http::{Answer, Request};
use super::{State, Vendor};

/// Something that subscribers are told.
#[derive(Debug, Clone)]
pub struct Event {
    /// The same each time that it is sent.
    pub id: String,
    pub kind: String,
    pub subject: Subject,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Grant(String),
    LicenseKey(String),
    Payment(String),
    Customer(String),
}

/// An event on its way: the body is the object as it was when it was signed.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub id: String,
    pub timestamp: i64,
    pub signature: String,
    pub body: String,
}

/// A webhook that was registered.
#[derive(Debug, Clone)]
pub struct Webhook {
    pub id: String,
    pub url: String,
    pub filter_types: Vec<String>,
}

pub(super) struct Webhooks {
    registered: Vec<Webhook>,
    /// The newest first; all of them sign.
    secrets: Vec<Vec<u8>>,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self { registered: Vec::new(), secrets: vec![b"the vendor's first secret, 32 b!".to_vec()] }
    }
}

impl Webhooks {
    pub(super) fn route(&mut self, request: &Request, rest: &[&str]) -> Answer {
        let found = rest.first().and_then(|id| self.registered.iter().find(|webhook| webhook.id == *id));
        match (request.method.as_str(), rest, found) {
            ("POST", [], _) => self.register(&request.json().unwrap_or_default()),
            ("GET", [], _) => {
                let all: Vec<Value> = self.registered.iter().map(shown).collect();
                Answer::json(200, &json!({"data": all, "iterator": null, "done": true}))
            }
            ("GET", [_], Some(webhook)) => Answer::json(200, &shown(webhook)),
            ("GET", [_, "secret"], Some(_)) => Answer::json(200, &json!({"secret": self.text()})),
            ("DELETE", [id], Some(_)) => {
                self.registered.retain(|webhook| webhook.id != *id);
                Answer::json(200, &json!({}))
            }
            _ => Answer::error(404, "NOT_FOUND", "The resource was not found"),
        }
    }

    fn register(&mut self, body: &Value) -> Answer {
        let Some(url) = body["url"].as_str().filter(|url| url.starts_with("http")) else {
            return Answer::error(422, "INVALID_REQUEST_BODY", "url is required");
        };
        let types = body["filter_types"].as_array().into_iter().flatten();
        let webhook = Webhook {
            id: format!("whk_v{}", self.registered.len() + 1),
            url: url.to_owned(),
            filter_types: types.filter_map(|name| name.as_str().map(str::to_owned)).collect(),
        };
        self.registered.push(webhook.clone());
        Answer::json(200, &shown(&webhook))
    }

    fn text(&self) -> String {
        format!("whsec_{}", STANDARD.encode(&self.secrets[0]))
    }
}

fn shown(webhook: &Webhook) -> Value {
    json!({"id": webhook.id, "url": webhook.url, "filter_types": webhook.filter_types, "description": "",
           "disabled": false, "metadata": {}, "created_at": "2026-06-01T00:00:00Z", "updated_at": "2026-06-01T00:00:00Z"})
}

impl Vendor {
    /// The secret as it is copied from the vendor's page.
    pub fn webhook_secret(&self) -> String {
        self.state().webhooks.text()
    }

    /// A new secret; the one before it signs too.
    pub fn rotate_secret(&self, secret: &[u8]) {
        self.state().webhooks.secrets.insert(0, secret.to_vec());
    }

    /// The one before the newest signs no more.
    pub fn end_old_secrets(&self) {
        self.state().webhooks.secrets.truncate(1);
    }

    pub fn webhooks(&self) -> Vec<Webhook> {
        self.state().webhooks.registered.clone()
    }

    /// What subscribers have not been told yet, the oldest first. It is for the caller to deliver or to lose it.
    pub fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut self.state().account.events)
    }

    /// The event with its object as it is at this moment.
    pub fn sign(&self, event: &Event) -> Delivery {
        let state = self.state();
        let now = state.account.clock.now();
        let body = json!({
            "business_id": "bus_vendor", "type": event.kind, "timestamp": now.to_string(), "data": data(&state, event),
        });
        let (timestamp, body) = (now.as_second(), body.to_string());
        let signature = signatures(&state.webhooks.secrets, &event.id, timestamp, &body);
        Delivery { id: event.id.clone(), timestamp, signature, body }
    }

    /// Delivers all that subscribers have not been told; every one is taken.
    pub fn deliver_events(&self, portal: SocketAddr, connection_id: &str) -> usize {
        let events = self.take_events();
        for event in &events {
            assert_eq!(self.sign(event).post(portal, connection_id), 200, "{event:?}");
        }
        events.len()
    }
}

fn data(state: &State, event: &Event) -> Value {
    let account: &Account = &state.account;
    let (mut object, name) = match &event.subject {
        Subject::Grant(id) => (state.style.grant(account, account.grant(id)), "EntitlementGrant"),
        Subject::LicenseKey(id) => (state.style.license_key(account.grant(id)), "LicenseKey"),
        Subject::Payment(id) if event.kind.starts_with("refund") => {
            let is_partial = account.payments[id].refund_status == Some("partial");
            (
                json!({"refund_id": format!("ref_{id}"), "payment_id": id, "is_partial": is_partial, "status": "succeeded"}),
                "Refund",
            )
        }
        Subject::Payment(id) => (state.style.payment(account, &account.payments[id]), "Payment"),
        Subject::Customer(id) => (state.style.customer(&account.customers[id]), "Customer"),
    };
    object["payload_type"] = json!(name);
    object
}

/// One entry for each secret, between others that a newer version of the scheme might add.
fn signatures(secrets: &[Vec<u8>], id: &str, timestamp: i64, body: &str) -> String {
    let mut entries = vec!["v2,bm90IGEgc2lnbmF0dXJl".to_owned()];
    for secret in secrets {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key");
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        entries.push(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())));
    }
    entries.join(" ")
}

impl Delivery {
    /// Posts it to the URL of a connection; gives the status.
    pub fn post(&self, portal: SocketAddr, connection_id: &str) -> u16 {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(15)))
            .build()
            .new_agent();
        let answer = agent
            .post(format!("http://{portal}/hooks/{connection_id}"))
            .header("content-type", "application/json")
            .header("webhook-id", &self.id)
            .header("webhook-timestamp", self.timestamp.to_string())
            .header("webhook-signature", &self.signature)
            .send(self.body.as_str());
        answer.unwrap_or_else(|error| panic!("the webhook was not answered: {error}")).status().as_u16()
    }

    /// The same signed by somebody who does not know the secret.
    pub fn forged(&self) -> Self {
        let signature =
            signatures(&[b"a secret of somebody else's here".to_vec()], &self.id, self.timestamp, &self.body);
        Self { signature, ..self.clone() }
    }

    /// The same with other words under the old signature.
    pub fn with_body(&self, body: &str) -> Self {
        Self { body: body.to_owned(), ..self.clone() }
    }
}
