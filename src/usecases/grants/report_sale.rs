//! Reporting a sale: by the form or by a shop's own code. It becomes as many grants as were sold;
//! the same report again, a double click or a retry, makes no more.

use super::create::{IssueGrantError, issue_in};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditAction;
use crate::domain::ids::{CustomerId, GrantId, LicenseKeyId};
use crate::domain::sale::Sale;
use crate::storage::StorageError;
use crate::storage::customers::{self, erasure};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IdempotencyKey, IdempotencyMismatch, IsConflict, once};

/// A sale, and how many of its entitlement were sold.
#[derive(Debug, Clone)]
pub struct ReportSale {
    /// Its ordinal is the first; the others count on from there.
    pub sale: Sale,
    /// A customer who was named by id: the address is read in the same transaction, and an erased one is refused.
    pub customer_id: Option<CustomerId>,
    pub quantity: u32,
    pub idempotency_key: Option<IdempotencyKey>,
    pub actor: Actor,
}

/// The grants of the sale, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedSale {
    pub grant_ids: Vec<GrantId>,
    /// Whether this report, or the one that it repeats, made any of them.
    pub is_new: bool,
    /// The keys that were generated for them in this very transaction; none where the report is a repeat.
    pub generated: Vec<LicenseKeyId>,
}

#[derive(Debug)]
pub enum ReportSaleError {
    /// The key came with other content before.
    IdempotencyMismatch,
    Issue(IssueGrantError),
}

impl From<StorageError> for ReportSaleError {
    fn from(error: StorageError) -> Self {
        Self::Issue(error.into())
    }
}

impl From<IssueGrantError> for ReportSaleError {
    fn from(error: IssueGrantError) -> Self {
        Self::Issue(error)
    }
}

impl From<IdempotencyMismatch> for ReportSaleError {
    fn from(_: IdempotencyMismatch) -> Self {
        Self::IdempotencyMismatch
    }
}

impl IsConflict for ReportSaleError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Issue(IssueGrantError::Storage(StorageError::Conflict)))
    }
}

/// Makes the grants that the sale does not have yet, all or none.
pub fn report_sale(ctx: &Context, command: &ReportSale) -> Result<ReportedSale, ReportSaleError> {
    let mut generated = Vec::new();
    let made = once(ctx, command.idempotency_key.as_ref(), |tx| {
        // What an attempt generated that was rolled back is gone.
        generated.clear();
        let customer_email = match &command.customer_id {
            Some(id) if erasure::is_erased(tx, id)? => return Err(IssueGrantError::CustomerErased.into()),
            Some(id) => customers::find(tx, id)?.email,
            None => command.sale.customer_email.clone(),
        };
        let mut reported = ReportedSale { grant_ids: Vec::new(), is_new: false, generated: Vec::new() };
        for ordinal in command.sale.ordinal..command.sale.ordinal.saturating_add(command.quantity) {
            let sale = Sale { ordinal, customer_email: customer_email.clone(), ..command.sale.clone() };
            let issued = issue_in(ctx, tx, &sale, AuditAction::GrantCreate, &command.actor)?;
            reported.is_new |= issued.is_new;
            reported.grant_ids.push(issued.grant_id);
            generated.extend(issued.generated);
        }
        Ok::<_, ReportSaleError>(reported.encode())
    })?;
    if made.is_replay {
        generated.clear();
    }
    Ok(ReportedSale { generated, ..ReportedSale::decode(&made.id) })
}

impl ReportedSale {
    /// As the idempotency record keeps it: `new` or `known`, then the ids.
    fn encode(&self) -> String {
        let ids = self.grant_ids.iter().map(GrantId::as_str);
        std::iter::once(if self.is_new { "new" } else { "known" }).chain(ids).collect::<Vec<_>>().join(" ")
    }

    fn decode(text: &str) -> Self {
        let mut words = text.split(' ');
        let is_new = words.next() == Some("new");
        let grant_ids = words.map(|id| GrantId::stored(id.to_owned())).collect();
        Self { grant_ids, is_new, generated: Vec::new() }
    }
}
