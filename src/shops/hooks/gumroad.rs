//! Gumroad: forms without a signature. Whoever knows the address is believed; with a token, the sale is read first.

use super::json::{amount, at, count, flag, in_path, parse, text, with_variant};
use super::{Delivery, Extent, Line, Order, OrderState, Refund, Sent, ShopHooks, Told, Want, no_ping};
use serde_json::Value;

pub(super) static HOOKS: ShopHooks = ShopHooks {
    key: "gumroad",
    scheme: None,
    identify,
    is_ping: no_ping,
    read,
    api_url: Some("https://api.gumroad.com"),
};

/// The fields by name. Sellers may define fields of the same names, which come later: the first counts.
fn fields(body: &[u8]) -> Value {
    let text = String::from_utf8_lossy(body);
    if text.trim_start().starts_with('{') {
        return parse(body);
    }
    let mut fields = serde_json::Map::new();
    for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
        fields.entry(name.into_owned()).or_insert_with(|| Value::String(value.into_owned()));
    }
    Value::Object(fields)
}

/// A ping that is tried again has a count of its tries, so that the content is no id.
fn identify(sent: &Sent) -> Delivery {
    let fields = fields(&sent.body);
    let event = match text(&fields, &["resource_name"]) {
        name if name.is_empty() => "sale".to_owned(),
        name => name,
    };
    let facts = ["sale_id", "subscription_id", "refunded", "disputed", "dispute_won", "amount_refunded_in_cents"];
    let facts: Vec<String> = facts.iter().map(|name| text(&fields, &[name])).collect();
    let is_ours = facts.first().is_some_and(|sale| !sale.is_empty());
    Delivery { id: if is_ours { format!("{event}:{}", facts.join(":")) } else { String::new() }, event }
}

fn read(event: &str, body: &[u8]) -> Vec<Told> {
    let fields = fields(body);
    let sale_id = text(&fields, &["sale_id"]);
    let told = match event {
        _ if sale_id.is_empty() => Told::Nothing("other_event"),
        "sale" => Told::Order(Box::new(order(&fields, sale_id))),
        "refund" => {
            let back = amount(&fields, &["amount_refunded_in_cents"]);
            let is_partial = back > 0 && back < amount(&fields, &["price"]);
            let state = if is_partial { OrderState::Paid } else { OrderState::Undone };
            let lines = Vec::new();
            Told::Order(Box::new(Order { state, is_partly_refunded: is_partial, lines, ..order(&fields, sale_id) }))
        }
        "dispute" => Told::Refund(Refund {
            label: text(&fields, &["order_number"]),
            payment_ids: vec![sale_id],
            external_id: text(&fields, &["order_number"]),
            extent: Extent::Dispute,
            is_test: flag(&fields, &["test"]),
            ..Refund::default()
        }),
        _ => Told::Nothing("other_event"),
    };
    vec![told]
}

fn order(fields: &Value, sale_id: String) -> Order {
    let is_renewal = flag(fields, &["is_recurring_charge"]);
    let is_gift = flag(fields, &["is_gift_receiver_purchase"]);
    Order {
        label: text(fields, &["order_number"]),
        state: if flag(fields, &["refunded"]) { OrderState::Undone } else { OrderState::Paid },
        is_test: flag(fields, &["test"]),
        customer_email: text(fields, &["email"]),
        customer_name: if is_gift { String::new() } else { text(fields, &["full_name"]) },
        external_id: text(fields, &["order_number"]),
        subscription_id: text(fields, &["subscription_id"]),
        created_at: text(fields, &["sale_timestamp"]),
        lines: if is_renewal { Vec::new() } else { vec![line(fields)] },
        want: Some(Want {
            path: format!("/v2/sales/{}", in_path(&sale_id)),
            add: |order, answer| {
                let sale = answer.map_or(&Value::Null, |answer| at(answer, &["sale"]));
                let is_real = text(sale, &["id"]) == order.payment_id || text(sale, &["sale_id"]) == order.payment_id;
                let email = ["email", "purchase_email"].map(|name| text(sale, &[name]));
                let is_theirs = email.iter().any(|email| email.eq_ignore_ascii_case(&order.customer_email));
                order.state = match order.state {
                    _ if !is_real || !is_theirs => OrderState::Unpaid,
                    _ if flag(sale, &["refunded"]) => OrderState::Undone,
                    // A refund that the shop does not know of.
                    OrderState::Undone => OrderState::Unpaid,
                    state => state,
                };
            },
        }),
        payment_id: sale_id,
        ..Order::default()
    }
}

fn line(fields: &Value) -> Line {
    let name = text(fields, &["product_name"]);
    let variants: Vec<String> = fields
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| name.starts_with("variants["))
        .filter_map(|(_, value)| value.as_str().map(str::to_owned))
        .collect();
    let quantity = count(fields, &["quantity"]).unwrap_or(1);
    Line {
        id: String::new(),
        words: vec![
            text(fields, &["sku_id"]),
            with_variant(&name, &variants.join(", ")),
            text(fields, &["short_product_id"]),
            text(fields, &["permalink"]),
            text(fields, &["product_id"]),
            name,
        ],
        quantity,
        ordered: quantity,
    }
}
