//! The sealed secrets of connections: API keys, and secrets that webhooks are signed with.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::crypto::AssociatedData;
use crate::domain::connection::ConnectionSecretKind;
use crate::domain::ids::{ConnectionId, ConnectionSecretId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::connection_secrets;

/// The associated data of a secret's ciphertext: it cannot be decrypted with any other.
pub(crate) fn associated_data(id: &str) -> AssociatedData<'_> {
    AssociatedData { table: "connection_secrets", column: "ciphertext", row: id }
}

/// A secret as stored.
#[derive(Debug, Clone)]
pub(crate) struct SealedConnectionSecret {
    pub id: ConnectionSecretId,
    pub ciphertext: Vec<u8>,
    pub last_four: String,
    pub created_at: Timestamp,
}

/// The secrets of a kind that are in use at `now`, the newest first.
pub(crate) fn in_use(
    conn: &mut Conn,
    id: &ConnectionId,
    kind: ConnectionSecretKind,
    now: Timestamp,
) -> Result<Vec<SealedConnectionSecret>, StorageError> {
    let rows: Vec<(String, Vec<u8>, String, i64)> = connection_secrets::table
        .filter(connection_secrets::connection_id.eq(id.as_str()))
        .filter(connection_secrets::kind.eq(kind.as_str()))
        .filter(
            connection_secrets::ends_at.is_null().or(connection_secrets::ends_at.gt(to_micros(now)).assume_not_null()),
        )
        .order((connection_secrets::created_at.desc(), connection_secrets::id))
        .select((
            connection_secrets::id,
            connection_secrets::ciphertext,
            connection_secrets::last_four,
            connection_secrets::created_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, ciphertext, last_four, created_at)| SealedConnectionSecret {
            id: ConnectionSecretId::stored(id),
            ciphertext,
            last_four,
            created_at: from_micros(created_at),
        })
        .collect())
}

/// Adds a secret; the older ones of its kind end at `others_end`, those that have ended are deleted.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    connection_id: &ConnectionId,
    kind: ConnectionSecretKind,
    secret: &SealedConnectionSecret,
    others_end: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let of_kind = connection_secrets::table
        .filter(connection_secrets::connection_id.eq(connection_id.as_str()))
        .filter(connection_secrets::kind.eq(kind.as_str()));
    let now = to_micros(secret.created_at);
    diesel::update(of_kind.filter(connection_secrets::ends_at.is_null()))
        .set(connection_secrets::ends_at.eq(to_micros(others_end)))
        .execute(conn)?;
    diesel::delete(of_kind.filter(connection_secrets::ends_at.le(now).assume_not_null())).execute(conn)?;
    diesel::insert_into(connection_secrets::table)
        .values((
            connection_secrets::id.eq(secret.id.as_str()),
            connection_secrets::connection_id.eq(connection_id.as_str()),
            connection_secrets::kind.eq(kind.as_str()),
            connection_secrets::ciphertext.eq(&secret.ciphertext),
            connection_secrets::last_four.eq(&secret.last_four),
            connection_secrets::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}
