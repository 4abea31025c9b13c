//! Notes of staff about customers and their grants.

use diesel::prelude::*;

use crate::domain::customer::note::{Note, NoteText};
use crate::domain::ids::{CustomerId, GrantId, NoteId, StaffId};
use crate::domain::text::folded;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{grants, notes, staff};
use crate::storage::sql::inline_limit::InlineLimitDsl;
use crate::storage::trigrams::{self, Found, Word};

/// The most notes that a page shows.
pub(crate) const SHOWN_NOTES: usize = 50;

/// A note and the name of its author.
#[derive(Debug, Clone)]
pub struct ShownNote {
    pub note: Note,
    pub author_name: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = notes)]
struct NoteRow {
    id: String,
    customer_id: String,
    grant_id: Option<String>,
    text: String,
    author_id: String,
    created_at: i64,
}

impl From<NoteRow> for Note {
    fn from(row: NoteRow) -> Self {
        Self {
            id: NoteId::stored(row.id),
            customer_id: CustomerId::stored(row.customer_id),
            grant_id: row.grant_id.map(GrantId::stored),
            text: NoteText::stored(row.text),
            author_id: StaffId::stored(row.author_id),
            created_at: from_micros(row.created_at),
        }
    }
}

/// Inserts a note.
pub(crate) fn insert(tx: &mut Tx<'_>, note: &Note) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(notes::table)
        .values((
            notes::id.eq(note.id.as_str()),
            notes::customer_id.eq(note.customer_id.as_str()),
            notes::grant_id.eq(note.grant_id.as_ref().map(GrantId::as_str)),
            notes::text.eq(note.text.as_str()),
            notes::search_text.eq(folded::fold(note.text.as_str())),
            notes::author_id.eq(note.author_id.as_str()),
            notes::created_at.eq(to_micros(note.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The note with this id; `NotFound` if there is none.
pub(crate) fn find(conn: &mut Conn, id: &NoteId) -> Result<Note, StorageError> {
    Ok(notes::table.find(id.as_str()).select(NoteRow::as_select()).first::<NoteRow>(conn)?.into())
}

/// Deletes a note; `false` if it is gone already.
pub(crate) fn delete(tx: &mut Tx<'_>, id: &NoteId) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    Ok(diesel::delete(notes::table.find(id.as_str())).execute(conn)? == 1)
}

/// The newest notes that match a condition, with the names of their authors.
macro_rules! newest {
    ($conn:expr, $condition:expr) => {{
        let rows: Vec<(NoteRow, String)> = notes::table
            .inner_join(staff::table)
            .filter($condition)
            .order((notes::created_at.desc(), notes::id.desc()))
            .select((NoteRow::as_select(), staff::name))
            .inline_limit(i64::try_from(SHOWN_NOTES).unwrap_or(i64::MAX))
            .load($conn)?;
        let shown = |(row, author_name): (NoteRow, String)| ShownNote { note: row.into(), author_name };
        rows.into_iter().map(shown).collect()
    }};
}

/// The notes about a customer and about what were their grants at that time, newest first, at most [`SHOWN_NOTES`].
pub(crate) fn of_customer(conn: &mut Conn, id: &CustomerId) -> Result<Vec<ShownNote>, StorageError> {
    Ok(newest!(conn, notes::customer_id.eq(id.as_str())))
}

/// The notes about a grant, newest first, at most [`SHOWN_NOTES`].
pub(crate) fn of_grant(conn: &mut Conn, id: &GrantId) -> Result<Vec<ShownNote>, StorageError> {
    Ok(newest!(conn, notes::grant_id.eq(id.as_str()).assume_not_null()))
}

/// The newest notes whose text contains each word of `text`, at most `most`; and whether there may be more.
pub(crate) fn search(conn: &mut Conn, text: &str, most: usize) -> Result<(Vec<ShownNote>, bool), StorageError> {
    let Some(Found { mut ids, is_cut }) = trigrams::find(conn, &trigrams::NOTES, &Word::all_of(text))? else {
        return Ok((Vec::new(), false));
    };
    if ids.is_empty() {
        return Ok((Vec::new(), false));
    }
    let has_more = is_cut || ids.len() > most;
    ids.truncate(most);
    Ok((newest!(conn, notes::id.eq_any(ids)), has_more))
}

/// Deletes every note about a customer or about one of their grants, and returns how many there were.
pub(super) fn erase(tx: &mut Tx<'_>, id: &CustomerId) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let grants_of = grants::table.filter(grants::customer_id.eq(id.as_str())).select(grants::id.nullable());
    let theirs = notes::customer_id.eq(id.as_str()).or(notes::grant_id.eq_any(grants_of).assume_not_null());
    Ok(diesel::delete(notes::table.filter(theirs)).execute(conn)?)
}
