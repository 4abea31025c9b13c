//! The list of grants: filtered and paginated by keyset, each state by the moment at which grants came into it.

pub use super::counts::{StatusCounts, counts};
pub use super::filter::{Assignee, Channel, GrantFilter, Sort};
pub use super::lines::{Doer, GrantLine};
use super::walks::{Part, products, walk, walk_products};
use crate::domain::page::{Cursor, Page, PageStart};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;

/// A page of the list: pending grants with the longest-waiting first, all others newest first, unless it is reversed.
pub fn list(
    conn: &mut Conn,
    filter: &GrantFilter,
    from: &PageStart<Cursor>,
    size: usize,
) -> Result<Page<GrantLine>, StorageError> {
    let (cursor, is_forward) = match from {
        PageStart::Start => (None, true),
        PageStart::After(cursor) => (Some(cursor), true),
        PageStart::Before(cursor) => (Some(cursor), false),
    };
    let part = Part { cursor, is_forward, limit: size.saturating_add(1) };
    let lines = match products(conn, filter)? {
        Some(products) => walk_products(conn, filter, products, part)?,
        None => walk(conn, filter, part)?,
    };
    Ok(Page::from_walk(lines, size, from))
}
