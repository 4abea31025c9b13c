//! Taking an order: its products become entitlements, and each of them a report of the sale.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::hold::{hold, order_key};
use super::refund::{Back, of_lines, take_back};
use super::take::{Became, Outcome, Take, id, references};
use crate::domain::audit::AuditAction;
use crate::domain::connection::OnTest;
use crate::domain::customer::{self, EmailAddress};
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::{EntitlementId, GrantId};
use crate::domain::sale::held::{HeldDecision, HeldReason};
use crate::domain::sale::{Quantity, Sale, SaleReference};
use crate::shops::hooks::{Order, OrderState};
use crate::shops::moment::{self, DayOrder};
use crate::storage::catalog::entitlements;
use crate::storage::sales::lines::units;
use crate::storage::sales::shop_lines::{self, ShopLine};
use crate::storage::sales::{self, SaleRecord, held};
use crate::storage::{StorageError, Tx, customers};
use crate::usecases::catalog::find_product::{Product, find_product};
use crate::usecases::grants::create::IssueGrantError;
use crate::usecases::sales::report::report_of;

/// The maximum number of grants of one product in one order.
const MAX_QUANTITY: u32 = 1_000;

/// The products of an order, told apart.
#[derive(Default)]
struct Bought {
    /// With how many of each there are now.
    known: Vec<(Entitlement, u32)>,
    /// The words for what nobody has mapped.
    unknown: Vec<String>,
    lines: Vec<ShopLine>,
}

/// Takes an order as it is now. Taking it again changes nothing.
pub(super) fn take_order(take: &Take<'_>, tx: &mut Tx<'_>, order: &Order) -> Result<Outcome, StorageError> {
    let ids = references(std::slice::from_ref(&order.payment_id), &order.subscription_id, &order.external_id);
    let sale = sales::find(tx, take.shop, &ids)?.into_iter().find(|sale| sale.customer_id.is_some());
    let label = order.label.as_str();
    if order.state == OrderState::Unpaid {
        return Ok(Outcome::new(Became::Skipped, label, "unpaid"));
    }
    if ids.is_empty() {
        return Ok(Outcome::new(Became::Refused, label, "no_id"));
    }
    let may_skip = order.is_test && sale.is_none() && !take.decided.is_real;
    if may_skip && take.connection.on_test == OnTest::Skip {
        return Ok(Outcome::new(Became::Skipped, label, "test_order"));
    }
    if order.state == OrderState::Undone {
        settle(take, tx, order)?;
        if may_skip && take.connection.on_test == OnTest::Ask {
            return Ok(Outcome::new(Became::Skipped, label, "test_order"));
        }
        return take_back(take, tx, ids, Back::Full, label);
    }
    let bought = bought(tx, order, sale.as_ref())?;
    if bought.known.is_empty() && bought.unknown.is_empty() {
        settle(take, tx, order)?;
        let reason = if order.lines.is_empty() { "unknown_sale" } else { "needs_no_key" };
        return Ok(Outcome::skipped_for_now(label, reason));
    }
    let shown = order.lines.iter().flat_map(|line| &line.words).find(|word| !word.is_empty());
    let shown = shown.map(String::as_str).unwrap_or_default();
    if may_skip && take.connection.on_test == OnTest::Ask {
        return hold(take, tx, order, HeldReason::TestOrder, shown);
    }
    let Some(email) = email(take, tx, order, sale.as_ref())? else {
        return hold(take, tx, order, HeldReason::NoAddress, shown);
    };
    let reported = match report(take, tx, order, &bought, &email)? {
        Ok(reported) => reported,
        Err(IssueGrantError::CustomerErased) => return Ok(Outcome::new(Became::Skipped, label, "erased")),
        Err(IssueGrantError::AddressUnreachable) => return hold(take, tx, order, HeldReason::NoAddress, shown),
        Err(_) => return Ok(Outcome::new(Became::Refused, label, "inactive")),
    };
    finish(take, tx, order, &bought, ids, reported)
}

/// What follows once the sale is reported: what is missing of it, and what was paid back.
fn finish(
    take: &Take<'_>,
    tx: &mut Tx<'_>,
    order: &Order,
    bought: &Bought,
    ids: Vec<SaleReference>,
    (added, grant_id): (u32, Option<GrantId>),
) -> Result<Outcome, StorageError> {
    let label = order.label.as_str();
    let back = if order.has_line_refunds { note_lines(take, tx, order, &bought.lines)? } else { None };
    let back = back.or(order.is_partly_refunded.then_some(Back::Partial));
    let back = match back {
        Some(back) if grant_id.is_some() => Some(take_back(take, tx, ids, back, label)?),
        _ => None,
    };
    if let Some(word) = bought.unknown.first() {
        return Ok(hold(take, tx, order, HeldReason::UnknownProduct, word)?.with_grant(grant_id));
    }
    settle(take, tx, order)?;
    Ok(match back {
        Some(back) => back,
        None if added > 0 => Outcome::new(Became::Applied, label, added.to_string()).with_grant(grant_id),
        None => Outcome::new(Became::Known, label, "").with_grant(grant_id),
    })
}

/// Ends what is held of the order.
fn settle(take: &Take<'_>, tx: &mut Tx<'_>, order: &Order) -> Result<(), StorageError> {
    let by = take.actor.id().to_owned();
    held::settle(tx, (take.shop, order_key(order)), HeldDecision::Done, &by, take.now)?;
    Ok(())
}

