//! Made-up data for `keydesk demo`: a team, what it sells, customers, and a month of orders that were
//! delivered, failed, revoked or wait. Everything goes through the acts of the real portal, with a
//! clock that is set to the past.

mod acts;
mod calendar;
mod customers;
mod dice;
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
use crate::storage::grant_list;
use crate::storage::{StorageError, entitlements, staff};
use crate::usecases::Context;
use crate::usecases::seal_audit_log::Sealer;
use calendar::Calendar;
use dice::Dice;

/// The same seed makes up the same data, apart from what must be random: passwords, nonces, ids.
pub const SEED: u64 = 20_261_123;

/// How long before now the story begins.
const HISTORY: SignedDuration = SignedDuration::from_hours(24 * 45);

/// Whether nothing is in the database that made-up data could be mistaken for.
pub fn is_empty(ctx: &Context) -> Result<bool, StorageError> {
    ctx.db.read(|conn| {
        let has_grants = !grant_list::list(conn, &grant_list::GrantFilter::default(), &From::Start, 1)?.rows.is_empty();
        Ok(!has_grants && staff::list(conn)?.is_empty() && entitlements::list(conn)?.is_empty())
    })
}

/// Makes up the data and says who can sign in.
pub fn fill(ctx: &Context, grants: u32, seed: u64) -> anyhow::Result<Vec<DemoPerson>> {
    let now = ctx.clock.now();
    let began = now.saturating_sub(HISTORY)?;
    let past = Context { clock: Clock::fixed(began), ..ctx.clone() };
    let mut dice = Dice::new(seed);
    let team = team::hire(&past)?;
    let offers = offers::publish(&past, &team)?;
    let setting = plot::Setting {
        grants,
        calendar: Calendar { now, zone: &ctx.config.time_zone },
        target: ctx.config.target,
        team: &team,
        offers: &offers,
    };
    let acts = plot::plan(&mut dice, &setting);
    stage::play(&past, &mut dice, &team, &acts).context("the demo's data could not be made up")?;
    // On PostgreSQL the first look only finds out what the second may seal.
    let mut sealer = Sealer::default();
    sealer.run(ctx)?;
    sealer.run(ctx)?;
    Ok(team.can_sign_in)
}
