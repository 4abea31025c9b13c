//! Lemon Squeezy: orders, refunds and payments of subscriptions. A body has the first item of an order alone; further ones
//! are asked for.

use serde_json::Value;

use super::json::{at, count, flag, in_path, list, parse, text, with_variant};
use super::{Delivery, Extent, Line, Order, OrderState, Refund, Sent, ShopHooks, Told, Want, no_ping};
use crate::crypto::signed_body::{Encoding, Layout, SignatureScheme};

pub(super) static HOOKS: ShopHooks = ShopHooks {
    key: "lemonsqueezy",
    scheme: Some(&SignatureScheme { headers: &["x-signature"], layout: Layout::Signature, encoding: Encoding::Hex }),
    identify,
    is_ping: no_ping,
    read,
    api_url: Some("https://api.lemonsqueezy.com"),
};

/// There is no id: a repeat has the same content.
fn identify(sent: &Sent) -> Delivery {
    Delivery { id: String::new(), event: text(&parse(&sent.body), &["meta", "event_name"]) }
}

fn read(event: &str, body: &[u8]) -> Vec<Told> {
    let body = parse(body);
    let is_test = flag(&body, &["meta", "test_mode"]) || flag(&body, &["data", "attributes", "test_mode"]);
    let (id, attributes) = (text(&body, &["data", "id"]), at(&body, &["data", "attributes"]));
    let told = match event {
        "order_created" => Told::Order(Box::new(order(id, attributes, is_test))),
        "order_refunded" => {
            let is_full = text(attributes, &["status"]) != "partial_refund";
            Told::Refund(Refund {
                label: format!("#{}", text(attributes, &["order_number"])),
                payment_ids: vec![id],
                external_id: text(attributes, &["identifier"]),
                extent: if is_full { Extent::Full } else { Extent::Partial },
                is_test,
                ..Refund::default()
            })
        }
        "subscription_created" => Told::Order(Box::new(subscription(id, attributes, is_test))),
        "subscription_payment_success" if text(attributes, &["billing_reason"]) == "renewal" => {
            Told::Order(Box::new(Order {
                label: format!("#{id}"),
                is_test,
                customer_email: text(attributes, &["user_email"]),
                payment_id: format!("invoice-{id}"),
                subscription_id: text(attributes, &["subscription_id"]),
                created_at: text(attributes, &["created_at"]),
                ..Order::default()
            }))
        }
        "subscription_payment_refunded" => Told::Refund(Refund {
            label: format!("#{id}"),
            payment_ids: vec![format!("invoice-{id}")],
            subscription_id: text(attributes, &["subscription_id"]),
            extent: Extent::Partial,
            is_test,
            ..Refund::default()
        }),
        _ => Told::Nothing("other_event"),
    };
    vec![told]
}

fn order(id: String, attributes: &Value, is_test: bool) -> Order {
    let state = match text(attributes, &["status"]).as_str() {
        _ if flag(attributes, &["refunded"]) => OrderState::Undone,
        "paid" | "partial_refund" => OrderState::Paid,
        "refunded" => OrderState::Undone,
        _ => OrderState::Unpaid,
    };
    let first = at(attributes, &["first_order_item"]);
    let number = text(attributes, &["order_number"]);
    Order {
        label: format!("#{number}"),
        state,
        is_test,
        customer_email: text(attributes, &["user_email"]),
        customer_name: text(attributes, &["user_name"]),
        external_id: text(attributes, &["identifier"]),
        created_at: text(attributes, &["created_at"]),
        lines: if first.is_object() { vec![line(first)] } else { Vec::new() },
        facts: vec![("order_number", number)],
        want: Some(Want {
            path: format!("/v1/order-items?filter[order_id]={}&page[size]=100", in_path(&id)),
            add: |order, answer| {
                let items = answer.into_iter().flat_map(|answer| list(answer, &["data"]));
                let lines: Vec<Line> =
                    items.map(|item| Line { id: text(item, &["id"]), ..line(at(item, &["attributes"])) }).collect();
                if !lines.is_empty() {
                    order.lines = lines;
                }
            },
        }),
        payment_id: id,
        ..Order::default()
    }
}

/// Says which order a subscription began with.
fn subscription(id: String, attributes: &Value, is_test: bool) -> Order {
    Order {
        label: format!("#{}", text(attributes, &["order_id"])),
        is_test,
        customer_email: text(attributes, &["user_email"]),
        customer_name: text(attributes, &["user_name"]),
        payment_id: text(attributes, &["order_id"]),
        subscription_id: id,
        created_at: text(attributes, &["created_at"]),
        lines: vec![line(attributes)],
        has_no_quantities: true,
        ..Order::default()
    }
}

fn line(item: &Value) -> Line {
    let product = text(item, &["product_name"]);
    let quantity = count(item, &["quantity"]).unwrap_or(1);
    Line {
        id: text(item, &["id"]),
        words: vec![
            with_variant(&product, &text(item, &["variant_name"])),
            text(item, &["variant_id"]),
            text(item, &["product_id"]),
            product,
        ],
        quantity,
        ordered: quantity,
    }
}
