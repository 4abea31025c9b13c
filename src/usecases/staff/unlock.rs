//! Lifting the delays after wrong passwords, for whoever keeps the machine.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::network::Network;
use crate::storage::{StorageError, audit_log};
use crate::usecases::auth::throttle;
use crate::usecases::context::Context;

/// The object of the entry: delays are kept without whom they are for.
const EVERYBODY: &str = "everybody";

/// Lifts the delay of a network on the sign-in pages, or every delay; counting begins again.
pub(crate) fn lift_delays(ctx: &Context, network: Option<Network>, actor: &Actor) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        throttle::lift(ctx, tx, network)?;
        let changes = network.map(|network| Change::set("address", network)).into_iter().collect();
        let entry = NewAuditEntry::on(actor, AuditAction::StaffUnlock, ObjectKind::Staff, EVERYBODY, changes);
        audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())
    })
}
