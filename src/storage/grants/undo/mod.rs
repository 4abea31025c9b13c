//! The deliveries that can be undone, until when, and what remains of the form of one that was.

pub(crate) mod replacements;

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};

use crate::domain::grant::undo::{KeptForm, UndoWindow};
use crate::domain::ids::{CustomerId, GrantId, LicenseKeyId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::{grants, undo_windows};

/// How long a form that was undone is kept for the next one.
const FORM_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

#[derive(Queryable, Selectable)]
#[diesel(table_name = undo_windows)]
struct WindowRow {
    opened_at: i64,
    ends_at: i64,
    idempotency_key: Option<String>,
    replaced_key_id: Option<String>,
    former_instances: Option<String>,
    is_seen: bool,
    undone_at: Option<i64>,
}

impl From<WindowRow> for UndoWindow {
    fn from(row: WindowRow) -> Self {
        Self {
            opened_at: from_micros(row.opened_at),
            ends_at: from_micros(row.ends_at),
            idempotency_key: row.idempotency_key,
            replaced_key_id: row.replaced_key_id.map(LicenseKeyId::stored),
            former_instances: row.former_instances,
            is_seen: row.is_seen,
            undone_at: from_optional(row.undone_at),
        }
    }
}

/// Opens the window of a delivery, in place of an earlier one of its grant.
pub(crate) fn open(tx: &mut Tx<'_>, grant_id: &GrantId, window: &UndoWindow) -> Result<(), StorageError> {
    close(tx, grant_id)?;
    let conn: &mut Conn = tx;
    diesel::insert_into(undo_windows::table)
        .values((
            undo_windows::grant_id.eq(grant_id.as_str()),
            undo_windows::opened_at.eq(to_micros(window.opened_at)),
            undo_windows::ends_at.eq(to_micros(window.ends_at)),
            undo_windows::idempotency_key.eq(window.idempotency_key.as_deref()),
            undo_windows::replaced_key_id.eq(window.replaced_key_id.as_ref().map(LicenseKeyId::as_str)),
            undo_windows::former_instances.eq(window.former_instances.as_deref()),
            undo_windows::is_seen.eq(window.is_seen),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends a grant's window, and forgets the form of a delivery that was undone.
pub(crate) fn close(tx: &mut Tx<'_>, grant_id: &GrantId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(undo_windows::table.find(grant_id.as_str())).execute(conn)?;
    Ok(())
}

/// A grant's latest window, open or not.
pub(crate) fn of_grant(conn: &mut Conn, grant_id: &GrantId) -> Result<Option<UndoWindow>, StorageError> {
    let row: Option<WindowRow> =
        undo_windows::table.find(grant_id.as_str()).select(WindowRow::as_select()).first(conn).optional()?;
    Ok(row.map(UndoWindow::from))
}

/// Takes the right to undo a delivery; `None` if it is too late, or somebody else had it. Whoever reads the key at the
/// same moment is waited for.
pub(crate) fn take(tx: &mut Tx<'_>, grant_id: &GrantId, now: Timestamp) -> Result<Option<UndoWindow>, StorageError> {
    let conn: &mut Conn = tx;
    let is_open = undo_windows::undone_at.is_null().and(undo_windows::ends_at.gt(to_micros(now)));
    let taken = diesel::update(undo_windows::table.find(grant_id.as_str()).filter(is_open))
        .set(undo_windows::undone_at.eq(to_micros(now)))
        .execute(conn)?;
    if taken == 1 { of_grant(tx, grant_id) } else { Ok(None) }
}

/// Notes that keys are read, so that none of them returns to stock unseen. Called before their values are read.
pub(crate) fn note_seen(tx: &mut Tx<'_>, ids: &[&LicenseKeyId]) -> Result<(), StorageError> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    let conn: &mut Conn = tx;
    let of_keys = grants::table.filter(grants::license_key_id.eq_any(ids)).select(grants::id);
    diesel::update(undo_windows::table.filter(undo_windows::grant_id.eq_any(of_keys)))
        .set(undo_windows::is_seen.eq(true))
        .execute(conn)?;
    Ok(())
}

/// Keeps what the form of an undone delivery said.
pub(crate) fn keep_form(tx: &mut Tx<'_>, grant_id: &GrantId, form: &KeptForm) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(undo_windows::table.find(grant_id.as_str()))
        .set((
            undo_windows::activations_limit.eq(form.activations_limit),
            undo_windows::expires_at.eq(form.expires_at.map(to_micros)),
            undo_windows::expires_zone.eq(form.expires_zone.as_deref()),
        ))
        .execute(conn)?;
    Ok(())
}

/// What the form of a delivery said that was undone.
pub(crate) fn kept_form(conn: &mut Conn, grant_id: &GrantId) -> Result<Option<KeptForm>, StorageError> {
    type Row = (Option<i32>, Option<i64>, Option<String>);
    let row: Option<Row> = undo_windows::table
        .find(grant_id.as_str())
        .filter(undo_windows::undone_at.is_not_null())
        .select((undo_windows::activations_limit, undo_windows::expires_at, undo_windows::expires_zone))
        .first(conn)
        .optional()?;
    Ok(row.map(|(activations_limit, expires_at, expires_zone)| KeptForm {
        activations_limit,
        expires_at: from_optional(expires_at),
        expires_zone,
    }))
}

/// Ends the windows of a customer's grants, with the names of devices and what forms said.
pub(crate) fn erase(tx: &mut Tx<'_>, id: &CustomerId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let of_customer = grants::table.filter(grants::customer_id.eq(id.as_str())).select(grants::id);
    diesel::delete(undo_windows::table.filter(undo_windows::grant_id.eq_any(of_customer))).execute(conn)?;
    Ok(())
}

/// Deletes windows that ended an hour ago, and forms that nobody has taken up.
pub(crate) fn purge(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, StorageError> {
    let before = |age: SignedDuration| to_micros(now.saturating_sub(age).unwrap_or(now));
    let conn: &mut Conn = tx;
    let is_over =
        undo_windows::undone_at.is_null().and(undo_windows::ends_at.lt(before(SignedDuration::from_hours(1))));
    let is_forgotten = undo_windows::undone_at.lt(before(FORM_KEPT)).assume_not_null();
    let over = diesel::delete(undo_windows::table.filter(is_over)).execute(conn)?;
    Ok(over + diesel::delete(undo_windows::table.filter(is_forgotten)).execute(conn)?)
}
