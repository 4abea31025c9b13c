//! Searching grants by an id or its beginning, an address, a name, or a part of an address or name. Possible matches
//! are collected up to a limit, then counted and paginated.

use std::collections::HashMap;

use diesel::prelude::*;

use super::lines::lines_of;
use super::list::{Assignee, Channel, GrantFilter, GrantLine, StatusCounts};
use super::search_words::across;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::GrantId;
use crate::domain::page::{Cursor, Page, PageStart};
use crate::storage::customers;
use crate::storage::db::connection::Conn;
use crate::storage::db::dialect::beyond;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::metadata::{self, ObjectKind};
use crate::storage::schema::{grant_handling, grants, mirrored_entitlements, sale_ids, sale_lines};
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// The maximum number of grants collected from one source.
const MAX_HITS: usize = 2_000;
/// The maximum number of sales looked at for ids that begin alike.
const MAX_SALES: i64 = 500;
/// Shorter beginnings of ids match too many grants.
const SHORTEST_BEGINNING: usize = 5;

/// The result of a search.
#[derive(Debug)]
pub struct Found {
    pub page: Page<GrantLine>,
    pub counts: StatusCounts,
    /// Whether there are more matches than were examined.
    pub is_cut: bool,
}

#[derive(Debug, Clone, Queryable)]
struct Hit {
    id: String,
    status: String,
    created_at: i64,
    delivered_at: Option<i64>,
    failed_at: Option<i64>,
    revoked_at: Option<i64>,
    delivered_by: Option<String>,
    revoked_by: Option<String>,
}

type HitColumns = (
    grants::id,
    grants::status,
    grants::created_at,
    grants::delivered_at,
    grants::failed_at,
    grants::revoked_at,
    grants::delivered_by,
    grants::revoked_by,
);
const HIT: HitColumns = (
    grants::id,
    grants::status,
    grants::created_at,
    grants::delivered_at,
    grants::failed_at,
    grants::revoked_at,
    grants::delivered_by,
    grants::revoked_by,
);

impl Hit {
    /// The moment by which a state's list is ordered.
    fn moment(&self, status: Option<GrantStatus>) -> i64 {
        let moment = match status {
            None | Some(GrantStatus::Pending) => None,
            Some(GrantStatus::Delivered) => self.delivered_at,
            Some(GrantStatus::Failed) => self.failed_at,
            Some(GrantStatus::Revoked) => self.revoked_at,
        };
        moment.unwrap_or(self.created_at)
    }

    /// Whether it is in a state's list with this filter, which the query has not applied.
    fn is_listed(&self, filter: &GrantFilter, status: Option<GrantStatus>) -> bool {
        let moment = self.moment(status);
        let by = match status {
            None | Some(GrantStatus::Pending) => None,
            Some(GrantStatus::Delivered | GrantStatus::Failed) => Some(&self.delivered_by),
            Some(GrantStatus::Revoked) => Some(&self.revoked_by),
        };
        status.is_none_or(|status| self.status == status.as_str())
            && filter.from.is_none_or(|from| to_micros(from) <= moment)
            && filter.until.is_none_or(|until| moment < to_micros(until))
            && by.is_none_or(|by| filter.by.is_none() || *by == filter.by)
    }
}

/// A page of the grants that `text` may refer to or that are `also` found by it, in the list's order, and their number in
/// each state.
pub fn search(
    conn: &mut Conn,
    filter: &GrantFilter,
    text: &str,
    also: &[GrantId],
    from: &PageStart<Cursor>,
    size: usize,
) -> Result<Found, StorageError> {
    search_among(conn, filter, (text, None), also, from, size)
}

