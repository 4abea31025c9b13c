//! All grants of a list with its filters.

use crate::domain::ids::GrantId;
use crate::domain::page::{Page, PageStart};
use crate::http::body::Fields;
use crate::storage::grants::list::GrantLine;
use crate::storage::{StorageError, grants};
use crate::usecases::Context;
use crate::web::PageError;
use crate::web::grants::found::Found;
use crate::web::grants::query::{GrantsQuery, ReadQuery};

/// Grants that are read at once.
const BATCH: usize = 1_000;

/// The query of a list, as its forms carry it.
pub(super) fn query_of(filter: &str) -> Result<GrantsQuery, PageError> {
    let fields = Fields::parse(filter.as_bytes()).map_err(PageError::Body)?;
    fields.into_struct().map_err(PageError::Body)
}

/// The ids of a list's grants in its order, at most so many.
pub(super) fn ids_of_list(
    ctx: &Context,
    asked: &ReadQuery,
    may_reveal: bool,
    most: usize,
) -> Result<Vec<GrantId>, StorageError> {
    let mut ids = Vec::new();
    let mut asked = ReadQuery { start: PageStart::Start, ..asked.clone() };
    loop {
        let page = page_of(ctx, &asked, may_reveal, BATCH)?;
        let next = page.last_before_next().map(|line| line.cursor(asked.filter.status));
        ids.extend(page.rows.into_iter().map(|line| line.id));
        match next {
            Some(cursor) if ids.len() < most => asked.start = PageStart::After(cursor),
            _ => break,
        }
    }
    ids.truncate(most);
    Ok(ids)
}

/// A page of a list, with its search or without one.
pub(super) fn page_of(
    ctx: &Context,
    asked: &ReadQuery,
    may_reveal: bool,
    size: usize,
) -> Result<Page<GrantLine>, StorageError> {
    ctx.db.read(|conn| match &asked.search {
        Some(search) => Ok(Found::matches(ctx, conn, asked, (search, None), may_reveal, size)?.0.page),
        None => grants::list::list(conn, &asked.filter, &asked.start, size),
    })
}
