//! What the list of grants is filtered by, and the order of each state's list.

use jiff::Timestamp;

use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{ConnectionId, EntitlementId, StaffId};
use crate::storage::db::time::to_micros;
use crate::storage::sql::static_sql::StaticSql;

/// What the list is filtered by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct GrantFilter {
    pub status: Option<GrantStatus>,
    pub entitlement_id: Option<EntitlementId>,
    pub integration_type: Option<IntegrationType>,
    /// Only grants that need a person's decision.
    pub needs_decision: bool,
    pub assignee: Option<Assignee>,
    /// The id of whoever delivered them, or revoked them in the list of revoked ones. Lists of grants that nobody need
    /// have delivered are not filtered by it.
    pub by: Option<String>,
    /// The days of the moment by which the list is ordered: from this moment, until before that one.
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Where the sale was made.
    pub channel: Option<Channel>,
    /// Whether the list is in the opposite of its usual order.
    pub is_reversed: bool,
    pub sort: Sort,
}

/// Where sales are made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Channel {
    /// By hand, by API or from files.
    Own,
    /// At an account that is mirrored.
    Connection(ConnectionId),
}

/// What a list is sorted by first; within that, by the moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    #[default]
    Moment,
    /// By the product's name, from A to Z.
    Product,
    /// From Z to A.
    ProductBack,
}

/// To whom grants are assigned.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Assignee {
    Nobody,
    Staff(StaffId),
}

impl GrantFilter {
    /// Whether pages go from old to new: grants that wait longest come first, of all others the newest.
    pub fn is_oldest_first(&self) -> bool {
        (self.status == Some(GrantStatus::Pending)) != self.is_reversed
    }

    /// The filter whatever the state and order, as in the counts of all states.
    #[must_use]
    pub(in crate::storage) fn of_any_state(&self) -> Self {
        Self { status: None, needs_decision: false, is_reversed: false, sort: Sort::Moment, ..self.clone() }
    }

    /// Whether the list of all states is another than the lists of each state together.
    pub(super) fn depends_on_state(&self) -> bool {
        self.by.is_some() || self.from.is_some() || self.until.is_some()
    }
}

/// The column by which a state's list is ordered.
pub(super) fn moment(status: Option<GrantStatus>) -> &'static str {
    match status {
        None | Some(GrantStatus::Pending) => "grants.created_at",
        Some(GrantStatus::Delivered) => "coalesce(grants.delivered_at, grants.created_at)",
        Some(GrantStatus::Failed) => "coalesce(grants.failed_at, grants.created_at)",
        Some(GrantStatus::Revoked) => "coalesce(grants.revoked_at, grants.created_at)",
    }
}

/// The column of whoever brought grants into this state; `None` if that need not be anybody.
pub(super) fn doer(status: Option<GrantStatus>) -> Option<&'static str> {
    match status {
        None | Some(GrantStatus::Pending) => None,
        Some(GrantStatus::Delivered | GrantStatus::Failed) => Some("grants.delivered_by"),
        Some(GrantStatus::Revoked) => Some("grants.revoked_by"),
    }
}

/// The index from which SQLite, which keeps no statistics, is to read a list in its order.
pub(super) fn index(filter: &GrantFilter, status: Option<GrantStatus>) -> Option<&'static str> {
    let is_other = filter.integration_type.is_some_and(|kind| kind != IntegrationType::LicenseKey);
    match status {
        _ if filter.assignee.is_some() => None,
        None | Some(GrantStatus::Pending) => None,
        Some(GrantStatus::Failed) => Some(" INDEXED BY grants_list_failed"),
        Some(GrantStatus::Revoked) => Some(" INDEXED BY grants_list_revoked"),
        Some(GrantStatus::Delivered) if filter.by.is_some() => Some(" INDEXED BY grants_list_delivered_by"),
        Some(GrantStatus::Delivered) if filter.entitlement_id.is_some() => {
            Some(" INDEXED BY grants_list_delivered_entitlement")
        }
        Some(GrantStatus::Delivered) if is_other => Some(" INDEXED BY grants_list_delivered_other"),
        Some(GrantStatus::Delivered) => Some(" INDEXED BY grants_list_delivered"),
    }
}

/// A key that is on its way to a connected account is no work for anybody: its grant is not in the list of those that wait. Not
/// written as `IS NULL`, or SQLite reads the index of that column, and sorts.
const WAITING: &str = " AND grants.status = 'pending' AND coalesce(grants.license_key_id, '') = ''";

/// Narrows a query over grants to a state and all other filters but those that need a decision. The state stands in the
/// text, as it does in the indexes.
pub(super) fn narrowed<ST>(query: StaticSql<ST>, filter: &GrantFilter, status: Option<GrantStatus>) -> StaticSql<ST> {
    let mut query = match status {
        None => query,
        Some(GrantStatus::Pending) => query.sql(WAITING),
        Some(GrantStatus::Delivered) => query.sql(" AND grants.status = 'delivered'"),
        Some(GrantStatus::Failed) => query.sql(" AND grants.status = 'failed'"),
        Some(GrantStatus::Revoked) => query.sql(" AND grants.status = 'revoked'"),
    };
    if let (Some(id), Some(column)) = (&filter.by, doer(status)) {
        query = query.sql(" AND ").sql(column).sql(" = ").text(id);
    }
    if let Some(from) = filter.from {
        query = query.sql(" AND ").sql(moment(status)).sql(" >= ").number(to_micros(from));
    }
    if let Some(until) = filter.until {
        query = query.sql(" AND ").sql(moment(status)).sql(" < ").number(to_micros(until));
    }
    query = match &filter.assignee {
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
    query = match &filter.channel {
        None => query,
        Some(Channel::Own) => query.sql(
            " AND NOT EXISTS (SELECT 1 FROM mirrored_entitlements AS mirrored
             WHERE mirrored.entitlement_id = grants.entitlement_id)",
        ),
        Some(Channel::Connection(id)) => query
            .sql(
                " AND EXISTS (SELECT 1 FROM mirrored_entitlements AS mirrored
             WHERE mirrored.entitlement_id = grants.entitlement_id AND mirrored.connection_id = ",
            )
            .text(id.as_str())
            .sql(")"),
    };
    of_kind(query, filter)
}

fn of_kind<ST>(query: StaticSql<ST>, filter: &GrantFilter) -> StaticSql<ST> {
    match (&filter.entitlement_id, filter.integration_type) {
        (None, None) => query,
        (None, Some(IntegrationType::LicenseKey)) => query.sql(" AND grants.integration_type = 'license_key'"),
        // Said twice, so that it is an index of what is not a license key.
        (None, Some(kind)) => query
            .sql(" AND grants.integration_type <> 'license_key' AND grants.integration_type = ")
            .text(kind.as_str()),
        (Some(id), None) => query.sql(" AND grants.entitlement_id = ").text(id.as_str()),
        // The entitlement's type is tested instead of each grant's: it never changes.
        (Some(id), Some(kind)) => query
            .sql(" AND grants.entitlement_id = ")
            .text(id.as_str())
            .sql(" AND EXISTS (SELECT 1 FROM entitlements AS chosen WHERE chosen.id = ")
            .text(id.as_str())
            .sql(" AND chosen.integration_type = ")
            .text(kind.as_str())
            .sql(")"),
    }
}
