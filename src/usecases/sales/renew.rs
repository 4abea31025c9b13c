//! Renewals: a further payment of a subscription is noted on its grants, and extends the keys whose expiry came from the
//! entitlement's duration.

use jiff::Timestamp;

use super::state::KnownSale;
use super::task;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::LicenseKeyId;
use crate::domain::license_key::ExpirySource;
use crate::domain::sale::task::{Task, TaskKind};
use crate::storage::sales::renewals::{self, Renewal};
use crate::storage::{StorageError, Tx, audit_log, grants, license_keys};
use crate::usecases::context::Context;

/// Notes that the payment renews the entitlement. The sale must be locked.
pub(super) fn renew(
    ctx: &Context,
    tx: &mut Tx<'_>,
    known: &KnownSale,
    entitlement: &Entitlement,
    payment_id: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StorageError> {
    let numbers = known.renewals.iter().filter(|renewal| renewal.entitlement_id == entitlement.id);
    let number = numbers.map(|renewal| renewal.number).max().unwrap_or(0).saturating_add(1);
    let renewal = Renewal { entitlement_id: entitlement.id.clone(), number, payment_id: payment_id.to_owned() };
    renewals::insert(tx, &known.record.id, &renewal, now)?;
    let mut has_live = false;
    let units: Vec<_> = known.units_of(&entitlement.id).filter(|unit| unit.is_sold()).collect();
    for unit in &units {
        grants::lock(tx, &unit.grant_id)?;
        let grant = grants::find(tx, &unit.grant_id)?;
        let mut changes = vec![Change::set("payment_id", payment_id)];
        if grant.revoked_at.is_none() {
            has_live = true;
            if let Some(id) = &grant.license_key_id {
                changes.extend(extend(ctx, tx, id, entitlement, now)?);
            }
        }
        let entry = NewAuditEntry::on_grant(actor, AuditAction::GrantRenew, &unit.grant_id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
    }
    if !has_live && let Some(unit) = units.first() {
        let payment = Some(payment_id.to_owned());
        let sale_id = &known.record.id;
        let asked = Task { payment_id: payment, ..task::of(TaskKind::RevokedRenewed, sale_id, &unit.grant_id, now) };
        task::ask(ctx, tx, &[sale_id.as_str(), entitlement.id.as_str(), payment_id], asked, actor)?;
    }
    Ok(())
}

/// Extends the key or link by the entitlement's duration from its present end, unless somebody chose that.
fn extend(
    ctx: &Context,
    tx: &mut Tx<'_>,
    id: &LicenseKeyId,
    entitlement: &Entitlement,
    now: Timestamp,
) -> Result<Option<Change>, StorageError> {
    license_keys::lock(tx, id)?;
    let mut key = license_keys::find(tx, id)?;
    let period = entitlement.config.issue().validity_period;
    let (Some(ends_at), Some(ExpirySource::Duration), Some(period)) = (key.expires_at, key.expiry_source, period)
    else {
        return Ok(None);
    };
    let Some(extended) = period.end(ends_at, &ctx.config.time_zone) else { return Ok(None) };
    key.expires_at = Some(extended);
    license_keys::update(tx, &key, now)?;
    let (before, after) = (ends_at.to_string(), extended.to_string());
    Ok(Some(Change::new("license_key.expires_at", Some(&before), Some(&after))))
}
