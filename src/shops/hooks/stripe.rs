//! Stripe: completed checkouts, renewals, refunds and disputes. What was bought is not in a checkout's event: it is asked
//! for, or told by metadata and the payment link.

use jiff::SignedDuration;
use serde_json::Value;

use super::json::{amount, at, count, first_text, flag, id_of, in_path, list, moment_of_seconds, parse, text};
use super::{Delivery, Extent, Line, Order, OrderState, Refund, Sent, ShopHooks, Told, Want, no_ping};
use crate::crypto::signed_body::{Encoding, Layout, SignatureScheme};

pub(super) static HOOKS: ShopHooks = ShopHooks {
    key: "stripe",
    scheme: Some(&SignatureScheme {
        headers: &["stripe-signature"],
        layout: Layout::Pairs {
            divider: ',',
            time: "t",
            signature: "v1",
            joint: ".",
            tolerance: SignedDuration::from_mins(5),
        },
        encoding: Encoding::Hex,
    }),
    identify,
    is_ping: no_ping,
    read,
    api_url: Some("https://api.stripe.com"),
};

fn identify(sent: &Sent) -> Delivery {
    let body = parse(&sent.body);
    Delivery { id: text(&body, &["id"]), event: text(&body, &["type"]) }
}

fn read(event: &str, body: &[u8]) -> Vec<Told> {
    let body = parse(body);
    let object = at(&body, &["data", "object"]);
    let is_test = at(&body, &["livemode"]) == &Value::Bool(false);
    let told = match event {
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" => {
            Told::Order(Box::new(checkout(object, is_test)))
        }
        "checkout.session.async_payment_failed" => Told::Nothing("unpaid"),
        "invoice.paid" => renewal(object, is_test),
        "charge.refunded" => {
            let is_full =
                flag(object, &["refunded"]) || amount(object, &["amount_refunded"]) >= amount(object, &["amount"]);
            Told::Refund(refund(object, if is_full { Extent::Full } else { Extent::Partial }, is_test))
        }
        "charge.dispute.created" => Told::Refund(refund(object, Extent::Dispute, is_test)),
        _ => Told::Nothing("other_event"),
    };
    vec![told]
}

fn checkout(session: &Value, is_test: bool) -> Order {
    let id = text(session, &["id"]);
    let state = match text(session, &["payment_status"]).as_str() {
        "paid" | "no_payment_required" => OrderState::Paid,
        _ => OrderState::Unpaid,
    };
    let locale = text(session, &["locale"]);
    let metadata = |name: &str| text(session, &["metadata", name]);
    let quantity = count(session, &["metadata", "qty"]).or(count(session, &["metadata", "quantity"])).unwrap_or(1);
    let words = vec![
        metadata("sku"),
        metadata("product"),
        id_of(session, "payment_link"),
        text(session, &["client_reference_id"]),
    ];
    Order {
        label: id.clone(),
        state,
        is_test,
        customer_email: first_text(session, &[&["customer_details", "email"], &["customer_email"]]),
        customer_name: first_text(
            session,
            &[
                &["customer_details", "name"],
                &["customer_details", "individual_name"],
                &["customer_details", "business_name"],
            ],
        ),
        customer_locale: if locale == "auto" { String::new() } else { locale },
        payment_id: match id_of(session, "payment_intent") {
            payment if payment.is_empty() => id_of(session, "invoice"),
            payment => payment,
        },
        subscription_id: id_of(session, "subscription"),
        created_at: moment_of_seconds(amount(session, &["created"])),
        lines: vec![Line { id: String::new(), words, quantity, ordered: quantity }],
        facts: vec![
            ("stripe_invoice", id_of(session, "invoice")),
            ("client_reference_id", text(session, &["client_reference_id"])),
        ],
        want: Some(Want {
            path: format!("/v1/checkout/sessions/{}/line_items?limit=100", in_path(&id)),
            add: |order, answer| {
                let lines: Vec<Line> =
                    answer.into_iter().flat_map(|answer| list(answer, &["data"])).map(item).collect();
                // A SKU in the metadata says more of a single line than its price does.
                if let ([own], [asked]) = (order.lines.as_slice(), lines.as_slice()) {
                    let words = own.words.iter().take(2).chain(&asked.words).cloned().collect();
                    order.lines = vec![Line { words, ..asked.clone() }];
                } else if !lines.is_empty() {
                    order.lines = lines;
                }
            },
        }),
        external_id: id,
        ..Order::default()
    }
}

fn item(item: &Value) -> Line {
    let quantity = count(item, &["quantity"]).unwrap_or(1);
    Line {
        id: text(item, &["id"]),
        words: vec![
            text(item, &["metadata", "sku"]),
            id_of(item, "price"),
            text(item, &["price", "lookup_key"]),
            id_of(at(item, &["price"]), "product"),
            text(item, &["description"]),
        ],
        quantity,
        ordered: quantity,
    }
}

/// The invoice of a further period. The first one belongs to its checkout.
fn renewal(invoice: &Value, is_test: bool) -> Told {
    if text(invoice, &["billing_reason"]) != "subscription_cycle" {
        return Told::Nothing("first_invoice");
    }
    let subscription = match id_of(invoice, "subscription") {
        id if id.is_empty() => text(invoice, &["parent", "subscription_details", "subscription"]),
        id => id,
    };
    Told::Order(Box::new(Order {
        label: first_text(invoice, &[&["number"], &["id"]]),
        is_test,
        customer_email: text(invoice, &["customer_email"]),
        customer_name: text(invoice, &["customer_name"]),
        payment_id: text(invoice, &["id"]),
        subscription_id: subscription,
        created_at: moment_of_seconds(amount(invoice, &["created"])),
        ..Order::default()
    }))
}

fn refund(object: &Value, extent: Extent, is_test: bool) -> Refund {
    let payment = id_of(object, "payment_intent");
    Refund {
        label: payment.clone(),
        payment_ids: vec![payment, id_of(object, "invoice")],
        extent,
        is_test,
        ..Refund::default()
    }
}
