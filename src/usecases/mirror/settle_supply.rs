//! What became of a key that was supplied: it arrived, or the grant waits for staff again.

use jiff::Timestamp;

use super::account::{self, actor};
use super::applied::By;
use super::grants::apply_by;
use super::keys::detach;
use crate::dodo::CallError;
use crate::dodo::objects::RemoteGrant;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::connection::Connection;
use crate::domain::connection::trouble::Trouble;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{GrantId, LicenseKeyId};
use crate::storage::connections::mirrored;
use crate::storage::{StorageError, Tx, audit_log, grants};
use crate::usecases::context::Context;
use crate::usecases::grants::pause::reopen;
use crate::usecases::license_keys::take_back::Fate;

/// Applies what the account says about a grant after its key was supplied, or before it is supplied again.
pub(crate) fn settle(
    ctx: &Context,
    tx: &mut Tx<'_>,
    connection: &Connection,
    remote: &RemoteGrant,
    now: Timestamp,
) -> Result<(), StorageError> {
    apply_by(ctx, tx, connection, (remote, None), By::Supply, now).map(drop)
}

/// More about a grant that the account does not know: whether it has got the key is not certain.
pub(crate) const UNSURE: &str = "unsure";

/// The account has another key for the grant, or knows ours as another grant's, or does not take it: ours comes back, and
/// the grant waits for staff.
pub(crate) fn came_back(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (grant_id, key): (&GrantId, &LicenseKeyId),
    (trouble, detail): (Trouble, &str),
    now: Timestamp,
) -> Result<(), StorageError> {
    grants::lock(tx, grant_id)?;
    let grant = grants::find(tx, grant_id)?;
    if grant.status != GrantStatus::Pending || grant.license_key_id.as_ref() != Some(key) {
        return Ok(());
    }
    let fate = match trouble {
        Trouble::KeyKnownThere => Fate::KeepOut("known to the connected account as another grant's"),
        Trouble::Refused => Fate::KeepOut("not accepted by the connected account"),
        Trouble::NotFound if detail == UNSURE => Fate::KeepOut("perhaps known to the connected account"),
        _ => Fate::Free,
    };
    let mut changes = detach(ctx, tx, &grant, fate, now)?;
    changes.push(Change::set("reason", trouble.as_str()));
    let entry = NewAuditEntry::on_grant(&actor(), AuditAction::GrantSupplyFail, grant_id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    mirrored::set_trouble(tx, grant_id, Some((trouble, detail)), now)?;
    reopen(tx, &grant)
}

/// Notes that the API key may not supply, or is not accepted at all; what is on its way waits.
pub(crate) fn is_stopped(
    ctx: &Context,
    tx: &mut Tx<'_>,
    connection: &Connection,
    (is_supply, error): (bool, &CallError),
) -> Result<(), StorageError> {
    match error {
        // The account may still be looked at.
        CallError::Forbidden if is_supply => account::note_may_supply(ctx, tx, &connection.id, false),
        other => match account::breaks(other) {
            Some(reason) => account::note_broken(ctx, tx, &connection.id, reason),
            None => Ok(()),
        },
    }
}

/// Notes how a call about a grant ended.
pub(crate) fn note_call(
    ctx: &Context,
    tx: &mut Tx<'_>,
    connection: &Connection,
    (what, detail, is_ok): (&str, String, bool),
    calls: i32,
    grant_id: &GrantId,
) -> Result<(), StorageError> {
    account::note_event(tx, &connection.id, (what, Some(detail), is_ok), calls, Some(grant_id), ctx.clock.now())
}
