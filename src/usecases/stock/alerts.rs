//! Alerts that a stock is low: once per threshold and refill, on pages and as the event `stock.low`.

use jiff::{Timestamp, ToSpan, Zoned};

use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::EntitlementId;
use crate::domain::stock::{StockFigures, forecast, settings_of};
use crate::storage::catalog::entitlements;
use crate::storage::db::dialect;
use crate::storage::stock::{alerts, figures};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;
use crate::usecases::webhooks::enqueue::enqueue_stock_low;

/// The present moment in the business's time zone, by which days of stock are counted.
pub fn local_now(ctx: &Context) -> Zoned {
    ctx.clock.now().to_zoned(ctx.config.time_zone.clone())
}

/// Raises the alert if fewer keys are left than the entitlement's threshold. The days are looked at by [`check_all`].
pub(in crate::usecases) fn raise_if_few(
    ctx: &Context,
    tx: &mut Tx<'_>,
    entitlement: &Entitlement,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StorageError> {
    let Some(threshold) = settings_of(&entitlement.config).ok().and_then(|settings| settings.alert_count) else {
        return Ok(());
    };
    if alerts::is_raised(tx, &entitlement.id)? {
        return Ok(());
    }
    let available = figures::available(tx, &entitlement.id, now)?;
    if available < i64::from(threshold) { raise(ctx, tx, &entitlement.id, available, actor, now) } else { Ok(()) }
}

/// Clears the alert if the stock is no longer low, by keys that came in or by another threshold.
pub(in crate::usecases) fn clear_if_refilled(
    ctx: &Context,
    tx: &mut Tx<'_>,
    entitlement: &Entitlement,
) -> Result<(), StorageError> {
    if !alerts::is_raised(tx, &entitlement.id)? {
        return Ok(());
    }
    let now = local_now(ctx);
    let figures = figures::of(tx, &entitlement.id, &now)?;
    if is_low(entitlement, &figures, &now) { Ok(()) } else { alerts::clear(tx, &entitlement.id) }
}

/// Raises the alerts of all stocks that are low; returns how many are new. Called each minute: the days to the end
/// change by themselves, and two that draw at the same moment may each see one key more than there is.
pub fn check_all(ctx: &Context) -> Result<usize, StorageError> {
    let now = local_now(ctx);
    let low = ctx.db.read(|conn| {
        let mut low = Vec::new();
        for id in figures::stocked(conn)? {
            let Ok(entitlement) = entitlements::find_active(conn, &id) else { continue };
            let settings = settings_of(&entitlement.config).unwrap_or_default();
            if settings.alert_count.is_none() && settings.alert_days.is_none() || alerts::is_raised(conn, &id)? {
                continue;
            }
            let figures = figures::of(conn, &id, &now)?;
            if is_low(&entitlement, &figures, &now) {
                low.push(entitlement);
            }
        }
        Ok::<_, StorageError>(low)
    })?;
    let actor = Actor::system(SystemPart::Stock);
    for entitlement in &low {
        ctx.db.write(|tx| {
            // A refill that is under way has cleared no alert, because there was none yet.
            dialect::hold_values_for_issuing(tx)?;
            let figures = figures::of(tx, &entitlement.id, &now)?;
            if !is_low(entitlement, &figures, &now) {
                return Ok(());
            }
            raise(ctx, tx, &entitlement.id, figures.available, &actor, now.timestamp())
        })?;
    }
    Ok(low.len())
}

/// Whether the stock is below a threshold of its entitlement.
pub fn is_low(entitlement: &Entitlement, figures: &StockFigures, now: &Zoned) -> bool {
    let Ok(settings) = settings_of(&entitlement.config) else { return false };
    let are_few = settings.alert_count.is_some_and(|count| figures.available < i64::from(count));
    let ends_soon = settings.alert_days.is_some_and(|days| {
        let last = now.date().saturating_add(days.days());
        forecast::runs_out_on(figures, now.date()).is_some_and(|day| day <= last)
    });
    are_few || ends_soon
}

fn raise(
    ctx: &Context,
    tx: &mut Tx<'_>,
    id: &EntitlementId,
    available: i64,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StorageError> {
    if !alerts::raise(tx, id, now)? {
        return Ok(());
    }
    let changes = vec![Change::set("available", available)];
    let entry = NewAuditEntry::on(actor, AuditAction::StockAlert, ObjectKind::Entitlement, id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    enqueue_stock_low(tx, id, now)
}

/// Hides an alert from everybody's pages until it is raised again; `false` if there is none to hide.
pub fn hide(ctx: &Context, id: &EntitlementId, actor: &Actor) -> Result<bool, StorageError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        if !alerts::hide(tx, id, now)? {
            return Ok(false);
        }
        let changes = vec![Change::set("hidden", true)];
        let entry = NewAuditEntry::on(actor, AuditAction::StockAlert, ObjectKind::Entitlement, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(true)
    })
}