fn bought(tx: &mut Tx<'_>, order: &Order, sale: Option<&SaleRecord>) -> Result<Bought, StorageError> {
    let mut bought = Bought::default();
    if order.lines.is_empty() {
        // A further payment is for what was bought.
        let mut ids: Vec<EntitlementId> = match sale {
            Some(sale) => units(tx, &sale.id)?.into_iter().map(|unit| unit.entitlement_id).collect(),
            None => Vec::new(),
        };
        ids.sort();
        ids.dedup();
        for id in ids {
            bought.known.push((entitlements::find(tx, &id)?, 0));
        }
        return Ok(bought);
    }
    for line in &order.lines {
        let mut entitlement_id = None;
        match find_product(tx, &line.words)? {
            Product::Unknown(word) if line.quantity > 0 => bought.unknown.push(word),
            Product::NeedsNoKey | Product::Unknown(_) => {}
            Product::Entitlement(found) => {
                entitlement_id = Some(found.id.clone());
                match bought.known.iter_mut().find(|(known, _)| known.id == found.id) {
                    Some((_, quantity)) => *quantity = quantity.saturating_add(line.quantity),
                    None => bought.known.push((*found, line.quantity)),
                }
            }
        }
        if !line.id.is_empty() {
            let quantity = i32::try_from(line.ordered).unwrap_or(i32::MAX);
            bought.lines.push(ShopLine { line_id: line.id.clone(), entitlement_id, quantity, refunded: 0 });
        }
    }
    Ok(bought)
}

/// The customer's address: as a person gave it, as the shop tells it, or as it is known of the sale.
fn email(
    take: &Take<'_>,
    tx: &mut Tx<'_>,
    order: &Order,
    sale: Option<&SaleRecord>,
) -> Result<Option<EmailAddress>, StorageError> {
    if let Some(email) = &take.decided.email {
        return Ok(Some(email.clone()));
    }
    if let Ok(email) = EmailAddress::parse(&order.customer_email) {
        return Ok(Some(email));
    }
    match sale.and_then(|sale| sale.customer_id.as_ref()) {
        Some(id) => Ok(Some(customers::find(tx, id)?.email)),
        None => Ok(None),
    }
}

/// Reports each entitlement; how many grants are new, and the first of all.
fn report(
    take: &Take<'_>,
    tx: &mut Tx<'_>,
    order: &Order,
    bought: &Bought,
    email: &EmailAddress,
) -> Result<Result<(u32, Option<GrantId>), IssueGrantError>, StorageError> {
    let (mut added, mut first) = (0_u32, None);
    let is_unsaid = order.lines.is_empty() || order.has_no_quantities;
    for (entitlement, quantity) in &bought.known {
        let quantity = if is_unsaid { Quantity::Unsaid } else { Quantity::All((*quantity).min(MAX_QUANTITY)) };
        let sale = sale(take, order, entitlement, quantity, email);
        // A line that was paid back before the order came.
        if quantity == Quantity::All(0) && !super::refund::is_known(tx, take.shop, &sale.ids())? {
            continue;
        }
        match report_of(take.ctx, tx, entitlement, &sale, AuditAction::GrantCreate, take.actor) {
            Ok(reported) => {
                added = added.saturating_add(reported.added);
                first = first.or(reported.grant_ids.into_iter().next());
            }
            Err(IssueGrantError::Storage(error)) => return Err(error),
            // It was found before anything was written of this entitlement.
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok((added, first)))
}

fn sale(take: &Take<'_>, order: &Order, of: &Entitlement, quantity: Quantity, email: &EmailAddress) -> Sale {
    let facts: Map<String, Value> = order
        .facts
        .iter()
        .filter(|(_, value)| !value.is_empty() && value.chars().count() <= 200)
        .map(|(name, value)| ((*name).to_owned(), Value::String(value.clone())))
        .collect();
    Sale {
        shop: take.shop.to_owned(),
        grant_id: None,
        entitlement_id: of.id.clone(),
        customer_email: email.clone(),
        customer_name: customer::parse_name(&order.customer_name).ok(),
        customer_locale: customer::parse_locale(&order.customer_locale.replace('_', "-")).ok(),
        payment_id: id(&order.payment_id),
        subscription_id: id(&order.subscription_id),
        external_id: id(&order.external_id),
        quantity,
        metadata: Value::Object(facts).to_string(),
        created_at: moment::parse(&order.created_at, &TimeZone::UTC, DayOrder::default())
            .filter(|at| *at <= take.now && *at >= Timestamp::UNIX_EPOCH)
            .and_then(|at| Timestamp::from_microsecond(at.as_microsecond()).ok()),
    }
}

/// Remembers the lines for refunds, and looks what of them was paid back before the order came.
fn note_lines(
    take: &Take<'_>,
    tx: &mut Tx<'_>,
    order: &Order,
    lines: &[ShopLine],
) -> Result<Option<Back>, StorageError> {
    let before = shop_lines::of_order(tx, take.shop, &order.payment_id)?;
    let mut waited = false;
    let mut now = Vec::new();
    for line in lines {
        let known = before.iter().find(|known| known.line_id == line.line_id);
        let line = ShopLine { refunded: known.map_or(0, |known| known.refunded), ..line.clone() };
        waited |= known.is_some_and(|known| known.quantity == 0 && known.refunded > 0);
        let is_news =
            known.is_none_or(|known| known.quantity != line.quantity || known.entitlement_id != line.entitlement_id);
        if is_news {
            shop_lines::put(tx, take.shop, &order.payment_id, &line)?;
        }
        now.push(line);
    }
    Ok(if waited { of_lines(&now) } else { None })
}
