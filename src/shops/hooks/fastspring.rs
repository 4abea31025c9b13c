//! FastSpring: one request has several events. Accounts and products are there as ids or as objects, as the store is set.

use serde_json::Value;

use super::json::{amount, at, count, id_of, joined, list, moment_of_seconds, parse, text};
use super::{Delivery, Extent, Line, Order, OrderState, Refund, Sent, ShopHooks, Told, no_ping};
use crate::crypto::signed_body::{Encoding, Layout, SignatureScheme};

pub(super) static HOOKS: ShopHooks = ShopHooks {
    key: "fastspring",
    scheme: Some(&SignatureScheme {
        headers: &["x-fs-signature"],
        layout: Layout::Signature,
        encoding: Encoding::Base64,
    }),
    identify,
    is_ping: no_ping,
    read,
    api_url: None,
};

fn identify(sent: &Sent) -> Delivery {
    let body = parse(&sent.body);
    let events = list(&body, &["events"]);
    let ids: Vec<String> = events.iter().map(|event| text(event, &["id"])).collect();
    let mut names: Vec<String> = events.iter().map(|event| text(event, &["type"])).collect();
    names.dedup();
    let has_ids = !ids.is_empty() && ids.iter().all(|id| !id.is_empty());
    // Several ids may be longer than the id of a delivery; the content does then.
    let id = if has_ids { ids.join(",") } else { String::new() };
    Delivery { id: if id.len() > 190 { String::new() } else { id }, event: names.join(",") }
}

fn read(_: &str, body: &[u8]) -> Vec<Told> {
    let body = parse(body);
    let told: Vec<Told> = list(&body, &["events"]).iter().map(event).collect();
    if told.is_empty() { vec![Told::Nothing("other_event")] } else { told }
}

fn event(event: &Value) -> Told {
    let data = at(event, &["data"]);
    let is_test = at(event, &["live"]) == &Value::Bool(false) || at(data, &["live"]) == &Value::Bool(false);
    match text(event, &["type"]).as_str() {
        "order.completed" => Told::Order(Box::new(order(data, is_test))),
        "subscription.charge.completed" => {
            let order = at(data, &["order"]);
            let subscription = id_of(data, "subscription");
            if !order.is_object() {
                return Told::Nothing("other_event");
            }
            Told::Order(Box::new(Order {
                subscription_id: subscription,
                lines: Vec::new(),
                ..self::order(order, is_test)
            }))
        }
        "return.created" if at(data, &["completed"]) != &Value::Bool(false) => {
            let original = at(data, &["original"]);
            let is_full = !original.is_object() || total(data, "totalReturn") >= total(original, "total");
            Told::Refund(Refund {
                label: text(original, &["reference"]),
                payment_ids: vec![text(original, &["id"]), text(original, &["order"]), text(data, &["order"])],
                external_id: text(original, &["reference"]),
                extent: if is_full { Extent::Full } else { Extent::Partial },
                is_test,
                ..Refund::default()
            })
        }
        "order.canceled" => Told::Order(Box::new(Order { state: OrderState::Undone, ..order(data, is_test) })),
        _ => Told::Nothing("other_event"),
    }
}

fn total(value: &Value, name: &str) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a sum of money in hundredths is far smaller")]
    let hundredths = |total: f64| (total * 100.0).round() as i64;
    at(value, &[name]).as_f64().map_or(0, hundredths)
}

fn order(data: &Value, is_test: bool) -> Order {
    let reference = text(data, &["reference"]);
    let id = match text(data, &["id"]) {
        id if id.is_empty() => text(data, &["order"]),
        id => id,
    };
    let customer = at(data, &["customer"]);
    let customer = if customer.is_object() { customer } else { at(data, &["account", "contact"]) };
    let recipient = list(data, &["recipients"]).first().map_or(&Value::Null, |first| at(first, &["recipient"]));
    // A gift goes to whom it was given.
    let person = if text(recipient, &["email"]).is_empty() { customer } else { recipient };
    let items = list(data, &["items"]);
    Order {
        label: reference.clone(),
        state: if at(data, &["completed"]) == &Value::Bool(false) { OrderState::Unpaid } else { OrderState::Paid },
        is_test: is_test || at(data, &["live"]) == &Value::Bool(false),
        customer_email: text(person, &["email"]),
        customer_name: joined(&text(person, &["first"]), &text(person, &["last"])),
        customer_locale: text(data, &["language"]),
        payment_id: id.clone(),
        subscription_id: items
            .iter()
            .map(|item| id_of(item, "subscription"))
            .find(|id| !id.is_empty())
            .unwrap_or_default(),
        external_id: if reference.is_empty() { id.clone() } else { reference },
        created_at: moment_of_seconds(amount(data, &["changed"]) / 1000),
        lines: items.iter().map(line).collect(),
        facts: vec![("fastspring_id", id)],
        ..Order::default()
    }
}

fn line(item: &Value) -> Line {
    let quantity = count(item, &["quantity"]).unwrap_or(1);
    let product = match text(item, &["product"]) {
        path if path.is_empty() => text(item, &["product", "product"]),
        path => path,
    };
    Line {
        id: String::new(),
        words: vec![text(item, &["sku"]), product, text(item, &["display"])],
        quantity,
        ordered: quantity,
    }
}
