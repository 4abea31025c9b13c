//! Counters of failures and of other rate-limited actions of strangers, each under the hash of its subject.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::sign_in_failures;

/// The number of failures, and until when further attempts are rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failures {
    pub count: i32,
    pub last_failed_at: Timestamp,
    pub blocked_until: Timestamp,
}

/// The failures of a subject.
pub(crate) fn find(conn: &mut Conn, subject: &str) -> Result<Option<Failures>, StorageError> {
    let row: Option<(i32, i64, i64)> = sign_in_failures::table
        .find(subject)
        .select((sign_in_failures::failures, sign_in_failures::last_failed_at, sign_in_failures::blocked_until))
        .first(conn)
        .optional()?;
    Ok(row.map(|(count, last_failed_at, blocked_until)| Failures {
        count,
        last_failed_at: from_micros(last_failed_at),
        blocked_until: from_micros(blocked_until),
    }))
}

/// Sets the failures of a subject. The update comes before the insert: on PostgreSQL it makes concurrent counts of the
/// same subject wait for one another.
pub(crate) fn set(tx: &mut Tx<'_>, subject: &str, failures: &Failures) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let values = (
        sign_in_failures::failures.eq(failures.count),
        sign_in_failures::last_failed_at.eq(to_micros(failures.last_failed_at)),
        sign_in_failures::blocked_until.eq(to_micros(failures.blocked_until)),
    );
    let changed = diesel::update(sign_in_failures::table.find(subject)).set(values).execute(conn)?;
    if changed == 0 {
        diesel::insert_into(sign_in_failures::table)
            .values((sign_in_failures::subject.eq(subject), values.0, values.1, values.2))
            .execute(conn)?;
    }
    Ok(())
}

/// Locks a subject's row until the transaction ends, if there is one.
pub(crate) fn lock(tx: &mut Tx<'_>, subject: &str) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(sign_in_failures::table.find(subject))
        .set(sign_in_failures::failures.eq(sign_in_failures::failures))
        .execute(conn)?;
    Ok(())
}

/// Locks a subject's row until the transaction ends, inserting it if it is missing; `Conflict` if another transaction
/// inserts it at the same time. Without a row to wait for, concurrent counts would be lost.
pub(crate) fn lock_or_add(tx: &mut Tx<'_>, subject: &str) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let locked = diesel::update(sign_in_failures::table.find(subject))
        .set(sign_in_failures::failures.eq(sign_in_failures::failures))
        .execute(conn)?;
    if locked == 0 {
        diesel::insert_into(sign_in_failures::table)
            .values((
                sign_in_failures::subject.eq(subject),
                sign_in_failures::failures.eq(0),
                sign_in_failures::last_failed_at.eq(0),
                sign_in_failures::blocked_until.eq(0),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Deletes a subject's counter.
pub(crate) fn clear(tx: &mut Tx<'_>, subject: &str) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(sign_in_failures::table.find(subject)).execute(conn)?;
    Ok(())
}

/// Deletes all counters.
pub(crate) fn clear_all(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(sign_in_failures::table).execute(conn)?;
    Ok(())
}

/// Deletes counters whose last failure was before that moment.
pub(crate) fn clear_older(tx: &mut Tx<'_>, before: Timestamp) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let old = sign_in_failures::table.filter(sign_in_failures::last_failed_at.lt(to_micros(before)));
    Ok(diesel::delete(old).execute(conn)?)
}
