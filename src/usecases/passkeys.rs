//! Passkeys of staff: adding, removing, and signing in. Whether an answer holds is checked before.

use super::context::Context;
use super::sign_in::{Method, note_failure, note_sign_in};
use crate::domain::actor::{Actor, Who};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::ids::{PasskeyId, StaffId};
use crate::storage::staff_passkeys::StoredPasskey;
use crate::storage::{StorageError, audit, staff, staff_passkeys};

/// Keeps a new passkey; `Conflict` where the device is known already.
pub fn add_passkey(
    ctx: &Context,
    staff_id: &StaffId,
    name: &str,
    credential_id: &[u8],
    credential: &str,
    actor: &Actor,
) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        let (id, now) = (PasskeyId::random(), ctx.clock.now());
        staff_passkeys::insert(tx, &id, staff_id, name, credential_id, credential, now)?;
        let changes = vec![Change::set("passkey_id", &id)];
        let entry = NewAuditEntry::on(actor, AuditAction::StaffFactorAdd, "staff", staff_id, changes);
        audit::append(tx, &ctx.keyring, &entry, now)
    })
}

/// Takes a passkey away; `false` where it is not the person's.
pub fn remove_passkey(ctx: &Context, staff_id: &StaffId, id: &PasskeyId, actor: &Actor) -> Result<bool, StorageError> {
    ctx.db.write(|tx| {
        if staff_passkeys::delete(tx, staff_id, Some(id))? == 0 {
            return Ok(false);
        }
        let changes = vec![Change::set("passkey_id", id)];
        let entry = NewAuditEntry::on(actor, AuditAction::StaffFactorRemove, "staff", staff_id, changes);
        audit::append(tx, &ctx.keyring, &entry, ctx.clock.now())?;
        Ok(true)
    })
}

/// Writes down that somebody is in by a passkey whose answer held; `false` for disabled people.
pub fn sign_in_with_passkey(
    ctx: &Context,
    passkey: &StoredPasskey,
    credential: &str,
    actor: &Actor,
) -> Result<bool, StorageError> {
    ctx.db.write(|tx| {
        let person = staff::find(tx, &passkey.staff_id)?.filter(|person| person.disabled_at.is_none());
        if person.is_none() {
            return Ok(false);
        }
        staff_passkeys::note_use(tx, &passkey.id, credential, ctx.clock.now())?;
        let actor = Actor { who: Who::Staff(passkey.staff_id.clone()), ..actor.clone() };
        note_sign_in(ctx, tx, &passkey.staff_id, Method::Passkey, &actor)?;
        Ok(true)
    })
}

/// Writes down that a passkey's answer did not hold.
pub fn note_refused_passkey(ctx: &Context, staff_id: Option<&StaffId>, actor: &Actor) -> Result<(), StorageError> {
    let object = staff_id.map_or("unknown", StaffId::as_str);
    note_failure(ctx, actor, object, "passkey", jiff::SignedDuration::ZERO)
}
