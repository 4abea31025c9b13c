//! The demo's stock: keys that came in six weeks ago and were used since, refills of yesterday, an empty stock with
//! grants that wait, one that delivers automatically, and keys that were set aside.

use jiff::SignedDuration;

use super::goods::key;
use super::offers::{KeyStyle, Offer};
use super::rng::Rng;
use super::team::Team;
use crate::domain::actor::Actor;
use crate::domain::entitlement::Entitlement;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::BatchId;
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::page::PageStart;
use crate::domain::stock::settings::{StockDelivery, StockSettings};
use crate::domain::stock::{NewBatch, StockState};
use crate::storage::StorageError;
use crate::storage::grants::list::{GrantFilter, list};
use crate::storage::stock::keys::{KeysOf, page};
use crate::usecases::Context;
use crate::usecases::catalog::save_entitlement::{EntitlementFields, update_entitlement};
use crate::usecases::grants::claim::claim_grant;
use crate::usecases::grants::revoke::Reason;
use crate::usecases::stock::StockError;
use crate::usecases::stock::add::{AddKeys, add_keys};
use crate::usecases::stock::alerts::check_all;
use crate::usecases::stock::quarantine::{discard, quarantine};
use crate::usecases::stock::recall::recall_batch;

/// How the stock of an offer is made up.
struct Plan {
    name: &'static str,
    supplier: &'static str,
    reference: &'static str,
    /// One key of the first batch per this many orders of the month.
    orders_per_key: u32,
    /// The keys of the refill; 0 for an offer whose first batch is recalled.
    refill: usize,
    settings: StockSettings,
}

const PLANS: [Plan; 3] = [
    Plan {
        name: "Nordwind Studio Pro",
        supplier: "Nordwind Software",
        reference: "NWSP",
        orders_per_key: 8,
        refill: 18,
        settings: alert_at(40, StockDelivery::Staff),
    },
    Plan {
        name: "Nordwind Studio Team",
        supplier: "Nordwind Software",
        reference: "NWST",
        orders_per_key: 16,
        refill: 60,
        settings: alert_at(25, StockDelivery::Auto),
    },
    Plan {
        name: "Klangwerk Mastering Suite",
        supplier: "Klangwerk Audio",
        reference: "KWM",
        orders_per_key: 20,
        refill: 0,
        settings: alert_at(5, StockDelivery::Staff),
    },
];

const fn alert_at(count: i32, delivery: StockDelivery) -> StockSettings {
    StockSettings {
        delivery,
        refill: crate::domain::stock::settings::StockRefill::Press,
        alert_count: Some(count),
        alert_days: None,
    }
}

/// The batches with which the month begins.
pub(super) struct FirstBatches(Vec<BatchId>);

/// Adds the first batches, and sets some of their keys aside.
pub(super) fn begin(
    ctx: &Context,
    rng: &mut Rng,
    (team, offers): (&Team, &[Offer]),
    orders: u32,
) -> anyhow::Result<FirstBatches> {
    let mut batches = Vec::new();
    for plan in &PLANS {
        ctx.clock.advance(SignedDuration::from_mins(7));
        let count = usize::try_from(orders / plan.orders_per_key).unwrap_or(0).max(6);
        let batch = add(ctx, rng, plan, offer(offers, plan)?, (count, "1"), agent(team))?;
        set_aside(ctx, &batch, &team.admin)?;
        batches.push(batch);
    }
    Ok(FirstBatches(batches))
}

/// Refills the stocks after the month, recalls what is not refilled, and sets up automatic delivery and alerts.
pub(super) fn end(
    ctx: &Context,
    rng: &mut Rng,
    (team, offers): (&Team, &[Offer]),
    first: &FirstBatches,
) -> anyhow::Result<()> {
    for (plan, batch) in PLANS.iter().zip(&first.0) {
        let offer = offer(offers, plan)?;
        set(ctx, &offer.entitlement, plan.settings, &team.admin)?;
        if plan.refill > 0 {
            add(ctx, rng, plan, offer, (plan.refill, "2"), agent(team))?;
        } else {
            recall_batch(ctx, batch, &reason("The supplier has given the same keys to another shop.")?, &team.admin)
                .map_err(|error| failed(&error))?;
        }
    }
    check_all(ctx)?;
    Ok(())
}

