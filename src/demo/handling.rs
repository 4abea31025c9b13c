//! What staff have arranged about grants that wait: one is paused until its key comes from the supplier, one is assigned.

use jiff::SignedDuration;

use super::team::Team;
use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::GrantStatus;
use crate::domain::grant::handling::PauseReason;
use crate::domain::page::PageStart;
use crate::storage::grants::list::{GrantFilter, list};
use crate::usecases::Context;
use crate::usecases::grants::assign::assign_grant;
use crate::usecases::grants::pause::{PauseGrant, pause_grant};

/// The places of the two in the list of pending license keys that nobody holds; with fewer there is none.
const PAUSED: usize = 4;
const ASSIGNED: usize = 6;

/// Pauses one grant and assigns another.
pub(super) fn arrange(ctx: &Context, team: &Team) -> anyhow::Result<()> {
    let filter = GrantFilter {
        status: Some(GrantStatus::Pending),
        integration_type: Some(IntegrationType::LicenseKey),
        ..GrantFilter::default()
    };
    let now = ctx.clock.now();
    let waiting = ctx.db.read(|conn| list(conn, &filter, &PageStart::Start, 40))?.rows;
    let free: Vec<_> = waiting.iter().filter(|line| line.claim_at(now).is_none()).collect();
    let [Some(agent), Some(colleague)] = [team.agents.first(), team.agents.get(1)] else { return Ok(()) };
    let [Some(staff), Some(to)] = [agent.staff_id(), colleague.staff_id()] else { return Ok(()) };
    let [Some(paused), Some(assigned)] = [free.get(PAUSED), free.get(ASSIGNED)] else { return Ok(()) };
    let pause = PauseGrant {
        grant_id: paused.id.clone(),
        reason: PauseReason::Supplier,
        note: Some("Ordered again; the supplier promised it for this week.".to_owned()),
        until: now.saturating_add(SignedDuration::from_hours(72))?,
        staff: staff.clone(),
        actor: agent.clone(),
    };
    pause_grant(ctx, &pause).map_err(|error| anyhow::anyhow!("the pause: {error:?}"))?;
    assign_grant(ctx, &assigned.id, Some(to), agent).map_err(|error| anyhow::anyhow!("the assignment: {error:?}"))?;
    Ok(())
}
