//! Taking back what a shop has taken back.

use super::take::{Became, Outcome, Take, references};
use crate::domain::connection::{OnRefund, OnTest};
use crate::domain::ids::GrantId;
use crate::domain::sale::SaleReference;
use crate::domain::sale::task::TaskKind;
use crate::shops::hooks::{Extent, Refund};
use crate::storage::sales::shop_lines::{self, ShopLine};
use crate::storage::{StorageError, Tx, sales};
use crate::usecases::sales::refund::{RefundSale, Refunded, refund_in};

/// How a sale is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Back {
    Full,
    Partial,
    /// Only a person can tell what follows; nothing is done for a sale that is not known.
    Asks(TaskKind),
}

/// Takes a refund, a dispute or a deletion.
pub(super) fn take_refund(take: &Take<'_>, tx: &mut Tx<'_>, refund: &Refund) -> Result<Outcome, StorageError> {
    let ids = references(&refund.payment_ids, &refund.subscription_id, &refund.external_id);
    if ids.is_empty() {
        return Ok(Outcome::new(Became::Skipped, &refund.label, "no_id"));
    }
    let is_known = is_known(tx, take.shop, &ids)?;
    if refund.is_test && !is_known && take.connection.on_test != OnTest::Real {
        return Ok(Outcome::new(Became::Skipped, &refund.label, "test_order"));
    }
    match &refund.extent {
        Extent::Full => take_back(take, tx, ids, Back::Full, &refund.label),
        Extent::Partial => take_back(take, tx, ids, Back::Partial, &refund.label),
        Extent::Dispute => take_back(take, tx, ids, Back::Asks(TaskKind::Dispute), &refund.label),
        Extent::Deleted => take_back(take, tx, ids, Back::Asks(TaskKind::OrderDeleted), &refund.label),
        Extent::Lines(lines) => {
            let order_id = refund.payment_ids.first().map(String::as_str).unwrap_or_default();
            let mut known = shop_lines::of_order(tx, take.shop, order_id)?;
            for (line_id, quantity) in lines {
                let quantity = i32::try_from(*quantity).unwrap_or(i32::MAX);
                let line = match known.iter().position(|line| line.line_id == *line_id) {
                    Some(place) => known.swap_remove(place),
                    None => ShopLine { line_id: line_id.clone(), entitlement_id: None, quantity: 0, refunded: 0 },
                };
                let line = ShopLine { refunded: line.refunded.saturating_add(quantity), ..line };
                shop_lines::put(tx, take.shop, order_id, &line)?;
                known.push(line);
            }
            if !is_known {
                return Ok(Outcome::new(Became::Remembered, &refund.label, "lines"));
            }
            // A sale that came by a file has no lines here.
            if known.iter().all(|line| line.quantity == 0) {
                return take_back(take, tx, ids, Back::Partial, &refund.label);
            }
            match of_lines(&known) {
                Some(back) => take_back(take, tx, ids, back, &refund.label),
                None => Ok(Outcome::new(Became::Skipped, &refund.label, "other_lines")),
            }
        }
    }
}

/// How much of what has keys was paid back; `None` for nothing of it.
pub(super) fn of_lines(lines: &[ShopLine]) -> Option<Back> {
    let mut with_keys = lines.iter().filter(|line| line.entitlement_id.is_some()).peekable();
    with_keys.peek()?;
    let (mut any, mut all) = (false, true);
    for line in with_keys {
        any |= line.refunded > 0;
        all &= line.refunded >= line.quantity;
    }
    match (any, all) {
        (true, true) => Some(Back::Full),
        (true, false) => Some(Back::Partial),
        (false, _) => None,
    }
}

pub(super) fn is_known(tx: &mut Tx<'_>, shop: &str, ids: &[SaleReference]) -> Result<bool, StorageError> {
    Ok(sales::find(tx, shop, ids)?.iter().any(|sale| sale.customer_id.is_some()))
}

/// Takes the sale with these ids back; one that is not known is remembered.
pub(super) fn take_back(
    take: &Take<'_>,
    tx: &mut Tx<'_>,
    ids: Vec<SaleReference>,
    back: Back,
    label: &str,
) -> Result<Outcome, StorageError> {
    let asks = match back {
        Back::Asks(kind) if !is_known(tx, take.shop, &ids)? => {
            let detail = if kind == TaskKind::Dispute { "unknown_dispute" } else { "unknown_sale" };
            return Ok(Outcome::new(Became::Skipped, label, detail));
        }
        Back::Asks(kind) => Some(kind),
        Back::Full if take.connection.on_refund == OnRefund::Ask && is_known(tx, take.shop, &ids)? => {
            Some(TaskKind::FullRefund)
        }
        Back::Full | Back::Partial => None,
    };
    let command = RefundSale {
        shop: take.shop.to_owned(),
        ids,
        is_partial: back == Back::Partial,
        asks,
        reason: None,
        actor: take.actor.clone(),
    };
    Ok(match refund_in(take.ctx, tx, &command)? {
        Refunded::Revoked(grants) => {
            let first: Option<GrantId> = grants.first().cloned();
            Outcome::new(Became::Refunded, label, grants.len().to_string()).with_grant(first)
        }
        Refunded::Asked { kind, grant_id, .. } => {
            Outcome::new(Became::Asked, label, kind.as_str()).with_grant(Some(grant_id))
        }
        Refunded::Remembered => Outcome::new(Became::Remembered, label, ""),
    })
}
