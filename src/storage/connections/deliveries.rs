//! What arrived at a connection, as its page lists it.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::{ConnectionId, GrantId, HookId};
use crate::domain::page::{Cursor, Page, PageStart};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::{held_sales, hooks};

/// The result of what waits for a person.
const HELD: &str = "held";

/// Something that arrived, without its body.
#[derive(Debug, Clone)]
pub(crate) struct DeliveryLine {
    pub id: HookId,
    pub event_type: String,
    pub about: Option<String>,
    /// `None` while it waits.
    pub result: Option<String>,
    pub detail: Option<String>,
    pub grant_id: Option<GrantId>,
    pub received_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    /// Whether it can be worked off again.
    pub has_body: bool,
}

impl DeliveryLine {
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor { at: self.received_at, id: self.id.to_string() }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = hooks)]
struct DeliveryRow {
    id: String,
    event_type: String,
    about: Option<String>,
    result: Option<String>,
    detail: Option<String>,
    grant_id: Option<String>,
    received_at: i64,
    finished_at: Option<i64>,
}

/// A page of what arrived, newest first; with `only`, what has one of these results.
pub(crate) fn page(
    conn: &mut Conn,
    connection_id: &ConnectionId,
    only: &[&str],
    from: &PageStart<Cursor>,
    size: usize,
) -> Result<Page<DeliveryLine>, StorageError> {
    let (at, id) = (hooks::received_at, hooks::id);
    let mut query = hooks::table
        .filter(hooks::connection_id.eq(connection_id.to_string()))
        .select((DeliveryRow::as_select(), hooks::body.ne(Vec::<u8>::new())))
        .into_boxed();
    if !only.is_empty() {
        let results: Vec<String> = only.iter().map(|result| (*result).to_owned()).collect();
        query = query.filter(hooks::result.eq_any(results).assume_not_null());
    }
    query = match from {
        PageStart::Start => query.order((at.desc(), id.desc())),
        PageStart::After(cursor) => {
            let (micros, last) = (to_micros(cursor.at), cursor.id.clone());
            query.filter(at.lt(micros).or(at.eq(micros).and(id.lt(last)))).order((at.desc(), id.desc()))
        }
        PageStart::Before(cursor) => {
            let (micros, first) = (to_micros(cursor.at), cursor.id.clone());
            query.filter(at.gt(micros).or(at.eq(micros).and(id.gt(first)))).order((at.asc(), id.asc()))
        }
    };
    let limit = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
    let rows: Vec<(DeliveryRow, bool)> = query.limit(limit).load(conn)?;
    let mut page = Page::from_walk(rows.into_iter().map(line).collect(), size, from);
    note_decided(conn, &mut page.rows)?;
    Ok(page)
}

/// What waited for a person and does not any more is known.
fn note_decided(conn: &mut Conn, lines: &mut [DeliveryLine]) -> Result<(), StorageError> {
    let is_held = |line: &&mut DeliveryLine| line.result.as_deref() == Some(HELD);
    let ids: Vec<String> = lines.iter_mut().filter(is_held).map(|line| line.id.to_string()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let open: Vec<String> = held_sales::table
        .filter(held_sales::hook_id.eq_any(ids))
        .filter(held_sales::settled_at.is_null())
        .select(held_sales::hook_id)
        .load(conn)?;
    for line in lines.iter_mut().filter(is_held).filter(|line| !open.iter().any(|id| id == line.id.as_str())) {
        line.result = Some("known".to_owned());
        line.has_body = false;
    }
    Ok(())
}

fn line((row, has_body): (DeliveryRow, bool)) -> DeliveryLine {
    DeliveryLine {
        id: HookId::stored(row.id),
        event_type: row.event_type,
        about: row.about,
        result: row.result,
        detail: row.detail,
        grant_id: row.grant_id.map(GrantId::stored),
        received_at: from_micros(row.received_at),
        finished_at: from_optional(row.finished_at),
        has_body,
    }
}

/// How many arrived since a moment that brought sales.
pub(crate) fn sales_since(conn: &mut Conn, id: &ConnectionId, since: Timestamp) -> Result<i64, StorageError> {
    let applied = hooks::table
        .filter(hooks::connection_id.eq(id.as_str()))
        .filter(hooks::received_at.ge(to_micros(since)))
        .filter(hooks::result.eq("applied"));
    Ok(applied.count().get_result(conn)?)
}
