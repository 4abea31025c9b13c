//! Lists of keys that wait, sealed, until they are confirmed and added.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::crypto::AssociatedData;
use crate::domain::ids::{BatchId, EntitlementId, StaffId, StockUploadId};
use crate::domain::stock::NewBatch;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::stock_uploads;

/// The associated data of an upload's content.
pub(crate) fn associated_data(id: &StockUploadId) -> AssociatedData<'_> {
    AssociatedData { table: "stock_uploads", column: "content", row: id.as_str() }
}

/// An upload with its encrypted content, which is empty once its keys have been added.
#[derive(Debug, Clone)]
pub struct StoredUpload {
    pub id: StockUploadId,
    pub staff_id: StaffId,
    pub entitlement_id: EntitlementId,
    pub content: Vec<u8>,
    pub batch: NewBatch,
    /// Whether the grants that wait are served once the keys are there.
    pub serve: bool,
    /// Lines that could not be added after all: numbers and reasons, as the use case writes them.
    pub rejected: Option<String>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub confirmed_at: Option<Timestamp>,
    pub batch_id: Option<BatchId>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = stock_uploads)]
struct UploadRow {
    id: String,
    staff_id: String,
    entitlement_id: String,
    content: Vec<u8>,
    supplier: Option<String>,
    reference: Option<String>,
    note: Option<String>,
    received_at: i64,
    use_before: Option<i64>,
    serve: bool,
    rejected: Option<String>,
    created_at: i64,
    expires_at: i64,
    confirmed_at: Option<i64>,
    batch_id: Option<String>,
}

impl From<UploadRow> for StoredUpload {
    fn from(row: UploadRow) -> Self {
        Self {
            id: StockUploadId::stored(row.id),
            staff_id: StaffId::stored(row.staff_id),
            entitlement_id: EntitlementId::stored(row.entitlement_id),
            content: row.content,
            batch: NewBatch {
                supplier: row.supplier,
                reference: row.reference,
                note: row.note,
                received_at: Some(from_micros(row.received_at)),
                use_before: from_optional(row.use_before),
            },
            serve: row.serve,
            rejected: row.rejected,
            created_at: from_micros(row.created_at),
            expires_at: from_micros(row.expires_at),
            confirmed_at: from_optional(row.confirmed_at),
            batch_id: row.batch_id.map(BatchId::stored),
        }
    }
}

/// Inserts an upload.
pub(crate) fn insert(tx: &mut Tx<'_>, upload: &StoredUpload) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let received_at = upload.batch.received_at.unwrap_or(upload.created_at);
    diesel::insert_into(stock_uploads::table)
        .values((
            stock_uploads::id.eq(upload.id.as_str()),
            stock_uploads::staff_id.eq(upload.staff_id.as_str()),
            stock_uploads::entitlement_id.eq(upload.entitlement_id.as_str()),
            stock_uploads::content.eq(&upload.content),
            stock_uploads::supplier.eq(&upload.batch.supplier),
            stock_uploads::reference.eq(&upload.batch.reference),
            stock_uploads::note.eq(&upload.batch.note),
            stock_uploads::received_at.eq(to_micros(received_at)),
            stock_uploads::use_before.eq(upload.batch.use_before.map(to_micros)),
            stock_uploads::serve.eq(upload.serve),
            stock_uploads::created_at.eq(to_micros(upload.created_at)),
            stock_uploads::expires_at.eq(to_micros(upload.expires_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The upload with this id; `NotFound` if there is none.
pub(crate) fn find(conn: &mut Conn, id: &StockUploadId) -> Result<StoredUpload, StorageError> {
    let row: UploadRow = stock_uploads::table.find(id.as_str()).select(UploadRow::as_select()).first(conn)?;
    Ok(row.into())
}

/// The ids of the uploads that wait to be confirmed.
pub(crate) fn waiting(conn: &mut Conn) -> Result<Vec<StockUploadId>, StorageError> {
    let waiting = stock_uploads::table.filter(stock_uploads::confirmed_at.is_null());
    let ids: Vec<String> = waiting.order(stock_uploads::id).select(stock_uploads::id).load(conn)?;
    Ok(ids.into_iter().map(StockUploadId::stored).collect())
}

/// Replaces the content of an upload that waits.
pub(crate) fn set_content(tx: &mut Tx<'_>, id: &StockUploadId, content: &[u8]) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let waiting = stock_uploads::table.find(id.as_str()).filter(stock_uploads::confirmed_at.is_null());
    diesel::update(waiting).set(stock_uploads::content.eq(content)).execute(conn)?;
    Ok(())
}

/// Locks an upload's row until the transaction ends, if the database has row locks.
pub(crate) fn lock(tx: &mut Tx<'_>, id: &StockUploadId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let changed =
        diesel::update(stock_uploads::table.find(id.as_str())).set(stock_uploads::id.eq(id.as_str())).execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StorageError::NotFound) }
}

/// Confirms an upload: from then on its content is the keys that a job adds to the batch.
pub(crate) fn confirm(
    tx: &mut Tx<'_>,
    id: &StockUploadId,
    (content, batch_id, serve): (&[u8], &BatchId, bool),
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let waiting = stock_uploads::table.find(id.as_str()).filter(stock_uploads::confirmed_at.is_null());
    let changed = diesel::update(waiting)
        .set((
            stock_uploads::content.eq(content),
            stock_uploads::batch_id.eq(batch_id.as_str()),
            stock_uploads::serve.eq(serve),
            stock_uploads::confirmed_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StorageError::Conflict) }
}

/// The lines that could not be added so far; empty if there are none.
pub(crate) fn rejected(conn: &mut Conn, id: &StockUploadId) -> Result<String, StorageError> {
    let rejected: Option<String> =
        stock_uploads::table.find(id.as_str()).select(stock_uploads::rejected).first(conn)?;
    Ok(rejected.unwrap_or_default())
}

/// Records the lines that could not be added so far.
pub(crate) fn set_rejected(tx: &mut Tx<'_>, id: &StockUploadId, rejected: &str) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(stock_uploads::table.find(id.as_str())).set(stock_uploads::rejected.eq(rejected)).execute(conn)?;
    Ok(())
}

/// Empties the content, once all keys are added or nobody may add them any more.
pub(crate) fn empty(tx: &mut Tx<'_>, id: &StockUploadId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(stock_uploads::table.find(id.as_str()))
        .set(stock_uploads::content.eq(Vec::<u8>::new()))
        .execute(conn)?;
    Ok(())
}

/// Deletes uploads that nobody confirmed in time; returns how many.
pub(crate) fn delete_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let expired = stock_uploads::table
        .filter(stock_uploads::expires_at.le(to_micros(now)))
        .filter(stock_uploads::confirmed_at.is_null());
    Ok(diesel::delete(expired).execute(conn)?)
}
