//! `LIMIT` with its number in the statement. Diesel binds it, and PostgreSQL then knows no plan that is good
//! for every number: it plans the statement anew each time, which takes longer than to answer it.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

use crate::storage::db::connection::Conn;

/// A query's first rows.
#[derive(Debug)]
pub struct FirstRows<Q> {
    query: Q,
    most: i64,
}

pub trait FirstRowsDsl: Sized {
    /// At most so many rows. Few different numbers should be asked for: each is a statement of its own.
    fn first_rows(self, most: i64) -> FirstRows<Self> {
        FirstRows { query: self, most }
    }
}

impl<Q: Query> FirstRowsDsl for Q {}

/// Statements are told apart by their text.
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
