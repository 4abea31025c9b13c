//! Stock keys: adding them, listing them, and moving them between states.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::Timestamp;

use super::counts;
use crate::domain::customer::EmailAddress;
use crate::domain::ids::{BatchId, CustomerId, EntitlementId, GrantId, LicenseKeyId, StockKeyId};
use crate::domain::page::{Page, PageStart};
use crate::domain::stock::{StockCursor, StockState};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::license_keys::KeyIndex;
use crate::storage::schema::{customers, grants, license_keys, stock_keys};
use crate::storage::sql::static_sql::StaticSql;

/// What is stored for a key without a date before which it is to be used: later than any.
pub(in crate::storage) const NO_DATE: i64 = i64::MAX;

/// A key to be added; its value is already encrypted.
#[derive(Debug, Clone)]
pub struct NewStockKey {
    pub id: StockKeyId,
    pub ciphertext: Vec<u8>,
    pub index: KeyIndex,
    /// Its place in the order of arrival.
    pub position: i64,
}

#[derive(Insertable)]
#[diesel(table_name = stock_keys, treat_none_as_default_value = false)]
struct NewRow<'a> {
    id: &'a str,
    entitlement_id: &'a str,
    batch_id: &'a str,
    ciphertext: &'a [u8],
    value_hash: Option<Vec<u8>>,
    folded_hash: Option<Vec<u8>>,
    last_four: &'a str,
    has_white_space: bool,
    state: &'a str,
    use_before: i64,
    position: i64,
    changed_at: i64,
}

/// Adds available keys to a batch; `Conflict` if one of the values lies in stock already.
pub fn insert(
    tx: &mut Tx<'_>,
    (entitlement_id, batch_id, use_before): (&EntitlementId, &BatchId, Option<Timestamp>),
    keys: &[NewStockKey],
    now: Timestamp,
) -> Result<(), StorageError> {
    let rows: Vec<NewRow<'_>> = keys
        .iter()
        .map(|key| NewRow {
            id: key.id.as_str(),
            entitlement_id: entitlement_id.as_str(),
            batch_id: batch_id.as_str(),
            ciphertext: &key.ciphertext,
            value_hash: Some(key.index.value_hash.to_vec()),
            folded_hash: key.index.folded_hash.map(Vec::from),
            last_four: &key.index.last_four,
            has_white_space: key.index.has_white_space,
            state: StockState::Available.as_str(),
            use_before: use_before.map_or(NO_DATE, to_micros),
            position: key.position,
            changed_at: to_micros(now),
        })
        .collect();
    let conn: &mut Conn = tx;
    match conn {
        Conn::Sqlite(conn) => {
            for row in &rows {
                diesel::insert_into(stock_keys::table).values(row).execute(conn)?;
            }
        }
        // One statement has at most 65,535 values.
        Conn::Postgres(conn) => {
            for rows in rows.chunks(ROWS) {
                diesel::insert_into(stock_keys::table).values(rows).execute(conn)?;
            }
        }
    }
    let count = i64::try_from(keys.len()).unwrap_or(i64::MAX);
    counts::change(tx, batch_id, None, StockState::Available, count)
}

/// Rows per statement on PostgreSQL.
const ROWS: usize = 500;

/// A stock key as lists show it; its value stays encrypted.
#[derive(Debug, Clone)]
pub struct StockKeyLine {
    pub id: StockKeyId,
    pub entitlement_id: EntitlementId,
    pub batch_id: BatchId,
    pub last_four: String,
    pub state: StockState,
    pub use_before: Option<Timestamp>,
    /// The grant it is reserved for, and until when, even if that is over.
    pub reserved: Option<(GrantId, Timestamp)>,
    pub issued_at: Option<Timestamp>,
    pub license_key_id: Option<LicenseKeyId>,
    /// Why it is quarantined or discarded.
    pub reason: Option<String>,
    pub changed_at: Timestamp,
    position: i64,
}

impl StockKeyLine {
    /// Its place in lists.
    pub fn cursor(&self) -> StockCursor {
        let use_before = self.use_before.map_or(NO_DATE, to_micros);
        StockCursor { use_before, position: self.position, id: self.id.to_string() }
    }

    /// Whether it is reserved at `now`.
    pub fn is_reserved(&self, now: Timestamp) -> bool {
        self.state == StockState::Available && self.reserved.as_ref().is_some_and(|(_, until)| *until > now)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = stock_keys)]
struct LineRow {
    id: String,
    entitlement_id: String,
    batch_id: String,
    last_four: String,
    state: String,
    use_before: i64,
    position: i64,
    reserved_for: Option<String>,
    reserved_until: Option<i64>,
    issued_at: Option<i64>,
    license_key_id: Option<String>,
    reason: Option<String>,
    changed_at: i64,
}

