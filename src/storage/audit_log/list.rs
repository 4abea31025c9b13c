//! Reading the audit log: page by page, newest first, with filters.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::{SignedDuration, Timestamp};

use super::seals::last_sequence;
use super::{SealedFields, StoredChange};
use crate::domain::audit::{AuditAction, AuditEntry, Change, SECURITY_EVENTS};
use crate::domain::ids::{CustomerId, GrantId};
use crate::domain::page::{Page, PageStart};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{api_keys, audit_entries, staff};
use crate::storage::sql::inline_limit::InlineLimitDsl;
use crate::storage::sql::on_each::on_each;
use crate::storage::sql::opaque_bind::opaque_bind;
use crate::storage::sql::static_sql::StaticSql;

/// What the log is filtered by; empty means everything.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// A staff id, an API key's id, or the name of a part of Keydesk.
    pub actor: Option<String>,
    /// An action, or `security` for all of [`AuditAction::SECURITY`].
    pub action: Option<String>,
    /// The id of an object, or of the grant whose timeline shows the entry.
    pub object: Option<String>,
    pub from: Option<Timestamp>,
    /// Only entries before this moment.
    pub until: Option<Timestamp>,
}

/// The entry, and the name of the person or API key that acted.
type EntryRow = (SealedFields, Option<String>, Option<String>);

fn to_entry((fields, staff_name, api_key_name): EntryRow) -> AuditEntry {
    let changes: Vec<StoredChange> = serde_json::from_str(&fields.changes).unwrap_or_default();
    AuditEntry {
        sequence: fields.sequence,
        id: fields.id,
        at: from_micros(fields.at),
        actor_kind: fields.actor_kind,
        actor_id: fields.actor_id,
        actor_name: staff_name.or(api_key_name),
        action: fields.action,
        object_kind: fields.object_kind,
        object_id: fields.object_id,
        grant_id: fields.grant_id,
        address: fields.address,
        request_id: fields.request_id,
        changes: changes
            .into_iter()
            .map(|change| Change { field: change.field, before: change.before, after: change.after })
            .collect(),
    }
}

/// Sequence numbers follow time, except for differences between nodes' clocks and for long transactions. The
/// difference is smaller than this.
const DISORDER: SignedDuration = SignedDuration::from_hours(24);

/// A sequence number that all entries since a moment reach or exceed, so that no page scans older ones.
pub(in crate::storage) fn first_since(conn: &mut Conn, from: Option<Timestamp>) -> Result<Option<i64>, StorageError> {
    let Some(from) = from.and_then(|at| at.checked_sub(DISORDER).ok()) else { return Ok(None) };
    let first = audit_entries::table
        .filter(audit_entries::at.ge(to_micros(from)))
        .order((audit_entries::at.asc(), audit_entries::sequence.asc()))
        .select(audit_entries::sequence);
    Ok(Some(first.inline_limit(1).get_result(conn).optional()?.unwrap_or(i64::MAX)))
}

/// A sequence number that no entry before a moment exceeds.
fn last_before(conn: &mut Conn, until: Option<Timestamp>) -> Result<Option<i64>, StorageError> {
    let Some(until) = until.and_then(|at| at.checked_add(DISORDER).ok()) else { return Ok(None) };
    let last = audit_entries::table
        .filter(audit_entries::at.lt(to_micros(until)))
        .order((audit_entries::at.desc(), audit_entries::sequence.desc()))
        .select(audit_entries::sequence);
    Ok(Some(last.inline_limit(1).get_result(conn).optional()?.unwrap_or(0)))
}

/// Applies all filters but the action to a boxed query of entries, and the order of the page.
macro_rules! narrowed {
    ($query:expr, $filter:expr, $bounds:expr, $from:expr) => {{
        let (mut query, filter, bounds) = ($query, $filter, $bounds);
        match (&filter.actor, &filter.object) {
            (Some(actor), None) => query = query.filter(audit_entries::actor_id.eq(actor.clone())),
            (Some(actor), Some(_)) => query = query.filter(audit_entries::actor_id.concat("").eq(actor.clone())),
            (None, _) => {}
        }
        if let Some(object) = &filter.object {
            // The second condition repeats that of the partial index on objects; entries it excludes are found by
            // their grant id.
            let of_object = audit_entries::object_id.eq(object.clone()).and(
                audit_entries::grant_id
                    .is_null()
                    .or(audit_entries::grant_id.ne(audit_entries::object_id.nullable()).assume_not_null()),
            );
            query = query.filter(of_object.or(audit_entries::grant_id.eq(object.clone()).assume_not_null()));
        }
        if let Some(at) = filter.from {
            query = query.filter(audit_entries::at.ge(to_micros(at)));
        }
        if let Some(first) = bounds.0 {
            query = query.filter(audit_entries::sequence.ge(first));
        }
        if let Some(at) = filter.until {
            query = query.filter(audit_entries::at.lt(to_micros(at)));
        }
        if let Some(last) = bounds.1 {
            query = query.filter(audit_entries::sequence.le(last));
        }
        match $from {
            PageStart::Start => query.order(audit_entries::sequence.desc()),
            PageStart::After(sequence) => query
                .filter(audit_entries::sequence.lt(opaque_bind::<BigInt, _>(*sequence)))
                .order(audit_entries::sequence.desc()),
            PageStart::Before(sequence) => query
                .filter(audit_entries::sequence.gt(opaque_bind::<BigInt, _>(*sequence)))
                .order(audit_entries::sequence.asc()),
        }
    }};
}

