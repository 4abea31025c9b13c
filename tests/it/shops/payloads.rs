//! Each shop's body, from its URL to the grants, and together with the file of the same orders.

use keydesk::import::{Format, Mode, Options, import};

use super::{app, connect, connect_with, grants, send, states, take_tests};
use crate::support::TestApp;

struct Sample {
    kind: &'static str,
    event: &'static str,
    body: &'static [u8],
    /// The entitlement that its product is.
    product: &'static str,
    email: &'static str,
    name: &'static str,
    count: usize,
}

const SAMPLES: [Sample; 6] = [
    Sample {
        kind: "shopify",
        event: "orders/paid",
        body: include_bytes!("payloads/shopify_orders_paid.json"),
        product: "INK-PRO-1Y",
        email: "mira.holt@example.org",
        name: "Mira Holt",
        count: 2,
    },
    Sample {
        kind: "woocommerce",
        event: "order.updated",
        body: include_bytes!("payloads/woocommerce_order_updated.json"),
        product: "FRM-STD",
        email: "lucia.prado@example.org",
        name: "Lucía Prado",
        count: 2,
    },
    Sample {
        kind: "stripe",
        event: "",
        body: include_bytes!("payloads/stripe_checkout_session_completed.json"),
        product: "PXF-PRO",
        email: "ines.duarte@example.org",
        name: "Ines Duarte",
        count: 1,
    },
    Sample {
        kind: "lemonsqueezy",
        event: "order_created",
        body: include_bytes!("payloads/lemonsqueezy_order_created.json"),
        product: "Tonebench - Studio",
        email: "sofia.l@example.org",
        name: "Sofia Lindqvist",
        count: 1,
    },
    Sample {
        kind: "gumroad",
        event: "",
        body: include_bytes!("payloads/gumroad_sale.form"),
        product: "Gridsmith - Commercial",
        email: "nadia.karim@example.org",
        name: "Nadia Karim",
        count: 1,
    },
    Sample {
        kind: "fastspring",
        event: "",
        body: include_bytes!("payloads/fastspring_order_completed.json"),
        product: "Scanmate Pro",
        email: "it@example.com",
        name: "IT Desk",
        count: 5,
    },
];

fn connected(sample: &Sample) -> (TestApp, String) {
    let app = app();
    app.given().named_entitlement(sample.product);
    let mut admin = app.admin();
    let path = connect(&mut admin, sample.kind);
    take_tests(&mut admin, &path);
    (app, path)
}

#[test]
fn every_shops_order_becomes_a_grant_for_each_piece() {
    for sample in &SAMPLES {
        let (app, path) = connected(sample);
        let sent = send(&app, &path, sample.kind, sample.event, "e1", sample.body);
        assert_eq!(sent.status, 200, "{}: {}", sample.kind, sent.body);
        app.run_outbox_until_empty();
        assert_eq!(states(&app), vec!["pending"; sample.count], "{}", sample.kind);
        let customer = app.api_key(keydesk::domain::staff::Role::Admin).get("/customers").json();
        assert_eq!(customer["items"][0]["email"], sample.email, "{}", sample.kind);
        assert_eq!(customer["items"][0]["name"], sample.name, "{}", sample.kind);
        assert_eq!(app.count("hooks WHERE result = 'applied'"), 1, "{}", sample.kind);
        let page = app.admin().get(&path).body;
        assert!(page.contains("Applied") && page.contains("/grants/entg_"), "{}: {page}", sample.kind);
        // The same order by another delivery changes nothing.
        let mut again = sample.body.to_vec();
        again.push(if sample.kind == "gumroad" { b'&' } else { b' ' });
        assert_eq!(send(&app, &path, sample.kind, sample.event, "e2", &again).status, 200);
        app.run_outbox_until_empty();
        assert_eq!(grants(&app).len(), sample.count, "{}", sample.kind);
        assert_eq!(app.count("sales"), 1, "{}", sample.kind);
    }
}

#[test]
fn paddle_waits_for_an_address_without_a_key() {
    let app = app();
    app.given().named_entitlement("Looplab One seat");
    let path = connect(&mut app.admin(), "paddle");
    let body = include_bytes!("payloads/paddle_transaction_completed.json");
    assert_eq!(send(&app, &path, "paddle", "", "", body).status, 200);
    app.run_outbox_until_empty();
    assert_eq!(grants(&app).len(), 0);
    assert_eq!(app.count("held_sales WHERE why = 'no_address'"), 1);
    let page = app.agent().get("/sales?needs=decision").body;
    assert!(page.contains("No e-mail address") && page.contains("Order txn_demo1"), "{page}");
}

#[test]
fn a_file_of_the_same_order_adds_nothing_and_neither_does_the_webhook_after_the_file() {
    let file = "Name,Email,Financial Status,Paid at,Lineitem quantity,Lineitem name,Lineitem sku,Id\n\
                #2001,mira.holt@example.org,paid,2026-09-21 15:33:20 +0200,2,Inkwell Pro - 1 year,INK-PRO-1Y,9000000000001\n";
    for is_file_first in [true, false] {
        let sample = &SAMPLES[0];
        let (app, path) = connected(sample);
        let load = || {
            let options = Options::default();
            import(app.context(), file.as_bytes(), Format::Csv, Mode::Load, &options, &mut |_| {}).unwrap().added
        };
        let hook = || {
            assert_eq!(send(&app, &path, sample.kind, sample.event, "e1", sample.body).status, 200);
            app.run_outbox_until_empty();
        };
        let added = if is_file_first {
            let added = load();
            hook();
            added
        } else {
            hook();
            load()
        };
        assert_eq!(added, if is_file_first { 2 } else { 0 });
        assert_eq!(states(&app), ["pending", "pending"], "file first: {is_file_first}");
        assert_eq!(app.count("sales"), 1);
    }
}

#[test]
fn a_second_connection_of_a_kind_numbers_its_orders_apart() {
    let app = app();
    app.given().named_entitlement("INK-PRO-1Y");
    let mut admin = app.admin();
    let (first, second) = (connect(&mut admin, "shopify"), connect(&mut admin, "shopify"));
    for path in [&first, &second] {
        assert_eq!(send(&app, path, "shopify", "orders/paid", "e1", SAMPLES[0].body).status, 200);
    }
    app.run_outbox_until_empty();
    assert_eq!((app.count("sales"), grants(&app).len()), (2, 4));
    let page = app.viewer().get("/sales").body;
    assert!(page.contains("Shopify 2") && page.contains("#2001"), "{page}");
}

#[test]
fn what_is_not_a_sale_is_noted_and_does_nothing() {
    let app = app();
    let mut admin = app.admin();
    for (kind, body) in [
        ("shopify", "not json"),
        ("woocommerce", r#"{"action":"x","arg":1}"#),
        ("stripe", r#"{"id":"evt_1","type":"customer.created"}"#),
        ("lemonsqueezy", "[]"),
        ("gumroad", "hello"),
        ("paddle", r#"{"event_id":"e","event_type":"transaction.paid","data":{}}"#),
        ("fastspring", r#"{"events":[{"id":"a","type":"order.failed"},7]}"#),
    ] {
        let path = connect_with(&mut admin, kind, &[("secret", super::SECRET)]);
        assert_eq!(send(&app, &path, kind, "orders/paid", "e1", body.as_bytes()).status, 200, "{kind}");
    }
    app.run_outbox_until_empty();
    assert_eq!(app.count("hooks WHERE result = 'skipped'"), 7);
    assert_eq!(app.count("hooks WHERE finished_at IS NULL") + app.count("sales") + app.count("held_sales"), 0);
}
