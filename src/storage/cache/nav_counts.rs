//! What many pages show of the whole, read once for all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::answers::Answers;
use super::recent_deliveries;
use super::ttl_cell::Shared;
use crate::domain::entitlement::{Entitlement, IntegrationType};
use crate::domain::ids::EntitlementId;
use crate::storage::catalog::entitlements;
use crate::storage::grants::list::{GrantFilter, StatusCounts};
use crate::storage::grants::stats::WaitingFigures;
use crate::storage::{Conn, Db, StorageError, grants, installation, webhooks};

/// What stands around every page.
#[derive(Debug, Clone, Default)]
pub struct Glance {
    /// Pending grants, counted up to the cap.
    pub pending: i64,
    /// The mail server's words while it refuses us.
    pub mail_fault: Option<String>,
    pub has_webhooks_off: bool,
}

/// What a list is narrowed to besides the state.
type FilterKey = (Option<EntitlementId>, Option<&'static str>);

/// Counts of so many filters are kept.
const MOST_FILTERS: usize = 200;

/// The values; all pages of a process share them.
#[derive(Debug, Default)]
pub struct Glances {
    frame: Shared<Glance>,
    counts: Mutex<HashMap<FilterKey, Arc<Shared<StatusCounts>>>>,
    waiting: Shared<(Timestamp, WaitingFigures)>,
    entitlements: Shared<Arc<Vec<Entitlement>>>,
    pub deliveries: recent_deliveries::Kept,
    /// What pages were told by PostgreSQL.
    pub answers: Answers,
}

/// What stands around a page, where no question to the database is needed for it.
pub fn known_frame(glances: &Glances, db: &Db) -> Option<Glance> {
    glances.frame.get(db)
}

/// The same for a request that changes something, and rarely shows a page: as of a second ago at most.
pub fn recent_frame(glances: &Glances) -> Option<Glance> {
    glances.frame.get_recent()
}

/// What stands around a page.
pub fn frame(glances: &Glances, db: &Db, conn: &mut Conn) -> Result<Glance, StorageError> {
    glances.frame.get_or_read(
        db,
        conn,
        |_| true,
        |conn| {
            Ok(Glance {
                pending: grants::stats::pending_count(conn)?,
                mail_fault: installation::get(conn, installation::MAIL_FAULT)?,
                has_webhooks_off: webhooks::endpoints::any_switched_off(conn)?,
            })
        },
    )
}

/// How many grants the filter lets through in each state, whatever state it names itself.
pub fn status_counts(
    glances: &Glances,
    db: &Db,
    conn: &mut Conn,
    filter: &GrantFilter,
) -> Result<StatusCounts, StorageError> {
    let key = (filter.entitlement_id.clone(), filter.integration_type.map(IntegrationType::as_str));
    let counts = {
        let mut known = glances.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > MOST_FILTERS {
            known.clear();
        }
        Arc::clone(known.entry(key).or_default())
    };
    counts.get_or_read(db, conn, |_| true, |conn| grants::list::counts(conn, filter))
}

/// The waiting line, as of a second ago at most.
pub fn waiting(
    glances: &Glances,
    db: &Db,
    conn: &mut Conn,
    late_before: Timestamp,
) -> Result<WaitingFigures, StorageError> {
    let is_recent = |(at, _): &(Timestamp, _)| at.duration_until(late_before).abs() < SignedDuration::from_secs(1);
    let read = |conn: &mut Conn| Ok((late_before, grants::stats::waiting(conn, late_before)?));
    Ok(glances.waiting.get_or_read(db, conn, is_recent, read)?.1)
}

/// All entitlements, for choosing one.
pub fn all_entitlements(glances: &Glances, db: &Db, conn: &mut Conn) -> Result<Arc<Vec<Entitlement>>, StorageError> {
    glances.entitlements.get_or_read(db, conn, |_| true, |conn| Ok(Arc::new(entitlements::list(conn)?)))
}