/// A page of the log, newest first; the cursor is a sequence number.
pub fn list(
    conn: &mut Conn,
    filter: &AuditFilter,
    from: &PageStart<i64>,
    size: usize,
) -> Result<Page<AuditEntry>, StorageError> {
    let bounds = (first_since(conn, filter.from)?, last_before(conn, filter.until)?);
    let limit = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
    let of_security = match (filter.action.as_deref(), &filter.object) {
        (Some(SECURITY_EVENTS), None) => security_events(conn, filter, bounds, from, limit)?,
        _ => Vec::new(),
    };
    let rows: Vec<EntryRow> = on_each!(conn, |conn| {
        let query = audit_entries::table
            .left_join(staff::table.on(staff::id.eq(audit_entries::actor_id)))
            .left_join(api_keys::table.on(api_keys::id.eq(audit_entries::actor_id)))
            .select((audit_entries::all_columns, staff::name.nullable(), api_keys::name.nullable()))
            .into_boxed();
        let query = match (filter.action.as_deref(), &filter.object) {
            // An object has few entries, so the query should use the index on objects. `concat("")` keeps the planner
            // from using the index on actions.
            (Some(SECURITY_EVENTS), Some(_)) => {
                let actions = AuditAction::SECURITY.iter().map(|action| action.as_str());
                query.filter(audit_entries::action.concat("").eq_any(actions))
            }
            (Some(action), Some(_)) => query.filter(audit_entries::action.concat("").eq(action.to_owned())),
            (Some(SECURITY_EVENTS), None) => query.filter(audit_entries::sequence.eq_any(of_security)),
            (Some(action), None) => query.filter(audit_entries::action.eq(action.to_owned())),
            (None, _) => query,
        };
        narrowed!(query, filter, bounds, from).inline_limit(limit).load(conn)?
    });
    Ok(Page::from_walk(rows.into_iter().map(to_entry).collect(), size, from))
}

/// The sequence numbers of a page of security events. Each action is read separately in the order of its index,
/// because reading all at once would sort every match. Entries written in the meantime are excluded.
fn security_events(
    conn: &mut Conn,
    filter: &AuditFilter,
    (first, last): (Option<i64>, Option<i64>),
    from: &PageStart<i64>,
    limit: i64,
) -> Result<Vec<i64>, StorageError> {
    let newest = last_sequence(conn)?;
    let bounds = (first, Some(last.map_or(newest, |last| last.min(newest))));
    let mut numbers = Vec::new();
    for action in AuditAction::SECURITY {
        let query = audit_entries::table
            .filter(audit_entries::action.eq(action.as_str()))
            .select(audit_entries::sequence)
            .into_boxed();
        numbers.extend(narrowed!(query, filter, bounds, from).inline_limit(limit).load::<i64>(conn)?);
    }
    numbers.sort_unstable();
    if !matches!(from, PageStart::Before(_)) {
        numbers.reverse();
    }
    numbers.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(numbers)
}

/// Runs a query of entries with the names of their actors, for whichever database the connection is to.
macro_rules! entries {
    ($conn:ident, |$query:ident| $run:expr) => {
        on_each!($conn, |$conn| {
            let $query = audit_entries::table
                .left_join(staff::table.on(staff::id.eq(audit_entries::actor_id)))
                .left_join(api_keys::table.on(api_keys::id.eq(audit_entries::actor_id)))
                .select((audit_entries::all_columns, staff::name.nullable(), api_keys::name.nullable()));
            $run
        })
    };
}

/// A grant's timeline, newest first, at most 100 entries.
pub fn of_grant(conn: &mut Conn, id: &GrantId) -> Result<Vec<AuditEntry>, StorageError> {
    let rows: Vec<EntryRow> = entries!(conn, |query| query
        .filter(audit_entries::grant_id.eq(id.as_str()))
        .order(audit_entries::sequence.desc())
        .inline_limit(100)
        .load(conn)?);
    Ok(rows.into_iter().map(to_entry).collect())
}

/// The first entry of a grant's timeline.
pub(crate) fn first_of_grant(conn: &mut Conn, id: &GrantId) -> Result<Option<AuditEntry>, StorageError> {
    let row: Option<EntryRow> = entries!(conn, |query| query
        .filter(audit_entries::grant_id.eq(id.as_str()))
        .order(audit_entries::sequence.asc())
        .inline_limit(1)
        .get_result(conn)
        .optional()?);
    Ok(row.map(to_entry))
}

/// The number of entries about a customer.
const OF_CUSTOMER: usize = 20;

/// What people and programs did about a customer and these grants, newest first, at most 20 entries. The newest of each
/// are read in the order of their index, because reading all at once would sort every match.
pub(crate) fn of_customer(
    conn: &mut Conn,
    id: &CustomerId,
    grants: &[GrantId],
) -> Result<Vec<AuditEntry>, StorageError> {
    const NEWEST: &str = " AND actor_kind <> 'system' ORDER BY sequence DESC LIMIT 20) AS newest";
    let mut query = StaticSql::<BigInt>::new()
        .sql("SELECT sequence FROM (SELECT sequence FROM audit_entries WHERE object_id = ")
        .text(id.as_str())
        // The condition of the partial index on objects.
        .sql(" AND (grant_id IS NULL OR grant_id <> object_id)")
        .sql(NEWEST);
    for grant in grants {
        query = query.sql(" UNION ALL SELECT sequence FROM (SELECT sequence FROM audit_entries WHERE grant_id = ");
        query = query.text(grant.as_str()).sql(NEWEST);
    }
    let mut numbers: Vec<i64> = query.load(conn)?;
    numbers.sort_unstable_by_key(|number| std::cmp::Reverse(*number));
    numbers.dedup();
    numbers.truncate(OF_CUSTOMER);
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<EntryRow> =
        entries!(conn, |query| query.filter(audit_entries::sequence.eq_any(&numbers)).load(conn)?);
    let mut entries: Vec<AuditEntry> = rows.into_iter().map(to_entry).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.sequence));
    Ok(entries)
}
