//! What many pages show of the whole, read once for all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::context::Context;
use super::recent_deliveries;
use crate::domain::entitlement::{Entitlement, IntegrationType};
use crate::domain::ids::EntitlementId;
use crate::storage::answers::Answers;
use crate::storage::figures::WaitingFigures;
use crate::storage::grant_list::{GrantFilter, StatusCounts};
use crate::storage::shared::Shared;
use crate::storage::{Conn, StorageError, entitlements, figures, grant_list, installation, webhook_endpoints};

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
    pub(super) deliveries: recent_deliveries::Kept,
    /// What pages were told by PostgreSQL.
    pub answers: Answers,
}

/// What stands around a page, where no question to the database is needed for it.
pub fn known_frame(ctx: &Context) -> Option<Glance> {
    ctx.glances.frame.get(&ctx.db)
}

/// The same for a request that changes something, and rarely shows a page: as of a second ago at most.
pub fn recent_frame(ctx: &Context) -> Option<Glance> {
    ctx.glances.frame.get_recent()
}

/// What stands around a page.
pub fn frame(ctx: &Context, conn: &mut Conn) -> Result<Glance, StorageError> {
    ctx.glances.frame.get_or_read(
        &ctx.db,
        conn,
        |_| true,
        |conn| {
            Ok(Glance {
                pending: figures::pending_count(conn)?,
                mail_fault: installation::get(conn, installation::MAIL_FAULT)?,
                has_webhooks_off: webhook_endpoints::any_switched_off(conn)?,
            })
        },
    )
}

/// How many grants the filter lets through in each state, whatever state it names itself.
pub fn status_counts(ctx: &Context, conn: &mut Conn, filter: &GrantFilter) -> Result<StatusCounts, StorageError> {
    let key = (filter.entitlement_id.clone(), filter.integration_type.map(IntegrationType::as_str));
    let counts = {
        let mut known = ctx.glances.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > MOST_FILTERS {
            known.clear();
        }
        Arc::clone(known.entry(key).or_default())
    };
    counts.get_or_read(&ctx.db, conn, |_| true, |conn| grant_list::counts(conn, filter))
}

/// The waiting line, as of a second ago at most.
pub fn waiting(ctx: &Context, conn: &mut Conn, late_before: Timestamp) -> Result<WaitingFigures, StorageError> {
    let is_recent = |(at, _): &(Timestamp, _)| at.duration_until(late_before).abs() < SignedDuration::from_secs(1);
    let read = |conn: &mut Conn| Ok((late_before, figures::waiting(conn, late_before)?));
    Ok(ctx.glances.waiting.get_or_read(&ctx.db, conn, is_recent, read)?.1)
}

/// All entitlements, for choosing one.
pub fn all_entitlements(ctx: &Context, conn: &mut Conn) -> Result<Arc<Vec<Entitlement>>, StorageError> {
    ctx.glances.entitlements.get_or_read(&ctx.db, conn, |_| true, |conn| Ok(Arc::new(entitlements::list(conn)?)))
}
