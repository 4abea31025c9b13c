//! Shops' webhooks: what is signed becomes sales, refunds take them back, and what cannot become grants waits for a
//! person.

mod asking;
mod decisions;
mod orders;
mod pages;
mod payloads;
mod races;
mod refunds;
mod signatures;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use keydesk::domain::staff::Role;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{Page, TestApp, Visitor};

/// What the shops of these tests sign with.
const SECRET: &str = "shop-test-secret";

/// A portal at the moment of the samples, which may reach this machine.
fn app() -> TestApp {
    let app = TestApp::builder().with("webhook_allow", "127.0.0.1").spawn();
    let to_sample = 1_790_000_000 - app.now().as_second();
    app.advance(jiff::SignedDuration::from_secs(to_sample));
    app
}

/// Adds a connection with the secret; gives the path of its page.
fn connect(admin: &mut Visitor, kind: &str) -> String {
    connect_with(admin, kind, &[("secret", SECRET)])
}

fn connect_with(admin: &mut Visitor, kind: &str, fields: &[(&str, &str)]) -> String {
    let all = [&[("kind", kind), ("name", kind), ("mode", "live")], fields].concat();
    let added = admin.post("/connections", &all);
    assert_eq!(added.status, 303, "{}", added.body);
    added.location()
}

/// Treats test orders as real ones: some samples are of test mode.
fn take_tests(admin: &mut Visitor, path: &str) {
    let saved = admin.post(path, &[("name", "shop"), ("on_test", "real"), ("on_refund", "revoke")]);
    assert_eq!(saved.status, 303, "{}", saved.body);
}

fn mac(prefix: &str, body: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(prefix.as_bytes());
    mac.update(body);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// The headers by which the shop signs, with the name of the event where that is a header, and the delivery's id.
fn headers(app: &TestApp, kind: &str, event: &str, id: &str, body: &[u8]) -> Vec<(String, String)> {
    let now = app.now().as_second();
    let plain = || STANDARD.encode(mac("", body));
    let all: Vec<(&str, String)> = match kind {
        "shopify" => vec![
            ("X-Shopify-Topic", event.to_owned()),
            ("X-Shopify-Event-Id", id.to_owned()),
            ("X-Shopify-Hmac-SHA256", plain()),
        ],
        "woocommerce" => vec![("X-WC-Webhook-Topic", event.to_owned()), ("X-WC-Webhook-Signature", plain())],
        "stripe" => vec![("Stripe-Signature", format!("t={now},v1={}", hex(&mac(&format!("{now}."), body))))],
        "lemonsqueezy" => vec![("X-Event-Name", event.to_owned()), ("X-Signature", hex(&mac("", body)))],
        "paddle" => vec![("Paddle-Signature", format!("ts={now};h1={}", hex(&mac(&format!("{now}:"), body))))],
        "fastspring" => vec![("X-FS-Signature", plain())],
        _ => Vec::new(),
    };
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn hook_path(path: &str) -> String {
    path.replace("/connections/", "/hooks/")
}

/// Sends what the shop would, signed.
fn send(app: &TestApp, path: &str, kind: &str, event: &str, id: &str, body: &[u8]) -> Page {
    let headers = headers(app, kind, event, id, body);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let content_type = if kind == "gumroad" { "application/x-www-form-urlencoded" } else { "application/json" };
    app.anonymous().post_bytes(&hook_path(path), body.to_vec(), content_type, &headers)
}

/// Sends it and works it off.
fn deliver(app: &TestApp, path: &str, kind: &str, event: &str, id: &str, body: &Value) {
    let sent = send(app, path, kind, event, id, body.to_string().as_bytes());
    assert_eq!(sent.status, 200, "{}", sent.body);
    app.run_outbox_until_empty();
}

/// A paid order of Shopify: number, address, and lines of id, SKU and quantity.
fn shopify_order(number: u32, email: &str, lines: &[(u32, &str, u32)]) -> Value {
    let lines: Vec<Value> = lines
        .iter()
        .map(|(id, sku, quantity)| json!({"id": id, "sku": sku, "title": sku, "quantity": quantity}))
        .collect();
    json!({
        "id": 9_000_000_000_000_u64 + u64::from(number), "name": format!("#{number}"), "email": email,
        "financial_status": "paid", "processed_at": "2026-09-21T15:33:20+02:00", "test": false,
        "customer": {"first_name": "Mira", "last_name": "Holt"}, "line_items": lines,
    })
}

/// All grants, newest first.
fn grants(app: &TestApp) -> Vec<Value> {
    app.api_key(Role::Admin).get("/grants?page_size=100").json()["items"].as_array().unwrap().clone()
}

/// How many grants are in each state.
fn states(app: &TestApp) -> Vec<String> {
    let mut states: Vec<String> =
        grants(app).iter().map(|grant| grant["status"].as_str().unwrap().to_lowercase()).collect();
    states.sort();
    states
}

/// The ids in the forms of a page.
fn ids(page: &Page, field: &str) -> Vec<String> {
    let mark = format!("name=\"{field}\" value=\"");
    page.body.split(&mark).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}
