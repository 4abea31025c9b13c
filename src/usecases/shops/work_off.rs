//! Working off a delivery of a shop: read, completed by the shop's answers, and taken in one transaction.

use jiff::SignedDuration;

use super::ask::complete;
use super::order::take_order;
use super::refund::take_refund;
use super::take::{Became, Decided, Outcome, Take, ended};
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::AuditAction;
use crate::domain::audit::{Change, NewAuditEntry, ObjectKind};
use crate::domain::connection::Connection;
use crate::domain::ids::{ConnectionId, HookId};
use crate::domain::outbox::NewMessage;
use crate::shops::hooks::{self as shop_hooks, Told};
use crate::storage::connections::hooks::{self, Ended, Hook};
use crate::storage::connections::rows;
use crate::storage::{StorageError, Tx, audit_log, outbox};
use crate::usecases::connections::process_hook::NotProcessed;
use crate::usecases::context::Context;

/// How often to try while others change the same sale.
const TRIES: usize = 8;

/// Works off a delivery that waits in the inbox.
pub(crate) fn work_off(ctx: &Context, connection: &Connection, hook: &Hook) -> Result<&'static str, NotProcessed> {
    let actor = Actor::system(SystemPart::Connection);
    let worked = work_off_as(ctx, connection, hook, &Decided::default(), &actor, |tx| {
        Ok(hooks::find(tx, &hook.id)?.finished_at.is_none())
    });
    if let Err(NotProcessed::Later { reply, .. }) = &worked {
        let why: String = reply.chars().take(300).collect();
        ctx.db.write(|tx| hooks::note_delay(tx, &hook.id, &why))?;
    }
    Ok(worked?.map_or("known", |ended| ended.result))
}

/// Works off a delivery as a person decided. `is_due` is asked inside the transaction; `None` if it says no.
pub(super) fn work_off_as(
    ctx: &Context,
    connection: &Connection,
    hook: &Hook,
    decided: &Decided,
    actor: &Actor,
    is_due: impl Fn(&mut Tx<'_>) -> Result<bool, StorageError>,
) -> Result<Option<Ended>, NotProcessed> {
    let body = ctx.keyring.open(&hooks::associated_data(hook.id.as_str()), &hook.body);
    let body = body.map_err(|error| StorageError::Corrupt(format!("the body of {}: {error}", hook.id)))?;
    let (Some(shop), Some(sent)) = (&connection.shop, shop_hooks::find(connection.kind.as_str())) else {
        return Err(StorageError::Corrupt(format!("{} is no shop", connection.id)).into());
    };
    let mut told = (sent.read)(&hook.event_type, &body);
    complete(ctx, connection, &mut told)?;
    let take = Take {
        ctx,
        connection,
        shop,
        hook_id: &hook.id,
        decided,
        actor,
        received_at: hook.received_at,
        now: ctx.clock.now(),
    };
    for _ in 0..TRIES {
        let taken = ctx.db.write(|tx| {
            hooks::lock(tx, &hook.id)?;
            if !is_due(tx)? {
                return Ok(None);
            }
            let outcomes: Result<Vec<Outcome>, StorageError> = told.iter().map(|told| taken(&take, tx, told)).collect();
            let ended = ended(outcomes?);
            hooks::end(tx, &hook.id, &ended, take.now)?;
            Ok(Some(ended))
        });
        match taken {
            Err(StorageError::Conflict) => {}
            taken => return Ok(taken?),
        }
    }
    Err(NotProcessed::Later { reply: String::new(), after: Some(SignedDuration::from_secs(1)) })
}

fn taken(take: &Take<'_>, tx: &mut Tx<'_>, told: &Told) -> Result<Outcome, StorageError> {
    match told {
        Told::Order(order) => take_order(take, tx, order),
        Told::Refund(refund) => take_refund(take, tx, refund),
        Told::Nothing(why) => Ok(Outcome::new(Became::Skipped, "", *why)),
    }
}

/// Queues a delivery again that is finished, or waits for another try; `NotFound` if there is none that could be worked
/// off.
pub(crate) fn work_off_again(
    ctx: &Context,
    connection_id: &ConnectionId,
    hook_id: &HookId,
    actor: &Actor,
) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        rows::lock(tx, connection_id)?;
        if !queue_again(ctx, tx, connection_id, hook_id)? {
            return Err(StorageError::NotFound);
        }
        let changes = vec![Change::set("hook_id", hook_id)];
        let entry =
            NewAuditEntry::on(actor, AuditAction::ConnectionAgain, ObjectKind::Connection, connection_id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())
    })
}

/// Queues a delivery again; `false` if its body is gone.
pub(super) fn queue_again(
    ctx: &Context,
    tx: &mut Tx<'_>,
    connection_id: &ConnectionId,
    hook_id: &HookId,
) -> Result<bool, StorageError> {
    let is_open = hooks::reopen(tx, connection_id, hook_id)?;
    if is_open {
        outbox::enqueue(tx, &NewMessage::hook_received(connection_id, hook_id), ctx.clock.now())?;
    }
    Ok(is_open)
}
