//! `LIMIT` with a literal number. Diesel binds the number, and since PostgreSQL has no plan that suits every number,
//! it plans the statement again each time, which takes longer than executing it.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

use crate::storage::db::connection::Conn;

/// A query limited to its first rows.
#[derive(Debug)]
pub struct FirstRows<Q> {
    query: Q,
    most: i64,
}

pub trait FirstRowsDsl: Sized {
    /// Limits the query to `most` rows. Use few different numbers: each creates a separate prepared statement.
    fn first_rows(self, most: i64) -> FirstRows<Self> {
        FirstRows { query: self, most }
    }
}

impl<Q: Query> FirstRowsDsl for Q {}

/// The limit is part of the statement's text, by which prepared statements are distinguished.
impl<Q> QueryId for FirstRows<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for FirstRows<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> diesel::RunQueryDsl<Conn> for FirstRows<Q> {}

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for FirstRows<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&self.most.to_string());
        Ok(())
    }
}
