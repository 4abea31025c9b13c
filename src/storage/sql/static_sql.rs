//! SQL statements with a constant text, so that each connection prepares them only once. (Diesel prepares the text
//! given to `sql_query` or `sql`, and its updates, again on every call.)

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Text};

use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;

/// A statement that returns rows of SQL type `ST`: pieces of constant text with bound values in between.
#[derive(Debug)]
pub(crate) struct StaticSql<ST> {
    pieces: Vec<Piece>,
    row: PhantomData<ST>,
}

#[derive(Debug)]
enum Piece {
    Sql(&'static str),
    Text(String),
    Number(i64),
}

impl<ST> StaticSql<ST> {
    pub(crate) fn new() -> Self {
        Self { pieces: Vec::new(), row: PhantomData }
    }

    /// Appends SQL text.
    pub(crate) fn sql(mut self, text: &'static str) -> Self {
        self.pieces.push(Piece::Sql(text));
        self
    }

    /// Appends a bound text.
    pub(crate) fn text(mut self, value: impl Into<String>) -> Self {
        self.pieces.push(Piece::Text(value.into()));
        self
    }

    /// Appends a bound integer.
    pub(crate) fn number(mut self, value: i64) -> Self {
        self.pieces.push(Piece::Number(value));
        self
    }

    /// Appends a bound text for which PostgreSQL makes no plan of its own; see [`opaque_bind`](super::opaque_bind).
    pub(crate) fn opaque_text(self, value: impl Into<String>) -> Self {
        self.sql("(SELECT ").text(value).sql(")")
    }

    /// Appends the condition that the value before it is one of `texts`, which are passed as one JSON text, so that the
    /// statement is the same for any number of them.
    pub(crate) fn one_of(self, is_sqlite: bool, texts: &[&str]) -> Result<Self, StorageError> {
        let json = serde_json::to_string(texts).map_err(|error| StorageError::Corrupt(error.to_string()))?;
        let [before, after] = if is_sqlite {
            [" IN (SELECT value FROM json_each(", "))"]
        } else {
            [" = ANY (ARRAY (SELECT json_array_elements_text(", "::json)))"]
        };
        Ok(self.sql(before).text(json).sql(after))
    }

    /// Appends a bound integer for which PostgreSQL makes no plan of its own.
    pub(crate) fn opaque_number(self, value: i64) -> Self {
        self.sql("(SELECT ").number(value).sql(")")
    }
}

impl<ST> QueryId for StaticSql<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST> Query for StaticSql<ST> {
    type SqlType = ST;
}

impl<ST> diesel::RunQueryDsl<Conn> for StaticSql<ST> {}

impl<ST, DB> QueryFragment<DB> for StaticSql<ST>
where
    DB: Backend + HasSqlType<Text> + HasSqlType<BigInt>,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Sql(text) => out.push_sql(text),
                Piece::Text(value) => out.push_bind_param::<Text, String>(value)?,
                Piece::Number(value) => out.push_bind_param::<BigInt, i64>(value)?,
            }
        }
        Ok(())
    }
}
