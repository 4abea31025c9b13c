//! Links for staff: at most one open link per person and purpose, with the state of its e-mail.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{StaffId, StaffLinkId};
use crate::domain::outbox::{LEASE, MessageState};
use crate::domain::staff::link::{LINK_LIFETIME, LinkPurpose, StaffLink};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::staff_links;

#[derive(Queryable, Selectable)]
#[diesel(table_name = staff_links)]
struct LinkRow {
    id: String,
    staff_id: String,
    purpose: String,
    language: String,
    email_state: String,
    attempts: i32,
    last_reply: Option<String>,
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<LinkRow> for StaffLink {
    type Error = StorageError;

    fn try_from(row: LinkRow) -> Result<Self, StorageError> {
        let corrupt = |what: &str| StorageError::Corrupt(format!("{what} of {}", row.id));
        Ok(Self {
            staff_id: StaffId::stored(row.staff_id),
            purpose: LinkPurpose::parse(&row.purpose).ok_or_else(|| corrupt("the purpose"))?,
            language: row.language.clone(),
            email_state: MessageState::parse(&row.email_state).ok_or_else(|| corrupt("the state"))?,
            attempts: row.attempts,
            last_reply: row.last_reply,
            created_at: from_micros(row.created_at),
            expires_at: from_micros(row.expires_at),
            id: StaffLinkId::stored(row.id),
        })
    }
}

/// Inserts a new link, whose e-mail is due immediately, replacing the previous one.
pub fn replace(
    tx: &mut Tx<'_>,
    id: &StaffLinkId,
    staff_id: &StaffId,
    purpose: LinkPurpose,
    language: &str,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.has_outbox_messages = true;
    delete_of(tx, staff_id, Some(purpose))?;
    let conn: &mut Conn = tx;
    diesel::insert_into(staff_links::table)
        .values((
            staff_links::id.eq(id.as_str()),
            staff_links::staff_id.eq(staff_id.as_str()),
            staff_links::purpose.eq(purpose.as_str()),
            staff_links::language.eq(language),
            staff_links::token_hash.eq(token_hash.as_slice()),
            staff_links::email_state.eq(MessageState::Queued.as_str()),
            staff_links::attempts.eq(0),
            staff_links::next_attempt_at.eq(to_micros(now)),
            staff_links::created_at.eq(to_micros(now)),
            staff_links::expires_at.eq(to_micros(now.saturating_add(LINK_LIFETIME).unwrap_or(now))),
        ))
        .execute(conn)?;
    Ok(())
}

/// The link with this token, if it is still valid.
pub fn find_by_token(conn: &mut Conn, hash: &[u8; 32], now: Timestamp) -> Result<Option<StaffLink>, StorageError> {
    let row: Option<LinkRow> = staff_links::table
        .filter(staff_links::token_hash.eq(hash.as_slice()))
        .filter(staff_links::expires_at.gt(to_micros(now)))
        .select(LinkRow::as_select())
        .first(conn)
        .optional()?;
    row.map(StaffLink::try_from).transpose()
}

/// Uses up a link; `false` if another request was faster.
pub fn use_up(tx: &mut Tx<'_>, id: &StaffLinkId) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    Ok(diesel::delete(staff_links::table.find(id.as_str())).execute(conn)? == 1)
}

/// Deletes a person's links, of one purpose or all.
pub fn delete_of(tx: &mut Tx<'_>, staff_id: &StaffId, purpose: Option<LinkPurpose>) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let of_person = staff_links::table.filter(staff_links::staff_id.eq(staff_id.as_str()));
    match purpose {
        Some(purpose) => diesel::delete(of_person.filter(staff_links::purpose.eq(purpose.as_str()))).execute(conn)?,
        None => diesel::delete(of_person).execute(conn)?,
    };
    Ok(())
}

/// The links of everyone, or of one person.
pub fn list(conn: &mut Conn, staff_id: Option<&StaffId>) -> Result<Vec<StaffLink>, StorageError> {
    let mut query = staff_links::table.select(LinkRow::as_select()).into_boxed();
    if let Some(staff_id) = staff_id {
        query = query.filter(staff_links::staff_id.eq(staff_id.as_str()));
    }
    let rows: Vec<LinkRow> = query.order(staff_links::created_at.desc()).load(conn)?;
    rows.into_iter().map(StaffLink::try_from).collect()
}

/// Claims for `owner` the link whose e-mail has been due longest; `None` if none is due.
pub fn claim(tx: &mut Tx<'_>, owner: &str, now: Timestamp) -> Result<Option<StaffLink>, StorageError> {
    let conn: &mut Conn = tx;
    let at = to_micros(now);
    let is_due = || {
        let queued =
            staff_links::email_state.eq(MessageState::Queued.as_str()).and(staff_links::next_attempt_at.le(at));
        let abandoned = staff_links::email_state
            .eq(MessageState::Sending.as_str())
            .and(staff_links::lease_until.le(at).assume_not_null());
        queued.or(abandoned)
    };
    let id: Option<String> = staff_links::table
        .filter(is_due())
        .order(staff_links::next_attempt_at.asc())
        .select(staff_links::id)
        .first(conn)
        .optional()?;
    let Some(id) = id else { return Ok(None) };
    let until = now.saturating_add(LEASE).unwrap_or(now);
    let claimed = diesel::update(staff_links::table.find(&id).filter(is_due()))
        .set((
            staff_links::email_state.eq(MessageState::Sending.as_str()),
            staff_links::lease_owner.eq(owner),
            staff_links::lease_until.eq(to_micros(until)),
            staff_links::attempts.eq(staff_links::attempts + 1),
        ))
        .execute(conn)?;
    if claimed == 0 {
        return Ok(None);
    }
    staff_links::table.find(&id).select(LinkRow::as_select()).first::<LinkRow>(conn)?.try_into().map(Some)
}

/// Whether any link's e-mail is due; needs no transaction.
pub fn has_due(conn: &mut Conn, now: Timestamp) -> Result<bool, StorageError> {
    let at = to_micros(now);
    let due: Option<String> = staff_links::table
        .filter(
            staff_links::email_state
                .eq(MessageState::Queued.as_str())
                .or(staff_links::email_state.eq(MessageState::Sending.as_str())),
        )
        .filter(staff_links::next_attempt_at.le(at))
        .filter(staff_links::lease_until.is_null().or(staff_links::lease_until.le(at).assume_not_null()))
        .select(staff_links::id)
        .first(conn)
        .optional()?;
    Ok(due.is_some())
}

/// Records the outcome of an attempt; has no effect if the link is gone or another worker has claimed it.
pub fn settle(
    tx: &mut Tx<'_>,
    id: &StaffLinkId,
    owner: &str,
    state: MessageState,
    reply: &str,
    next_attempt_at: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(staff_links::table.find(id.as_str()).filter(staff_links::lease_owner.eq(owner)))
        .set((
            staff_links::email_state.eq(state.as_str()),
            staff_links::last_reply.eq(reply),
            staff_links::next_attempt_at.eq(to_micros(next_attempt_at)),
            staff_links::lease_owner.eq(None::<String>),
            staff_links::lease_until.eq(None::<i64>),
        ))
        .execute(conn)?;
    Ok(())
}
