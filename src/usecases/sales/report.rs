//! A report of a sale. If it shares an id with a known sale, it is a report of that one: it may add ids, renew, correct
//! the address or change the quantity. Otherwise it is a new sale.

use jiff::Timestamp;

use super::state::{KnownSale, State};
use super::{address, quantity, refund, renew, task};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::Customer;
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::{EntitlementId, GrantId, LicenseKeyId, SaleId, SaleLineId};
use crate::domain::sale::task::{Task, TaskKind};
use crate::domain::sale::{Quantity, RefundExtent, Sale, SaleReference};
use crate::storage::catalog::entitlements;
use crate::storage::sales::lines::{self, NewLine};
use crate::storage::sales::{self, SaleRecord};
use crate::storage::{Conn, StorageError, Tx, audit_log, customers, grants};
use crate::usecases::context::Context;
use crate::usecases::grants::create::{
    IssueGrantError, NewUnit, create_grant, customer_of, has_new_facts, update_customer,
};

/// What became of a report.
#[derive(Debug, Clone)]
pub struct Reported {
    pub sale_id: SaleId,
    /// The grants of the entitlement, in order, without those that the sale no longer has.
    pub grant_ids: Vec<GrantId>,
    /// How many of them this report added.
    pub added: u32,
    /// The keys that this transaction generated for them.
    pub generated: Vec<LicenseKeyId>,
    /// How many of the entitlement the sale has if the report is the last word on that; otherwise `None`.
    pub quantity: Option<u32>,
}

/// Takes the report, inside the caller's transaction. Fails before it writes anything, unless the database fails.
pub fn report_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    sale: &Sale,
    action: AuditAction,
    actor: &Actor,
) -> Result<Reported, IssueGrantError> {
    let entitlement = entitlements::find(tx, &sale.entitlement_id).map_err(|error| match error {
        StorageError::NotFound => IssueGrantError::EntitlementNotFound,
        other => other.into(),
    })?;
    report_of(ctx, tx, &entitlement, sale, action, actor)
}

/// Like [`report_in`], for an entitlement that has already been read; it must be the one that the sale names.
pub fn report_of(
    ctx: &Context,
    tx: &mut Tx<'_>,
    entitlement: &Entitlement,
    sale: &Sale,
    action: AuditAction,
    actor: &Actor,
) -> Result<Reported, IssueGrantError> {
    let report = Report { ctx, entitlement, sale, action, actor, now: ctx.clock.now() };
    match State::read(tx, sale)? {
        State::New { remembered } => report.new_sale(tx, &remembered),
        State::Known(known) if report.is_repeat(&known) => Ok(report.answer(&known)),
        State::Known(known) => {
            let known = report.lock(tx, &known)?;
            report.known_sale(tx, &known)
        }
    }
}

/// Notes that a sale has fewer of the entitlement, because a file that was read to its end has no more; returns how many
/// pending grants were revoked.
pub fn reduce_to(
    ctx: &Context,
    tx: &mut Tx<'_>,
    sale: &Sale,
    entitlement_id: &EntitlementId,
    told: u32,
    actor: &Actor,
) -> Result<u32, StorageError> {
    let State::Known(known) = State::read(tx, sale)? else { return Ok(0) };
    sales::lock(tx, &known.record.id)?;
    let State::Known(known) = State::read(tx, sale)? else { return Err(StorageError::Conflict) };
    if !known.others.is_empty() || known.is_outdated(sale) || known.quantity(entitlement_id) <= told {
        return Ok(0);
    }
    quantity::reduce(ctx, tx, &known, entitlement_id, told, actor, ctx.clock.now())
}

/// How many of the report's entitlement the sale is known to have.
pub fn known_quantity(conn: &mut Conn, sale: &Sale) -> Result<u32, StorageError> {
    Ok(match State::read(conn, sale)? {
        State::New { .. } => 0,
        State::Known(known) => known.quantity(&sale.entitlement_id),
    })
}

struct Report<'a> {
    ctx: &'a Context,
    entitlement: &'a Entitlement,
    sale: &'a Sale,
    action: AuditAction,
    actor: &'a Actor,
    now: Timestamp,
}

impl KnownSale {
    fn units_of_report(&self, sale: &Sale) -> Vec<GrantId> {
        self.units_of(&sale.entitlement_id).filter(|unit| unit.is_sold()).map(|unit| unit.grant_id.clone()).collect()
    }
}

