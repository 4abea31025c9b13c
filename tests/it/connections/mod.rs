//! Connections: adding one, its page, what arrives at its URL, and the command line. The account is a second Keydesk,
//! whose API is the same contract.

mod adding;
mod command;
mod erasure;
mod hooks;
mod pages;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use keydesk::domain::staff::Role;
use sha2::Sha256;

use crate::support::{Page, TestApp, Visitor};

/// What webhooks are signed with: `whsec_` and base64.
const SECRET: &str = "whsec_a2V5ZGVzay10ZXN0LWtleS0zMi1ieXRlcy1sb25nISE=";

/// A portal that may reach this machine.
fn app() -> TestApp {
    TestApp::builder().with("webhook_allow", "127.0.0.1").spawn()
}

/// The account: its API's address, and a key of that role.
fn account(vendor: &TestApp, role: Role) -> (String, String) {
    (format!("http://{}/api", vendor.address), vendor.api_key(role).token.expect("a token"))
}

/// Connects an account and gives the path of the connection's page.
fn connect(admin: &mut Visitor, vendor: &TestApp) -> String {
    let (api_url, api_key) = account(vendor, Role::Agent);
    let fields = [
        ("kind", "dodopayments"),
        ("name", "Dodo Payments"),
        ("mode", "live"),
        ("api_key", api_key.as_str()),
        ("api_url", api_url.as_str()),
        ("secret", SECRET),
    ];
    let added = admin.post("/connections", &fields);
    assert_eq!(added.status, 303, "{}", added.body);
    added.location()
}

/// The signature of a webhook by a secret.
fn signature(secret: &str, id: &str, timestamp: i64, body: &str) -> String {
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).expect("base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// Sends a webhook to a connection as the account does, signed now.
fn send(app: &TestApp, path: &str, secret: &str, id: &str, body: &str) -> Page {
    let timestamp = app.now().as_second();
    send_signed(app, path, id, timestamp, &signature(secret, id, timestamp, body), body)
}

fn send_signed(app: &TestApp, path: &str, id: &str, timestamp: i64, signature: &str, body: &str) -> Page {
    let timestamp = timestamp.to_string();
    let headers = [("webhook-id", id), ("webhook-timestamp", timestamp.as_str()), ("webhook-signature", signature)];
    let path = path.replace("/connections/", "/hooks/");
    app.anonymous().post_bytes(&path, body.as_bytes().to_vec(), "application/json", &headers)
}
