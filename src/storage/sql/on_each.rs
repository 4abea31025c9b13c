//! Queries that run on the connection of the actual database.

/// Runs a query for whichever database the connection is to: `on_each!(conn, |conn| table.first(conn))`.
///
/// Diesel writes out the text of a query to the enum [`Conn`](crate::storage::db::connection::Conn) twice at each call, also
/// if it is prepared already; for a dozen joined columns this takes longer than the query. A query to the connection inside
/// is found by its type.
macro_rules! on_each {
    ($outer:expr, |$conn:ident| $query:expr) => {
        match $outer {
            $crate::storage::db::connection::Conn::Sqlite($conn) => $query,
            $crate::storage::db::connection::Conn::Postgres($conn) => $query,
        }
    };
}

pub(in crate::storage) use on_each;