impl Report<'_> {
    /// What is known, if nothing is added.
    fn answer(&self, known: &KnownSale) -> Reported {
        let is_last_word = known.others.is_empty() && !known.is_outdated(self.sale);
        Reported {
            sale_id: known.record.id.clone(),
            grant_ids: known.units_of_report(self.sale),
            added: 0,
            generated: Vec::new(),
            quantity: is_last_word.then(|| known.quantity(&self.sale.entitlement_id)),
        }
    }

    /// Whether the report says nothing new, so that nothing has to be locked.
    fn is_repeat(&self, known: &KnownSale) -> bool {
        let has_new_facts = known.customer.as_ref().is_some_and(|customer| has_new_facts(self.sale, customer));
        known.others.is_empty()
            && known.remembered.is_empty()
            && known.new_ids(self.sale).is_empty()
            && known.renewal(self.sale).is_none()
            && self.told(known).is_none()
            && (!self.says_address(known) || known.is_same_customer() && !has_new_facts)
    }

    /// The quantity in all, if the report changes it.
    fn told(&self, known: &KnownSale) -> Option<u32> {
        let before = known.quantity(&self.sale.entitlement_id);
        let is_new_line = known.units_of(&self.sale.entitlement_id).next().is_none();
        let told = if is_new_line { self.sale.quantity.at_first() } else { self.sale.quantity.told()? };
        // A report that fits several sales, or that tells of an earlier period, has no say in this.
        let may_change = is_new_line || known.others.is_empty() && !known.is_outdated(self.sale);
        (may_change && (told > before || told < before && self.sale.quantity.may_reduce())).then_some(told)
    }

    /// Whether the address of the report counts. A further line of an order may be for somebody else.
    fn says_address(&self, known: &KnownSale) -> bool {
        let is_further_line = matches!(self.sale.quantity, Quantity::Line { lines_before: 1.., .. });
        known.others.is_empty() && !is_further_line && !known.is_outdated(self.sale)
    }

    fn check_new_grants(&self, tx: &mut Tx<'_>) -> Result<(), IssueGrantError> {
        if let Some(id) = &self.sale.grant_id
            && grants::exists(tx, id)?
        {
            return Err(IssueGrantError::GrantIdTaken);
        }
        if self.entitlement.is_active { Ok(()) } else { Err(IssueGrantError::EntitlementInactive) }
    }

    /// Locks everyone involved and reads the sale again; `Conflict` if it has become another one.
    fn lock(&self, tx: &mut Tx<'_>, seen: &KnownSale) -> Result<Box<KnownSale>, StorageError> {
        let locked = seen.customers();
        for id in &locked {
            customers::lock(tx, id)?;
        }
        sales::lock(tx, &seen.record.id)?;
        let State::Known(known) = State::read(tx, self.sale)? else { return Err(StorageError::Conflict) };
        let is_locked = known.customers().iter().all(|id| locked.contains(id));
        if known.record.id == seen.record.id && is_locked { Ok(known) } else { Err(StorageError::Conflict) }
    }

    fn new_sale(&self, tx: &mut Tx<'_>, remembered: &[SaleRecord]) -> Result<Reported, IssueGrantError> {
        self.check_new_grants(tx)?;
        let customer = customer_of(self.ctx, tx, self.sale, self.actor, self.now)?;
        let refund = remembered.iter().filter_map(|refund| refund.refund);
        let refund = refund.reduce(|a, b| if a == RefundExtent::Full { a } else { b });
        let record = SaleRecord {
            id: remembered.first().map_or_else(SaleId::random, |refund| refund.id.clone()),
            customer_id: Some(customer.id.clone()),
            refund,
            created_at: self.sale.created_at.unwrap_or(self.now),
        };
        let mut known_ids = Vec::new();
        if remembered.is_empty() {
            sales::insert(tx, &self.sale.shop, &record)?;
        } else {
            for refund in remembered {
                sales::lock(tx, &refund.id).map_err(conflict)?;
                known_ids.extend(sales::ids_of(tx, &refund.id)?);
            }
            let State::New { remembered: now } = State::read(tx, self.sale)? else {
                return Err(StorageError::Conflict.into());
            };
            if now.len() != remembered.len() {
                return Err(StorageError::Conflict.into());
            }
            for other in remembered.iter().skip(1) {
                sales::merge_remembered(tx, &other.id, &record.id)?;
            }
            sales::adopt(tx, &record)?;
            if let Some(extent) = refund {
                let reason = sales::refund_reason(tx, &record.id)?;
                sales::set_refund(tx, &record.id, extent, reason.as_deref(), self.now)?;
            }
        }
        for id in self.sale.ids() {
            if !known_ids.iter().any(|known| known.reference == id) {
                sales::insert_id(tx, &self.sale.shop, &record.id, &id, self.now)?;
            }
        }
        let count = self.sale.quantity.at_first();
        let line_id = SaleLineId::random();
        let (sale_id, entitlement_id) = (&record.id, &self.entitlement.id);
        let ordinal = self.sale.quantity.ordinal();
        lines::insert(tx, &NewLine { id: &line_id, sale_id, entitlement_id, ordinal, quantity: count })?;
        let numbers: Vec<i32> = (1..=count).filter_map(|number| i32::try_from(number).ok()).collect();
        let (grant_ids, generated) = self.create(tx, &record, &customer, (&line_id, &numbers))?;
        if refund == Some(RefundExtent::Partial)
            && let Some(grant_id) = grant_ids.first()
        {
            let note = sales::refund_reason(tx, sale_id)?;
            let payment_id = self.sale.payment_id.clone();
            let asked = Task { payment_id, note, ..task::of(TaskKind::PartialRefund, sale_id, grant_id, self.now) };
            let value = known_ids.first().map(|known| known.reference.value.clone()).unwrap_or_default();
            task::ask(self.ctx, tx, &[sale_id.as_str(), &value], asked, self.actor)?;
        }
        Ok(Reported { sale_id: record.id, grant_ids, added: count, generated, quantity: Some(count) })
    }

    fn create(
        &self,
        tx: &mut Tx<'_>,
        record: &SaleRecord,
        customer: &Customer,
        (line_id, numbers): (&SaleLineId, &[i32]),
    ) -> Result<(Vec<GrantId>, Vec<LicenseKeyId>), IssueGrantError> {
        let is_refunded = record.refund == Some(RefundExtent::Full);
        let (mut ids, mut generated) = (Vec::new(), Vec::new());
        for number in numbers {
            let (sale, entitlement) = (self.sale, self.entitlement);
            let unit = NewUnit { sale, entitlement, customer, line_id, number: *number, is_refunded };
            let (id, key) = create_grant(self.ctx, tx, &unit, self.action, self.actor, self.now)?;
            ids.push(id);
            generated.extend(key);
        }
        Ok((ids, generated))
    }

    /// What is new in a report of a known sale, which must be locked.
    fn known_sale(&self, tx: &mut Tx<'_>, known: &KnownSale) -> Result<Reported, IssueGrantError> {
        let Self { ctx, sale, actor, now, .. } = *self;
        let told = self.told(known);
        let is_erased = match &known.record.customer_id {
            Some(id) => customers::find(tx, id)?.erased_at.is_some(),
            None => false,
        };
        let adds = told.is_some_and(|told| told > known.quantity(&sale.entitlement_id));
        if adds {
            self.check_new_grants(tx)?;
        }
        // Nothing about people who were erased is accepted, not even what a shop still tells.
        if is_erased && adds {
            return Err(IssueGrantError::CustomerErased);
        }
        let customer = self.customer(tx, known, adds, is_erased)?;
        self.add_ids(tx, known)?;
        self.settle_remembered(tx, known)?;
        self.ask_about_others(tx, known)?;
        if let Some(customer) = customer.as_ref().filter(|_| self.says_address(known) && !known.is_same_customer()) {
            address::follow(ctx, tx, known, customer, actor, now)?;
        }
        if let Some(payment_id) = known.renewal(sale) {
            renew::renew(ctx, tx, known, self.entitlement, payment_id, actor, now)?;
        }
        let mut reported = self.answer(known);
        match (told, customer) {
            (Some(told), Some(customer)) if adds => {
                let (line_id, numbers) =
                    quantity::raise(tx, known, &sale.entitlement_id, told, sale.quantity.ordinal())?;
                let (ids, generated) = self.create(tx, &known.record, &customer, (&line_id, &numbers))?;
                reported.added = u32::try_from(ids.len()).unwrap_or(u32::MAX);
                reported.grant_ids.extend(ids);
                reported.generated = generated;
                reported.quantity = reported.quantity.map(|_| told);
            }
            (Some(told), _) if !adds => {
                quantity::reduce(ctx, tx, known, &sale.entitlement_id, told, actor, now)?;
                reported.quantity = reported.quantity.map(|_| told);
                if let State::Known(after) = State::read(tx, sale)? {
                    reported.grant_ids = after.units_of_report(sale);
                }
            }
            _ => {}
        }
        Ok(reported)
    }

    /// The customer of the report, if it matters who that is.
    fn customer(
        &self,
        tx: &mut Tx<'_>,
        known: &KnownSale,
        adds: bool,
        is_erased: bool,
    ) -> Result<Option<Customer>, IssueGrantError> {
        if is_erased || !(adds || self.says_address(known)) {
            return Ok(None);
        }
        if known.is_same_customer() && !adds {
            let Some(customer) = known.customer.clone() else { return Ok(None) };
            return Ok(Some(update_customer(self.ctx, tx, customer, self.sale, self.actor, self.now)?));
        }
        Ok(Some(customer_of(self.ctx, tx, self.sale, self.actor, self.now)?))
    }

    fn add_ids(&self, tx: &mut Tx<'_>, known: &KnownSale) -> Result<(), StorageError> {
        let new_ids = known.new_ids(self.sale);
        let mut changes = Vec::new();
        for id in &new_ids {
            sales::insert_id(tx, &self.sale.shop, &known.record.id, id, self.now)?;
            lines::complete_grants(tx, &known.record.id, id)?;
            changes.push(Change::set(id.kind.field(), &id.value));
        }
        match known.units_of(&self.sale.entitlement_id).chain(&known.units).next() {
            Some(unit) if !changes.is_empty() => self.note(tx, &known.record.id, &unit.grant_id, changes),
            _ => Ok(()),
        }
    }

    fn note(
        &self,
        tx: &mut Tx<'_>,
        sale_id: &SaleId,
        grant_id: &GrantId,
        changes: Vec<Change>,
    ) -> Result<(), StorageError> {
        let entry = NewAuditEntry {
            grant_id: Some(grant_id.clone()),
            ..NewAuditEntry::on(self.actor, AuditAction::SaleUpdate, ObjectKind::Sale, sale_id, changes)
        };
        audit_log::append(tx, &self.ctx.keyring, &entry, self.now)
    }

    /// A refund came before the report that tells which known sale it is of.
    fn settle_remembered(&self, tx: &mut Tx<'_>, known: &KnownSale) -> Result<(), StorageError> {
        for refund in &known.remembered {
            sales::lock(tx, &refund.id).map_err(conflict)?;
            let note = sales::refund_reason(tx, &refund.id)?;
            let ids: Vec<SaleReference> = sales::ids_of(tx, &refund.id)?.into_iter().map(|id| id.reference).collect();
            sales::merge_remembered(tx, &refund.id, &known.record.id)?;
            for id in &ids {
                lines::complete_grants(tx, &known.record.id, id)?;
            }
            let Some(unit) = known.units_of(&self.sale.entitlement_id).chain(&known.units).next() else { continue };
            let kind = match refund.refund {
                Some(RefundExtent::Partial) => TaskKind::PartialRefund,
                _ if known.renewal(self.sale).is_some() => TaskKind::RenewalRefund,
                _ => {
                    let (sale_id, reason) = (&known.record.id, note.as_deref());
                    refund::revoke_all(self.ctx, tx, sale_id, &known.units, reason, self.actor, self.now)?;
                    continue;
                }
            };
            let value = ids.first().map(|id| id.value.clone()).unwrap_or_default();
            let payment_id = self.sale.payment_id.clone();
            let asked = Task { payment_id, note, ..task::of(kind, &known.record.id, &unit.grant_id, self.now) };
            task::ask(self.ctx, tx, &[known.record.id.as_str(), &value], asked, self.actor)?;
        }
        Ok(())
    }

    fn ask_about_others(&self, tx: &mut Tx<'_>, known: &KnownSale) -> Result<(), StorageError> {
        for other in &known.others {
            let other_unit = lines::units(tx, &other.id)?.into_iter().next();
            let Some(unit) = known.units_of(&self.sale.entitlement_id).chain(&known.units).next() else { continue };
            let other_grant_id = other_unit.map(|unit| unit.grant_id);
            let sale_id = &known.record.id;
            let asked = Task { other_grant_id, ..task::of(TaskKind::TwoSales, sale_id, &unit.grant_id, self.now) };
            task::ask(self.ctx, tx, &[sale_id.as_str(), other.id.as_str()], asked, self.actor)?;
        }
        Ok(())
    }
}

/// A sale that is gone was merged at this moment.
fn conflict(error: StorageError) -> StorageError {
    match error {
        StorageError::NotFound => StorageError::Conflict,
        other => other,
    }
}
