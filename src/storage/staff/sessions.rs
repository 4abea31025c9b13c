//! Sessions. Only a hash of the session key is stored, so the database's contents do not allow signing in.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;

use super::StaffRow;
use crate::domain::ids::{SessionId, StaffId};
use crate::domain::staff::Staff;
use crate::domain::staff::session::SessionFacts;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{sessions, staff};
use crate::storage::sql::inline_limit::InlineLimitDsl;
use crate::storage::sql::on_each::on_each;

/// A stored session.
#[derive(Debug, Clone)]
pub struct SessionRecord {
    /// A JSON object as text.
    pub state: String,
    pub last_used_at: Timestamp,
    /// The absolute time limit.
    pub expires_at: Timestamp,
    /// The person's security stamp when the session began.
    pub security_stamp: i64,
}

/// A session to be inserted.
#[derive(Debug)]
pub struct NewSession<'a> {
    pub key_hash: &'a [u8],
    /// The person who is signed in, or has passed the first of two factors.
    pub staff_id: Option<&'a StaffId>,
    pub security_stamp: i64,
    pub state: &'a str,
    pub expires_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct SessionRow {
    state: String,
    last_used_at: i64,
    expires_at: i64,
    security_stamp: i64,
}

/// What is loaded at the start of a request.
#[derive(Debug)]
pub struct FoundSession {
    pub session: SessionRecord,
    pub person: Option<Staff>,
}

/// The session with this key hash, even if expired, and its person.
pub fn find(conn: &mut Conn, key_hash: &[u8]) -> Result<Option<FoundSession>, StorageError> {
    let found: Option<(SessionRow, Option<StaffRow>)> = on_each!(conn, |conn| {
        sessions::table
            .left_join(staff::table)
            .filter(sessions::key_hash.eq(key_hash))
            .select((SessionRow::as_select(), Option::<StaffRow>::as_select()))
            .first(conn)
            .optional()?
    });
    let Some((row, person)) = found else { return Ok(None) };
    let session = SessionRecord {
        state: row.state,
        last_used_at: from_micros(row.last_used_at),
        expires_at: from_micros(row.expires_at),
        security_stamp: row.security_stamp,
    };
    Ok(Some(FoundSession { session, person: person.map(Staff::try_from).transpose()? }))
}

/// Inserts a session.
pub fn insert(tx: &mut Tx<'_>, new: &NewSession<'_>, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(sessions::table)
        .values((
            sessions::key_hash.eq(new.key_hash),
            sessions::staff_id.eq(new.staff_id.map(StaffId::as_str)),
            sessions::security_stamp.eq(new.security_stamp),
            sessions::state.eq(new.state),
            sessions::created_at.eq(to_micros(now)),
            sessions::last_used_at.eq(to_micros(now)),
            sessions::expires_at.eq(to_micros(new.expires_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Replaces a session's state; has no effect on a session that has ended.
pub fn set_state(tx: &mut Tx<'_>, key_hash: &[u8], state: &str, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(sessions::table.find(key_hash))
        .set((sessions::state.eq(state), sessions::last_used_at.eq(to_micros(now))))
        .execute(conn)?;
    Ok(())
}

/// Records a use of the session.
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

/// Moves a session to the person's new security stamp, so that it stays valid.
pub fn set_security_stamp(tx: &mut Tx<'_>, key_hash: &[u8], security_stamp: i64) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(sessions::table.find(key_hash)).set(sessions::security_stamp.eq(security_stamp)).execute(conn)?;
    Ok(())
}

/// Ends all of a person's sessions and unfinished sign-ins that have another security stamp.
pub fn delete_stale(tx: &mut Tx<'_>, staff_id: &StaffId, security_stamp: i64) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let of_person = sessions::table.filter(sessions::staff_id.eq(staff_id.as_str()));
    diesel::delete(of_person.filter(sessions::security_stamp.ne(security_stamp))).execute(conn)?;
    Ok(())
}

/// Keys in a session's state, whose values are JSON texts.
pub const STAFF_ID: &str = "staff_id";
pub const AWAITS_CODE: &str = "awaits_code";
pub const SECURITY_STAMP: &str = "security_stamp";
pub const SESSION_ID: &str = "id";
pub const USER_AGENT: &str = "user_agent";
pub const ADDRESS: &str = "address";

fn facts_of(state: &HashMap<String, String>) -> SessionFacts {
    let text = |name: &str| state.get(name).and_then(|value| serde_json::from_str::<String>(value).ok());
    SessionFacts {
        id: text(SESSION_ID).and_then(|id| SessionId::parse(&id).ok()),
        user_agent: text(USER_AGENT),
        address: text(ADDRESS),
    }
}

/// A person's session, as listed.
#[derive(Debug, Clone)]
pub struct SessionOfStaff {
    pub key_hash: Vec<u8>,
    pub facts: SessionFacts,
    /// `false` while the second factor is still missing.
    pub is_signed_in: bool,
    /// The person's security stamp when the session began.
    pub security_stamp: i64,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A person's sessions and unfinished sign-ins, most recently used first, including expired ones; at most 200.
pub fn of_staff(conn: &mut Conn, staff_id: &StaffId) -> Result<Vec<SessionOfStaff>, StorageError> {
    let rows: Vec<(Vec<u8>, String, i64, i64, i64, i64)> = sessions::table
        .filter(sessions::staff_id.eq(staff_id.as_str()))
        .order(sessions::last_used_at.desc())
        .select((
            sessions::key_hash,
            sessions::state,
            sessions::created_at,
            sessions::last_used_at,
            sessions::expires_at,
            sessions::security_stamp,
        ))
        .inline_limit(200)
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(key_hash, state, created_at, last_used_at, expires_at, security_stamp)| {
            let state: HashMap<String, String> = serde_json::from_str(&state).unwrap_or_default();
            SessionOfStaff {
                key_hash,
                facts: facts_of(&state),
                is_signed_in: state.contains_key(STAFF_ID),
                security_stamp,
                created_at: from_micros(created_at),
                last_used_at: from_micros(last_used_at),
                expires_at: from_micros(expires_at),
            }
        })
        .collect())
}

/// Deletes sessions past their absolute limit.
pub fn delete_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.le(to_micros(now)))).execute(conn)?)
}

/// The number of sessions, including expired ones.
pub fn count(conn: &mut Conn) -> Result<i64, StorageError> {
    Ok(sessions::table.count().get_result(conn)?)
}
