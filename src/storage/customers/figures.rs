//! How much customers have: grants, what is open, live keys. Counted within each customer's newest grants, so that a
//! reseller with very many costs no more than [`COUNT_CAP`] allows.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::Timestamp;

use crate::domain::ids::CustomerId;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::grants::stats::COUNT_CAP;
use crate::storage::sql::static_sql::StaticSql;

/// Each number is at most [`COUNT_CAP`] + 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub grants: i64,
    pub pending: i64,
    pub failed: i64,
    pub live_keys: i64,
}

/// The figures of each of these customers, by id.
pub(crate) fn of_customers(
    conn: &mut Conn,
    ids: &[CustomerId],
    now: Timestamp,
) -> Result<HashMap<String, Figures>, StorageError> {
    const NEWEST: &str = " FROM grants WHERE customer_id = customers.id ORDER BY created_at DESC LIMIT ";
    let mut query = StaticSql::<(Text, BigInt, BigInt, BigInt, BigInt)>::new().sql("SELECT customers.id");
    for condition in ["true", "newest.status = 'pending'", "newest.status = 'failed'"] {
        query = query.sql(", (SELECT count(*) FROM (SELECT status").sql(NEWEST).number(COUNT_CAP + 1);
        query = query.sql(") AS newest WHERE ").sql(condition).sql(")");
    }
    query = query.sql(", (SELECT count(*) FROM (SELECT status, license_key_id").sql(NEWEST).number(COUNT_CAP + 1);
    query = query
        .sql(") AS newest LEFT JOIN license_keys ON license_keys.id = newest.license_key_id WHERE ")
        .sql("newest.status IN ('delivered', 'failed') AND license_keys.status = 'active'")
        .sql(" AND (license_keys.expires_at IS NULL OR license_keys.expires_at > ")
        .number(to_micros(now))
        .sql("))");
    let texts: Vec<&str> = ids.iter().map(CustomerId::as_str).collect();
    let query = query.sql(" FROM customers WHERE customers.id").one_of(conn.is_sqlite(), &texts)?;
    let rows: Vec<(String, i64, i64, i64, i64)> = query.load(conn)?;
    let figures = |(id, grants, pending, failed, live_keys)| (id, Figures { grants, pending, failed, live_keys });
    Ok(rows.into_iter().map(figures).collect())
}
