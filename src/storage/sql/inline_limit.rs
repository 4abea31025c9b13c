//! `LIMIT` with a literal number. Diesel binds the number, and since PostgreSQL has no plan that suits every number,
//! it plans the statement again each time, which takes longer than executing it.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

/// A query limited to its first rows.
#[derive(Debug)]
pub(crate) struct InlineLimit<Q> {
    query: Q,
    most: i64,
}

pub(crate) trait InlineLimitDsl: Sized {
    /// Limits the query to `most` rows. Use few different numbers: each creates a separate prepared statement.
    fn inline_limit(self, most: i64) -> InlineLimit<Self> {
        InlineLimit { query: self, most }
    }
}

impl<Q: Query> InlineLimitDsl for Q {}

/// The limit is part of the statement's text, by which prepared statements are distinguished.
impl<Q> QueryId for InlineLimit<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for InlineLimit<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> diesel::RunQueryDsl<C> for InlineLimit<Q> {}

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for InlineLimit<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&self.most.to_string());
        Ok(())
    }
}
