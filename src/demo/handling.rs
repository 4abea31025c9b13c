//! What staff have arranged about grants that wait: one is paused until its key comes from the supplier, one is assigned.
//! And a view of the list that one of them saved for everybody.

use jiff::SignedDuration;

use super::team::Team;
use crate::domain::actor::{Actor, Who};
use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::GrantStatus;
use crate::domain::grant::handling::PauseReason;
use crate::domain::list::List;
use crate::domain::list::view::ViewName;
use crate::domain::page::PageStart;
use crate::domain::staff::Role;
use crate::storage::grants::list::{GrantFilter, list};
use crate::usecases::Context;
use crate::usecases::grants::assign::assign_grant;
use crate::usecases::grants::pause::{PauseGrant, pause_grant};
use crate::usecases::saved_views::save::{SaveView, save_view};

/// The places of the two in the list of pending license keys that nobody holds; with fewer there is none.
const PAUSED: usize = 4;
const ASSIGNED: usize = 6;

/// Saves a view, pauses one grant and assigns another.
pub(super) fn arrange(ctx: &Context, team: &Team) -> anyhow::Result<()> {
    if let Some(id) = team.agents.first().and_then(Actor::staff_id) {
        let who = Who::SignedIn { id: id.clone(), role: Role::Agent };
        let name = ViewName::parse("Discord invitations").map_err(|error| anyhow::anyhow!("{error:?}"))?;
        let query = "status=pending&integration_type=discord".to_owned();
        let actor = Actor { who, address: None, request_id: None };
        let view = SaveView { list: List::Grants, name, query, is_shared: true, actor };
        save_view(ctx, &view).map_err(|error| anyhow::anyhow!("the view: {error:?}"))?;
    }
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