impl TryFrom<LineRow> for StockKeyLine {
    type Error = StorageError;

    fn try_from(row: LineRow) -> Result<Self, StorageError> {
        let state = StockState::parse(&row.state);
        let state = state.ok_or_else(|| StorageError::Corrupt(format!("the state of {}", row.id)))?;
        Ok(Self {
            id: StockKeyId::stored(row.id),
            entitlement_id: EntitlementId::stored(row.entitlement_id),
            batch_id: BatchId::stored(row.batch_id),
            last_four: row.last_four,
            state,
            use_before: Some(row.use_before).filter(|at| *at != NO_DATE).map(from_micros),
            reserved: row.reserved_for.zip(row.reserved_until).map(|(id, at)| (GrantId::stored(id), from_micros(at))),
            issued_at: from_optional(row.issued_at),
            license_key_id: row.license_key_id.map(LicenseKeyId::stored),
            reason: row.reason,
            changed_at: from_micros(row.changed_at),
            position: row.position,
        })
    }
}

/// Whose keys are listed.
#[derive(Debug, Clone, Copy)]
pub enum KeysOf<'a> {
    Entitlement(&'a EntitlementId),
    Batch(&'a BatchId),
}

/// A page of the keys in one state, in the order in which they are drawn.
pub fn page(
    conn: &mut Conn,
    of: KeysOf<'_>,
    state: StockState,
    from: &PageStart<StockCursor>,
    size: usize,
) -> Result<Page<StockKeyLine>, StorageError> {
    // Row values, which the index is read by from the cursor on.
    let mut query = StaticSql::<Text>::new().sql("SELECT id FROM stock_keys WHERE ");
    query = match of {
        KeysOf::Entitlement(id) => query.sql("entitlement_id = ").text(id.as_str()),
        KeysOf::Batch(id) => query.sql("batch_id = ").text(id.as_str()),
    };
    query = query.sql(" AND state = ").text(state.as_str());
    // The keys of a batch have the same date.
    let (first, last) = match of {
        KeysOf::Entitlement(_) => (" AND (use_before, position, id) ", " ORDER BY use_before"),
        KeysOf::Batch(_) => (" AND (position, id) ", " ORDER BY position"),
    };
    let bound = |query: StaticSql<Text>, sign, cursor: &StockCursor| {
        let query = query.sql(first).sql(sign).sql(" (");
        let query = match of {
            KeysOf::Entitlement(_) => query.number(cursor.use_before).sql(", "),
            KeysOf::Batch(_) => query,
        };
        query.number(cursor.position).sql(", ").text(&cursor.id).sql(")")
    };
    let (query, is_back) = match from {
        PageStart::Start => (query, false),
        PageStart::After(cursor) => (bound(query, ">", cursor), false),
        PageStart::Before(cursor) => (bound(query, "<", cursor), true),
    };
    let query = query.sql(last).sql(match (of, is_back) {
        (KeysOf::Entitlement(_), false) => ", position, id",
        (KeysOf::Entitlement(_), true) => " DESC, position DESC, id DESC",
        (KeysOf::Batch(_), false) => ", id",
        (KeysOf::Batch(_), true) => " DESC, id DESC",
    });
    let limit = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
    let ids: Vec<String> = query.sql(" LIMIT ").number(limit).load(conn)?;
    let rows: Vec<LineRow> =
        stock_keys::table.filter(stock_keys::id.eq_any(&ids)).select(LineRow::as_select()).load(conn)?;
    let mut rows = rows.into_iter().map(StockKeyLine::try_from).collect::<Result<Vec<_>, _>>()?;
    rows.sort_by_cached_key(|line| ids.iter().position(|id| id == line.id.as_str()));
    Ok(Page::from_walk(rows, size, from))
}

/// The stock key with this id; `NotFound` if there is none.
pub fn find(conn: &mut Conn, id: &StockKeyId) -> Result<StockKeyLine, StorageError> {
    let row: LineRow = stock_keys::table.find(id.as_str()).select(LineRow::as_select()).first(conn)?;
    row.try_into()
}

/// Who got a key of a batch.
#[derive(Debug, Clone)]
pub struct IssuedLine {
    pub stock_key_id: StockKeyId,
    pub license_key_id: LicenseKeyId,
    pub last_four: String,
    /// `None` for a key that was moved away from its grant.
    pub grant_id: Option<GrantId>,
    pub grant_status: Option<String>,
    pub customer_id: CustomerId,
    pub customer_name: String,
    pub customer_email: EmailAddress,
    pub issued_at: Timestamp,
    position: i64,
}

impl IssuedLine {
    /// Its place in the list.
    pub fn cursor(&self) -> StockCursor {
        StockCursor { use_before: 0, position: self.position, id: self.stock_key_id.to_string() }
    }
}

/// A page of the issued keys of a batch with their customers, in order of arrival.
pub fn issued_of_batch(
    conn: &mut Conn,
    id: &BatchId,
    from: &PageStart<StockCursor>,
    size: usize,
) -> Result<Page<IssuedLine>, StorageError> {
    type Row = (String, i64, Option<i64>, String, String, Option<String>, Option<String>, String, String, String);
    let mut query = stock_keys::table
        .inner_join(license_keys::table.inner_join(customers::table))
        .left_join(grants::table.on(grants::license_key_id.eq(stock_keys::license_key_id)))
        .filter(stock_keys::batch_id.eq(id.to_string()))
        .filter(stock_keys::state.eq(StockState::Issued.as_str()))
        .select((
            stock_keys::id,
            stock_keys::position,
            stock_keys::issued_at,
            license_keys::id,
            license_keys::last_four,
            grants::id.nullable(),
            grants::status.nullable(),
            customers::id,
            customers::name,
            customers::email,
        ))
        .into_boxed();
    let (at, key) = (stock_keys::position, stock_keys::id);
    query = match from {
        PageStart::Start => query.order((at.asc(), key.asc())),
        PageStart::After(cursor) => {
            let (place, last) = (cursor.position, cursor.id.clone());
            let is_after = at.gt(place).or(at.eq(place).and(key.gt(last)));
            query.filter(at.ge(place)).filter(is_after).order((at.asc(), key.asc()))
        }
        PageStart::Before(cursor) => {
            let (place, first) = (cursor.position, cursor.id.clone());
            let is_before = at.lt(place).or(at.eq(place).and(key.lt(first)));
            query.filter(at.le(place)).filter(is_before).order((at.desc(), key.desc()))
        }
    };
    let limit = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
    let rows: Vec<Row> = query.limit(limit).load(conn)?;
    let lines =
        rows.into_iter().map(|(id, position, issued_at, key, last_four, grant, status, customer, name, email)| {
            IssuedLine {
                stock_key_id: StockKeyId::stored(id),
                license_key_id: LicenseKeyId::stored(key),
                last_four,
                grant_id: grant.map(GrantId::stored),
                grant_status: status,
                customer_id: CustomerId::stored(customer),
                customer_name: name,
                customer_email: EmailAddress::stored(email),
                issued_at: from_micros(issued_at.unwrap_or_default()),
                position,
            }
        });
    Ok(Page::from_walk(lines.collect(), size, from))
}

/// The stock key and the batch that an issued key came from; `None` if it did not come from stock.
pub fn of_license_key(conn: &mut Conn, id: &LicenseKeyId) -> Result<Option<(StockKeyId, BatchId)>, StorageError> {
    let row: Option<(String, String)> = stock_keys::table
        .filter(stock_keys::license_key_id.eq(id.as_str()))
        .select((stock_keys::id, stock_keys::batch_id))
        .first(conn)
        .optional()?;
    Ok(row.map(|(id, batch_id)| (StockKeyId::stored(id), BatchId::stored(batch_id))))
}

/// Moves a key from one state to another with a reason; `false` if it is not in that state any more. A discarded key
/// loses its value; the hash stays, so that the value never comes in again.
pub fn move_state(
    tx: &mut Tx<'_>,
    key: &StockKeyLine,
    to: StockState,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let present = stock_keys::table.find(key.id.as_str()).filter(stock_keys::state.eq(key.state.as_str()));
    let changed = diesel::update(present)
        .set((
            stock_keys::state.eq(to.as_str()),
            stock_keys::reason.eq(reason),
            stock_keys::reserved_for.eq(None::<String>),
            stock_keys::reserved_until.eq(None::<i64>),
            stock_keys::changed_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    if changed != 1 {
        return Ok(false);
    }
    if to == StockState::Discarded {
        diesel::update(stock_keys::table.find(key.id.as_str()))
            .set((stock_keys::ciphertext.eq(Vec::<u8>::new()), stock_keys::folded_hash.eq(None::<Vec<u8>>)))
            .execute(conn)?;
    }
    counts::change(tx, &key.batch_id, Some(key.state), to, 1)?;
    Ok(true)
}

/// How many keys are in each state in the whole installation, in the order of [`StockState::ALL`].
pub fn count_by_state(conn: &mut Conn) -> Result<[i64; 4], StorageError> {
    type Row = (BigInt, BigInt, BigInt, BigInt);
    let query = StaticSql::<Row>::new().sql(counts::SUMS).sql(" FROM stock_counts");
    let (available, issued, quarantined, discarded): (i64, i64, i64, i64) = query.get_result(conn)?;
    Ok([available, issued, quarantined, discarded])
}
