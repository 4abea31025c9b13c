//! What was sent to a connection's URL, verified and sealed, until it is worked off.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::crypto::AssociatedData;
use crate::domain::ids::{ConnectionId, CustomerId, HookId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::{hooks, mirrored_customers};

/// The associated data of a body's ciphertext: it cannot be decrypted with any other.
pub(crate) fn associated_data(id: &str) -> AssociatedData<'_> {
    AssociatedData { table: "hooks", column: "body", row: id }
}

/// Something that arrived.
#[derive(Debug, Clone)]
pub(crate) struct Hook {
    pub id: HookId,
    pub connection_id: ConnectionId,
    /// The sender's own id of it; a repeat has the same.
    pub delivery_id: String,
    pub event_type: String,
    /// Sealed; empty once it is not needed any more.
    pub body: Vec<u8>,
    pub received_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}

/// Stores what arrived; `false` if this delivery is stored already.
pub(crate) fn insert(tx: &mut Tx<'_>, hook: &Hook) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let row = (
        hooks::id.eq(hook.id.as_str()),
        hooks::connection_id.eq(hook.connection_id.as_str()),
        hooks::delivery_id.eq(&hook.delivery_id),
        hooks::event_type.eq(&hook.event_type),
        hooks::body.eq(&hook.body),
        hooks::received_at.eq(to_micros(hook.received_at)),
    );
    let inserted = match conn {
        Conn::Sqlite(conn) => diesel::insert_into(hooks::table).values(row).on_conflict_do_nothing().execute(conn)?,
        Conn::Postgres(conn) => diesel::insert_into(hooks::table).values(row).on_conflict_do_nothing().execute(conn)?,
    };
    Ok(inserted == 1)
}

/// What arrived under this id.
pub(crate) fn find(conn: &mut Conn, id: &HookId) -> Result<Hook, StorageError> {
    let (connection_id, delivery_id, event_type, body, received_at, finished_at): (
        String,
        String,
        String,
        Vec<u8>,
        i64,
        Option<i64>,
    ) = hooks::table
        .find(id.as_str())
        .select((
            hooks::connection_id,
            hooks::delivery_id,
            hooks::event_type,
            hooks::body,
            hooks::received_at,
            hooks::finished_at,
        ))
        .first(conn)?;
    Ok(Hook {
        id: id.clone(),
        connection_id: ConnectionId::stored(connection_id),
        delivery_id,
        event_type,
        body,
        received_at: from_micros(received_at),
        finished_at: from_optional(finished_at),
    })
}

/// Notes what became of it, and empties its body.
pub(crate) fn finish(tx: &mut Tx<'_>, id: &HookId, result: &str, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(hooks::table.find(id.as_str()))
        .set((hooks::body.eq(Vec::<u8>::new()), hooks::result.eq(result), hooks::finished_at.eq(to_micros(now))))
        .execute(conn)?;
    Ok(())
}

/// Whether this delivery is stored already.
pub(crate) fn is_known(conn: &mut Conn, id: &ConnectionId, delivery_id: &str) -> Result<bool, StorageError> {
    let found: Option<String> = hooks::table
        .filter(hooks::connection_id.eq(id.as_str()))
        .filter(hooks::delivery_id.eq(delivery_id))
        .select(hooks::id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// What arrived at the connections through which a customer is known and still has its body.
pub(crate) fn readable_of(conn: &mut Conn, id: &CustomerId) -> Result<Vec<Hook>, StorageError> {
    let connections = mirrored_customers::table
        .filter(mirrored_customers::customer_id.eq(id.as_str()))
        .select(mirrored_customers::connection_id);
    let ids: Vec<String> = hooks::table
        .filter(hooks::connection_id.eq_any(connections))
        .filter(hooks::body.ne(Vec::<u8>::new()))
        .select(hooks::id)
        .load(conn)?;
    ids.into_iter().map(|id| find(conn, &HookId::stored(id))).collect()
}

/// Deletes what arrived at a connection before a time: repeats of it are too old to be accepted.
pub(crate) fn purge(tx: &mut Tx<'_>, id: &ConnectionId, before: Timestamp) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let old =
        hooks::table.filter(hooks::connection_id.eq(id.as_str())).filter(hooks::received_at.lt(to_micros(before)));
    Ok(diesel::delete(old).execute(conn)?)
}
