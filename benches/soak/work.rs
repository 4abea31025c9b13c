//! What is asked for: a wheel of a hundred requests, in the shares of a busy day.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::browser::Browser;

/// What the requests are about.
pub struct Data {
    pub pending: Vec<String>,
    pub delivered: Vec<String>,
    pub keys: Vec<String>,
}

/// One request, and the status it must be answered with.
pub struct Task {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    pub status: u16,
}

pub struct Work {
    browser: Browser,
    person: (String, String),
    data: Data,
    asset: String,
    fulfilled: AtomicUsize,
}

impl Work {
    pub fn new(address: SocketAddr, email: &str, password: &str, data: Data) -> Self {
        let browser = Browser::sign_in(address, email, password);
        let asset = browser.first_asset();
        let person = (email.to_owned(), password.to_owned());
        Self { browser, person, data, asset, fulfilled: AtomicUsize::new(0) }
    }

    pub fn address(&self) -> SocketAddr {
        self.browser.address
    }

    pub fn fulfilled(&self) -> usize {
        self.fulfilled.load(Ordering::Relaxed)
    }

    pub fn task(&self, number: usize) -> Task {
        // Steps through the wheel so that the same kinds do not come in a row.
        match number * 37 % 100 {
            0..14 => self.get("queue", "/grants?status=pending"),
            14..22 => self.get("all grants", "/grants"),
            22..25 => self.get("search", "/grants?q=mann"),
            25..37 => self.get("a grant", &format!("/grants/{}", self.delivered(number))),
            37..44 => self.get("form", &format!("/grants/{}/fulfillment/new", self.last_pending())),
            44..49 => self.fulfill(),
            49..51 => self.post("reveal", &format!("/grants/{}/reveal", self.delivered(number)), "reason=soak", 200),
            51 => self.post("wrong form", &format!("/grants/{}/fulfillment", self.last_pending()), "key=", 422),
            52 => self.get_with("no such page", "/nothing/here", 404),
            53..56 => self.get("overview", "/"),
            56..60 => self.get("audit log", "/audit"),
            60..62 => self.get("asset", &self.asset),
            // Once in ten turns of the wheel: now and then.
            62 if (number / 100).is_multiple_of(10) => self.get("audit as CSV", "/audit.csv"),
            62..64 => self.get("readiness", "/readyz"),
            64..92 => self.licensed("validate", number, 200),
            92..98 => self.licensed("activate", number, 201),
            _ => self.get("entitlements", "/entitlements"),
        }
    }

    fn delivered(&self, number: usize) -> &str {
        &self.data.delivered[number * 7_919 % self.data.delivered.len()]
    }

    /// One that stays pending.
    fn last_pending(&self) -> &str {
        self.data.pending.last().unwrap()
    }

    fn get(&self, name: &'static str, path: &str) -> Task {
        self.get_with(name, path, 200)
    }

    fn get_with(&self, name: &'static str, path: &str, status: u16) -> Task {
        Task { name, bytes: self.browser.get(path), status }
    }

    fn post(&self, name: &'static str, path: &str, form: &str, status: u16) -> Task {
        Task { name, bytes: self.browser.post(path, form), status }
    }

    fn fulfill(&self) -> Task {
        let id = &self.data.pending[self.fulfilled.fetch_add(1, Ordering::Relaxed)];
        self.post("fulfillment", &format!("/grants/{id}/fulfillment"), &format!("key=SOAK-{id}"), 303)
    }

    /// Somebody comes in with a browser of their own; fails loudly where they may not.
    pub fn sign_in(&self) {
        let (email, password) = &self.person;
        Browser::sign_in(self.address(), email, password);
    }

    fn licensed(&self, name: &'static str, number: usize, status: u16) -> Task {
        let key = &self.data.keys[number * 7_919 % self.data.keys.len()];
        let body = format!("{{\"license_key\":\"{key}\",\"name\":\"device\"}}");
        let head = format!(
            "POST /api/licenses/{name} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.address(),
            body.len()
        );
        Task { name, bytes: format!("{head}{body}").into_bytes(), status }
    }
}
