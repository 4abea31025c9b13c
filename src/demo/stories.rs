//! What happens to sales after they were delivered: a renewal, a corrected address, a part that was paid back, and what
//! the team notes.

use super::team::Team;
use crate::domain::actor::{Actor, SystemPart, Who};
use crate::domain::audit::AuditAction;
use crate::domain::customer::EmailAddress;
use crate::domain::customer::note::NoteText;
use crate::domain::grant::replacement::{InstancesFate, ReplaceReason};
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::ids::GrantId;
use crate::domain::integration::rules::Delivers;
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::page::PageStart;
use crate::domain::sale::{NO_SHOP, Quantity, Sale, SaleIdKind, SaleReference};
use crate::domain::staff::Role;
use crate::outbox::kind::Outcome;
use crate::outbox::record::{InFlight, record_in};
use crate::storage::grants::list::GrantFilter;
use crate::storage::stock::draw::Held;
use crate::storage::{StorageError, Tx, customers, grants, outbox};
use crate::usecases::Context;
use crate::usecases::customers::add_note::{AddNote, NoteSubject, add_note_in};
use crate::usecases::grants::fulfill::KeyChoice;
use crate::usecases::grants::replace::{ReplaceKey, ReplaceKeyError, replace_in};
use crate::usecases::grants::revoke::Reason;
use crate::usecases::sales::refund::{RefundSale, refund_in};
use crate::usecases::sales::report::report_in;

/// How many of the newest deliveries are looked at.
const NEWEST: usize = 60;

/// Reports what happened to some of the newest deliveries.
pub(crate) fn tell(ctx: &Context, tx: &mut Tx<'_>, team: &Team) -> anyhow::Result<()> {
    let filter = GrantFilter { status: Some(GrantStatus::Delivered), ..GrantFilter::default() };
    let lines = grants::list::list(tx, &filter, &PageStart::Start, NEWEST)?.rows;
    let delivered = lines.iter().map(|line| grants::find(tx, &line.id)).collect::<Result<Vec<_>, StorageError>>()?;
    let with_key = || delivered.iter().filter(|grant| grant.license_key_id.is_some() && grant.payment_id.is_some());
    let actor = Actor::system(SystemPart::Import);
    if let Some(grant) = with_key().find(|grant| grant.subscription_id.is_some()) {
        let renewal = Sale { payment_id: Some("pay_renewal2Kx8".to_owned()), ..sale_of(tx, grant)? };
        report(ctx, tx, &renewal, &actor)?;
    }
    let mut once = with_key().filter(|grant| grant.subscription_id.is_none());
    if let Some(grant) = once.next() {
        let mut corrected = sale_of(tx, grant)?;
        let local = corrected.customer_email.as_str().split('@').next().unwrap_or_default().to_owned();
        if let Ok(address) = EmailAddress::parse(&format!("{local}@new.example.org")) {
            corrected.customer_email = address;
            report(ctx, tx, &corrected, &actor)?;
        }
    }
    if let Some(payment_id) = once.next().and_then(|grant| grant.payment_id.clone()) {
        let refund = RefundSale {
            shop: NO_SHOP.to_owned(),
            asks: None,
            ids: vec![SaleReference { kind: SaleIdKind::Payment, value: payment_id }],
            is_partial: true,
            reason: Reason::parse("Discount for the second license").ok(),
            actor,
        };
        refund_in(ctx, tx, &refund)?;
    }
    if let Some(grant) = with_key().filter(|grant| grant.delivers() == Delivers::Key).nth(9) {
        replace(ctx, tx, team, &grant.id)?;
    }
    note(ctx, tx, team, &delivered)
}

/// A key that did not activate is replaced by another one, which the customer has got.
fn replace(ctx: &Context, tx: &mut Tx<'_>, team: &Team, id: &GrantId) -> anyhow::Result<()> {
    let agent = team.agents.first().unwrap_or(&team.admin);
    let Some(staff) = agent.staff_id().cloned() else { return Ok(()) };
    let key = LicenseKeyValue::parse("BPC26-5TQ8H-N3XVD-2KMRW-7CJ4B").map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let command = ReplaceKey {
        grant_id: id.clone(),
        old_key_id: None,
        key: KeyChoice::Typed(key),
        reason: ReplaceReason::Defective,
        details: Some("Error 0x31 on activation, ticket 20418".to_owned()),
        instances: InstancesFate::End,
        customer_note: None,
        is_confirmed: true,
        idempotency_key: None,
        actor: Actor { who: Who::SignedIn { id: staff, role: Role::Agent }, ..agent.clone() },
    };
    match replace_in(ctx, tx, &command, Held::Skip) {
        Ok(_) => {}
        // It has expired meanwhile.
        Err(ReplaceKeyError::Expired) => return Ok(()),
        Err(error) => anyhow::bail!("a replacement: {error:?}"),
    }
    let now = ctx.clock.now();
    let Some(newest) = outbox::of_grant(tx, id)?.into_iter().next() else { return Ok(()) };
    let Some(message) = outbox::queue::claim(tx, &newest.id, "demo", now)? else { return Ok(()) };
    let attempted = Outcome::Sent { reply: "250 2.0.0 Ok".to_owned() }.into();
    record_in(ctx, tx, "demo", &InFlight { message, attempted, started_at: now, finished_at: now })?;
    Ok(())
}

/// Notes about some customers, and about the grants of others.
fn note(ctx: &Context, tx: &mut Tx<'_>, team: &Team, delivered: &[Grant]) -> anyhow::Result<()> {
    const NOTES: [&str; 6] = [
        "Wants the German edition each time.",
        "Phone call: new workstation in March, will free one activation.",
        "Pays by purchase order. Invoices go to accounts, keys to this address.",
        "Asked for the offline installer; sent the link.",
        "Prefers to be called by first name.",
        "Second license is for the branch office.",
    ];
    for (number, (grant, text)) in delivered.iter().step_by(3).zip(NOTES).enumerate() {
        let subject = match number % 2 {
            0 => NoteSubject::Customer(grant.customer_id.clone()),
            _ => NoteSubject::Grant(grant.id.clone()),
        };
        let text = NoteText::parse(text).map_err(|error| anyhow::anyhow!("a note: {error:?}"))?;
        let agent = team.agents.get(number % 2).unwrap_or(&team.admin);
        let Some(id) = agent.staff_id().cloned() else { continue };
        let actor = Actor { who: Who::SignedIn { id, role: Role::Agent }, ..agent.clone() };
        let command = AddNote { subject, text, idempotency_key: None, actor };
        add_note_in(ctx, tx, &command).map_err(|error| anyhow::anyhow!("a note: {error:?}"))?;
    }
    Ok(())
}

fn report(ctx: &Context, tx: &mut Tx<'_>, sale: &Sale, actor: &Actor) -> anyhow::Result<()> {
    report_in(ctx, tx, sale, AuditAction::GrantImport, actor)
        .map_err(|error| anyhow::anyhow!("a report: {error:?}"))?;
    Ok(())
}

/// The sale of a grant, as it is reported again.
fn sale_of(tx: &mut Tx<'_>, grant: &Grant) -> Result<Sale, StorageError> {
    Ok(Sale {
        shop: NO_SHOP.to_owned(),
        grant_id: None,
        entitlement_id: grant.entitlement_id.clone(),
        customer_email: customers::find(tx, &grant.customer_id)?.email,
        customer_name: None,
        customer_locale: None,
        payment_id: grant.payment_id.clone(),
        subscription_id: grant.subscription_id.clone(),
        external_id: None,
        quantity: Quantity::Unsaid,
        metadata: "{}".to_owned(),
        created_at: None,
    })
}
