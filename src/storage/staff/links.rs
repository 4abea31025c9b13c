//! Links for staff: at most one open link per person and purpose. Their e-mails are messages of the outbox.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{StaffId, StaffLinkId};
use crate::domain::outbox::MessageState;
use crate::domain::staff::link::{LINK_LIFETIME, LinkPurpose, StaffLink};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{outbox_messages, staff_links};

#[derive(Queryable, Selectable)]
#[diesel(table_name = staff_links)]
struct LinkRow {
    id: String,
    staff_id: String,
    purpose: String,
    language: String,
    created_at: i64,
    expires_at: i64,
}

/// A link with the state of its e-mail.
macro_rules! links {
    () => {
        staff_links::table
            .left_join(outbox_messages::table.on(outbox_messages::ref_id.eq(staff_links::id.nullable())))
            .select((LinkRow::as_select(), (outbox_messages::state, outbox_messages::last_reply).nullable()))
    };
}

type EmailRow = (String, Option<String>);

fn link((row, email): (LinkRow, Option<EmailRow>)) -> Result<StaffLink, StorageError> {
    let (state, last_reply) = email.unwrap_or_default();
    let corrupt = |what: &str| StorageError::Corrupt(format!("{what} of {}", row.id));
    Ok(StaffLink {
        staff_id: StaffId::stored(row.staff_id),
        purpose: LinkPurpose::parse(&row.purpose).ok_or_else(|| corrupt("the purpose"))?,
        language: row.language.clone(),
        email_state: MessageState::parse(&state).ok_or_else(|| corrupt("the e-mail"))?,
        last_reply,
        created_at: from_micros(row.created_at),
        expires_at: from_micros(row.expires_at),
        id: StaffLinkId::stored(row.id),
    })
}

/// Inserts a new link, replacing the previous one; its message is enqueued in the same transaction.
pub fn replace(
    tx: &mut Tx<'_>,
    id: &StaffLinkId,
    staff_id: &StaffId,
    purpose: LinkPurpose,
    language: &str,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<(), StorageError> {
    delete_of(tx, staff_id, Some(purpose))?;
    let conn: &mut Conn = tx;
    diesel::insert_into(staff_links::table)
        .values((
            staff_links::id.eq(id.as_str()),
            staff_links::staff_id.eq(staff_id.as_str()),
            staff_links::purpose.eq(purpose.as_str()),
            staff_links::language.eq(language),
            staff_links::token_hash.eq(token_hash.as_slice()),
            staff_links::created_at.eq(to_micros(now)),
            staff_links::expires_at.eq(to_micros(now.saturating_add(LINK_LIFETIME).unwrap_or(now))),
        ))
        .execute(conn)?;
    Ok(())
}

/// The link with this id; `None` if it was used or replaced.
pub fn find(conn: &mut Conn, id: &StaffLinkId) -> Result<Option<StaffLink>, StorageError> {
    links!().filter(staff_links::id.eq(id.as_str())).first(conn).optional()?.map(link).transpose()
}

/// The link with this token, if it is still valid.
pub fn find_by_token(conn: &mut Conn, hash: &[u8; 32], now: Timestamp) -> Result<Option<StaffLink>, StorageError> {
    links!()
        .filter(staff_links::token_hash.eq(hash.as_slice()))
        .filter(staff_links::expires_at.gt(to_micros(now)))
        .first(conn)
        .optional()?
        .map(link)
        .transpose()
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
    let mut query = links!().into_boxed();
    if let Some(staff_id) = staff_id {
        query = query.filter(staff_links::staff_id.eq(staff_id.as_str()));
    }
    let rows: Vec<(LinkRow, Option<EmailRow>)> = query.order(staff_links::created_at.desc()).load(conn)?;
    rows.into_iter().map(link).collect()
}
