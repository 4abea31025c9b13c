//! Idempotency keys that have been used, with a fingerprint of the request's content.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};

use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::db::time::to_micros;
use super::schema::idempotency_keys;

/// What stands in place of the fingerprint of a key that is spent.
const SPENT: &[u8] = b"";

/// The state of an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Claim {
    Fresh,
    /// The same content was processed with this result.
    Replay(String),
    /// The key was used with different content.
    Mismatch,
}

/// Looks up the key without claiming it.
pub(crate) fn look_up(conn: &mut Conn, scope: &str, key: &str, fingerprint: &[u8]) -> Result<Claim, StorageError> {
    let found: Option<(Vec<u8>, String)> = idempotency_keys::table
        .find((scope, key))
        .select((idempotency_keys::fingerprint, idempotency_keys::result_id))
        .first(conn)
        .optional()?;
    Ok(match found {
        None => Claim::Fresh,
        Some((seen, result)) if seen == fingerprint => Claim::Replay(result),
        Some(_) => Claim::Mismatch,
    })
}

/// Spends a key that was claimed: it matches no content from now on.
pub(crate) fn spend(tx: &mut Tx<'_>, scope: &str, key: &str) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(idempotency_keys::table.find((scope, key)))
        .set(idempotency_keys::fingerprint.eq(SPENT))
        .execute(conn)?;
    Ok(())
}

/// Whether a key is spent.
pub(crate) fn is_spent(conn: &mut Conn, scope: &str, key: &str) -> Result<bool, StorageError> {
    Ok(matches!(look_up(conn, scope, key, SPENT)?, Claim::Replay(_)))
}

/// Claims the key for this result; `Conflict` if another transaction was faster.
pub(crate) fn claim(
    tx: &mut Tx<'_>,
    scope: &str,
    key: &str,
    fingerprint: &[u8],
    result_id: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::scope.eq(scope),
            idempotency_keys::key.eq(key),
            idempotency_keys::fingerprint.eq(fingerprint),
            idempotency_keys::result_id.eq(result_id),
            idempotency_keys::created_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Deletes keys older than one day.
pub(crate) fn purge_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let before = to_micros(now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(now));
    Ok(diesel::delete(idempotency_keys::table.filter(idempotency_keys::created_at.lt(before))).execute(conn)?)
}
