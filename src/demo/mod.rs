//! Made-up data for `keydesk demo`: a team, products, customers, and a month of orders that are pending, delivered, failed
//! or revoked. Everything goes through the portal's own use cases, with a clock that is set to the past; only large numbers
//! of older grants are loaded in bulk.

mod calendar;
mod connections;
mod customers;
mod events;
mod files;
mod goods;
mod handling;
mod history;
mod imports;
mod offers;
mod replay;
mod rng;
mod scenario;
mod shop;
mod stock;
mod stories;
mod team;

use std::sync::Arc;

use anyhow::Context as _;
use jiff::SignedDuration;

pub use team::DemoPerson;

use crate::config::Config;
use crate::domain::clock::Clock;
use crate::domain::page::PageStart;
use crate::storage::catalog::entitlements;
use crate::storage::db::connection::Target;
use crate::storage::{StorageError, bulk, grants, staff};
use crate::usecases::Context;
use crate::usecases::audit_log::seal::Sealer;
use calendar::Calendar;
use customers::CustomerPool;
use history::History;
use rng::Rng;

/// The same seed creates the same data, except for passwords, nonces and most ids of the last month.
pub const SEED: u64 = 20_261_123;

/// The age of the team and its products before the orders of the last month.
const PRELUDE: SignedDuration = SignedDuration::from_hours(24 * 45);

/// Up to this number of orders, all are replayed one by one and lie in the last month.
const ALL_PLAYED: u32 = 10_000;

/// If there are more, this many are replayed. The others are older, or are a backlog of today, and are loaded in bulk.
const LAST_MONTH: u32 = 3_000;

/// Whether the database has no data that made-up data could be confused with.
pub fn is_empty(ctx: &Context) -> Result<bool, StorageError> {
    ctx.db.read(|conn| {
        let has_grants =
            !grants::list::list(conn, &grants::list::GrantFilter::default(), &PageStart::Start, 1)?.rows.is_empty();
        Ok(!has_grants && staff::list(conn)?.is_empty() && entitlements::list(conn)?.is_empty())
    })
}

/// Makes up the data and says who can sign in. All but the team, what it sells and the seals over the log is
/// one transaction.
pub fn fill(ctx: &Context, extent: &Extent, seed: u64) -> anyhow::Result<Vec<DemoPerson>> {
    // What was delivered then has left.
    let mut config = Config::clone(&ctx.config);
    config.undo = SignedDuration::ZERO;
    let ctx = &Context { config: Arc::new(config), ..ctx.clone() };
    let now = ctx.clock.now();
    let before_month = now.saturating_sub(PRELUDE)?;
    let began = before_month.saturating_sub(extent.years)?;
    let past = Context { clock: Clock::fixed(began), ..ctx.clone() };
    let mut rng = Rng::new(seed);
    let mut pool = CustomerPool::new(if extent.older == 0 { 18 } else { 80 });
    let team = team::create(&past)?;
    let offers = offers::create(&past, &team)?;
    files::add(&past, &team, &offers)?;
    // Numbers of its own, so that the rest is what it would be without stock.
    let mut stock_rng = Rng::new(seed.wrapping_add(1));
    let first_batches = stock::begin(&past, &mut stock_rng, (&team, &offers), extent.month)?;
    let calendar = Calendar { now, zone: &ctx.config.time_zone };
    let mut history = History::new(ctx, &team, &offers, calendar);
    let setting = scenario::Setting {
        grants: extent.month,
        calendar,
        target: ctx.config.target.duration,
        team: &team,
        offers: &offers,
    };
    let loaded = bulk::load(&Target::from(&ctx.config.database_url), |tx| {
        history.write(tx, &mut rng, &mut pool, extent.older, (past.clock.now(), before_month))?;
        let events = scenario::plan(&mut rng, &mut pool, &setting);
        replay::play(tx, &past, &mut rng, &team, &events)?;
        stories::tell(&past, tx, &team)?;
        history.add_backlog(tx, &mut rng, &mut pool, extent.backlog)
    });
    loaded.context("the demo's data could not be made up")?;
    stock::end(&past, &mut stock_rng, (&team, &offers), &first_batches)?;
    stock::reserve_one(ctx, &team, &offers)?;
    handling::arrange(ctx, &team)?;
    connections::connect(ctx, &team)?;
    imports::confirm_one(ctx, &team)?;
    shop::connect(ctx, &team)?;
    // On PostgreSQL the first look only finds out what the second may seal.
    let mut sealer = Sealer::default();
    sealer.run(ctx)?;
    sealer.run(ctx)?;
    Ok(team.can_sign_in)
}

/// The numbers of orders by age.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// Replayed one by one.
    pub month: u32,
    /// Finished before the last month.
    pub older: u32,
    /// Pending today, in addition to the month's own.
    pub backlog: u32,
    /// How far back the older ones reach.
    pub years: SignedDuration,
}

impl Extent {
    /// The extent for this number of grants.
    pub fn of(grants: u32) -> Self {
        let month = if grants > ALL_PLAYED { LAST_MONTH } else { grants };
        let backlog = (grants - month) / 66;
        let older = grants - month - backlog;
        // A thousand a day, for a month at least and three years at most.
        let days = if older == 0 { 0 } else { (older / 1_000).clamp(30, 3 * 365) };
        Self { month, older, backlog, years: SignedDuration::from_hours(24 * i64::from(days)) }
    }
}
