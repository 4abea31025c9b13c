//! Paddle: completed transactions and their adjustments. A transaction names its customer by an id alone: the address is
//! asked for.

use jiff::SignedDuration;
use serde_json::Value;

use super::json::{at, count, in_path, joined, list, parse, text};
use super::{Delivery, Extent, Line, Order, Refund, Sent, ShopHooks, Told, Want, no_ping};
use crate::crypto::signed_body::{Encoding, Layout, SignatureScheme};

pub(super) static HOOKS: ShopHooks = ShopHooks {
    key: "paddle",
    scheme: Some(&SignatureScheme {
        headers: &["paddle-signature"],
        layout: Layout::Pairs {
            divider: ';',
            time: "ts",
            signature: "h1",
            joint: ":",
            tolerance: SignedDuration::from_mins(5),
        },
        encoding: Encoding::Hex,
    }),
    identify,
    is_ping: no_ping,
    read,
    api_url: Some("https://api.paddle.com"),
};

fn identify(sent: &Sent) -> Delivery {
    let body = parse(&sent.body);
    Delivery { id: text(&body, &["event_id"]), event: text(&body, &["event_type"]) }
}

fn read(event: &str, body: &[u8]) -> Vec<Told> {
    let body = parse(body);
    let data = at(&body, &["data"]);
    let told = match event {
        "transaction.completed" => match text(data, &["origin"]).as_str() {
            "subscription_payment_method_change" => Told::Nothing("no_sale"),
            origin => Told::Order(Box::new(order(data, origin == "subscription_recurring"))),
        },
        "adjustment.created" | "adjustment.updated" => adjustment(data),
        _ => Told::Nothing("other_event"),
    };
    vec![told]
}

fn order(data: &Value, is_renewal: bool) -> Order {
    let customer = text(data, &["customer_id"]);
    Order {
        label: text(data, &["id"]),
        customer_email: text(data, &["customer", "email"]),
        customer_name: text(data, &["customer", "name"]),
        customer_locale: text(data, &["customer", "locale"]),
        payment_id: text(data, &["id"]),
        subscription_id: text(data, &["subscription_id"]),
        created_at: match text(data, &["billed_at"]) {
            at if at.is_empty() => text(data, &["created_at"]),
            at => at,
        },
        lines: if is_renewal { Vec::new() } else { lines(data) },
        facts: vec![("invoice_number", text(data, &["invoice_number"]))],
        want: (!customer.is_empty()).then(|| Want {
            path: format!("/customers/{}", in_path(&customer)),
            add: |order, answer| {
                let customer = answer.map_or(&Value::Null, |answer| at(answer, &["data"]));
                order.customer_email = text(customer, &["email"]);
                order.customer_name = text(customer, &["name"]);
                order.customer_locale = text(customer, &["locale"]);
            },
        }),
        ..Order::default()
    }
}

/// The lines by the details, which have their ids, with what the items say about the price.
fn lines(data: &Value) -> Vec<Line> {
    let items = list(data, &["items"]);
    let details = list(data, &["details", "line_items"]);
    let detailed = |detail: &Value| {
        let price = text(detail, &["price_id"]);
        let item = items.iter().find(|item| text(item, &["price", "id"]) == price).unwrap_or(&Value::Null);
        line(item, detail)
    };
    if details.is_empty() {
        items.iter().map(|item| line(item, &Value::Null)).collect()
    } else {
        details.iter().map(detailed).collect()
    }
}

fn line(item: &Value, detail: &Value) -> Line {
    let either = |own: &[&str], other: &[&str]| match text(item, own) {
        word if word.is_empty() => text(detail, other),
        word => word,
    };
    let product = text(detail, &["product", "name"]);
    let quantity = count(detail, &["quantity"]).or(count(item, &["quantity"])).unwrap_or(1);
    Line {
        id: text(detail, &["id"]),
        words: vec![
            either(&["price", "id"], &["price_id"]),
            either(&["price", "product_id"], &["product", "id"]),
            joined(&product, &text(item, &["price", "name"])),
            product,
        ],
        quantity,
        ordered: quantity,
    }
}

fn adjustment(data: &Value) -> Told {
    if text(data, &["status"]) != "approved" {
        return Told::Nothing("not_approved");
    }
    let is_full = list(data, &["items"]).iter().all(|item| text(item, &["type"]) == "full");
    let extent = match text(data, &["action"]).as_str() {
        "refund" if text(data, &["type"]) == "full" => Extent::Full,
        "refund" if text(data, &["type"]).is_empty() && is_full => Extent::Full,
        "refund" => Extent::Partial,
        "chargeback" | "chargeback_warning" => Extent::Dispute,
        _ => return Told::Nothing("other_event"),
    };
    let transaction = text(data, &["transaction_id"]);
    Told::Refund(Refund { label: transaction.clone(), payment_ids: vec![transaction], extent, ..Refund::default() })
}
