//! WooCommerce: orders as they are after each change. There is no event for a payment: an order is paid when its status and
//! the date of its payment say so.

use serde_json::Value;

use super::json::{at, count, joined, list, parse, text};
use super::{Delivery, Extent, Line, Order, OrderState, Refund, Sent, ShopHooks, Told};
use crate::crypto::signed_body::{Encoding, Layout, SignatureScheme};

pub(super) static HOOKS: ShopHooks = ShopHooks {
    key: "woocommerce",
    scheme: Some(&SignatureScheme {
        headers: &["x-wc-webhook-signature"],
        layout: Layout::Signature,
        encoding: Encoding::Base64,
    }),
    identify,
    is_ping,
    read,
    api_url: None,
};

/// The delivery's id is the same for two deliveries in one second, so that the content has to do.
fn identify(sent: &Sent) -> Delivery {
    Delivery { id: String::new(), event: sent.header("x-wc-webhook-topic").to_owned() }
}

/// The form that WooCommerce sends when a webhook is saved: `webhook_id=7`.
fn is_ping(sent: &Sent) -> bool {
    let id = std::str::from_utf8(&sent.body).ok().and_then(|body| body.trim().strip_prefix("webhook_id="));
    id.is_some_and(|id| !id.is_empty() && id.len() <= 20 && id.bytes().all(|byte| byte.is_ascii_digit()))
}

fn read(event: &str, body: &[u8]) -> Vec<Told> {
    let body = parse(body);
    let id = text(&body, &["id"]);
    match event {
        _ if id.is_empty() => vec![Told::Nothing("other_event")],
        "order.deleted" => {
            let refund = Refund { payment_ids: vec![id], extent: Extent::Deleted, ..Refund::default() };
            vec![Told::Refund(refund)]
        }
        _ if !text(&body, &["status"]).is_empty() => vec![Told::Order(Box::new(order(&body)))],
        _ => vec![Told::Nothing("other_event")],
    }
}

fn order(body: &Value) -> Order {
    let status = text(body, &["status"]);
    let is_paid = !text(body, &["date_paid_gmt"]).is_empty() || !text(body, &["date_paid"]).is_empty();
    let state = match status.as_str() {
        "processing" | "completed" if is_paid => OrderState::Paid,
        "refunded" => OrderState::Undone,
        "cancelled" | "failed" if is_paid => OrderState::Undone,
        _ => OrderState::Unpaid,
    };
    let number = match text(body, &["number"]) {
        number if number.is_empty() => text(body, &["id"]),
        number => number,
    };
    let language = list(body, &["meta_data"]).iter().find(|entry| text(entry, &["key"]) == "wpml_language");
    Order {
        label: format!("#{number}"),
        state,
        is_partly_refunded: state == OrderState::Paid && !list(body, &["refunds"]).is_empty(),
        customer_email: text(body, &["billing", "email"]),
        customer_name: joined(&text(body, &["billing", "first_name"]), &text(body, &["billing", "last_name"])),
        customer_locale: language.map(|entry| text(entry, &["value"])).unwrap_or_default(),
        payment_id: text(body, &["id"]),
        external_id: number,
        created_at: match at(body, &["date_paid_gmt"]) {
            Value::String(at) if !at.is_empty() => at.clone(),
            _ => text(body, &["date_created_gmt"]),
        },
        lines: list(body, &["line_items"]).iter().map(line).collect(),
        ..Order::default()
    }
}

fn line(item: &Value) -> Line {
    let variation = text(item, &["variation_id"]);
    let quantity = count(item, &["quantity"]).unwrap_or(1);
    Line {
        id: text(item, &["id"]),
        words: vec![
            text(item, &["sku"]),
            text(item, &["name"]),
            if variation == "0" { String::new() } else { variation },
            text(item, &["product_id"]),
        ],
        quantity,
        ordered: quantity,
    }
}
