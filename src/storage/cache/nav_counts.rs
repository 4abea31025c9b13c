//! Installation-wide values that many pages show, read once for all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::recent_deliveries;
use super::ttl_cell::Shared;
use crate::domain::entitlement::{Entitlement, IntegrationType};
use crate::domain::ids::EntitlementId;
use crate::storage::catalog::entitlements;
use crate::storage::grants::list::{GrantFilter, StatusCounts};
use crate::storage::grants::stats::WaitingFigures;
use crate::storage::{Conn, Db, StorageError, grants, installation, webhooks};

/// The counts and warnings shown around every page.
#[derive(Debug, Clone, Default)]
pub struct Glance {
    /// The number of pending grants, up to the cap.
    pub pending: i64,
    /// The mail server's reply while it rejects our connection.
    pub mail_fault: Option<String>,
    pub has_webhooks_off: bool,
}

/// The filters of a list, without the state.
type FilterKey = (Option<EntitlementId>, Option<&'static str>);

/// The maximum number of filters whose counts are cached.
const MOST_FILTERS: usize = 200;

/// The cached values, shared by all pages of a process.
#[derive(Debug, Default)]
pub struct Glances {
    frame: Shared<Glance>,
    counts: Mutex<HashMap<FilterKey, Arc<Shared<StatusCounts>>>>,
    waiting: Shared<(Timestamp, WaitingFigures)>,
    entitlements: Shared<Arc<Vec<Entitlement>>>,
    pub deliveries: recent_deliveries::Kept,
}

/// The counts and warnings around a page, if they are cached and no query is needed.
pub fn known_frame(glances: &Glances, db: &Db) -> Option<Glance> {
    glances.frame.get(db)
}

/// Like [`known_frame`], for requests that change something and rarely show a page: the values may be up to a second
/// old.
pub fn recent_frame(glances: &Glances) -> Option<Glance> {
    glances.frame.get_recent()
}

/// The counts and warnings around a page, cached or read.
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

/// The number of grants in each state that match the filter; the filter's own state is ignored.
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

/// Figures about pending grants, at most a second old.
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

/// All entitlements, for selection fields.
pub fn all_entitlements(glances: &Glances, db: &Db, conn: &mut Conn) -> Result<Arc<Vec<Entitlement>>, StorageError> {
    glances.entitlements.get_or_read(db, conn, |_| true, |conn| Ok(Arc::new(entitlements::list(conn)?)))
}