/// A colleague works on the newest grant that waits for the first stock, which keeps a key for it.
pub(super) fn reserve_one(ctx: &Context, team: &Team, offers: &[Offer]) -> anyhow::Result<()> {
    let [plan, ..] = &PLANS;
    let filter = GrantFilter {
        status: Some(GrantStatus::Pending),
        entitlement_id: Some(offer(offers, plan)?.entitlement.id.clone()),
        ..GrantFilter::default()
    };
    let now = ctx.clock.now();
    let waiting = ctx.db.read(|conn| list(conn, &filter, &PageStart::Start, 100))?.rows;
    let free = waiting.iter().rev().find(|line| line.claim_at(now).is_none());
    let colleague = team.agents.get(1);
    if let (Some(grant), Some(colleague), Some(id)) = (free, colleague, colleague.and_then(Actor::staff_id)) {
        claim_grant(ctx, &grant.id, id, colleague).map_err(|error| anyhow::anyhow!("the claim: {error:?}"))?;
    }
    Ok(())
}

fn offer<'a>(offers: &'a [Offer], plan: &Plan) -> anyhow::Result<&'a Offer> {
    let found = offers.iter().find(|offer| offer.entitlement.name == plan.name);
    found.ok_or_else(|| anyhow::anyhow!("nothing is called {}", plan.name))
}

fn agent(team: &Team) -> &Actor {
    team.agents.first().unwrap_or(&team.admin)
}

fn add(
    ctx: &Context,
    rng: &mut Rng,
    plan: &Plan,
    offer: &Offer,
    (count, number): (usize, &str),
    actor: &Actor,
) -> anyhow::Result<BatchId> {
    let style = if offer.keys == KeyStyle::None { KeyStyle::Groups("KEY") } else { offer.keys };
    let keys = (1..=count).map(|line| (line, LicenseKeyValue::stored(key(rng, style)))).collect();
    let batch = NewBatch {
        supplier: Some(plan.supplier.to_owned()),
        reference: Some(format!("{}-{number}", plan.reference)),
        note: None,
        received_at: None,
        use_before: Some(ctx.clock.now().saturating_add(SignedDuration::from_hours(24 * 400))?),
    };
    let command = AddKeys {
        entitlement_id: offer.entitlement.id.clone(),
        batch,
        keys,
        idempotency_key: None,
        actor: actor.clone(),
    };
    let added = add_keys(ctx, &command).map_err(|error| failed(&error))?;
    added.batch_id.ok_or_else(|| anyhow::anyhow!("no key was added"))
}

fn set_aside(ctx: &Context, batch: &BatchId, admin: &Actor) -> anyhow::Result<()> {
    let keys = ctx.db.read(|conn| page(conn, KeysOf::Batch(batch), StockState::Available, &PageStart::Start, 3))?.rows;
    for (number, key) in keys.iter().enumerate() {
        match number {
            0 => discard(ctx, &key.id, &reason("Printed on paper, and lost.")?, admin),
            _ => quarantine(ctx, &key.id, &reason("Shown in a screen share.")?, admin),
        }
        .map_err(|error| failed(&error))?;
    }
    Ok(())
}

fn set(ctx: &Context, entitlement: &Entitlement, stock: StockSettings, admin: &Actor) -> anyhow::Result<()> {
    let change = |present: &Entitlement| {
        let mut config = present.config.clone();
        config.issue_mut().stock = stock;
        Ok::<_, StorageError>(EntitlementFields {
            name: present.name.clone(),
            description: present.description.clone(),
            config,
            metadata: None,
            is_active: None,
            product_id: None,
            file_ids: None,
        })
    };
    Ok(update_entitlement(ctx, &entitlement.id, change, admin)?)
}

fn reason(text: &str) -> anyhow::Result<Reason> {
    Reason::parse(text).map_err(|error| anyhow::anyhow!("a reason: {error:?}"))
}

fn failed(error: &StockError) -> anyhow::Error {
    anyhow::anyhow!("the stock: {error:?}")
}
