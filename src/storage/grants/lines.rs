//! A row of the list of grants, with everything shown in it.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use jiff::{SignedDuration, Timestamp};

use super::claims;
use super::filter::doer;
use super::handling::pause;
use crate::domain::connection::supply::SupplyState;
use crate::domain::customer::EmailAddress;
use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::handling::Handling;
use crate::domain::grant::{self, Claim, GrantStatus};
use crate::domain::ids::{GrantId, StaffId};
use crate::domain::outbox::MessageState;
use crate::domain::page::Cursor;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional};
use crate::storage::sql::static_sql::StaticSql;

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
    /// How far the key has come that is supplied to a connected account.
    pub supply_state: Option<SupplyState>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub claim: Option<Claim>,
    pub holder_name: Option<String>,
    pub handling: Handling,
    pub assignee_name: Option<String>,
    /// Who brought it into its state, in the lists of states in which that is somebody.
    pub by: Option<Doer>,
    pub revocation_reason: Option<String>,
    pub delivered_at: Option<Timestamp>,
    pub failed_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Who did something: a person, an API key, or a part of Keydesk.
#[derive(Debug, Clone)]
pub struct Doer {
    pub id: String,
    pub staff_name: Option<String>,
    pub api_key_name: Option<String>,
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

    /// The moment by which a state's list is ordered.
    pub fn moment(&self, status: Option<GrantStatus>) -> Timestamp {
        let moment = match status {
            None | Some(GrantStatus::Pending) => None,
            Some(GrantStatus::Delivered) => self.delivered_at,
            Some(GrantStatus::Failed) => self.failed_at,
            Some(GrantStatus::Revoked) => self.revoked_at,
        };
        moment.unwrap_or(self.created_at)
    }

    /// Its place in a state's list.
    pub fn cursor(&self, status: Option<GrantStatus>) -> Cursor {
        Cursor { at: self.moment(status), id: self.id.to_string() }
    }
}

/// The columns that [`lines`] selects, in the order of [`LineRow`].
pub(super) type LineColumns = (
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
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
);

#[derive(Queryable)]
pub(super) struct LineRow {
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
    failed_at: Option<i64>,
    revoked_at: Option<i64>,
    revocation_reason: Option<String>,
    by: Option<String>,
    by_staff_name: Option<String>,
    by_api_key_name: Option<String>,
}

impl TryFrom<LineRow> for GrantLine {
    type Error = StorageError;

    fn try_from(row: LineRow) -> Result<Self, StorageError> {
        let corrupt = || StorageError::Corrupt(format!("the state of {}", row.id));
        let status = GrantStatus::parse(&row.status).ok_or_else(corrupt)?;
        let supply_state = SupplyState::of(status, row.email_state.as_deref());
        Ok(Self {
            status,
            supply_state,
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
            by: row.by.map(|id| Doer { id, staff_name: row.by_staff_name, api_key_name: row.by_api_key_name }),
            revocation_reason: row.revocation_reason,
            delivered_at: from_optional(row.delivered_at),
            failed_at: from_optional(row.failed_at),
            revoked_at: from_optional(row.revoked_at),
            created_at: from_micros(row.created_at),
            updated_at: from_micros(row.updated_at),
        })
    }
}

/// Selects all rows of a state's list with everything shown in them; `hint` names the index of grants to read it from.
pub(super) fn lines(conn: &Conn, status: Option<GrantStatus>, hint: Option<&'static str>) -> StaticSql<LineColumns> {
    let query = StaticSql::new().sql(
        "SELECT grants.id, grants.status, grants.integration_type, customers.name, customers.email,
                entitlements.name, grants.payment_id, grants.subscription_id, grants.email_state,
                grants.error_code, grants.error_message, grants.held_by, grants.held_since, grants.held_until,
                grants.held_touched_at, staff.name, grants.delivered_at, grants.created_at, grants.updated_at,
                handling.back_at, handling.paused_since, handling.pause_reason, handling.paused_total,
                handling.assigned_to, assignees.name, grants.failed_at, grants.revoked_at,
                grants.revocation_reason, ",
    );
    let query = match doer(status) {
        Some(column) => query.sql(column).sql(", doers.name, programs.name"),
        None => query.sql("NULL, NULL, NULL"),
    };
    let query = query
        .sql(" FROM grants")
        .sql(hint.filter(|_| conn.is_sqlite()).unwrap_or_default())
        .sql(" JOIN customers ")
        // A covering index for the customer's columns. By default SQLite chooses the unique index, and then has to
        // read the row as well.
        .sql(if conn.is_sqlite() { "INDEXED BY customers_listing " } else { "" })
        .sql(
            "ON customers.id = grants.customer_id JOIN entitlements ON entitlements.id = grants.entitlement_id
             LEFT JOIN staff ON staff.id = grants.held_by
             LEFT JOIN grant_handling AS handling ON handling.grant_id = grants.id
             LEFT JOIN staff AS assignees ON assignees.id = handling.assigned_to",
        );
    let query = match doer(status) {
        Some(column) => query
            .sql(" LEFT JOIN staff AS doers ON doers.id = ")
            .sql(column)
            .sql(" LEFT JOIN api_keys AS programs ON programs.id = ")
            .sql(column),
        None => query,
    };
    query.sql(" WHERE ")
}

/// The rows of a state's list for these grants, in any order.
pub(super) fn lines_of(
    conn: &mut Conn,
    status: Option<GrantStatus>,
    ids: &[String],
) -> Result<Vec<GrantLine>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let is_sqlite = conn.is_sqlite();
    let rows: Vec<LineRow> = lines(conn, status, None).sql("grants.id").one_of(is_sqlite, &ids)?.load(conn)?;
    rows.into_iter().map(GrantLine::try_from).collect()
}
