//! Batches: stock keys that came in together.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;

use super::counts;
use crate::domain::ids::{BatchId, EntitlementId};
use crate::domain::license_key::{LicenseKeySource, LicenseKeySummary};
use crate::domain::stock::{Batch, StockState};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::{batches, stock_keys};
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// The most batches of an entitlement that are listed.
const MAX_LISTED: i64 = 1_000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = batches)]
struct BatchRow {
    id: String,
    entitlement_id: String,
    supplier: Option<String>,
    reference: Option<String>,
    note: Option<String>,
    received_at: i64,
    use_before: Option<i64>,
    recalled_at: Option<i64>,
    recall_reason: Option<String>,
    created_at: i64,
}

impl From<BatchRow> for Batch {
    fn from(row: BatchRow) -> Self {
        Self {
            id: BatchId::stored(row.id),
            entitlement_id: EntitlementId::stored(row.entitlement_id),
            supplier: row.supplier,
            reference: row.reference,
            note: row.note,
            received_at: from_micros(row.received_at),
            use_before: from_optional(row.use_before),
            recalled_at: from_optional(row.recalled_at),
            recall_reason: row.recall_reason,
            created_at: from_micros(row.created_at),
        }
    }
}

/// A batch, and how many of its keys are in which state. Reserved keys are available ones.
#[derive(Debug, Clone)]
pub struct BatchLine {
    pub batch: Batch,
    pub available: i64,
    pub issued: i64,
    pub quarantined: i64,
    pub discarded: i64,
}

impl BatchLine {
    fn new(batch: Batch, [available, issued, quarantined, discarded]: counts::Counts) -> Self {
        Self { batch, available, issued, quarantined, discarded }
    }
}

/// The batch with this id; `NotFound` if there is none.
pub fn find(conn: &mut Conn, id: &BatchId) -> Result<Batch, StorageError> {
    let row: BatchRow = batches::table.find(id.as_str()).select(BatchRow::as_select()).first(conn)?;
    Ok(row.into())
}

/// The batch that an issued key came from; `None` if it did not come from stock.
pub fn of_license_key(conn: &mut Conn, key: &LicenseKeySummary) -> Result<Option<Batch>, StorageError> {
    if key.source != LicenseKeySource::Import {
        return Ok(None);
    }
    let found = super::keys::of_license_key(conn, &key.id)?;
    found.map(|(_, batch_id)| find(conn, &batch_id)).transpose()
}

/// The batch with this id and its counts; `NotFound` if there is none.
pub fn line(conn: &mut Conn, id: &BatchId) -> Result<BatchLine, StorageError> {
    let batch = find(conn, id)?;
    let sum = counts::sum(conn, " FROM stock_counts WHERE batch_id = ", id.as_str())?;
    Ok(BatchLine::new(batch, sum))
}

/// Whether the entitlement has, or ever had, a batch.
pub(crate) fn has_any(conn: &mut Conn, id: &EntitlementId) -> Result<bool, StorageError> {
    let any: Option<String> = batches::table
        .filter(batches::entitlement_id.eq(id.as_str()))
        .select(batches::id)
        .inline_limit(1)
        .get_result(conn)
        .optional()?;
    Ok(any.is_some())
}

/// The batches of an entitlement with their counts, newest first, at most 1,000.
pub fn of_entitlement(conn: &mut Conn, id: &EntitlementId) -> Result<Vec<BatchLine>, StorageError> {
    let rows: Vec<BatchRow> = batches::table
        .filter(batches::entitlement_id.eq(id.as_str()))
        .order((batches::created_at.desc(), batches::id.desc()))
        .select(BatchRow::as_select())
        .inline_limit(MAX_LISTED)
        .load(conn)?;
    let mut sums: HashMap<String, counts::Counts> = counts::by_batch(conn, id.as_str())?.into_iter().collect();
    let lines = rows.into_iter().map(|row| {
        let sum = sums.remove(&row.id).unwrap_or_default();
        BatchLine::new(row.into(), sum)
    });
    Ok(lines.collect())
}

/// Inserts a batch without keys.
pub fn insert(tx: &mut Tx<'_>, batch: &Batch) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(batches::table)
        .values((
            batches::id.eq(batch.id.as_str()),
            batches::entitlement_id.eq(batch.entitlement_id.as_str()),
            batches::supplier.eq(&batch.supplier),
            batches::reference.eq(&batch.reference),
            batches::note.eq(&batch.note),
            batches::received_at.eq(to_micros(batch.received_at)),
            batches::use_before.eq(batch.use_before.map(to_micros)),
            batches::created_at.eq(to_micros(batch.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Recalls a batch: quarantines its available keys, reserved or not, and returns how many. `NotFound` if there is none
/// with this id.
pub fn recall(tx: &mut Tx<'_>, id: &BatchId, reason: &str, now: Timestamp) -> Result<i64, StorageError> {
    let conn: &mut Conn = tx;
    let found = diesel::update(batches::table.find(id.as_str()))
        .set((batches::recalled_at.eq(to_micros(now)), batches::recall_reason.eq(reason)))
        .execute(conn)?;
    if found != 1 {
        return Err(StorageError::NotFound);
    }
    quarantine_available(tx, id, reason, now)
}

/// Locks a batch until the transaction ends, so that nobody recalls it meanwhile.
pub fn lock(tx: &mut Tx<'_>, id: &BatchId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(batches::table.find(id.as_str())).set(batches::id.eq(id.as_str())).execute(conn)?;
    Ok(())
}

/// Quarantines the available keys of a batch, and returns how many.
pub fn quarantine_available(tx: &mut Tx<'_>, id: &BatchId, reason: &str, now: Timestamp) -> Result<i64, StorageError> {
    let conn: &mut Conn = tx;
    let available = stock_keys::table
        .filter(stock_keys::batch_id.eq(id.as_str()))
        .filter(stock_keys::state.eq(StockState::Available.as_str()));
    let changed = diesel::update(available)
        .set((
            stock_keys::state.eq(StockState::Quarantined.as_str()),
            stock_keys::reason.eq(reason),
            stock_keys::reserved_for.eq(None::<String>),
            stock_keys::reserved_until.eq(None::<i64>),
            stock_keys::changed_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    let changed = i64::try_from(changed).unwrap_or(i64::MAX);
    counts::change(tx, id, Some(StockState::Available), StockState::Quarantined, changed)?;
    Ok(changed)
}