/// Like [`search`], with the customers whom the text finds, if they have been searched for already.
pub(crate) fn search_among(
    conn: &mut Conn,
    filter: &GrantFilter,
    (text, customers): (&str, Option<&customers::search::Found>),
    also: &[GrantId],
    from: &PageStart<Cursor>,
    size: usize,
) -> Result<Found, StorageError> {
    let (hits, is_cut) = gather(conn, filter, text, also, customers)?;
    let count = |status| {
        let listed = hits.iter().filter(|hit| hit.is_listed(filter, status));
        i64::try_from(listed.count()).unwrap_or(i64::MAX)
    };
    let counts = StatusCounts::of_each(|status| count(Some(status)), count(None));
    let ids = on_page(hits, filter, from, size);
    let mut lines: HashMap<String, GrantLine> =
        lines_of(conn, filter.status, &ids)?.into_iter().map(|line| (line.id.to_string(), line)).collect();
    let lines = ids.iter().filter_map(|id| lines.remove(id)).collect();
    Ok(Found { page: Page::from_walk(lines, size, from), counts, is_cut })
}

/// The ids of the page and one beyond it, in the direction of paging.
fn on_page(mut hits: Vec<Hit>, filter: &GrantFilter, from: &PageStart<Cursor>, size: usize) -> Vec<String> {
    let status = filter.status;
    hits.retain(|hit| hit.is_listed(filter, status));
    hits.sort_unstable_by(|one, two| (one.moment(status), &one.id).cmp(&(two.moment(status), &two.id)));
    let is_forward = !matches!(from, PageStart::Before(_));
    let is_ascending = filter.is_oldest_first() == is_forward;
    if !is_ascending {
        hits.reverse();
    }
    let is_beyond = |hit: &Hit| match from {
        PageStart::Start => true,
        PageStart::After(cursor) | PageStart::Before(cursor) => {
            let (here, there) = ((hit.moment(status), hit.id.as_str()), (to_micros(cursor.at), cursor.id.as_str()));
            if is_ascending { here > there } else { here < there }
        }
    };
    hits.into_iter().filter(is_beyond).take(size + 1).map(|hit| hit.id).collect()
}

/// Runs a query over grants with all filters but the state.
macro_rules! hits {
    ($conn:expr, $filter:expr, $condition:expr) => {{
        let mut query = grants::table.select(HIT).filter($condition).into_boxed();
        if let Some(id) = &$filter.entitlement_id {
            query = query.filter(grants::entitlement_id.eq(id.as_str().to_owned()));
        }
        if let Some(kind) = $filter.integration_type {
            query = query.filter(grants::integration_type.eq(kind.as_str()));
        }
        let assigned = grant_handling::table.filter(grant_handling::assigned_to.is_not_null());
        query = match &$filter.assignee {
            None => query,
            Some(Assignee::Nobody) => query.filter(grants::id.ne_all(assigned.select(grant_handling::grant_id))),
            Some(Assignee::Staff(id)) => {
                let theirs = assigned.filter(grant_handling::assigned_to.eq(id.to_string()).assume_not_null());
                query.filter(grants::id.eq_any(theirs.select(grant_handling::grant_id)))
            }
        };
        let mirrored = mirrored_entitlements::table.select(mirrored_entitlements::entitlement_id);
        query = match &$filter.channel {
            None => query,
            Some(Channel::Own) => query.filter(grants::entitlement_id.ne_all(mirrored)),
            Some(Channel::Connection(id)) => {
                let of_connection = mirrored.filter(mirrored_entitlements::connection_id.eq(id.to_string()));
                query.filter(grants::entitlement_id.eq_any(of_connection))
            }
        };
        query.inline_limit(i64::try_from(MAX_HITS).unwrap_or(i64::MAX) + 1).load::<Hit>($conn)?
    }};
}

/// The only grant with this id, payment id or subscription id; `None` if there are several.
pub(crate) fn only_one(conn: &mut Conn, id: &str) -> Result<Option<GrantId>, StorageError> {
    let mut ids: Vec<String> = grants::table
        .filter(
            grants::id
                .eq(id)
                .or(grants::payment_id.eq(id).assume_not_null())
                .or(grants::subscription_id.eq(id).assume_not_null()),
        )
        .select(grants::id)
        .inline_limit(2)
        .load(conn)?;
    let first = ids.pop().filter(|_| ids.is_empty());
    Ok(first.map(GrantId::stored))
}

