//! Bound values that PostgreSQL does not plan for individually. If a plan for one value looks better than the generic
//! plan, it plans the statement again each time, which takes longer than executing it. A cursor's position always
//! looks that way but does not change the best plan.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, SingleValue, SqlType};

/// A bound value of SQL type `ST`.
#[derive(Debug, Clone)]
pub(crate) struct OpaqueBind<ST, T> {
    value: T,
    kind: std::marker::PhantomData<ST>,
}

/// Binds this value without a plan of its own.
pub(crate) fn opaque_bind<ST, T>(value: T) -> OpaqueBind<ST, T> {
    OpaqueBind { value, kind: std::marker::PhantomData }
}

impl<ST: 'static, T: 'static> QueryId for OpaqueBind<ST, T> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<ST: SqlType + SingleValue, T> Expression for OpaqueBind<ST, T> {
    type SqlType = ST;
}

impl<ST: SqlType + SingleValue, T, Table> AppearsOnTable<Table> for OpaqueBind<ST, T> {}
impl<ST: SqlType + SingleValue, T, Table> SelectableExpression<Table> for OpaqueBind<ST, T> {}

impl<ST, T, GroupBy> ValidGrouping<GroupBy> for OpaqueBind<ST, T> {
    type IsAggregate = is_aggregate::Never;
}

impl<ST, T, DB> QueryFragment<DB> for OpaqueBind<ST, T>
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
