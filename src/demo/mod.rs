//! Made-up data for `keydesk demo`: a team, what it sells, customers, and a month of orders that were
//! delivered, failed, revoked or wait. Everything goes through the acts of the real portal, with a
//! clock that is set to the past; only what a great many grants have beyond that is written in bulk.

mod acts;
mod calendar;
mod customers;
mod dice;
mod history;
mod offers;
mod plot;
mod stage;
mod team;
mod wares;

use anyhow::Context as _;
use jiff::SignedDuration;

pub use team::DemoPerson;

use crate::domain::clock::Clock;
use crate::domain::page::From;
use crate::storage::catalog::entitlements;
use crate::storage::db::connection::Target;
use crate::storage::{StorageError, bulk, grants, staff};
use crate::usecases::Context;
use crate::usecases::audit_log::seal::Sealer;
use calendar::Calendar;
use customers::Crowd;
use dice::Dice;
use history::History;

/// The same seed makes up the same data, apart from what must be random: passwords, nonces, most ids of what
/// is played.
pub const SEED: u64 = 20_261_123;

/// How long before the last month's orders the team and what it sells are there.
const PRELUDE: SignedDuration = SignedDuration::from_hours(24 * 45);

/// So many orders at most are played act by act, all of the last month.
const ALL_PLAYED: u32 = 10_000;

/// Of more than these, so many are. What is beyond was sold in the years before, or is a backlog of these
/// days, and is written in bulk.
const LAST_MONTH: u32 = 3_000;

/// Whether nothing is in the database that made-up data could be mistaken for.
pub fn is_empty(ctx: &Context) -> Result<bool, StorageError> {
    ctx.db.read(|conn| {
        let has_grants =
            !grants::list::list(conn, &grants::list::GrantFilter::default(), &From::Start, 1)?.rows.is_empty();
        Ok(!has_grants && staff::list(conn)?.is_empty() && entitlements::list(conn)?.is_empty())
    })
}

/// Makes up the data and says who can sign in. All but the team, what it sells and the seals over the log is
/// one transaction.
pub fn fill(ctx: &Context, extent: &Extent, seed: u64) -> anyhow::Result<Vec<DemoPerson>> {
    let now = ctx.clock.now();
    let before_month = now.saturating_sub(PRELUDE)?;
    let began = before_month.saturating_sub(extent.years)?;
    let past = Context { clock: Clock::fixed(began), ..ctx.clone() };
    let mut dice = Dice::new(seed);
    let mut crowd = Crowd::new(if extent.older == 0 { 18 } else { 80 });
    let team = team::hire(&past)?;
    let offers = offers::publish(&past, &team)?;
    let calendar = Calendar { now, zone: &ctx.config.time_zone };
    let mut history = History::new(ctx, &team, &offers, calendar);
    let setting =
        plot::Setting { grants: extent.month, calendar, target: ctx.config.target, team: &team, offers: &offers };
    let loaded = bulk::load(&Target::from(&ctx.config.database_url), |tx| {
        history.tell(tx, &mut dice, &mut crowd, extent.older, (past.clock.now(), before_month))?;
        let acts = plot::plan(&mut dice, &mut crowd, &setting);
        stage::play(tx, &past, &mut dice, &team, &acts)?;
        history.pile_up(tx, &mut dice, &mut crowd, extent.backlog)
    });
    loaded.context("the demo's data could not be made up")?;
    // On PostgreSQL the first look only finds out what the second may seal.
    let mut sealer = Sealer::default();
    sealer.run(ctx)?;
    sealer.run(ctx)?;
    Ok(team.can_sign_in)
}

/// How many orders are from when.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// Played act by act.
    pub month: u32,
    /// Settled before the last month.
    pub older: u32,
    /// Waiting these days, beyond the month's own.
    pub backlog: u32,
    /// How far back the older ones reach.
    pub years: SignedDuration,
}

impl Extent {
    /// For so many grants all together.
    pub fn of(grants: u32) -> Self {
        let month = if grants > ALL_PLAYED { LAST_MONTH } else { grants };
        let backlog = (grants - month) / 66;
        let older = grants - month - backlog;
        // A thousand a day, for a month at least and three years at most.
        let days = if older == 0 { 0 } else { (older / 1_000).clamp(30, 3 * 365) };
        Self { month, older, backlog, years: SignedDuration::from_hours(24 * i64::from(days)) }
    }
}
