//! A portal that is connected to an account of the vendor, and both sides as a test sees them.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use jiff::{SignedDuration, Timestamp};
use keydesk::domain::ids::{EntitlementId, GrantId};
use keydesk::domain::license_key::LicenseKeyValue;
use keydesk::domain::staff::Role;
use keydesk::usecases::grants::fulfill::{FulfillGrantError, FulfilledGrant, KeyChoice, fulfill_grant};

use crate::stock;
use crate::support::app::Builder;
use crate::support::given::{PASSWORD, Person};
use crate::support::vendor::FULL_KEY;
use crate::support::vendor::account::{Account, Status};
use crate::support::{Page, TestApp, Vendor, Visitor};

pub struct Companion {
    pub app: TestApp,
    pub vendor: Vendor,
    pub connection_id: String,
    /// A manual entitlement there, and here under the same id.
    pub entitlement: String,
    /// A customer there.
    pub customer: String,
    person: Person,
    admin: Visitor,
    signed_in_at: Timestamp,
}

/// A grant as it is here.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Here {
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub email_state: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub license_key_id: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub trouble: Option<String>,
}

impl Companion {
    /// An account with an entitlement and a customer, connected and looked at once.
    pub fn start() -> Self {
        Self::of(TestApp::builder())
    }

    pub fn of(builder: Builder) -> Self {
        let app = builder.with("webhook_allow", "127.0.0.1").spawn();
        let vendor = Vendor::keeping_time_of(&app.clock);
        let (entitlement, customer) = vendor.account(|account| {
            let entitlement = account.entitlement("Tonwerk Mastering Suite 4");
            (entitlement, account.customer("ada@example.com", "Ada Lovelace", Some("de")))
        });
        let person = app.given().staff(Role::Admin);
        let mut admin = app.sign_in(&person.email, PASSWORD);
        let connection_id = connect(&mut admin, &vendor, FULL_KEY);
        let signed_in_at = app.now();
        let mut companion = Self { app, vendor, connection_id, entitlement, customer, person, admin, signed_in_at };
        companion.poll();
        companion.vendor.forget_calls();
        companion
    }

    /// An admin who is signed in, however much time has passed.
    pub fn admin(&mut self) -> &mut Visitor {
        if self.app.now() > self.signed_in_at + SignedDuration::from_mins(10) || self.admin.address != self.app.address
        {
            self.admin = self.app.sign_in(&self.person.email, PASSWORD);
            self.signed_in_at = self.app.now();
        }
        &mut self.admin
    }

    /// The connection's page.
    pub fn page(&mut self) -> Page {
        let path = self.path("");
        self.admin().get(&path)
    }

    pub fn path(&self, act: &str) -> String {
        format!("/connections/{}{act}", self.connection_id)
    }

    /// Presses a button on the connection's page.
    pub fn press(&mut self, act: &str, fields: &[(&str, &str)]) -> Page {
        let path = self.path(act);
        let page = self.admin().post(&path, fields);
        assert_eq!(page.status, 303, "{act}: {}", page.body);
        page
    }

    /// Looks at the account, and does what came of it.
    pub fn poll(&mut self) {
        self.press("/poll", &[]);
        self.app.run_outbox_until_empty();
    }

    /// Something happens there.
    pub fn there<T>(&self, act: impl FnOnce(&mut Account) -> T) -> T {
        self.vendor.account(act)
    }

    /// A sale there, which is not known here yet.
    pub fn sale(&self) -> String {
        let (entitlement, customer) = (self.entitlement.clone(), self.customer.clone());
        self.there(|account| account.sell(&entitlement, &customer))
    }

    /// A sale that waits here.
    pub fn waiting(&mut self) -> String {
        let id = self.sale();
        self.poll();
        assert_eq!(self.here(&id).status, "pending");
        id
    }

