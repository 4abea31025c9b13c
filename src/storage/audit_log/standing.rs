//! Checks that the actor is still allowed to act. A change fails if its actor was disabled, lost a role or had an API
//! key revoked after the request was admitted.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use jiff::Timestamp;

use crate::domain::actor::{Actor, Who};
use crate::domain::staff::Role;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::sql::static_sql::StaticSql;

/// The SQL types of a role and up to two timestamps, the same for both tables.
type RowType = (Text, Nullable<BigInt>, Nullable<BigInt>);
type Row = (String, Option<i64>, Option<i64>);

/// Fails with `NoLongerAllowed` if the actor's rights have changed. The actor's row stays locked until the transaction
/// ends, so disabling, demoting or revoking happens either before the change or after it. Transactions that update the
/// actor's own row must do so before calling this.
pub(super) fn check(tx: &mut Tx<'_>, actor: &Actor, now: Timestamp) -> Result<(), StorageError> {
    if tx.checked.as_ref() == Some(&actor.who) {
        return Ok(());
    }
    let is_allowed = match &actor.who {
        Who::Staff(id) => is_active(tx, id.as_str(), Role::Viewer)?,
        Who::SignedIn { id, role } => is_active(tx, id.as_str(), *role)?,
        Who::ApiKey { id, role } => is_valid(tx, id.as_str(), *role, now)?,
        Who::System(_) | Who::Unknown => return Ok(()),
    };
    if !is_allowed {
        return Err(StorageError::NoLongerAllowed);
    }
    tx.checked = Some(actor.who.clone());
    Ok(())
}

fn is_active(conn: &mut Conn, id: &str, needed: Role) -> Result<bool, StorageError> {
    let row = lock_row(conn, "SELECT role, disabled_at, NULL FROM staff WHERE id = ", id)?;
    Ok(row.is_some_and(|(role, disabled_at, _)| reaches(&role, needed) && disabled_at.is_none()))
}

fn is_valid(conn: &mut Conn, id: &str, needed: Role, now: Timestamp) -> Result<bool, StorageError> {
    let row = lock_row(conn, "SELECT role, revoked_at, expires_at FROM api_keys WHERE id = ", id)?;
    Ok(row.is_some_and(|(role, revoked_at, expires_at)| {
        reaches(&role, needed) && revoked_at.is_none() && expires_at.is_none_or(|at| at > to_micros(now))
    }))
}

/// Reads the row and locks it against changes until the transaction ends.
fn lock_row(conn: &mut Conn, select: &'static str, id: &str) -> Result<Option<Row>, StorageError> {
    // SQLite has only one writer at a time.
    let lock = if conn.is_sqlite() { "" } else { " FOR SHARE" };
    Ok(StaticSql::<RowType>::new().sql(select).text(id).sql(lock).get_result(conn).optional()?)
}

fn reaches(role: &str, needed: Role) -> bool {
    Role::parse(role).is_some_and(|role| role >= needed)
}
