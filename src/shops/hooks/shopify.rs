//! Shopify: orders that were paid, changed or cancelled, and refunds. An order is known by its name, as in the export, and
//! by its id, which is all that a refund names.

use serde_json::Value;

use super::json::{at, count, first_text, flag, joined, list, parse, text, with_variant};
use super::{Delivery, Extent, Line, Order, OrderState, Refund, Sent, ShopHooks, Told, no_ping};
use crate::crypto::signed_body::{Encoding, Layout, SignatureScheme};

pub(super) static HOOKS: ShopHooks = ShopHooks {
    key: "shopify",
    scheme: Some(&SignatureScheme {
        headers: &["x-shopify-hmac-sha256", "shopify-hmac-sha256"],
        layout: Layout::Signature,
        encoding: Encoding::Base64,
    }),
    identify,
    is_ping: no_ping,
    read,
    api_url: None,
};

fn identify(sent: &Sent) -> Delivery {
    let id = ["x-shopify-event-id", "shopify-event-id", "x-shopify-webhook-id", "shopify-webhook-id"];
    Delivery {
        id: sent.first_header(&id).to_owned(),
        event: sent.first_header(&["x-shopify-topic", "shopify-topic"]).to_owned(),
    }
}

fn read(event: &str, body: &[u8]) -> Vec<Told> {
    let body = parse(body);
    let told = match event {
        "refunds/create" => Told::Refund(refund(&body)),
        "disputes/create" | "disputes/update" => Told::Refund(Refund {
            payment_ids: vec![text(&body, &["order_id"])],
            extent: Extent::Dispute,
            ..Refund::default()
        }),
        "orders/delete" => Told::Refund(Refund {
            payment_ids: vec![text(&body, &["id"])],
            extent: Extent::Deleted,
            ..Refund::default()
        }),
        _ if at(&body, &["line_items"]).is_array() || !text(&body, &["financial_status"]).is_empty() => {
            Told::Order(Box::new(order(event, &body)))
        }
        _ => Told::Nothing("other_event"),
    };
    vec![told]
}

fn order(event: &str, body: &Value) -> Order {
    let is_cancelled = !text(body, &["cancelled_at"]).is_empty() || event == "orders/cancelled";
    let status = text(body, &["financial_status"]);
    let state = match status.as_str() {
        _ if is_cancelled => OrderState::Undone,
        "refunded" | "voided" => OrderState::Undone,
        "paid" | "partially_refunded" => OrderState::Paid,
        "" if event == "orders/paid" => OrderState::Paid,
        _ => OrderState::Unpaid,
    };
    let name = text(body, &["name"]);
    Order {
        label: name.clone(),
        state,
        is_test: flag(body, &["test"]),
        customer_email: first_text(body, &[&["email"], &["contact_email"], &["customer", "email"]]),
        customer_name: match text(body, &["billing_address", "name"]) {
            name if name.is_empty() => {
                joined(&text(body, &["customer", "first_name"]), &text(body, &["customer", "last_name"]))
            }
            name => name,
        },
        customer_locale: text(body, &["customer_locale"]),
        payment_id: text(body, &["id"]),
        external_id: name,
        created_at: first_text(body, &[&["processed_at"], &["created_at"]]),
        lines: list(body, &["line_items"]).iter().map(line).collect(),
        has_line_refunds: true,
        facts: vec![("shopify_id", text(body, &["id"]))],
        ..Order::default()
    }
}

fn line(item: &Value) -> Line {
    let ordered = count(item, &["quantity"]).unwrap_or(1);
    let title = text(item, &["title"]);
    let name = match text(item, &["name"]) {
        name if name.is_empty() => with_variant(&title, &text(item, &["variant_title"])),
        name => name,
    };
    Line {
        id: text(item, &["id"]),
        words: vec![text(item, &["sku"]), name, text(item, &["variant_id"]), text(item, &["product_id"]), title],
        quantity: count(item, &["current_quantity"]).unwrap_or(ordered),
        ordered,
    }
}

fn refund(body: &Value) -> Refund {
    let lines = list(body, &["refund_line_items"]).iter().filter_map(|line| {
        let id = text(line, &["line_item_id"]);
        let quantity = count(line, &["quantity"])?;
        (!id.is_empty()).then_some((id, quantity))
    });
    let lines: Vec<(String, u32)> = lines.collect();
    Refund {
        payment_ids: vec![text(body, &["order_id"])],
        extent: if lines.is_empty() { Extent::Partial } else { Extent::Lines(lines) },
        ..Refund::default()
    }
}
