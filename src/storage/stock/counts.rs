//! How many keys of a batch are in which state: counted in the transaction of each change, because counting a million
//! rows takes too long for a page. PostgreSQL's writers each find a row that nobody else holds, or add one, so that none
//! waits for another.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use crate::crypto::random_bytes;
use crate::domain::ids::BatchId;
use crate::domain::stock::StockState;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::schema::stock_counts;
use crate::storage::sql::static_sql::StaticSql;

/// Adds `count` keys of a batch in state `to`, and takes them from `from` if they were there before.
pub(super) fn change(
    tx: &mut Tx<'_>,
    batch_id: &BatchId,
    from: Option<StockState>,
    to: StockState,
    count: i64,
) -> Result<(), StorageError> {
    if count == 0 || from == Some(to) {
        return Ok(());
    }
    let by = |state| if state == to { count } else { 0 } - if Some(state) == from { count } else { 0 };
    let [available, issued, quarantined, discarded] = StockState::ALL.map(by);
    let conn: &mut Conn = tx;
    let lock = if conn.is_sqlite() { "" } else { " FOR NO KEY UPDATE SKIP LOCKED" };
    let free = StaticSql::<Integer>::new().sql("SELECT shard FROM stock_counts WHERE batch_id = ");
    let free: Option<i32> = free.text(batch_id.as_str()).sql(" LIMIT 1").sql(lock).get_result(conn).optional()?;
    if let Some(shard) = free {
        let update = StaticSql::<()>::new().sql("UPDATE stock_counts SET available = available + ").number(available);
        let update = update.sql(", issued = issued + ").number(issued);
        let update = update.sql(", quarantined = quarantined + ").number(quarantined);
        let update = update.sql(", discarded = discarded + ").number(discarded);
        let update = update.sql(" WHERE batch_id = ").text(batch_id.as_str());
        update.sql(" AND shard = CAST(").number(i64::from(shard)).sql(" AS INTEGER)").execute(conn)?;
        return Ok(());
    }
    let highest = StaticSql::<Nullable<Integer>>::new().sql("SELECT max(shard) FROM stock_counts WHERE batch_id = ");
    let highest: Option<i32> = highest.text(batch_id.as_str()).get_result(conn)?;
    // Others may add a row at the same moment: each of them takes a number of its own.
    let shard = highest.map_or(0, |highest| highest.saturating_add(random_step()));
    diesel::insert_into(stock_counts::table)
        .values((
            stock_counts::batch_id.eq(batch_id.as_str()),
            stock_counts::shard.eq(shard),
            stock_counts::available.eq(available),
            stock_counts::issued.eq(issued),
            stock_counts::quarantined.eq(quarantined),
            stock_counts::discarded.eq(discarded),
        ))
        .execute(conn)?;
    Ok(())
}

/// 1 to about 16 million: two that meet are as good as impossible, and the numbers do not run out.
fn random_step() -> i32 {
    let [a, b, c] = random_bytes();
    i32::from_be_bytes([0, a, b, c]) + 1
}

/// Counts of keys in the four states, in the order of [`StockState::ALL`].
pub(super) type Counts = [i64; 4];

/// The sum of the rows of one batch, or of all batches of an entitlement.
pub(super) fn sum(conn: &mut Conn, from: &'static str, id: &str) -> Result<Counts, StorageError> {
    one(conn, StaticSql::new().sql(SUMS).sql(from).text(id))
}

/// The sum of those batches of an entitlement whose keys must not be issued after `until`, in microseconds.
pub(super) fn sum_until(conn: &mut Conn, entitlement_id: &str, until: i64) -> Result<Counts, StorageError> {
    let query = StaticSql::new().sql(SUMS).sql(OF_ENTITLEMENT).text(entitlement_id);
    one(conn, query.sql(" AND batches.use_before <= ").opaque_number(until))
}

fn one(conn: &mut Conn, query: StaticSql<(BigInt, BigInt, BigInt, BigInt)>) -> Result<Counts, StorageError> {
    let (available, issued, quarantined, discarded): (i64, i64, i64, i64) = query.get_result(conn)?;
    Ok([available, issued, quarantined, discarded])
}

/// What to select, as whole numbers on both databases.
pub(super) const SUMS: &str = "SELECT CAST(coalesce(sum(available), 0) AS BIGINT), \
     CAST(coalesce(sum(issued), 0) AS BIGINT), CAST(coalesce(sum(quarantined), 0) AS BIGINT), \
     CAST(coalesce(sum(discarded), 0) AS BIGINT)";
pub(super) const OF_ENTITLEMENT: &str =
    " FROM stock_counts JOIN batches ON batches.id = stock_counts.batch_id WHERE batches.entitlement_id = ";

/// A batch id as it is stored, with its counts.
pub(super) fn by_batch(conn: &mut Conn, entitlement_id: &str) -> Result<Vec<(String, Counts)>, StorageError> {
    type Row = (BigInt, BigInt, BigInt, BigInt, Text);
    let query = StaticSql::<Row>::new().sql(SUMS).sql(", stock_counts.batch_id").sql(OF_ENTITLEMENT);
    let query = query.text(entitlement_id).sql(" GROUP BY stock_counts.batch_id");
    let rows: Vec<(i64, i64, i64, i64, String)> = query.load(conn)?;
    Ok(rows.into_iter().map(|(a, i, q, d, id)| (id, [a, i, q, d])).collect())
}
