//! Who is believed: the vendors' own examples are, whatever differs from them is not, and changes nothing.

use serde_json::Value;

use super::{SECRET, app, connect, connect_with, hook_path, send, shopify_order};
use crate::support::{Page, TestApp};

const VECTORS: &str = include_str!("vectors.json");

const SIGNED: [&str; 6] = ["shopify", "woocommerce", "stripe", "lemonsqueezy", "paddle", "fastspring"];

fn vector(kind: &str) -> (String, String, Vec<(String, String)>) {
    let all: Value = serde_json::from_str(VECTORS).unwrap();
    let vector = &all[kind];
    let headers = vector["headers"].as_object().unwrap();
    (
        vector["secret"].as_str().unwrap_or_default().to_owned(),
        vector["body"].as_str().unwrap().to_owned(),
        headers.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect(),
    )
}

fn post(app: &TestApp, path: &str, body: &str, headers: &[(String, String)]) -> Page {
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.anonymous().post_bytes(&hook_path(path), body.as_bytes().to_vec(), "application/json", &headers)
}

#[test]
fn the_vendors_examples_are_taken_and_stored_once() {
    for kind in SIGNED {
        let app = app();
        let (secret, body, headers) = vector(kind);
        let path = connect_with(&mut app.admin(), kind, &[("secret", &secret)]);
        for _ in 0..2 {
            let page = post(&app, &path, &body, &headers);
            assert_eq!(page.status, 200, "{kind}: {}", page.body);
        }
        assert_eq!(app.count("hooks"), 1, "{kind}");
        assert_eq!(app.count("outbox_messages WHERE kind = 'hook_received'"), 1, "{kind}");
        app.run_outbox_until_empty();
        assert_eq!(app.count("hooks WHERE finished_at IS NULL"), 0, "{kind}");
    }
}

#[test]
fn whatever_differs_is_answered_like_an_unknown_connection_and_changes_nothing() {
    for kind in SIGNED {
        let app = app();
        let (secret, body, headers) = vector(kind);
        let mut admin = app.admin();
        let path = connect_with(&mut admin, kind, &[("secret", &secret)]);
        let other = connect_with(&mut admin, kind, &[("secret", "another-secret")]);
        let unknown = post(&app, "/hooks/con_0000000000000000000000", &body, &headers);
        assert_eq!(unknown.status, 401);
        let changed: Vec<(String, String)> = headers
            .iter()
            .map(|(name, value)| {
                let is_signature = name.to_lowercase().contains("sign") || name.to_lowercase().contains("hmac");
                (name.clone(), if is_signature { format!("{}A", &value[..value.len() - 1]) } else { value.clone() })
            })
            .collect();
        let tries = [
            ("another body", post(&app, &path, &format!("{body} "), &headers)),
            ("no headers", post(&app, &path, &body, &[])),
            ("another signature", post(&app, &path, &body, &changed)),
            ("another secret", post(&app, &other, &body, &headers)),
        ];
        for (what, page) in tries {
            assert_eq!((page.status, &page.body), (401, &unknown.body), "{kind}: {what}");
        }
        assert_eq!(app.count("hooks") + app.count("connection_events"), 0, "{kind}");
    }
}

#[test]
fn a_stale_signature_is_refused_where_the_time_is_signed() {
    for kind in ["stripe", "paddle"] {
        for (seconds, status) in [(300, 200), (301, 401)] {
            let app = app();
            let (secret, body, headers) = vector(kind);
            let path = connect_with(&mut app.admin(), kind, &[("secret", &secret)]);
            app.advance(jiff::SignedDuration::from_secs(seconds));
            assert_eq!(post(&app, &path, &body, &headers).status, status, "{kind} after {seconds} s");
        }
    }
}

#[test]
fn a_connection_without_a_secret_takes_nothing_and_an_older_secret_holds_for_a_day() {
    let app = app();
    let mut admin = app.admin();
    let path = connect_with(&mut admin, "shopify", &[]);
    let body = shopify_order(1, "mira@example.com", &[]).to_string();
    let send = |id: &str| send(&app, &path, "shopify", "orders/paid", id, body.as_bytes()).status;
    assert_eq!(send("e0"), 401);
    assert!(admin.get(&path).body.contains("No secret yet"));
    let stored = admin.post(&format!("{path}/secrets"), &[("secret", SECRET)]);
    assert_eq!(stored.status, 303, "{}", stored.body);
    assert_eq!(send("e1"), 200);
    assert_eq!(admin.post(&format!("{path}/secrets"), &[("secret", "two words")]).status, 422);
    assert_eq!(admin.post(&format!("{path}/secrets"), &[("secret", "a-new-secret")]).status, 303);
    assert_eq!(send("e2"), 200, "the old one for a day");
    app.advance(jiff::SignedDuration::from_hours(25));
    assert_eq!(send("e3"), 401);
    let page = admin.get(&path).body;
    assert!(!page.contains(SECRET) && !page.contains("a-new-secret"), "never shown");
}

#[test]
fn fastspring_is_refused_without_a_secret() {
    let app = app();
    let fields = [("kind", "fastspring"), ("name", "Shop"), ("mode", "live")];
    let page = app.admin().post("/connections", &fields);
    assert_eq!(page.status, 422);
    assert!(page.body.contains("signs nothing without a secret"), "{}", page.body);
    assert_eq!(app.count("connections"), 0);
}

#[test]
fn the_first_contact_of_woocommerce_is_answered_and_shown() {
    let app = app();
    let mut admin = app.admin();
    let path = connect(&mut admin, "woocommerce");
    let ping = |body: &str| {
        let form = "application/x-www-form-urlencoded";
        app.anonymous().post_bytes(&hook_path(&path), body.as_bytes().to_vec(), form, &[]).status
    };
    assert_eq!(ping("webhook_id=7"), 200);
    assert_eq!(ping("webhook_id=7"), 200);
    assert_eq!(ping("webhook_id=7&status=paid"), 401);
    assert_eq!((app.count("hooks"), app.count("connection_events")), (0, 1), "noted once a minute");
    assert!(admin.get(&path).body.contains("first contact at"));
    let other = connect(&mut admin, "shopify");
    let form = "application/x-www-form-urlencoded";
    assert_eq!(app.anonymous().post_bytes(&hook_path(&other), b"webhook_id=7".to_vec(), form, &[]).status, 401);
}
