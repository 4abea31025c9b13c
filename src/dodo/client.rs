//! The calls. Each is made once; an account that asks to wait is not called again before it is time.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use ureq::http::Method;

use super::answer::{CallError, read};
use super::objects::{RemoteCustomer, RemoteEmail, RemoteEntitlement, RemoteGrant, quantity};
use crate::domain::clock::Clock;
use crate::domain::connection::CallBudget;
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::outbound::HttpClient;

/// The number of items on a page; the most that the vendor gives. A page with fewer is the last.
pub(crate) const PAGE_SIZE: usize = 100;

/// An account's API key.
#[derive(Clone)]
pub(crate) struct AccountKey(String);

impl AccountKey {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// All accounts; clones share connections and what accounts asked for.
#[derive(Debug, Clone)]
pub(crate) struct Dodo {
    http: HttpClient,
    clock: Clock,
    /// Until when accounts asked to be left alone, by the name they are called under.
    busy: Arc<Mutex<HashMap<String, Timestamp>>>,
}

impl Dodo {
    pub(crate) fn new(http: HttpClient, clock: Clock) -> Self {
        Self { http, clock, busy: Arc::default() }
    }

    /// An account, reached at `api_url`. Calls under the same `name` wait together when it asks for that.
    pub(crate) fn account(&self, name: &str, api_url: &str, key: AccountKey) -> Account {
        let api_url = api_url.trim_end_matches('/').to_owned();
        Account {
            dodo: self.clone(),
            name: name.to_owned(),
            api_url,
            key,
            calls: Cell::new(0),
            budget: Cell::new(None),
        }
    }

    fn busy(&self) -> MutexGuard<'_, HashMap<String, Timestamp>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What grants of an entitlement are listed by.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct GrantsQuery<'a> {
    /// As the contract spells it, `Pending`.
    pub(crate) status: Option<&'static str>,
    pub(crate) customer_id: Option<&'a str>,
}

/// A license key to be supplied.
#[derive(Debug)]
pub(crate) struct SupplyKey<'a> {
    pub(crate) value: &'a LicenseKeyValue,
    pub(crate) activations_limit: Option<ActivationsLimit>,
    pub(crate) expires_at: Option<Timestamp>,
}

/// One account, called with its key.
#[derive(Debug)]
pub(crate) struct Account {
    dodo: Dodo,
    name: String,
    api_url: String,
    key: AccountKey,
    calls: Cell<i32>,
    budget: Cell<Option<CallBudget>>,
}

impl Account {
    /// How many calls were made.
    pub(crate) fn calls(&self) -> i32 {
        self.calls.get()
    }

    /// What the last answer said of the rate limit.
    pub(crate) fn budget(&self) -> Option<CallBudget> {
        self.budget.get()
    }

    /// A page of the license-key entitlements, from 0.
    pub(crate) fn entitlements(&self, page: usize) -> Result<Vec<RemoteEntitlement>, CallError> {
        let path = format!("/entitlements?integration_type=license_key&{}", numbered(page));
        self.items(&path, RemoteEntitlement::read)
    }

    pub(crate) fn entitlement(&self, id: &str) -> Result<RemoteEntitlement, CallError> {
        let found = self.get(&format!("/entitlements/{}", escaped(id)))?;
        RemoteEntitlement::read(&found).ok_or(CallError::Unreadable)
    }

    /// A page of an entitlement's grants, from 0.
    pub(crate) fn grants(&self, id: &str, query: GrantsQuery<'_>, page: usize) -> Result<Vec<RemoteGrant>, CallError> {
        let mut path = format!("/entitlements/{}/grants?{}", escaped(id), numbered(page));
        if let Some(status) = query.status {
            path = format!("{path}&status={status}");
        }
        if let Some(customer_id) = query.customer_id {
            path = format!("{path}&customer_id={}", escaped(customer_id));
        }
        self.items(&path, RemoteGrant::read)
    }

    pub(crate) fn customer(&self, id: &str) -> Result<RemoteCustomer, CallError> {
        let found = self.get(&format!("/customers/{}", escaped(id)))?;
        RemoteCustomer::read(&found).ok_or(CallError::Unreadable)
    }

    /// A page of all customers, from 0.
    pub(crate) fn customers(&self, page: usize) -> Result<Vec<RemoteCustomer>, CallError> {
        self.items(&format!("/customers?{}", numbered(page)), RemoteCustomer::read)
    }

    /// How many were bought by a payment.
    pub(crate) fn payment_quantity(&self, id: &str) -> Result<Option<i32>, CallError> {
        Ok(quantity(&self.get(&format!("/payments/{}", escaped(id)))?))
    }

