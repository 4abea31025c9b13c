//! The list of grants: filtered, counted and paginated by keyset. Counts stop at [`COUNT_CAP`], so their cost does not
//! grow with the table.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use jiff::{SignedDuration, Timestamp};

use super::claims;
use super::handling::pause;
use super::stats::COUNT_CAP;
use crate::domain::customer::EmailAddress;
use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::handling::Handling;
use crate::domain::grant::{self, Claim, GrantStatus};
use crate::domain::ids::{EntitlementId, GrantId, StaffId};
use crate::domain::outbox::MessageState;
use crate::domain::page::{Cursor, Page, PageStart};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::sql::inline_limit::InlineLimitDsl;
use crate::storage::sql::static_sql::StaticSql;

/// What the list is filtered by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrantFilter {
    pub status: Option<GrantStatus>,
    pub entitlement_id: Option<EntitlementId>,
    pub integration_type: Option<IntegrationType>,
    /// Only grants that need a person's decision.
    pub needs_decision: bool,
    pub assignee: Option<Assignee>,
}

/// To whom grants are assigned.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Assignee {
    Nobody,
    Staff(StaffId),
}

/// A row of the list.
#[derive(Debug, Clone)]
pub struct GrantLine {
    pub id: GrantId,
    pub status: GrantStatus,
    pub integration_type: IntegrationType,
    pub customer_name: String,
    pub customer_email: EmailAddress,
    pub entitlement_name: String,
    pub payment_id: Option<String>,
    pub subscription_id: Option<String>,
    pub email_state: Option<MessageState>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub claim: Option<Claim>,
    pub holder_name: Option<String>,
    pub handling: Handling,
    pub assignee_name: Option<String>,
    pub delivered_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl GrantLine {
    /// The claim in force at `now`.
    pub fn claim_at(&self, now: Timestamp) -> Option<&Claim> {
        self.claim.as_ref().filter(|claim| claim.is_in_force(self.status, now))
    }

    /// The moment since which it waits.
    pub fn waiting_since(&self, now: Timestamp) -> Timestamp {
        grant::waiting_since(self.created_at, &self.handling, now)
    }

    pub fn cursor(&self) -> Cursor {
        Cursor { at: self.created_at, id: self.id.to_string() }
    }
}

/// The number of grants in each state, at most [`COUNT_CAP`] + 1 each.
#[derive(Debug, Clone, Copy, Default)]
pub struct StatusCounts {
    pub pending: i64,
    pub delivered: i64,
    pub failed: i64,
    pub revoked: i64,
}

impl StatusCounts {
    pub fn of(&self, status: GrantStatus) -> i64 {
        match status {
            GrantStatus::Pending => self.pending,
            GrantStatus::Delivered => self.delivered,
            GrantStatus::Failed => self.failed,
            GrantStatus::Revoked => self.revoked,
        }
    }

    /// Adds one to a state's count.
    pub(super) fn add(&mut self, status: GrantStatus) {
        match status {
            GrantStatus::Pending => self.pending += 1,
            GrantStatus::Delivered => self.delivered += 1,
            GrantStatus::Failed => self.failed += 1,
            GrantStatus::Revoked => self.revoked += 1,
        }
    }

    /// The total, at most [`COUNT_CAP`] + 1.
    pub fn all(&self) -> i64 {
        (self.pending + self.delivered + self.failed + self.revoked).min(COUNT_CAP + 1)
    }
}

/// The columns that [`lines`] selects, in the order of [`LineRow`].
type LineColumns = (
    Text,
    Text,
    Text,
    Text,
    Text,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<BigInt>,
    BigInt,
    BigInt,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
);

#[derive(Queryable)]
struct LineRow {
    id: String,
    status: String,
    integration_type: String,
    customer_name: String,
    customer_email: String,
    entitlement_name: String,
    payment_id: Option<String>,
    subscription_id: Option<String>,
    email_state: Option<String>,
    error_code: Option<String>,
    error_message: Option<String>,
    held_by: Option<String>,
    held_since: Option<i64>,
    held_until: Option<i64>,
    held_touched_at: Option<i64>,
    holder_name: Option<String>,
    delivered_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
    back_at: Option<i64>,
    paused_since: Option<i64>,
    pause_reason: Option<String>,
    paused_total: Option<i64>,
    assigned_to: Option<String>,
    assignee_name: Option<String>,
}

impl TryFrom<LineRow> for GrantLine {
    type Error = StorageError;

