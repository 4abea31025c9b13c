//! What is in the account, and what happens there: sales, keys, revocations.

use std::collections::BTreeMap;

use jiff::Timestamp;
use keydesk::domain::clock::Clock;
use serde_json::Value;

use super::hooks::{Event, Subject};

#[derive(Debug, Clone)]
pub struct Entitlement {
    pub id: String,
    pub name: String,
    pub integration_type: String,
    pub config: Value,
    pub is_active: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct Customer {
    pub id: String,
    pub email: String,
    pub name: String,
    pub locale: Option<String>,
    pub created_at: Timestamp,
    /// Its log of e-mails, newest first.
    pub emails: Vec<Value>,
}

#[derive(Debug, Clone)]
pub struct Payment {
    pub id: String,
    pub customer_id: String,
    pub quantity: u32,
    pub refund_status: Option<&'static str>,
    pub disputes: Vec<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    Pending,
    Delivered,
    Revoked,
    Failed,
    /// One that nobody has heard of.
    Unknown(String),
}

#[derive(Debug, Clone)]
pub struct Grant {
    pub id: String,
    pub entitlement_id: String,
    pub customer_id: String,
    pub payment_id: Option<String>,
    pub subscription_id: Option<String>,
    pub status: Status,
    pub key: Option<String>,
    pub activations_limit: Option<u64>,
    pub expires_at: Option<String>,
    pub revocation_reason: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub delivered_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// A key that was issued once keeps its value for good, whatever becomes of its grant.
pub struct Account {
    pub clock: Clock,
    pub entitlements: Vec<Entitlement>,
    pub customers: BTreeMap<String, Customer>,
    pub payments: BTreeMap<String, Payment>,
    /// In the order in which they were created.
    pub grants: Vec<Grant>,
    /// Each key that is known, and the grant that has it.
    pub keys: BTreeMap<String, Option<String>>,
    /// What subscribers have not been told yet.
    pub events: Vec<Event>,
    /// How ids of grants begin.
    pub prefix: &'static str,
    numbers: usize,
    last_change: Timestamp,
}

impl Account {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            entitlements: Vec::new(),
            customers: BTreeMap::new(),
            payments: BTreeMap::new(),
            grants: Vec::new(),
            keys: BTreeMap::new(),
            events: Vec::new(),
            prefix: "entg_",
            numbers: 0,
            last_change: Timestamp::UNIX_EPOCH,
        }
    }

    pub(super) fn number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers
    }

    /// The time, later than any that was given before.
    pub(super) fn now(&mut self) -> Timestamp {
        let least = self.last_change + jiff::SignedDuration::from_micros(1);
        self.last_change = self.clock.now().max(least);
        self.last_change
    }

    pub(super) fn tell(&mut self, kind: &str, subject: Subject) {
        let id = format!("msg_{}", self.number());
        self.events.push(Event { id, kind: kind.to_owned(), subject });
    }

    /// A license-key entitlement that staff fulfill.
    pub fn entitlement(&mut self, name: &str) -> String {
        self.entitlement_of(name, "license_key", serde_json::json!({"fulfillment_mode": "manual"}))
    }

    pub fn entitlement_of(&mut self, name: &str, integration_type: &str, config: Value) -> String {
        let (id, now) = (format!("ent_v{}", self.number()), self.now());
        self.entitlements.push(Entitlement {
            id: id.clone(),
            name: name.to_owned(),
            integration_type: integration_type.to_owned(),
            config,
            is_active: true,
            created_at: now,
            updated_at: now,
        });
        id
    }

    /// It is no longer listed; its grants live on.
    pub fn switch_off(&mut self, entitlement_id: &str) {
        let now = self.now();
        let found = self.entitlements.iter_mut().find(|entitlement| entitlement.id == entitlement_id).expect("known");
        (found.is_active, found.updated_at) = (false, now);
    }

    pub fn customer(&mut self, email: &str, name: &str, locale: Option<&str>) -> String {
        let (id, created_at) = (format!("cus_v{}", self.number()), self.now());
        let customer = Customer {
            id: id.clone(),
            email: email.to_owned(),
            name: name.to_owned(),
            locale: locale.map(str::to_owned),
            created_at,
            emails: Vec::new(),
        };
        self.customers.insert(id.clone(), customer);
        id
    }

    /// A pending grant of a payment of one piece.
    pub fn sell(&mut self, entitlement_id: &str, customer_id: &str) -> String {
        self.sell_many(entitlement_id, customer_id, 1, 1).remove(0)
    }

    /// So many grants of one payment for so many pieces.
    pub fn sell_many(&mut self, entitlement_id: &str, customer_id: &str, pieces: u32, grants: usize) -> Vec<String> {
        let id = format!("pay_v{}", self.number());
        let payment = Payment {
            id: id.clone(),
            customer_id: customer_id.to_owned(),
            quantity: pieces,
            refund_status: None,
            disputes: Vec::new(),
        };
        self.payments.insert(id.clone(), payment);
        self.tell("payment.succeeded", Subject::Payment(id.clone()));
        (0..grants).map(|_| self.issue(entitlement_id, customer_id, Some(&id), None)).collect()
    }

    /// A pending grant of a subscription.
    pub fn subscribe(&mut self, entitlement_id: &str, customer_id: &str) -> String {
        let id = format!("sub_v{}", self.number());
        self.issue(entitlement_id, customer_id, None, Some(&id))
    }

    fn issue(
        &mut self,
        entitlement: &str,
        customer: &str,
        payment: Option<&str>,
        subscription: Option<&str>,
    ) -> String {
        let (prefix, number, now) = (self.prefix, self.number(), self.now());
        let id = format!("{prefix}v{number}");
        self.grants.push(Grant {
            id: id.clone(),
            entitlement_id: entitlement.to_owned(),
            customer_id: customer.to_owned(),
            payment_id: payment.map(str::to_owned),
            subscription_id: subscription.map(str::to_owned),
            status: Status::Pending,
            key: None,
            activations_limit: None,
            expires_at: None,
            revocation_reason: None,
            created_at: now,
            updated_at: now,
            delivered_at: None,
            revoked_at: None,
        });
        self.tell("entitlement_grant.created", Subject::Grant(id.clone()));
        id
    }
}
