//! Grants whose truth is elsewhere: the guarded updates of a key that is on its way there, and of what was decided there.
//! Such a grant stays pending with its key until the other side has it.

use diesel::prelude::*;
use jiff::Timestamp;

use super::DeliveredFields;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{GrantId, LicenseKeyId};
use crate::domain::outbox::MessageState;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::schema::grants;

/// What stands in place of the state of an e-mail once the other side has the key.
const SUPPLIED: &str = "supplied";

/// The grant, if it is pending with this key.
macro_rules! on_its_way {
    ($id:expr, $key:expr) => {
        grants::table
            .find($id.as_str())
            .filter(grants::status.eq(GrantStatus::Pending.as_str()))
            .filter(grants::license_key_id.eq($key.as_str()))
    };
}

/// Nobody holds it.
macro_rules! released {
    () => {
        (
            grants::held_by.eq(None::<String>),
            grants::held_since.eq(None::<i64>),
            grants::held_until.eq(None::<i64>),
            grants::held_touched_at.eq(None::<i64>),
        )
    };
}

/// It is neither revoked nor failed.
macro_rules! in_order {
    () => {
        (
            grants::status_before_revocation.eq(None::<String>),
            grants::revocation_reason.eq(None::<String>),
            grants::revoked_by.eq(None::<String>),
            grants::revoked_at.eq(None::<i64>),
            grants::error_code.eq(None::<String>),
            grants::error_message.eq(None::<String>),
            grants::failed_at.eq(None::<i64>),
        )
    };
}

/// Gives a pending grant the key that is on its way; `false` if it is no longer pending, or has one.
pub(crate) fn attach_key(tx: &mut Tx<'_>, id: &GrantId, fields: &DeliveredFields<'_>) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let awaiting = grants::table
        .find(id.as_str())
        .filter(grants::status.eq(GrantStatus::Pending.as_str()))
        .filter(grants::license_key_id.is_null());
    let changed = diesel::update(awaiting)
        .set((
            grants::email_state.eq(MessageState::Queued.as_str()),
            grants::license_key_id.eq(fields.license_key_id.as_str()),
            grants::customer_note.eq(fields.customer_note),
            grants::delivered_by.eq(fields.delivered_by),
            grants::updated_at.eq(to_micros(fields.at)),
            released!(),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Takes the key from a grant that it was on its way for: the grant waits again. `false` if it is not on its way.
pub(crate) fn detach_key(
    tx: &mut Tx<'_>,
    id: &GrantId,
    key: &LicenseKeyId,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(on_its_way!(id, key))
        .set((
            grants::email_state.eq(None::<String>),
            grants::license_key_id.eq(None::<String>),
            grants::customer_note.eq(None::<String>),
            grants::delivered_by.eq(None::<String>),
            grants::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// On its way → Delivered, because the other side has the key; `false` if it is not on its way.
pub(crate) fn mark_supplied(
    tx: &mut Tx<'_>,
    id: &GrantId,
    key: &LicenseKeyId,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(on_its_way!(id, key))
        .set((
            grants::status.eq(GrantStatus::Delivered.as_str()),
            grants::email_state.eq(SUPPLIED),
            grants::delivered_at.eq(to_micros(now)),
            grants::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Pending, Failed or Revoked → Delivered, because the other side says so; `false` if it has changed since `from` was read.
pub(crate) fn mark_delivered_there(
    tx: &mut Tx<'_>,
    id: &GrantId,
    from: GrantStatus,
    (key, delivered_by, delivered_at): (Option<&LicenseKeyId>, &str, Timestamp),
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(grants::table.find(id.as_str()).filter(grants::status.eq(from.as_str())))
        .set((
            grants::status.eq(GrantStatus::Delivered.as_str()),
            grants::email_state.eq(SUPPLIED),
            grants::license_key_id.eq(key.map(LicenseKeyId::as_str)),
            grants::delivered_by.eq(delivered_by),
            grants::delivered_at.eq(to_micros(delivered_at)),
            grants::updated_at.eq(to_micros(now)),
            released!(),
            in_order!(),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Any state → Pending without a key, because it was granted again there; `false` if it has changed since `from` was read.
pub(crate) fn mark_granted_again(
    tx: &mut Tx<'_>,
    id: &GrantId,
    from: GrantStatus,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(grants::table.find(id.as_str()).filter(grants::status.eq(from.as_str())))
        .set((
            grants::status.eq(GrantStatus::Pending.as_str()),
            grants::email_state.eq(None::<String>),
            grants::license_key_id.eq(None::<String>),
            grants::customer_note.eq(None::<String>),
            grants::delivered_by.eq(None::<String>),
            grants::delivered_at.eq(None::<i64>),
            grants::updated_at.eq(to_micros(now)),
            in_order!(),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Pending or Delivered → Failed, because the other side says so; `false` if it has changed since `from` was read.
pub(crate) fn mark_failed_there(
    tx: &mut Tx<'_>,
    id: &GrantId,
    from: GrantStatus,
    (code, message): (&str, Option<&str>),
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(grants::table.find(id.as_str()).filter(grants::status.eq(from.as_str())))
        .set((
            grants::status.eq(GrantStatus::Failed.as_str()),
            grants::error_code.eq(code),
            grants::error_message.eq(message),
            grants::failed_at.eq(to_micros(now)),
            grants::updated_at.eq(to_micros(now)),
            released!(),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Sets the state of the key that is on its way; nothing happens if it is not.
pub(crate) fn set_state(
    tx: &mut Tx<'_>,
    id: &GrantId,
    key: &LicenseKeyId,
    state: MessageState,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(on_its_way!(id, key)).set(grants::email_state.eq(state.as_str())).execute(conn)?;
    Ok(())
}