fn gather(
    conn: &mut Conn,
    filter: &GrantFilter,
    text: &str,
    also: &[GrantId],
    customers: Option<&customers::search::Found>,
) -> Result<(Vec<Hit>, bool), StorageError> {
    let whole = hits!(
        conn,
        filter,
        grants::id
            .eq(text.to_owned())
            .or(grants::payment_id.eq(text.to_owned()).assume_not_null())
            .or(grants::subscription_id.eq(text.to_owned()).assume_not_null())
    );
    if !whole.is_empty() {
        return Ok(cut(whole));
    }
    // Other ids that the sale is known by: of a renewal, or the shop's order number.
    let lines = sale_lines::table
        .inner_join(sale_ids::table.on(sale_ids::sale_id.eq(sale_lines::sale_id)))
        .filter(sale_ids::value.eq(text.to_owned()))
        .select(sale_lines::id.nullable());
    let of_sale = hits!(conn, filter, grants::sale_line_id.eq_any(lines).assume_not_null());
    if !of_sale.is_empty() {
        return Ok(cut(of_sale));
    }
    let with_value = metadata::find(conn, ObjectKind::Grant, text, MAX_HITS + 1)?;
    let mut is_cut = with_value.len() > MAX_HITS;
    let mut found = if with_value.is_empty() { Vec::new() } else { hits!(conn, filter, grants::id.eq_any(with_value)) };
    let customers = match customers {
        Some(found) => found.clone(),
        None => customers::search::find(conn, text)?,
    };
    if may_begin_id(text) {
        let end = beyond(text);
        macro_rules! beginning {
            ($($column:ident),*) => {$(
                let (hits, more) = cut(hits!(conn, filter, grants::$column.ge(text.to_owned()).assume_not_null()
                    .and(grants::$column.lt(end.clone()).assume_not_null())));
                found.extend(hits);
                is_cut |= more;
            )*};
        }
        beginning!(payment_id, subscription_id);
        let (hits, more) = cut(hits!(conn, filter, grants::id.ge(text.to_owned()).and(grants::id.lt(end.clone()))));
        found.extend(hits);
        is_cut |= more;
        let ids = metadata::find_beginning(conn, ObjectKind::Grant, text, MAX_HITS + 1)?;
        is_cut |= ids.len() > MAX_HITS;
        if !ids.is_empty() {
            found.extend(hits!(conn, filter, grants::id.eq_any(ids)));
        }
        if found.is_empty() {
            found = of_further_ids(conn, filter, text)?;
        }
    }
    if !customers.ids.is_empty() {
        let (hits, more) = cut(hits!(conn, filter, grants::customer_id.eq_any(customers.ids)));
        found.extend(hits);
        is_cut |= more || customers.is_cut;
    }
    if !also.is_empty() {
        let ids: Vec<String> = also.iter().map(ToString::to_string).collect();
        found.extend(hits!(conn, filter, grants::id.eq_any(ids)));
    }
    if found.is_empty() {
        let ids = across(conn, text)?;
        if !ids.is_empty() {
            found = hits!(conn, filter, grants::id.eq_any(ids));
        }
    }
    found.sort_unstable_by(|one, two| one.id.cmp(&two.id));
    found.dedup_by(|one, two| one.id == two.id);
    Ok((found, is_cut))
}

/// Grants of sales with an id that begins with `text`: one of another shop's order, of a renewal, or an external one.
fn of_further_ids(conn: &mut Conn, filter: &GrantFilter, text: &str) -> Result<Vec<Hit>, StorageError> {
    let sales: Vec<String> = sale_ids::table
        .filter(sale_ids::value.ge(text).and(sale_ids::value.lt(beyond(text))))
        .select(sale_ids::sale_id)
        .inline_limit(MAX_SALES)
        .load(conn)?;
    if sales.is_empty() {
        return Ok(Vec::new());
    }
    let lines = sale_lines::table.filter(sale_lines::sale_id.eq_any(sales)).select(sale_lines::id.nullable());
    Ok(hits!(conn, filter, grants::sale_line_id.eq_any(lines).assume_not_null()))
}

fn cut(mut hits: Vec<Hit>) -> (Vec<Hit>, bool) {
    let is_cut = hits.len() > MAX_HITS;
    hits.truncate(MAX_HITS);
    (hits, is_cut)
}

fn may_begin_id(text: &str) -> bool {
    text.len() >= SHORTEST_BEGINNING && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'@')
}
