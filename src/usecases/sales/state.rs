//! What is known of the sale that a report is about.

use crate::domain::customer::Customer;
use crate::domain::ids::{CustomerId, EntitlementId};
use crate::domain::sale::{Sale, SaleIdKind, SaleReference};
use crate::storage::sales::lines::{Unit, units};
use crate::storage::sales::renewals::{self, Renewal};
use crate::storage::sales::{self, KnownReference, SaleRecord};
use crate::storage::{Conn, StorageError, customers};

/// The known sale, and what else has its ids.
#[derive(Debug, Clone)]
pub(super) struct KnownSale {
    pub record: SaleRecord,
    /// The units of all its entitlements.
    pub units: Vec<Unit>,
    pub ids: Vec<KnownReference>,
    pub renewals: Vec<Renewal>,
    /// Other sales that share ids with the report.
    pub others: Vec<SaleRecord>,
    /// The ids of these.
    other_ids: Vec<KnownReference>,
    /// Refunds of the report's ids that came before it.
    pub remembered: Vec<SaleRecord>,
    /// The customer with the report's address.
    pub customer: Option<Customer>,
}

/// What a report is about.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// Nobody reported it before, apart from these refunds.
    New {
        remembered: Vec<SaleRecord>,
    },
    Known(Box<KnownSale>),
}

impl State {
    /// Reads it. Of several sales that share ids with the report, the oldest that has the entitlement counts, or else the
    /// oldest.
    pub(crate) fn read(conn: &mut Conn, sale: &Sale) -> Result<Self, StorageError> {
        let found = sales::find(conn, &sale.shop, &sale.ids())?;
        let (real, remembered): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| found.customer_id.is_some());
        let mut candidates = Vec::new();
        for record in real {
            let units = units(conn, &record.id)?;
            candidates.push((record, units));
        }
        if candidates.is_empty() {
            return Ok(Self::New { remembered });
        }
        let has_it =
            |(_, units): &(SaleRecord, Vec<Unit>)| units.iter().any(|u| u.entitlement_id == sale.entitlement_id);
        let (record, units) = candidates.remove(candidates.iter().position(has_it).unwrap_or(0));
        let others: Vec<SaleRecord> = candidates.into_iter().map(|(record, _)| record).collect();
        let mut other_ids = Vec::new();
        for other in others.iter().chain(&remembered) {
            other_ids.extend(sales::ids_of(conn, &other.id)?);
        }
        Ok(Self::Known(Box::new(KnownSale {
            ids: sales::ids_of(conn, &record.id)?,
            renewals: if sale.subscription_id.is_some() || sale.payment_id.is_some() {
                renewals::of_sale(conn, &record.id)?
            } else {
                Vec::new()
            },
            customer: customers::find_by_email(conn, &sale.customer_email)?,
            record,
            units,
            others,
            other_ids,
            remembered,
        })))
    }
}

impl KnownSale {
    /// The units of one entitlement.
    pub(crate) fn units_of<'a>(&'a self, id: &'a EntitlementId) -> impl Iterator<Item = &'a Unit> {
        self.units.iter().filter(move |unit| unit.entitlement_id == *id)
    }

    fn has(&self, id: &SaleReference) -> bool {
        self.ids.iter().any(|known| known.reference == *id)
    }

    /// The report's ids that no sale has.
    pub(crate) fn new_ids(&self, sale: &Sale) -> Vec<SaleReference> {
        let is_new = |id: &SaleReference| !self.has(id) && !self.other_ids.iter().any(|known| known.reference == *id);
        sale.ids().into_iter().filter(is_new).collect()
    }

    /// The payment that renews the entitlement's subscription, if the report is of a renewal that is not noted yet.
    pub(crate) fn renewal<'a>(&self, sale: &'a Sale) -> Option<&'a str> {
        let payment = sale.payment_id.as_deref()?;
        let of = |kind, value: &str| SaleReference { kind, value: value.to_owned() };
        let is_noted =
            |renewal: &Renewal| renewal.payment_id == payment && renewal.entitlement_id == sale.entitlement_id;
        if self.units_of(&sale.entitlement_id).next().is_none() || self.renewals.iter().any(is_noted) {
            return None;
        }
        // The payment may have renewed another entitlement of the sale already.
        if self.renewals.iter().any(|renewal| renewal.payment_id == payment) {
            return Some(payment);
        }
        let is_remembered = self.remembered.iter().any(|other| self.is_id_of(&of(SaleIdKind::Payment, payment), other));
        let is_new = is_remembered || self.new_ids(sale).contains(&of(SaleIdKind::Payment, payment));
        let is_subscription =
            sale.subscription_id.as_deref().is_some_and(|id| self.has(&of(SaleIdKind::Subscription, id)));
        // With a known order number, the payment is that of the order.
        let is_order = sale.external_id.as_deref().is_some_and(|id| self.has(&of(SaleIdKind::External, id)));
        (is_new && is_subscription && !is_order).then_some(payment)
    }

    fn is_id_of(&self, id: &SaleReference, other: &SaleRecord) -> bool {
        other.customer_id.is_none() && self.other_ids.iter().any(|known| known.reference == *id)
    }

    /// Whether the report tells of an earlier payment of a subscription that was renewed since: its quantity and address
    /// are those of then.
    pub(crate) fn is_outdated(&self, sale: &Sale) -> bool {
        let Some(payment) = sale.payment_id.as_deref() else { return false };
        let last = self.renewals.iter().rfind(|renewal| renewal.entitlement_id == sale.entitlement_id);
        last.is_some_and(|last| last.payment_id != payment) && self.renewal(sale).is_none()
    }

    /// How many of the entitlement the sale has, as it was last told.
    pub(crate) fn quantity(&self, id: &EntitlementId) -> u32 {
        let mut lines: Vec<(&str, i32)> =
            self.units_of(id).map(|unit| (unit.line_id.as_str(), unit.line_quantity)).collect();
        lines.dedup();
        lines.iter().map(|(_, quantity)| u32::try_from(*quantity).unwrap_or(0)).sum()
    }

    /// Whether the report's customer is the one that bought.
    pub(crate) fn is_same_customer(&self) -> bool {
        self.customer.as_ref().is_some_and(|customer| self.record.customer_id.as_ref() == Some(&customer.id))
    }

    /// Everyone who is to be locked before the sale may change, in order.
    pub(crate) fn customers(&self) -> Vec<CustomerId> {
        let mut ids: Vec<CustomerId> = self.units.iter().map(|unit| unit.customer_id.clone()).collect();
        ids.extend(self.record.customer_id.clone());
        ids.extend(self.customer.as_ref().map(|customer| customer.id.clone()));
        ids.sort();
        ids.dedup();
        ids
    }
}
