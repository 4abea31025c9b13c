//! Acts on many grants at once: what was chosen, and what became of each.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use jiff::Timestamp;

use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::db::time::{from_micros, from_optional, to_micros};
use super::schema::{bulk_grants, bulk_runs, customers, entitlements, grants};
use super::sql::static_sql::StaticSql;
use crate::crypto::AssociatedData;
use crate::domain::bulk::{BulkAction, BulkOutcome, BulkReason};
use crate::domain::customer::EmailAddress;
use crate::domain::grant::GrantStatus;
use crate::domain::grant::handling::PauseReason;
use crate::domain::ids::{BulkRunId, CustomerId, EntitlementId, GrantId, LicenseKeyId, StaffId};

/// The associated data of a run's content.
pub(crate) fn associated_data(id: &BulkRunId) -> AssociatedData<'_> {
    AssociatedData { table: "bulk_runs", column: "content", row: id.as_str() }
}

/// An act on many grants.
#[derive(Debug, Clone)]
pub struct BulkRun {
    pub id: BulkRunId,
    pub staff_id: StaffId,
    pub action: BulkAction,
    /// The query of the list that its grants were chosen from.
    pub list: String,
    /// Pasted keys, encrypted; empty if there are none.
    pub content: Vec<u8>,
    pub settings: BulkSettings,
    pub created_at: Timestamp,
    /// When it is forgotten.
    pub expires_at: Timestamp,
    pub confirmed_at: Option<Timestamp>,
}

/// What the person gives for all grants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BulkSettings {
    /// The reason of a revocation, or the note of a pause.
    pub reason: Option<String>,
    pub pause: Option<(PauseReason, Timestamp)>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = bulk_runs)]
struct RunRow {
    id: String,
    staff_id: String,
    action: String,
    list: String,
    content: Vec<u8>,
    reason: Option<String>,
    pause_reason: Option<String>,
    paused_until: Option<i64>,
    created_at: i64,
    expires_at: i64,
    confirmed_at: Option<i64>,
}

impl TryFrom<RunRow> for BulkRun {
    type Error = StorageError;

    fn try_from(row: RunRow) -> Result<Self, StorageError> {
        let action = BulkAction::parse(&row.action);
        let pause_reason = row.pause_reason.as_deref().and_then(PauseReason::parse);
        Ok(Self {
            action: action.ok_or_else(|| StorageError::Corrupt(format!("the action of {}", row.id)))?,
            id: BulkRunId::stored(row.id),
            staff_id: StaffId::stored(row.staff_id),
            list: row.list,
            content: row.content,
            settings: BulkSettings { reason: row.reason, pause: pause_reason.zip(from_optional(row.paused_until)) },
            created_at: from_micros(row.created_at),
            expires_at: from_micros(row.expires_at),
            confirmed_at: from_optional(row.confirmed_at),
        })
    }
}

/// A grant of a run.
#[derive(Debug, Clone)]
pub struct BulkGrant {
    /// From 0, in the order of the list.
    pub position: i32,
    pub grant_id: GrantId,
    /// A digest of what the person saw of it.
    pub seen: Vec<u8>,
    /// `None` until it was its turn.
    pub outcome: Option<(BulkOutcome, Option<BulkReason>)>,
    pub done_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = bulk_grants)]
struct GrantRow {
    position: i32,
    grant_id: String,
    seen: Vec<u8>,
    outcome: Option<String>,
    reason: Option<String>,
    done_at: Option<i64>,
}

impl From<GrantRow> for BulkGrant {
    fn from(row: GrantRow) -> Self {
        let reason = row.reason.as_deref().and_then(BulkReason::parse);
        Self {
            position: row.position,
            grant_id: GrantId::stored(row.grant_id),
            seen: row.seen,
            outcome: row.outcome.as_deref().and_then(BulkOutcome::parse).map(|outcome| (outcome, reason)),
            done_at: from_optional(row.done_at),
        }
    }
}

/// What a person sees of a grant before acting on it.
#[derive(Debug, Clone)]
pub struct GrantLook {
    pub id: GrantId,
    pub status: GrantStatus,
    pub entitlement_id: EntitlementId,
    pub entitlement_name: String,
    pub license_key_id: Option<LicenseKeyId>,
    pub customer_id: CustomerId,
    pub customer_name: String,
    pub email: EmailAddress,
    /// Who holds it, and until when.
    pub held: Option<(StaffId, Timestamp)>,
}

#[derive(Queryable)]
struct LookRow {
    id: String,
    status: String,
    entitlement_id: String,
    entitlement_name: String,
    license_key_id: Option<String>,
    customer_id: String,
    customer_name: String,
    email: String,
    held_by: Option<String>,
    held_until: Option<i64>,
}

