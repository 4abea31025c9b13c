//! Updates that each connection prepares only once. (Diesel prepares an update again on every call, because its `SET`
//! clause may have any shape.)

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::{QueryResult, RunQueryDsl};

use crate::storage::db::connection::Conn;

/// A statement that is kept prepared, found again by its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cached<Q>(Q);

/// For statements whose text does not depend on their values.
pub(crate) trait CachedDsl: Sized {
    /// Keeps the statement prepared. It is found again by its text, so one whose text varies is still executed correctly,
    /// but fills the connection's memory.
    fn cached(self) -> Cached<Self> {
        Cached(self)
    }
}

impl<Q> CachedDsl for Q {}

impl<Q> QueryId for Cached<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> RunQueryDsl<Conn> for Cached<Q> {}

impl<Q, DB> QueryFragment<DB> for Cached<Q>
where
    DB: Backend,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}