    fn try_from(row: LineRow) -> Result<Self, StorageError> {
        let corrupt = || StorageError::Corrupt(format!("the state of {}", row.id));
        Ok(Self {
            status: GrantStatus::parse(&row.status).ok_or_else(corrupt)?,
            integration_type: IntegrationType::parse(&row.integration_type).ok_or_else(corrupt)?,
            id: GrantId::stored(row.id),
            customer_name: row.customer_name,
            customer_email: EmailAddress::stored(row.customer_email),
            entitlement_name: row.entitlement_name,
            payment_id: row.payment_id,
            subscription_id: row.subscription_id,
            email_state: row.email_state.as_deref().and_then(MessageState::parse),
            error_code: row.error_code,
            error_message: row.error_message,
            claim: claims::stored(row.held_by, row.held_since, row.held_until, row.held_touched_at),
            holder_name: row.holder_name,
            handling: Handling {
                back_at: from_optional(row.back_at),
                pause: pause(row.paused_since, row.pause_reason.as_deref(), None),
                paused_total: SignedDuration::from_micros(row.paused_total.unwrap_or_default()),
                assigned_to: row.assigned_to.map(StaffId::stored),
                closed_at: None,
            },
            assignee_name: row.assignee_name,
            delivered_at: from_optional(row.delivered_at),
            created_at: from_micros(row.created_at),
            updated_at: from_micros(row.updated_at),
        })
    }
}

/// Selects all rows of the list with everything shown in them.
fn lines(conn: &Conn) -> StaticSql<LineColumns> {
    StaticSql::new()
        .sql(
            "SELECT grants.id, grants.status, grants.integration_type, customers.name, customers.email,
                    entitlements.name, grants.payment_id, grants.subscription_id, grants.email_state,
                    grants.error_code, grants.error_message, grants.held_by, grants.held_since, grants.held_until,
                    grants.held_touched_at, staff.name, grants.delivered_at, grants.created_at, grants.updated_at,
                    handling.back_at, handling.paused_since, handling.pause_reason, handling.paused_total,
                    handling.assigned_to, assignees.name
             FROM grants JOIN customers ",
        )
        // A covering index for the customer's columns. By default SQLite chooses the unique index, and then has to
        // read the row as well.
        .sql(if conn.is_sqlite() { "INDEXED BY customers_listing " } else { "" })
        .sql(
            "ON customers.id = grants.customer_id JOIN entitlements ON entitlements.id = grants.entitlement_id
             LEFT JOIN staff ON staff.id = grants.held_by
             LEFT JOIN grant_handling AS handling ON handling.grant_id = grants.id
             LEFT JOIN staff AS assignees ON assignees.id = handling.assigned_to WHERE ",
        )
}

/// Applies all filters but the state to a query over grants.
fn narrowed<ST>(query: StaticSql<ST>, filter: &GrantFilter) -> StaticSql<ST> {
    let kind = filter.integration_type.map(IntegrationType::as_str);
    let query = match &filter.assignee {
        None => query,
        Some(Assignee::Nobody) => query.sql(
            " AND NOT EXISTS (SELECT 1 FROM grant_handling AS assigned
             WHERE assigned.grant_id = grants.id AND assigned.assigned_to IS NOT NULL)",
        ),
        Some(Assignee::Staff(id)) => query
            .sql(" AND grants.id IN (SELECT grant_id FROM grant_handling WHERE assigned_to = ")
            .text(id.as_str())
            .sql(")"),
    };
    match (&filter.entitlement_id, kind) {
        (None, None) => query,
        (None, Some(kind)) => query.sql(" AND grants.integration_type = ").text(kind),
        (Some(id), None) => query.sql(" AND grants.entitlement_id = ").text(id.as_str()),
        // The entitlement's type is tested instead of each grant's: it never changes.
        (Some(id), Some(kind)) => query
            .sql(" AND grants.entitlement_id = ")
            .text(id.as_str())
            .sql(" AND EXISTS (SELECT 1 FROM entitlements AS chosen WHERE chosen.id = ")
            .text(id.as_str())
            .sql(" AND chosen.integration_type = ")
            .text(kind)
            .sql(")"),
    }
}

