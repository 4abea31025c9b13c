//! What people decide about sales that are held: what a word for a product means, which address a sale is for, and whether
//! a test order counts.

use super::take::Decided;
use super::work_off::{queue_again, work_off_as};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::EmailAddress;
use crate::domain::ids::{EntitlementId, HeldSaleId};
use crate::domain::product::folded_word;
use crate::domain::sale::held::{HeldDecision, HeldSale};
use crate::storage::catalog::entitlements;
use crate::storage::connections::hooks::{self, Ended};
use crate::storage::connections::rows;
use crate::storage::sales::held;
use crate::storage::{Conn, StorageError, Tx, audit_log};
use crate::usecases::catalog::map_product_word::map_in;
use crate::usecases::connections::process_hook::NotProcessed;
use crate::usecases::context::Context;

/// What a person decided about one held sale.
#[derive(Debug, Clone)]
pub(crate) enum DecideHeld {
    /// It is not served.
    Drop,
    /// A test order is treated as a real one.
    TreatAsReal,
    /// The address of the customer.
    Address(EmailAddress),
}

impl DecideHeld {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::TreatAsReal => "real",
            Self::Address(_) => "address",
        }
    }
}

#[derive(Debug)]
pub(crate) enum DecideHeldError {
    NotFound,
    /// Somebody was faster, or the order came again and is complete.
    AlreadyDecided,
    /// The shop has to be asked and did not answer; in short, why.
    NotNow(String),
    Storage(StorageError),
}

impl From<StorageError> for DecideHeldError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::NotFound,
            other => Self::Storage(other),
        }
    }
}

impl From<NotProcessed> for DecideHeldError {
    fn from(error: NotProcessed) -> Self {
        match error {
            NotProcessed::Stopped => Self::NotNow(String::new()),
            NotProcessed::Later { reply, .. } => Self::NotNow(reply),
            NotProcessed::Storage(error) => error.into(),
        }
    }
}

/// Decides about a held sale; returns what became of its delivery.
pub(crate) fn decide_held(
    ctx: &Context,
    id: &HeldSaleId,
    decision: &DecideHeld,
    actor: &Actor,
) -> Result<Ended, DecideHeldError> {
    let (sale, connection, hook) = ctx.db.read(|conn: &mut Conn| {
        let sale = held::find(conn, id)?;
        let connection = rows::find(conn, &sale.connection_id)?;
        let hook = hooks::find(conn, &sale.hook_id)?;
        Ok::<_, StorageError>((sale, connection, hook))
    })?;
    if sale.settled_at.is_some() {
        return Err(DecideHeldError::AlreadyDecided);
    }
    // Asked inside the transaction, in which the delivery is locked.
    let is_due = |tx: &mut Tx<'_>| {
        let is_open = held::find(tx, id).is_ok_and(|now| now.settled_at.is_none() && now.hook_id == sale.hook_id);
        if is_open {
            note(ctx, tx, &sale, decision, actor)?;
        }
        Ok(is_open)
    };
    let decided = match decision {
        DecideHeld::Drop => {
            return ctx.db.write(|tx| {
                hooks::lock(tx, &sale.hook_id)?;
                if !is_due(tx)? {
                    return Err(DecideHeldError::AlreadyDecided);
                }
                let now = ctx.clock.now();
                held::settle(tx, (&sale.shop, &sale.order_key), HeldDecision::Dropped, actor.id(), now)?;
                let ended = Ended {
                    result: "skipped",
                    about: Some(sale.label.clone()),
                    detail: Some("dropped".to_owned()),
                    ..Ended::default()
                };
                hooks::end(tx, &sale.hook_id, &ended, now)?;
                Ok(ended)
            });
        }
        DecideHeld::TreatAsReal => Decided { is_real: true, email: None },
        DecideHeld::Address(email) => Decided { is_real: true, email: Some(email.clone()) },
    };
    work_off_as(ctx, &connection, &hook, &decided, actor, is_due)?.ok_or(DecideHeldError::AlreadyDecided)
}

fn note(
    ctx: &Context,
    tx: &mut Tx<'_>,
    sale: &HeldSale,
    decision: &DecideHeld,
    actor: &Actor,
) -> Result<(), StorageError> {
    let changes = vec![Change::set("decision", decision.as_str()), Change::set("why", sale.why.as_str())];
    let entry = NewAuditEntry::on(actor, AuditAction::SaleDecide, ObjectKind::Sale, &sale.id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())
}

/// Says what a shop's word for a product means, and queues every sale again that waits for it; returns how many.
pub(crate) fn map_and_work_off(
    ctx: &Context,
    word: &str,
    entitlement_id: Option<&EntitlementId>,
    actor: &Actor,
) -> Result<usize, StorageError> {
    ctx.db.write(|tx| {
        let entitlement = entitlement_id.map(|id| entitlements::find(tx, id)).transpose()?;
        map_in(ctx, tx, word, entitlement.as_ref(), actor)?;
        let mut queued = 0;
        for sale in held::open_of_word(tx, &folded_word(word))? {
            if queue_again(ctx, tx, &sale.connection_id, &sale.hook_id)? {
                queued += 1;
            }
        }
        Ok(queued)
    })
}
