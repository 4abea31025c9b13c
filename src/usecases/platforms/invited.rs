//! What becomes of a grant whose customer was invited: it is delivered with the invitation's address. If it was revoked
//! meanwhile, access is taken back.

use super::lost::settle_lost;
use super::made::Made;
use super::take_back::take_back;
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::connection::invitation::{INVITATION_LASTS, InvitationState, PlatformInvitation};
use crate::domain::grant::{DeliverError, Delivery, Grant, GrantStatus};
use crate::domain::ids::GrantId;
use crate::domain::license_key::warnings::Inspection;
use crate::domain::license_key::{ExpirySource, LicenseKeySource, LicenseKeyValue};
use crate::github::Invited;
use crate::storage::catalog::entitlements;
use crate::storage::connections::{invitations, rows};
use crate::storage::{StorageError, Tx, audit_log, customers, grants};
use crate::usecases::context::Context;
use crate::usecases::grants::deliver_key::{KeyDelivery, deliver_key};
use crate::usecases::grants::error::FulfillGrantError;
use crate::usecases::grants::note_acceptance::note_in;
use crate::usecases::grants::undo::window::Origin;

/// A customer who was invited.
pub(super) struct InvitedCustomer<'a> {
    pub grant_id: &'a GrantId,
    pub made: &'a Made,
    pub customer_note: Option<&'a str>,
    /// Whether somebody pressed for it, and is told if the grant was delivered otherwise.
    pub is_press: bool,
}

/// Delivers the grant, or notes the new invitation of one that is delivered.
pub(super) fn note_invited(
    ctx: &Context,
    tx: &mut Tx<'_>,
    invited: &InvitedCustomer<'_>,
    actor: &Actor,
) -> Result<(), FulfillGrantError> {
    let InvitedCustomer { grant_id, made, customer_note, is_press } = *invited;
    grants::lock(tx, grant_id)?;
    // One that was removed meanwhile has nothing to be noted on.
    rows::lock(tx, &made.connection.id)?;
    let now = ctx.clock.now();
    let grant = grants::find(tx, grant_id)?;
    let before = invitations::find(tx, grant_id)?;
    let own = made.invitation(grant_id, now);
    let is_own = before.is_some_and(|before| before.username.eq_ignore_ascii_case(&own.username));
    match grant.status {
        GrantStatus::Pending if grant.is_waiting() => {
            invitations::save(tx, &own)?;
            deliver(ctx, tx, &grant, (made, customer_note), actor)?;
        }
        GrantStatus::Delivered | GrantStatus::Failed if is_own => invitations::save(tx, &own)?,
        // It was revoked, or delivered to somebody else, while GitHub was called.
        _ => {
            if grant.status == GrantStatus::Revoked && !is_press {
                invitations::save(tx, &own)?;
                take_back(tx, grant_id, now)?;
                return Ok(());
            }
            return Err(DeliverError::NotPending.into());
        }
    }
    settle_lost(ctx, tx, grant_id, actor, now)?;
    let changes = vec![
        Change::set("platform", made.connection.kind.as_str()),
        Change::set("repository", &own.target),
        Change::set("state", own.state.as_str()),
    ];
    let entry = NewAuditEntry::on_grant(actor, AuditAction::GrantInvite, grant_id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)?;
    if own.state == InvitationState::Accepted {
        return Ok(accept(ctx, tx, &own)?);
    }
    // What was accepted before is not this invitation.
    Ok(note_in(ctx, tx, &grant, false, &Actor::system(SystemPart::Connection), now).map(drop)?)
}

fn deliver(
    ctx: &Context,
    tx: &mut Tx<'_>,
    grant: &Grant,
    (made, customer_note): (&Made, Option<&str>),
    actor: &Actor,
) -> Result<(), FulfillGrantError> {
    let now = ctx.clock.now();
    let customer = customers::find(tx, &grant.customer_id)?;
    let mut entitlement = entitlements::find(tx, &grant.entitlement_id)?;
    // All invitations to a repository have the same address.
    entitlement.config.issue_mut().key_is_shared = true;
    let (url, expires_at) = match &made.invited {
        Invited::Waits { url, .. } => (url.clone(), Some(now.saturating_add(INVITATION_LASTS).unwrap_or(now))),
        Invited::HasAccess => (made.access.repository.url(), None),
    };
    let delivery =
        Delivery { activations_limit: None, expires_at, expiry_source: expires_at.map(|_| ExpirySource::Chosen) };
    let delivered = KeyDelivery {
        grant,
        customer: &customer,
        entitlement: &entitlement,
        key: &LicenseKeyValue::stored(url),
        source: LicenseKeySource::Auto,
        delivery: &delivery,
        expires_zone: None,
        customer_note,
        inspection: &Inspection::default(),
        from_stock: None,
        // The invitation is made.
        origin: Origin::Itself,
    };
    deliver_key(ctx, tx, &delivered, actor, now).map(drop)
}

/// Notes that the customer has access, unless that is known.
pub(super) fn accept(ctx: &Context, tx: &mut Tx<'_>, invitation: &PlatformInvitation) -> Result<(), StorageError> {
    let (id, now) = (&invitation.grant_id, ctx.clock.now());
    let accepted = PlatformInvitation {
        state: InvitationState::Accepted,
        trouble: None,
        trouble_detail: None,
        next_check_at: None,
        updated_at: now,
        ..invitation.clone()
    };
    invitations::save(tx, &accepted)?;
    let grant = grants::find(tx, id)?;
    note_in(ctx, tx, &grant, true, &Actor::system(SystemPart::Connection), now).map(drop)
}