    /// A sale that was fulfilled here with this key and is on its way.
    pub fn on_its_way(&mut self, key: &str) -> String {
        let id = self.waiting();
        self.fulfill(&id, key).expect("fulfilled");
        id
    }

    pub fn fulfill(&self, id: &str, key: &str) -> Result<FulfilledGrant, FulfillGrantError> {
        let key = KeyChoice::Typed(LicenseKeyValue::parse(key).expect("a key"));
        fulfill_grant(self.app.context(), &stock::command(&GrantId::stored(id.to_owned()), key))
    }

    pub fn fulfill_from_stock(&self, id: &str) -> Result<FulfilledGrant, FulfillGrantError> {
        stock::fulfill_from_stock(&self.app, &GrantId::stored(id.to_owned()))
    }

    /// Puts the keys of these numbers into the stock of the entitlement.
    pub fn add_stock(&self, numbers: impl IntoIterator<Item = usize>) {
        stock::add(&self.app, &EntitlementId::stored(self.entitlement.clone()), numbers);
    }

    /// Sends what is due.
    pub fn send(&self) {
        self.app.run_outbox_until_empty();
    }

    /// A day passes in which everything is sent and looked at again and again.
    pub fn settle(&mut self) {
        for minutes in [1, 2, 5, 15, 30, 60, 120, 240, 240, 240, 240] {
            self.app.advance(SignedDuration::from_mins(minutes));
            self.send();
            self.poll();
        }
    }

    /// The grant as it is here, if it is here.
    pub fn find_here(&self, id: &str) -> Option<Here> {
        let query = format!(
            "SELECT grants.status, grants.email_state, grants.license_key_id, mirrored_grants.trouble
             FROM grants LEFT JOIN mirrored_grants ON mirrored_grants.grant_id = grants.id WHERE grants.id = '{id}'"
        );
        self.app.read(|conn| diesel::sql_query(&query).get_result(conn).optional().expect("read"))
    }

    pub fn here(&self, id: &str) -> Here {
        self.find_here(id).unwrap_or_else(|| panic!("{id} is not here"))
    }

    /// The key that the grant has here.
    pub fn key_here(&self, id: &str) -> Option<String> {
        stock::delivered_key(&self.app, &GrantId::stored(id.to_owned()))
    }

    pub fn key_there(&self, id: &str) -> Option<String> {
        self.there(|account| account.grant(id).key.clone())
    }

    pub fn status_there(&self, id: &str) -> Status {
        self.there(|account| account.grant(id).status.clone())
    }

    pub fn stock_in(&self, state: &str) -> i64 {
        self.app.count(&format!("stock_keys WHERE state = '{state}'"))
    }

    /// The grant is delivered on both sides with this key.
    pub fn check_delivered(&self, id: &str, key: &str) {
        assert_eq!(self.status_there(id), Status::Delivered, "{id} there");
        assert_eq!(self.key_there(id).as_deref(), Some(key), "{id} there");
        assert_eq!(self.here(id).status, "delivered", "{id} here");
        assert_eq!(self.key_here(id).as_deref(), Some(key), "{id} here");
    }

    /// The grant waits for a key on both sides.
    pub fn check_waiting(&self, id: &str) {
        assert_eq!(self.status_there(id), Status::Pending, "{id} there");
        let here = self.here(id);
        assert_eq!((here.status.as_str(), here.license_key_id), ("pending", None), "{id} here");
    }
}

/// Adds the connection by the form; gives its id.
pub fn connect(admin: &mut Visitor, vendor: &Vendor, key: &str) -> String {
    let (url, secret) = (vendor.url(), vendor.webhook_secret());
    let page = admin.post(
        "/connections",
        &[
            ("kind", "dodo"),
            ("name", "Dodo Payments"),
            ("mode", "test"),
            ("api_key", key),
            ("api_url", &url),
            ("secret", &secret),
        ],
    );
    assert_eq!(page.status, 303, "{}", page.body);
    page.location().trim_start_matches("/connections/").to_owned()
}