impl TryFrom<LookRow> for GrantLook {
    type Error = StorageError;

    fn try_from(row: LookRow) -> Result<Self, StorageError> {
        let status = GrantStatus::parse(&row.status);
        Ok(Self {
            status: status.ok_or_else(|| StorageError::Corrupt(format!("the status of {}", row.id)))?,
            id: GrantId::stored(row.id),
            entitlement_id: EntitlementId::stored(row.entitlement_id),
            entitlement_name: row.entitlement_name,
            license_key_id: row.license_key_id.map(LicenseKeyId::stored),
            customer_id: CustomerId::stored(row.customer_id),
            customer_name: row.customer_name,
            email: EmailAddress::stored(row.email),
            held: row.held_by.map(StaffId::stored).zip(from_optional(row.held_until)),
        })
    }
}

/// How these grants look now, in no order; at most some hundred.
pub fn looks(conn: &mut Conn, ids: &[&str]) -> Result<Vec<GrantLook>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<LookRow> = grants::table
        .inner_join(customers::table)
        .inner_join(entitlements::table)
        .filter(grants::id.eq_any(ids))
        .select((
            grants::id,
            grants::status,
            grants::entitlement_id,
            entitlements::name,
            grants::license_key_id,
            grants::customer_id,
            customers::name,
            customers::email,
            grants::held_by,
            grants::held_until,
        ))
        .load(conn)?;
    rows.into_iter().map(GrantLook::try_from).collect()
}

