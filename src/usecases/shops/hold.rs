//! Holding an order that cannot become grants until a person has decided.

use super::take::{Became, Outcome, Take};
use crate::domain::ids::HeldSaleId;
use crate::domain::product::folded_word;
use crate::domain::sale::held::{HeldDecision, HeldReason, HeldSale};
use crate::shops::hooks::Order;
use crate::storage::sales::held;
use crate::storage::{StorageError, Tx};

/// The order in its shop, for what is held of it; empty for one without any id.
pub(super) fn order_key(order: &Order) -> &str {
    let ids = [&order.external_id, &order.payment_id, &order.subscription_id];
    ids.into_iter().map(String::as_str).find(|id| !id.is_empty()).unwrap_or_default()
}

/// Holds the order, unless a person has skipped it for this reason.
pub(super) fn hold(
    take: &Take<'_>,
    tx: &mut Tx<'_>,
    order: &Order,
    why: HeldReason,
    shown: &str,
) -> Result<Outcome, StorageError> {
    let key = order_key(order);
    if key.is_empty() {
        return Ok(Outcome::new(Became::Refused, &order.label, "no_id"));
    }
    let shown: String = shown.chars().filter(|c| !c.is_control()).take(300).collect();
    let word = if why == HeldReason::UnknownProduct { folded_word(&shown) } else { String::new() };
    let before = held::find_by_order(tx, take.shop, key)?;
    let is_dropped =
        |held: &HeldSale| held.decision == Some(HeldDecision::Dropped) && held.why == why && held.word == word;
    if before.as_ref().is_some_and(is_dropped) {
        return Ok(Outcome::new(Became::Skipped, &order.label, "dropped"));
    }
    let open = before.filter(|held| held.settled_at.is_none());
    let held = HeldSale {
        id: open.as_ref().map_or_else(HeldSaleId::random, |held| held.id.clone()),
        connection_id: take.connection.id.clone(),
        hook_id: take.hook_id.clone(),
        shop: take.shop.to_owned(),
        order_key: key.chars().take(200).collect(),
        label: order.label.chars().filter(|c| !c.is_control()).take(100).collect(),
        why,
        word,
        title: title(order, &shown),
        shown: shown.clone(),
        created_at: open.map_or(take.received_at, |held| held.created_at),
        settled_at: None,
        decision: None,
    };
    held::put(tx, &held)?;
    Ok(Outcome::new(Became::Held, &order.label, format!("{} {shown}", why.as_str())))
}

/// The next word of the line that has this one: after a SKU, its name.
fn title(order: &Order, word: &str) -> String {
    let line = order.lines.iter().find(|line| line.words.iter().any(|other| other == word));
    let next = line.and_then(|line| line.words.iter().find(|other| !other.is_empty() && other.as_str() != word));
    next.map(|title| title.chars().filter(|c| !c.is_control()).take(300).collect()).unwrap_or_default()
}
