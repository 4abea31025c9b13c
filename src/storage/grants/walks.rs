//! Parts of lists of grants. Most are read from the index of their order; what no index has in order is put together from
//! lists of single products: by product, and of a channel, which is told by its products.

use std::cmp::Ordering;

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::filter::{Channel, GrantFilter, Sort, index, moment, narrowed};
use super::lines::{GrantLine, LineRow, lines};
use crate::domain::ids::{EntitlementId, GrantId};
use crate::domain::page::Cursor;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::sql::inline_limit::InlineLimitDsl;
use crate::storage::sql::static_sql::StaticSql;

/// The lists of so many products are merged; one of more products is read as one list, in which they are not rare.
const MOST_MERGED: usize = 40;

/// From where, in which direction, and how many rows.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub cursor: Option<&'a Cursor>,
    pub is_forward: bool,
    pub limit: usize,
}

/// A part of the list, as its index has it.
pub(super) fn walk(conn: &mut Conn, filter: &GrantFilter, part: Part<'_>) -> Result<Vec<GrantLine>, StorageError> {
    let Part { cursor, is_forward, limit } = part;
    let column = moment(filter.status);
    // What needs a decision is little, and found by its own index.
    let hint = index(filter, filter.status).filter(|_| !filter.needs_decision);
    let mut query = narrowed(lines(conn, filter.status, hint).sql("true"), filter, filter.status);
    if filter.needs_decision {
        query = query.sql(" AND grants.id IN (SELECT grant_id FROM tasks WHERE settled_at IS NULL)");
    }
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
    let rows: Vec<LineRow> = query.inline_limit(i64::try_from(limit).unwrap_or(i64::MAX)).load(conn)?;
    rows.into_iter().map(GrantLine::try_from).collect()
}

/// The products of which a list is put together, by name; `None` if it is read as one.
pub(super) fn products(conn: &mut Conn, filter: &GrantFilter) -> Result<Option<Vec<EntitlementId>>, StorageError> {
    if filter.entitlement_id.is_some() || filter.channel.is_none() && filter.sort == Sort::Moment {
        return Ok(None);
    }
    let query = StaticSql::<Text>::new().sql("SELECT entitlements.id FROM entitlements");
    let query = match &filter.channel {
        None => query,
        Some(Channel::Own) => query.sql(
            " WHERE NOT EXISTS (SELECT 1 FROM mirrored_entitlements AS mirrored
             WHERE mirrored.entitlement_id = entitlements.id)",
        ),
        Some(Channel::Connection(id)) => query
            .sql(" WHERE entitlements.id IN (SELECT entitlement_id FROM mirrored_entitlements WHERE connection_id = ")
            .text(id.as_str())
            .sql(")"),
    };
    let ids: Vec<String> = query.sql(" ORDER BY lower(entitlements.name), entitlements.id").load(conn)?;
    let is_one = filter.sort == Sort::Moment && ids.len() > MOST_MERGED;
    Ok((!is_one).then(|| ids.into_iter().map(EntitlementId::stored).collect()))
}

/// The filter of a product's part of the list.
pub(super) fn of_product(filter: &GrantFilter, id: EntitlementId) -> GrantFilter {
    GrantFilter { entitlement_id: Some(id), channel: None, sort: Sort::Moment, ..filter.clone() }
}

/// The part of the list, whose products come one after the other or are merged by the moment.
pub(super) fn walk_products(
    conn: &mut Conn,
    filter: &GrantFilter,
    products: Vec<EntitlementId>,
    part: Part<'_>,
) -> Result<Vec<GrantLine>, StorageError> {
    if filter.sort == Sort::Moment {
        merged(conn, filter, products, part)
    } else {
        in_turn(conn, filter, products, part)
    }
}

fn merged(
    conn: &mut Conn,
    filter: &GrantFilter,
    products: Vec<EntitlementId>,
    part: Part<'_>,
) -> Result<Vec<GrantLine>, StorageError> {
    let mut lines = Vec::new();
    for id in products {
        lines.extend(walk(conn, &of_product(filter, id), part)?);
    }
    let is_ascending = filter.is_oldest_first() == part.is_forward;
    let place = |line: &GrantLine| (line.moment(filter.status), line.id.to_string());
    let compare = |one: &GrantLine, other: &GrantLine| -> Ordering {
        let order = place(one).cmp(&place(other));
        if is_ascending { order } else { order.reverse() }
    };
    lines.sort_by(compare);
    lines.truncate(part.limit);
    Ok(lines)
}

fn in_turn(
    conn: &mut Conn,
    filter: &GrantFilter,
    mut products: Vec<EntitlementId>,
    part: Part<'_>,
) -> Result<Vec<GrantLine>, StorageError> {
    if (filter.sort == Sort::Product) != part.is_forward {
        products.reverse();
    }
    let mut cursor = part.cursor;
    let start = match cursor {
        None => 0,
        Some(Cursor { id, .. }) => {
            let here = super::find(conn, &GrantId::stored(id.clone()))?.entitlement_id;
            products.iter().position(|id| *id == here).unwrap_or(products.len())
        }
    };
    let mut lines = Vec::new();
    for id in products.into_iter().skip(start) {
        // With the same limit every time, so that the statement is one.
        if lines.len() >= part.limit {
            break;
        }
        lines.extend(walk(conn, &of_product(filter, id), Part { cursor: cursor.take(), ..part })?);
    }
    lines.truncate(part.limit);
    Ok(lines)
}
