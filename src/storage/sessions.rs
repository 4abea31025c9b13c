//! Sessions: only a hash of the key is stored, so that the database does not let anybody in.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use jiff::Timestamp;

use super::answers::Moment;
use super::connection::Conn;
use super::db::Tx;
use super::error::StorageError;
use super::first_rows::FirstRowsDsl;
use super::kept_sql::KeptSql;
use super::schema::sessions;
use super::staff::{StaffColumns, StaffRow};
use super::time::{from_micros, to_micros};
use crate::domain::ids::{SessionId, StaffId};
use crate::domain::session::SessionFacts;
use crate::domain::staff::Staff;

/// A session as it is stored.
#[derive(Debug, Clone)]
pub struct SessionRecord {
    /// A JSON object as text.
    pub state: String,
    pub last_used_at: Timestamp,
    /// The absolute limit.
    pub expires_at: Timestamp,
}

type FoundRow = (Option<String>, String, i64, i64, Option<StaffRow>);

/// What a request begins with.
#[derive(Debug)]
pub struct FoundSession {
    pub session: SessionRecord,
    pub person: Option<Staff>,
    /// On PostgreSQL.
    pub moment: Option<Moment>,
}

/// The session under that key's hash, expired or not, whose it is, and the moment this was read at.
pub fn find(conn: &mut Conn, key_hash: &[u8]) -> Result<Option<FoundSession>, StorageError> {
    // Every page asks this: its text is written down, not put together each time.
    let query = KeptSql::<(Nullable<Text>, Text, BigInt, BigInt, Nullable<StaffColumns>)>::new()
        .sql(if conn.is_sqlite() { "SELECT NULL, " } else { "SELECT pg_current_snapshot()::text, " })
        .sql(
            "sessions.state, sessions.last_used_at, sessions.expires_at, staff.id, staff.email, staff.name,
                    staff.role, staff.language, staff.theme, staff.has_shortcuts, staff.time_zone, staff.disabled_at,
                    staff.password_set_at, staff.last_signed_in_at, staff.created_at
             FROM sessions LEFT JOIN staff ON staff.id = sessions.staff_id WHERE sessions.key_hash = ",
        )
        .bytes(key_hash);
    let row = query.get_result::<FoundRow>(conn).optional()?;
    let Some((moment, state, last_used_at, expires_at, person)) = row else { return Ok(None) };
    let session = SessionRecord { state, last_used_at: from_micros(last_used_at), expires_at: from_micros(expires_at) };
    Ok(Some(FoundSession { session, person: person.map(Staff::try_from).transpose()?, moment: moment.map(Moment) }))
}

/// Starts a session.
pub fn insert(
    tx: &mut Tx<'_>,
    key_hash: &[u8],
    staff_id: Option<&StaffId>,
    state: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(sessions::table)
        .values((
            sessions::key_hash.eq(key_hash),
            sessions::staff_id.eq(staff_id.map(StaffId::as_str)),
            sessions::state.eq(state),
            sessions::created_at.eq(to_micros(now)),
            sessions::last_used_at.eq(to_micros(now)),
            sessions::expires_at.eq(to_micros(expires_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Replaces what a session remembers; a session that has ended stays ended.
pub fn set_state(tx: &mut Tx<'_>, key_hash: &[u8], state: &str, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(sessions::table.find(key_hash))
        .set((sessions::state.eq(state), sessions::last_used_at.eq(to_micros(now))))
        .execute(conn)?;
    Ok(())
}

/// Notes that a session was used.
pub fn touch(tx: &mut Tx<'_>, key_hash: &[u8], now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(sessions::table.find(key_hash)).set(sessions::last_used_at.eq(to_micros(now))).execute(conn)?;
    Ok(())
}

/// Ends a session.
pub fn delete(tx: &mut Tx<'_>, key_hash: &[u8]) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::delete(sessions::table.find(key_hash)).execute(conn)?;
    Ok(())
}

/// Ends all sessions of a person and says how many there were.
pub fn delete_all_of(tx: &mut Tx<'_>, staff_id: &StaffId) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    Ok(diesel::delete(sessions::table.filter(sessions::staff_id.eq(staff_id.as_str()))).execute(conn)?)
}

/// Names in a session's state, whose values are JSON themselves.
pub const SESSION_ID: &str = "id";
pub const USER_AGENT: &str = "user_agent";
pub const ADDRESS: &str = "address";

fn facts_of(state: &str) -> SessionFacts {
    let state: HashMap<String, String> = serde_json::from_str(state).unwrap_or_default();
    let text = |name: &str| state.get(name).and_then(|value| serde_json::from_str::<String>(value).ok());
    SessionFacts {
        id: text(SESSION_ID).and_then(|id| SessionId::parse(&id).ok()),
        user_agent: text(USER_AGENT),
        address: text(ADDRESS),
    }
}

/// A person's session as the list shows it.
#[derive(Debug, Clone)]
pub struct SessionOfStaff {
    pub key_hash: Vec<u8>,
    pub facts: SessionFacts,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A person's sessions, the last used one first, expired ones included; at most 200.
pub fn of_staff(conn: &mut Conn, staff_id: &StaffId) -> Result<Vec<SessionOfStaff>, StorageError> {
    let rows: Vec<(Vec<u8>, String, i64, i64, i64)> = sessions::table
        .filter(sessions::staff_id.eq(staff_id.as_str()))
        .order(sessions::last_used_at.desc())
        .select((
            sessions::key_hash,
            sessions::state,
            sessions::created_at,
            sessions::last_used_at,
            sessions::expires_at,
        ))
        .first_rows(200)
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(key_hash, state, created_at, last_used_at, expires_at)| SessionOfStaff {
            key_hash,
            facts: facts_of(&state),
            created_at: from_micros(created_at),
            last_used_at: from_micros(last_used_at),
            expires_at: from_micros(expires_at),
        })
        .collect())
}

/// Clears away sessions past their absolute limit.
pub fn delete_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.le(to_micros(now)))).execute(conn)?)
}

/// How many sessions there are, expired ones included.
pub fn count(conn: &mut Conn) -> Result<i64, StorageError> {
    Ok(sessions::table.count().get_result(conn)?)
}
