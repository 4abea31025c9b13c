//! The number of grants in each state. Counts stop at [`COUNT_CAP`], so their cost does not grow with the table.

use diesel::RunQueryDsl;
use diesel::sql_types::BigInt;

use super::filter::{GrantFilter, Sort, index, narrowed};
use super::stats::COUNT_CAP;
use super::walks::{of_product, products};
use crate::domain::grant::GrantStatus;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::sql::static_sql::StaticSql;

/// The number of grants in each state, at most [`COUNT_CAP`] + 1 each.
#[derive(Debug, Clone, Copy, Default)]
pub struct StatusCounts {
    pub pending: i64,
    pub delivered: i64,
    pub failed: i64,
    pub revoked: i64,
    /// The number of grants in the list of all states, if that is not all of these.
    pub(super) everything: Option<i64>,
}

impl StatusCounts {
    pub fn of(&self, status: GrantStatus) -> i64 {
        match status {
            GrantStatus::Pending => self.pending,
            GrantStatus::Delivered => self.delivered,
            GrantStatus::Failed => self.failed,
            GrantStatus::Revoked => self.revoked,
        }
    }

    /// The counts of each state, and of the list of all states.
    pub(super) fn of_each(count: impl Fn(GrantStatus) -> i64, everything: i64) -> Self {
        Self {
            pending: count(GrantStatus::Pending),
            delivered: count(GrantStatus::Delivered),
            failed: count(GrantStatus::Failed),
            revoked: count(GrantStatus::Revoked),
            everything: Some(everything),
        }
    }

    fn and(self, other: Self) -> Self {
        let add = |one: i64, other: i64| (one + other).min(COUNT_CAP + 1);
        Self {
            pending: add(self.pending, other.pending),
            delivered: add(self.delivered, other.delivered),
            failed: add(self.failed, other.failed),
            revoked: add(self.revoked, other.revoked),
            everything: self.everything.zip(other.everything).map(|(one, other)| add(one, other)),
        }
    }

    /// The number of grants in the list of all states, at most [`COUNT_CAP`] + 1.
    pub fn all(&self) -> i64 {
        let sum = self.pending + self.delivered + self.failed + self.revoked;
        self.everything.unwrap_or(sum).min(COUNT_CAP + 1)
    }
}

/// The number of grants in each state that match the filter; the filter's own state is ignored.
pub fn counts(conn: &mut Conn, filter: &GrantFilter) -> Result<StatusCounts, StorageError> {
    let filter = &GrantFilter { sort: Sort::Moment, ..filter.clone() };
    let Some(products) = products(conn, filter)? else { return counts_of(conn, filter) };
    let mut sum = StatusCounts { everything: filter.depends_on_state().then_some(0), ..StatusCounts::default() };
    for id in products {
        sum = sum.and(counts_of(conn, &of_product(filter, id))?);
    }
    Ok(sum)
}

fn counts_of(conn: &mut Conn, filter: &GrantFilter) -> Result<StatusCounts, StorageError> {
    let is_sqlite = conn.is_sqlite();
    let mut query = StaticSql::<(BigInt, BigInt, BigInt, BigInt, BigInt)>::new();
    let states = GrantStatus::ALL.into_iter().map(Some).chain(filter.depends_on_state().then_some(None));
    for (number, status) in states.enumerate() {
        query =
            query.sql(if number == 0 { "SELECT (" } else { ", (" }).sql("SELECT count(*) FROM (SELECT 1 FROM grants");
        let hint = index(filter, status).filter(|_| is_sqlite && filter.depends_on_state());
        query = query.sql(hint.unwrap_or_default()).sql(" WHERE true");
        query = narrowed(query, filter, status).sql(" LIMIT ").number(COUNT_CAP + 1).sql(") AS counted)");
    }
    if !filter.depends_on_state() {
        query = query.sql(", CAST(-1 AS BIGINT)");
    }
    let (pending, delivered, failed, revoked, everything) = query.get_result(conn)?;
    let everything = (everything >= 0).then_some(everything);
    Ok(StatusCounts { pending, delivered, failed, revoked, everything })
}
