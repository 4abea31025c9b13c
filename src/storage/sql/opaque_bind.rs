//! Values that PostgreSQL makes no plan for. Where a plan for one value looks better than the plan for all of
//! them it plans the statement anew each time, which takes longer than to answer it; a cursor's place in the
//! list always looks so, and changes nothing about how to get there.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, SingleValue, SqlType};

/// A bound value of the type `ST`.
#[derive(Debug, Clone)]
pub struct Unforeseen<ST, T> {
    value: T,
    kind: std::marker::PhantomData<ST>,
}

/// This value, whatever it is.
pub fn unforeseen<ST, T>(value: T) -> Unforeseen<ST, T> {
    Unforeseen { value, kind: std::marker::PhantomData }
}

impl<ST: 'static, T: 'static> QueryId for Unforeseen<ST, T> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<ST: SqlType + SingleValue, T> Expression for Unforeseen<ST, T> {
    type SqlType = ST;
}

impl<ST: SqlType + SingleValue, T, Table> AppearsOnTable<Table> for Unforeseen<ST, T> {}
impl<ST: SqlType + SingleValue, T, Table> SelectableExpression<Table> for Unforeseen<ST, T> {}

impl<ST, T, GroupBy> ValidGrouping<GroupBy> for Unforeseen<ST, T> {
    type IsAggregate = is_aggregate::Never;
}

impl<ST, T, DB> QueryFragment<DB> for Unforeseen<ST, T>
where
    DB: Backend + HasSqlType<ST>,
    T: ToSql<ST, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(SELECT ");
        out.push_bind_param::<ST, T>(&self.value)?;
        out.push_sql(")");
        Ok(())
    }
}
