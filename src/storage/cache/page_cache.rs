//! The values of the whole installation that many pages show. Each is at most a second old.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, Zoned};

use super::ttl_cell::{TtlCell, TtlCells};
use crate::domain::entitlement::Entitlement;
use crate::domain::grant::target::Target;
use crate::domain::ids::{ConnectionId, StaffId};
use crate::domain::page::Cursor;
use crate::storage::catalog::entitlements;
use crate::storage::grants::list::{GrantFilter, StatusCounts};
use crate::storage::grants::stats::WaitingFigures;
use crate::storage::grants::throughput::{self, Throughput};
use crate::storage::sales::{held, tasks};
use crate::storage::saved_views::{self, ShownView};
use crate::storage::{Conn, Db, StorageError, connections, grants, installation, staff, stock, webhooks};

/// The counts and warnings shown around every page.
#[derive(Debug, Clone, Default)]
pub struct NavCounts {
    /// The number of pending grants, up to the cap.
    pub pending: i64,
    /// How much about sales needs a decision: tasks, and held sales, of which those that wait for one word count once.
    pub to_decide: i64,
    /// The place of the newest of them in the list.
    pub newest_pending: Option<Cursor>,
    /// The mail server's reply while it rejects our connection.
    pub mail_fault: Option<String>,
    pub has_webhooks_off: bool,
    /// The number of connections that no longer work.
    pub broken_connections: i64,
    /// The number of stocks that run low and whose alert is not hidden.
    pub low_stocks: usize,
}

/// The cached values, shared by all pages of a process.
#[derive(Debug, Default)]
pub struct PageCache {
    nav_counts: TtlCell<NavCounts>,
    status_counts: TtlCells<GrantFilter, StatusCounts>,
    waiting: TtlCell<(Timestamp, WaitingFigures)>,
    /// By number of days and name of the time zone.
    throughput: TtlCells<(usize, String), (Timestamp, Arc<Throughput>)>,
    entitlements: TtlCell<Arc<Vec<Entitlement>>>,
    decisions: TtlCell<i64>,
    colleagues: TtlCell<Arc<Vec<(StaffId, String)>>>,
    channels: TtlCell<Arc<Vec<(ConnectionId, String)>>>,
    saved_views: TtlCells<StaffId, Arc<Vec<ShownView>>>,
}

impl PageCache {
    /// The counts and warnings around a page, if they are cached and no query is needed.
    pub fn cached_nav_counts(&self, db: &Db) -> Option<NavCounts> {
        self.nav_counts.get(db)
    }

    /// Like [`Self::cached_nav_counts`], for requests that change something and rarely show a page: the values may
    /// be up to a second old.
    pub fn recent_nav_counts(&self) -> Option<NavCounts> {
        self.nav_counts.get_recent()
    }

    /// The counts and warnings around a page, cached or read.
    pub fn nav_counts(&self, db: &Db, conn: &mut Conn) -> Result<NavCounts, StorageError> {
        let read = |conn: &mut Conn| {
            Ok(NavCounts {
                pending: grants::stats::pending_count(conn)?,
                to_decide: held::decisions(conn)? + tasks::open_tasks(conn)?,
                newest_pending: grants::pulse::newest_pending(conn)?,
                mail_fault: installation::get(conn, installation::MAIL_FAULT)?,
                has_webhooks_off: webhooks::endpoints::any_switched_off(conn)?,
                broken_connections: connections::figures::broken(conn)?,
                low_stocks: stock::alerts::raised(conn)?.iter().filter(|alert| alert.hidden_at.is_none()).count(),
            })
        };
        self.nav_counts.get_or_read(db, conn, |_| true, read)
    }

    /// The number of grants in each state that match the filter; the filter's own state is ignored.
    pub fn status_counts(&self, db: &Db, conn: &mut Conn, filter: &GrantFilter) -> Result<StatusCounts, StorageError> {
        self.status_counts.cell(filter.of_any_state()).get_or_read(
            db,
            conn,
            |_| true,
            |conn| grants::list::counts(conn, filter),
        )
    }

    /// Figures about pending grants at `now`.
    pub fn waiting(
        &self,
        db: &Db,
        conn: &mut Conn,
        target: &Target,
        now: Timestamp,
    ) -> Result<WaitingFigures, StorageError> {
        let read = |conn: &mut Conn| Ok((now, grants::stats::waiting(conn, target.late_before(now), now)?));
        Ok(self.waiting.get_or_read(db, conn, |(at, _)| is_recent(*at, now), read)?.1)
    }

    /// The deliveries of the last days, in the time zone of `now`; at least two days.
    pub fn throughput(
        &self,
        db: &Db,
        conn: &mut Conn,
        days: usize,
        now: &Zoned,
        target: &Target,
    ) -> Result<Arc<Throughput>, StorageError> {
        let cell = self.throughput.cell((days, now.time_zone().iana_name().unwrap_or_default().to_owned()));
        let read = |conn: &mut Conn| Ok((now.timestamp(), Arc::new(throughput::read(conn, days, now, target)?)));
        Ok(cell.get_or_read(db, conn, |(at, _)| is_recent(*at, now.timestamp()), read)?.1)
    }

    /// The number of grants that need a decision, up to the cap.
    pub fn decisions(&self, db: &Db, conn: &mut Conn) -> Result<i64, StorageError> {
        self.decisions.get_or_read(db, conn, |_| true, tasks::open_count)
    }

    /// Everybody to whom grants can be assigned, for selection fields.
    pub fn colleagues(&self, db: &Db, conn: &mut Conn) -> Result<Arc<Vec<(StaffId, String)>>, StorageError> {
        self.colleagues.get_or_read(db, conn, |_| true, |conn| Ok(Arc::new(staff::assignable(conn)?)))
    }

    /// The connections that bring sales, for selection fields.
    pub fn channels(&self, db: &Db, conn: &mut Conn) -> Result<Arc<Vec<(ConnectionId, String)>>, StorageError> {
        self.channels.get_or_read(db, conn, |_| true, |conn| Ok(Arc::new(connections::rows::names(conn)?)))
    }

    /// The saved views that a person sees.
    pub fn saved_views(&self, db: &Db, conn: &mut Conn, id: &StaffId) -> Result<Arc<Vec<ShownView>>, StorageError> {
        let read = |conn: &mut Conn| Ok(Arc::new(saved_views::of_person(conn, id)?));
        self.saved_views.cell(id.clone()).get_or_read(db, conn, |_| true, read)
    }

    /// All entitlements, for selection fields.
    pub fn entitlements(&self, db: &Db, conn: &mut Conn) -> Result<Arc<Vec<Entitlement>>, StorageError> {
        self.entitlements.get_or_read(db, conn, |_| true, |conn| Ok(Arc::new(entitlements::list(conn)?)))
    }
}

fn is_recent(at: Timestamp, now: Timestamp) -> bool {
    at.duration_until(now).abs() < SignedDuration::from_secs(1)
}