/// Inserts a run with its grants.
pub(crate) fn insert(tx: &mut Tx<'_>, run: &BulkRun, chosen: &[(GrantId, [u8; 32])]) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(bulk_runs::table)
        .values((
            bulk_runs::id.eq(run.id.as_str()),
            bulk_runs::staff_id.eq(run.staff_id.as_str()),
            bulk_runs::action.eq(run.action.as_str()),
            bulk_runs::list.eq(&run.list),
            bulk_runs::content.eq(&run.content),
            bulk_runs::created_at.eq(to_micros(run.created_at)),
            bulk_runs::expires_at.eq(to_micros(run.expires_at)),
        ))
        .execute(conn)?;
    for ((grant_id, seen), position) in chosen.iter().zip(0_i32..) {
        diesel::insert_into(bulk_grants::table)
            .values((
                bulk_grants::run_id.eq(run.id.as_str()),
                bulk_grants::position.eq(position),
                bulk_grants::grant_id.eq(grant_id.as_str()),
                bulk_grants::seen.eq(seen.as_slice()),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The run with this id; `NotFound` if there is none.
pub(crate) fn find(conn: &mut Conn, id: &BulkRunId) -> Result<BulkRun, StorageError> {
    bulk_runs::table.find(id.as_str()).select(RunRow::as_select()).first::<RunRow>(conn)?.try_into()
}

/// The grants of a run from a position on, in their order.
pub(crate) fn grants_from(
    conn: &mut Conn,
    id: &BulkRunId,
    position: i32,
    limit: i64,
) -> Result<Vec<BulkGrant>, StorageError> {
    let rows: Vec<GrantRow> = bulk_grants::table
        .filter(bulk_grants::run_id.eq(id.as_str()))
        .filter(bulk_grants::position.ge(position))
        .order(bulk_grants::position)
        .limit(limit)
        .select(GrantRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(BulkGrant::from).collect())
}

/// The next grants whose turn it is.
pub(crate) fn open(conn: &mut Conn, id: &BulkRunId, limit: i64) -> Result<Vec<BulkGrant>, StorageError> {
    let rows: Vec<GrantRow> = bulk_grants::table
        .filter(bulk_grants::run_id.eq(id.as_str()))
        .filter(bulk_grants::outcome.is_null())
        .order(bulk_grants::position)
        .limit(limit)
        .select(GrantRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(BulkGrant::from).collect())
}

/// The grants of a run with that outcome, in their order.
pub(crate) fn with_outcome(
    conn: &mut Conn,
    id: &BulkRunId,
    outcome: BulkOutcome,
    limit: i64,
) -> Result<Vec<BulkGrant>, StorageError> {
    let rows: Vec<GrantRow> = bulk_grants::table
        .filter(bulk_grants::run_id.eq(id.as_str()))
        .filter(bulk_grants::outcome.eq(outcome.as_str()))
        .order(bulk_grants::position)
        .limit(limit)
        .select(GrantRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(BulkGrant::from).collect())
}

/// How many grants of a run have which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BulkCounts {
    pub open: i64,
    pub done: i64,
    pub skipped: i64,
    pub failed: i64,
}

impl BulkCounts {
    pub fn all(&self) -> i64 {
        self.open + self.processed()
    }

    pub fn processed(&self) -> i64 {
        self.done + self.skipped + self.failed
    }
}

/// How far a run has come.
pub(crate) fn counts(conn: &mut Conn, id: &BulkRunId) -> Result<BulkCounts, StorageError> {
    let rows: Vec<(Option<String>, i64)> = StaticSql::<(Nullable<Text>, BigInt)>::new()
        .sql("SELECT outcome, count(*) FROM bulk_grants WHERE run_id = ")
        .text(id.as_str())
        .sql(" GROUP BY outcome")
        .load(conn)?;
    let mut counts = BulkCounts::default();
    for (outcome, grants) in rows {
        match outcome.as_deref().map(BulkOutcome::parse) {
            None => counts.open = grants,
            Some(Some(BulkOutcome::Done)) => counts.done = grants,
            Some(Some(BulkOutcome::Skipped)) => counts.skipped = grants,
            Some(Some(BulkOutcome::Failed)) => counts.failed = grants,
            Some(None) => {}
        }
    }
    Ok(counts)
}

/// When the last grant of a run had its turn.
pub(crate) fn last_done_at(conn: &mut Conn, id: &BulkRunId) -> Result<Option<Timestamp>, StorageError> {
    let of_run = bulk_grants::table.filter(bulk_grants::run_id.eq(id.as_str()));
    let last: Option<i64> = of_run.select(diesel::dsl::max(bulk_grants::done_at)).first(conn)?;
    Ok(from_optional(last))
}

/// Records what became of a grant.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    id: &BulkRunId,
    position: i32,
    (outcome, reason): (BulkOutcome, Option<BulkReason>),
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(bulk_grants::table.find((id.as_str(), position)))
        .set((
            bulk_grants::outcome.eq(outcome.as_str()),
            bulk_grants::reason.eq(reason.map(BulkReason::as_str)),
            bulk_grants::done_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Locks a run's row until the transaction ends, if the database has row locks.
pub(crate) fn lock(tx: &mut Tx<'_>, id: &BulkRunId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let changed =
        diesel::update(bulk_runs::table.find(id.as_str())).set(bulk_runs::id.eq(id.as_str())).execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StorageError::NotFound) }
}

/// Confirms a run, which is kept until `until`; `Conflict` if it was confirmed before.
pub(crate) fn confirm(
    tx: &mut Tx<'_>,
    id: &BulkRunId,
    settings: &BulkSettings,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let waiting = bulk_runs::table.find(id.as_str()).filter(bulk_runs::confirmed_at.is_null());
    let changed = diesel::update(waiting)
        .set((
            bulk_runs::reason.eq(&settings.reason),
            bulk_runs::pause_reason.eq(settings.pause.map(|(reason, _)| reason.as_str())),
            bulk_runs::paused_until.eq(settings.pause.map(|(_, until)| to_micros(until))),
            bulk_runs::expires_at.eq(to_micros(until)),
            bulk_runs::confirmed_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StorageError::Conflict) }
}

/// Replaces the pasted keys of a run.
pub(crate) fn set_content(tx: &mut Tx<'_>, id: &BulkRunId, content: &[u8]) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(bulk_runs::table.find(id.as_str())).set(bulk_runs::content.eq(content)).execute(conn)?;
    Ok(())
}

/// Forgets the pasted keys of a run, and the text that may name people.
pub(crate) fn empty(tx: &mut Tx<'_>, id: &BulkRunId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(bulk_runs::table.find(id.as_str()))
        .set((bulk_runs::content.eq(Vec::<u8>::new()), bulk_runs::reason.eq(None::<String>)))
        .execute(conn)?;
    Ok(())
}

/// The ids of the runs with pasted keys.
pub(crate) fn with_keys(conn: &mut Conn) -> Result<Vec<BulkRunId>, StorageError> {
    let filled = bulk_runs::table.filter(bulk_runs::action.eq(BulkAction::Keys.as_str()));
    let filled = filled.filter(bulk_runs::content.ne(Vec::<u8>::new()));
    let ids: Vec<String> = filled.order(bulk_runs::id).select(bulk_runs::id).load(conn)?;
    Ok(ids.into_iter().map(BulkRunId::stored).collect())
}

/// Deletes runs that nobody confirmed in time, or that are over for long; returns how many.
pub(crate) fn delete_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let expired = bulk_runs::table.filter(bulk_runs::expires_at.le(to_micros(now)));
    Ok(diesel::delete(expired).execute(conn)?)
}
