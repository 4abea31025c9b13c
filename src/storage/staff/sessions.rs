//! Sessions: only a hash of the key is stored, so that the database does not let anybody in.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use jiff::Timestamp;

use super::{StaffColumns, StaffRow};
use crate::domain::ids::{SessionId, StaffId};
use crate::domain::staff::Staff;
use crate::domain::staff::session::SessionFacts;
use crate::storage::cache::answers::Moment;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::sessions;
use crate::storage::sql::inline_limit::FirstRowsDsl;
use crate::storage::sql::static_sql::KeptSql;

/// A session as it is stored.
#[derive(Debug, Clone)]
pub struct SessionRecord {
    /// A JSON object as text.
    pub state: String,
    pub last_used_at: Timestamp,
    /// The absolute limit.
    pub expires_at: Timestamp,
    /// The person's security stamp when the session began.
    pub security_stamp: i64,
}

/// A session that is about to begin.
#[derive(Debug)]
pub struct NewSession<'a> {
    pub key_hash: &'a [u8],
    /// Who is signed in, or has shown the first of two factors.
    pub staff_id: Option<&'a StaffId>,
    pub security_stamp: i64,
    pub state: &'a str,
    pub expires_at: Timestamp,
}

type FoundRow = (Option<String>, String, i64, i64, i64, Option<StaffRow>);

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
    let query = KeptSql::<(Nullable<Text>, Text, BigInt, BigInt, BigInt, Nullable<StaffColumns>)>::new()
        .sql(if conn.is_sqlite() { "SELECT NULL, " } else { "SELECT pg_current_snapshot()::text, " })
        .sql(
            "sessions.state, sessions.last_used_at, sessions.expires_at, sessions.security_stamp, staff.id, staff.email,
                    staff.name, staff.role, staff.language, staff.theme, staff.has_shortcuts, staff.time_zone,
                    staff.disabled_at, staff.password_set_at, staff.last_signed_in_at, staff.created_at,
                    staff.security_stamp
             FROM sessions LEFT JOIN staff ON staff.id = sessions.staff_id WHERE sessions.key_hash = ",
        )
        .bytes(key_hash);
    let row = query.get_result::<FoundRow>(conn).optional()?;
    let Some((moment, state, last_used_at, expires_at, security_stamp, person)) = row else { return Ok(None) };
    let session = SessionRecord {
        state,
        last_used_at: from_micros(last_used_at),
        expires_at: from_micros(expires_at),
        security_stamp,
    };
    Ok(Some(FoundSession { session, person: person.map(Staff::try_from).transpose()?, moment: moment.map(Moment) }))
}

/// Starts a session.
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

/// Lets a session go on under the person's new security stamp.
pub fn set_security_stamp(tx: &mut Tx<'_>, key_hash: &[u8], security_stamp: i64) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(sessions::table.find(key_hash)).set(sessions::security_stamp.eq(security_stamp)).execute(conn)?;
    Ok(())
}

/// Ends all sessions and unfinished sign-ins of a person that do not have this security stamp.
pub fn delete_stale(tx: &mut Tx<'_>, staff_id: &StaffId, security_stamp: i64) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let of_person = sessions::table.filter(sessions::staff_id.eq(staff_id.as_str()));
    diesel::delete(of_person.filter(sessions::security_stamp.ne(security_stamp))).execute(conn)?;
    Ok(())
}

/// Names in a session's state, whose values are JSON themselves.
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

/// A person's session as the list shows it.
#[derive(Debug, Clone)]
pub struct SessionOfStaff {
    pub key_hash: Vec<u8>,
    pub facts: SessionFacts,
    /// `false` while the second factor is still to be shown.
    pub is_signed_in: bool,
    /// The person's security stamp when the session began.
    pub security_stamp: i64,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A person's sessions and unfinished sign-ins, the last used one first, expired ones included; at most 200.
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
        .first_rows(200)
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

/// Clears away sessions past their absolute limit.
pub fn delete_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.le(to_micros(now)))).execute(conn)?)
}

/// How many sessions there are, expired ones included.
pub fn count(conn: &mut Conn) -> Result<i64, StorageError> {
    Ok(sessions::table.count().get_result(conn)?)
}