    /// How many were bought by a subscription.
    pub(crate) fn subscription_quantity(&self, id: &str) -> Result<Option<i32>, CallError> {
        Ok(quantity(&self.get(&format!("/subscriptions/{}", escaped(id)))?))
    }

    /// The newest e-mails to a customer.
    pub(crate) fn emails(&self, customer_id: &str) -> Result<Vec<RemoteEmail>, CallError> {
        self.items(&format!("/customers/{}/emails?{}", escaped(customer_id), numbered(0)), RemoteEmail::read)
    }

    /// Supplies the key of a grant.
    pub(crate) fn supply(&self, grant_id: &str, key: &SupplyKey<'_>) -> Result<RemoteGrant, CallError> {
        // What is left out means the entitlement's own.
        let limit = key.activations_limit.map(|limit| ("activations_limit".to_owned(), json!(limit.get())));
        let expiry = key.expires_at.map(|at| ("expires_at".to_owned(), json!(at.to_string())));
        let value = ("key".to_owned(), json!(key.value.expose()));
        let body = Value::Object(std::iter::once(value).chain(limit).chain(expiry).collect());
        let answered = self.call(&Method::POST, &format!("/grants/{}/license-key", escaped(grant_id)), Some(&body))?;
        RemoteGrant::read(&answered).ok_or(CallError::Unreadable)
    }

    /// Makes a webhook there and returns its id. A repeat with the same `idempotency_key` makes no second one.
    pub(crate) fn create_webhook(
        &self,
        url: &str,
        events: &[&str],
        description: &str,
        idempotency_key: &str,
    ) -> Result<String, CallError> {
        let body = json!({
            "url": url,
            "filter_types": events,
            "description": description,
            "idempotency_key": idempotency_key,
        });
        let made = self.call(&Method::POST, "/webhooks", Some(&body))?;
        super::fields::text(&made, "id").ok_or(CallError::Unreadable)
    }

    /// The secret that a webhook is signed with.
    pub(crate) fn webhook_secret(&self, id: &str) -> Result<String, CallError> {
        let found = self.get(&format!("/webhooks/{}/secret", escaped(id)))?;
        super::fields::text(&found, "secret").ok_or(CallError::Unreadable)
    }

    pub(crate) fn delete_webhook(&self, id: &str) -> Result<(), CallError> {
        self.call(&Method::DELETE, &format!("/webhooks/{}", escaped(id)), None).map(drop)
    }

    fn get(&self, path: &str) -> Result<Value, CallError> {
        self.call(&Method::GET, path, None)
    }

    fn items<T>(&self, path: &str, read: impl Fn(&Value) -> Option<T>) -> Result<Vec<T>, CallError> {
        let found = self.get(path)?;
        let items = found.get("items").and_then(Value::as_array).ok_or(CallError::Unreadable)?;
        let known: Vec<T> = items.iter().filter_map(read).collect();
        // One that cannot be read must not end the walk, or be taken for one that is gone.
        if known.len() == items.len() { Ok(known) } else { Err(CallError::Unreadable) }
    }

    fn call(&self, method: &Method, path: &str, body: Option<&Value>) -> Result<Value, CallError> {
        let now = self.dodo.clock.now();
        if let Some(until) = self.dodo.busy().get(&self.name).copied().filter(|until| *until > now) {
            return Err(CallError::Busy { after: now.duration_until(until) });
        }
        self.calls.set(self.calls.get().saturating_add(1));
        let url = format!("{}{path}", self.api_url);
        let answered = self.dodo.http.call(method, &url, &self.key.0, body.map(Value::to_string).as_deref());
        if let Ok(answer) = &answered
            && let (Some(limit), Some(left)) =
                (answer.number("x-ratelimit-limit"), answer.number("x-ratelimit-remaining"))
        {
            self.budget.set(Some(CallBudget { left, limit, at: now }));
        }
        let result = read(answered);
        if let Err(CallError::Busy { after }) = &result {
            let until = now.saturating_add(*after).unwrap_or(now);
            self.dodo.busy().insert(self.name.clone(), until);
        }
        result
    }
}

fn numbered(page: usize) -> String {
    format!("page_number={page}&page_size={PAGE_SIZE}")
}

/// An id as a part of a path: nothing in it leads elsewhere.
fn escaped(id: &str) -> String {
    const KEPT: percent_encoding::AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_');
    utf8_percent_encode(id, &KEPT).to_string()
}
