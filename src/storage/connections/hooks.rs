//! What was sent to a connection's URL, verified and sealed, until it is worked off.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::crypto::AssociatedData;
use crate::domain::ids::{ConnectionId, CustomerId, GrantId, HookId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::{connections, held_sales, hooks, mirrored_customers};

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

/// What became of something that a shop sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ended {
    /// As a code.
    pub result: &'static str,
    /// The order that it is about.
    pub about: Option<String>,
    /// More about the result.
    pub detail: Option<String>,
    pub grant_id: Option<GrantId>,
    /// Whether it may be worked off again, so that its body stays.
    pub keeps_body: bool,
}

/// Notes what became of something that a shop sent.
pub(crate) fn end(tx: &mut Tx<'_>, id: &HookId, ended: &Ended, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let row = hooks::table.find(id.as_str());
    diesel::update(row)
        .set((
            hooks::result.eq(ended.result),
            hooks::about.eq(&ended.about),
            hooks::detail.eq(&ended.detail),
            hooks::grant_id.eq(ended.grant_id.as_ref().map(GrantId::as_str)),
            hooks::finished_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    if !ended.keeps_body {
        diesel::update(row).set(hooks::body.eq(Vec::<u8>::new())).execute(conn)?;
    }
    Ok(())
}

/// Notes that no more is tried for now; the body stays.
pub(crate) fn give_up(tx: &mut Tx<'_>, id: &HookId, result: &str, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(hooks::table.find(id.as_str()))
        .set((hooks::result.eq(result), hooks::finished_at.eq(to_micros(now))))
        .execute(conn)?;
    Ok(())
}

/// Notes why it is not worked off yet.
pub(crate) fn note_delay(tx: &mut Tx<'_>, id: &HookId, why: &str) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(hooks::table.find(id.as_str())).set(hooks::detail.eq(why)).execute(conn)?;
    Ok(())
}

/// Makes it unfinished, so that it is worked off again; `false` if its body is not there any more.
pub(crate) fn reopen(tx: &mut Tx<'_>, connection_id: &ConnectionId, id: &HookId) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let row = hooks::table
        .filter(hooks::id.eq(id.as_str()))
        .filter(hooks::connection_id.eq(connection_id.as_str()))
        .filter(hooks::body.ne(Vec::<u8>::new()));
    let changed = diesel::update(row)
        .set((hooks::result.eq(None::<String>), hooks::finished_at.eq(None::<i64>)))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Locks a delivery until the transaction ends.
pub(crate) fn lock(tx: &mut Tx<'_>, id: &HookId) -> Result<Hook, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(hooks::table.find(id.as_str())).set(hooks::id.eq(id.as_str())).execute(conn)?;
    if changed == 1 { find(conn, id) } else { Err(StorageError::NotFound) }
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

/// What arrived at shops, and at the connections through which a customer is known, and still has its body.
pub(crate) fn readable_of(conn: &mut Conn, id: &CustomerId) -> Result<Vec<Hook>, StorageError> {
    let known_through = mirrored_customers::table
        .filter(mirrored_customers::customer_id.eq(id.as_str()))
        .select(mirrored_customers::connection_id);
    let shops = connections::table.filter(connections::shop.is_not_null()).select(connections::id);
    let ids: Vec<String> = hooks::table
        .filter(hooks::connection_id.eq_any(known_through).or(hooks::connection_id.eq_any(shops)))
        .filter(hooks::body.ne(Vec::<u8>::new()))
        .select(hooks::id)
        .load(conn)?;
    ids.into_iter().map(|id| find(conn, &HookId::stored(id))).collect()
}

/// Deletes what arrived at a connection before a time: repeats of it are too old to be accepted.
pub(crate) fn purge(tx: &mut Tx<'_>, id: &ConnectionId, before: Timestamp) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let ids = hooks::table
        .filter(hooks::connection_id.eq(id.as_str()))
        .filter(hooks::received_at.lt(to_micros(before)))
        .select(hooks::id);
    diesel::delete(held_sales::table.filter(held_sales::hook_id.eq_any(ids))).execute(conn)?;
    let old =
        hooks::table.filter(hooks::connection_id.eq(id.as_str())).filter(hooks::received_at.lt(to_micros(before)));
    Ok(diesel::delete(old).execute(conn)?)
}