/// The rows of the list for these grants, in any order.
pub(super) fn lines_of(conn: &mut Conn, ids: &[String]) -> Result<Vec<GrantLine>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let is_sqlite = conn.is_sqlite();
    let rows: Vec<LineRow> = lines(conn).sql("grants.id").one_of(is_sqlite, &ids)?.load(conn)?;
    rows.into_iter().map(GrantLine::try_from).collect()
}

/// A page of the list: pending grants with the longest-waiting first, all others newest first.
pub fn list(
    conn: &mut Conn,
    filter: &GrantFilter,
    from: &PageStart<Cursor>,
    size: usize,
) -> Result<Page<GrantLine>, StorageError> {
    let mut query = narrowed(lines(conn).sql("true"), filter);
    if let Some(status) = filter.status {
        query = query.sql(" AND grants.status = ").text(status.as_str());
    }
    if filter.needs_decision {
        query = query.sql(" AND grants.id IN (SELECT grant_id FROM tasks WHERE settled_at IS NULL)");
    }
    let is_oldest_first = filter.status == Some(GrantStatus::Pending);
    let (cursor, is_forward) = match from {
        PageStart::Start => (None, true),
        PageStart::After(cursor) => (Some(cursor), true),
        PageStart::Before(cursor) => (Some(cursor), false),
    };
    let is_ascending = is_oldest_first == is_forward;
    if let Some(Cursor { at, id }) = cursor {
        // A form of the condition that both databases answer from the index alone.
        let at = to_micros(*at);
        let [first, then, last] = if is_ascending {
            [" AND grants.created_at >= ", " AND (grants.created_at > ", " OR grants.id > "]
        } else {
            [" AND grants.created_at <= ", " AND (grants.created_at < ", " OR grants.id < "]
        };
        query = query.sql(first).opaque_number(at).sql(then).opaque_number(at);
        query = query.sql(last).opaque_text(id).sql(")");
    }
    query = query.sql(if is_ascending {
        " ORDER BY grants.created_at, grants.id"
    } else {
        " ORDER BY grants.created_at DESC, grants.id DESC"
    });
    let limit = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
    let rows: Vec<LineRow> = query.inline_limit(limit).load(conn)?;
    let lines = rows.into_iter().map(GrantLine::try_from).collect::<Result<_, _>>()?;
    Ok(Page::from_walk(lines, size, from))
}

/// The number of grants in each state that match the filter; the filter's own state is ignored.
pub fn counts(conn: &mut Conn, filter: &GrantFilter) -> Result<StatusCounts, StorageError> {
    let mut query = StaticSql::<(BigInt, BigInt, BigInt, BigInt)>::new();
    let parts = [
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM grants WHERE status = 'pending'",
        ", (SELECT count(*) FROM (SELECT 1 FROM grants WHERE status = 'delivered'",
        ", (SELECT count(*) FROM (SELECT 1 FROM grants WHERE status = 'failed'",
        ", (SELECT count(*) FROM (SELECT 1 FROM grants WHERE status = 'revoked'",
    ];
    for part in parts {
        query = narrowed(query.sql(part), filter).sql(" LIMIT ").number(COUNT_CAP + 1).sql(") AS counted)");
    }
    let (pending, delivered, failed, revoked) = query.get_result(conn)?;
    Ok(StatusCounts { pending, delivered, failed, revoked })
}
