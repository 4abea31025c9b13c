//! The list of grants: filtered and paginated by keyset, each state by the moment at which grants came into it.

use diesel::RunQueryDsl;

pub use super::counts::{StatusCounts, counts};
pub use super::filter::{Assignee, GrantFilter};
use super::filter::{index, moment, narrowed};
pub use super::lines::{Doer, GrantLine};
use super::lines::{LineRow, lines};
use crate::domain::page::{Cursor, Page, PageStart};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// A page of the list: pending grants with the longest-waiting first, all others newest first, unless it is reversed.
pub fn list(
    conn: &mut Conn,
    filter: &GrantFilter,
    from: &PageStart<Cursor>,
    size: usize,
) -> Result<Page<GrantLine>, StorageError> {
    let column = moment(filter.status);
    // What needs a decision is little, and found by its own index.
    let hint = index(filter, filter.status).filter(|_| !filter.needs_decision);
    let mut query = narrowed(lines(conn, filter.status, hint).sql("true"), filter, filter.status);
    if filter.needs_decision {
        query = query.sql(" AND grants.id IN (SELECT grant_id FROM tasks WHERE settled_at IS NULL)");
    }
    let (cursor, is_forward) = match from {
        PageStart::Start => (None, true),
        PageStart::After(cursor) => (Some(cursor), true),
        PageStart::Before(cursor) => (Some(cursor), false),
    };
    let is_ascending = filter.is_oldest_first() == is_forward;
    if let Some(Cursor { at, id }) = cursor {
        // A form of the condition that both databases answer from the index alone.
        let at = to_micros(*at);
        let [not_before, beyond, then] =
            if is_ascending { [" >= ", " > ", " OR grants.id > "] } else { [" <= ", " < ", " OR grants.id < "] };
        query = query.sql(" AND ").sql(column).sql(not_before).opaque_number(at);
        query = query.sql(" AND (").sql(column).sql(beyond).opaque_number(at);
        query = query.sql(then).opaque_text(id).sql(")");
    }
    query = query.sql(" ORDER BY ").sql(column);
    query = query.sql(if is_ascending { ", grants.id" } else { " DESC, grants.id DESC" });
    let limit = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
    let rows: Vec<LineRow> = query.inline_limit(limit).load(conn)?;
    let lines = rows.into_iter().map(GrantLine::try_from).collect::<Result<_, _>>()?;
    Ok(Page::from_walk(lines, size, from))
}
