//! Replays the events through the portal's use cases.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::events::{Action, Event, MailEnd, Order, OtherEnd};
use super::goods::{failure, files, is_link, key, link, metadata, platform_metadata};
use super::offers::KeyStyle;
use super::rng::Rng;
use super::team::Team;
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::Customer;
use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::{CLAIM_DURATION, Grant, GrantIntegration, GrantStatus};
use crate::domain::ids::{CustomerId, GrantId, RevealId};
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::sale::{NO_SHOP, Quantity, Sale};
use crate::outbox::kind::Outcome;
use crate::outbox::record::{InFlight, record_in};
use crate::storage::license_keys::reveals;
use crate::storage::stock::draw;
use crate::storage::{StorageError, Tx, audit_log, customers, grants, outbox, staff};
use crate::usecases::Context;
use crate::usecases::grants::fulfill::{FulfillGrant, KeyChoice, fulfill_in};
use crate::usecases::grants::revoke::{Reason, revoke_in};
use crate::usecases::sales::report::report_of;

struct Replay<'a> {
    ctx: &'a Context,
    rng: &'a mut Rng,
    team: &'a Team,
    grants: HashMap<usize, GrantId>,
    /// The last sale that staff fulfill, and how many pieces it has.
    last_sale: Option<(Sale, u32)>,
}

/// Replays all events; advances the clock of `ctx` to the time of each.
pub(crate) fn play(tx: &mut Tx<'_>, ctx: &Context, rng: &mut Rng, team: &Team, events: &[Event]) -> anyhow::Result<()> {
    let mut replay = Replay { ctx, rng, team, grants: HashMap::new(), last_sale: None };
    events.iter().try_for_each(|event| replay.perform(tx, event))
}

impl Replay<'_> {
    fn perform(&mut self, tx: &mut Tx<'_>, event: &Event) -> anyhow::Result<()> {
        let clock = &self.ctx.clock;
        clock.advance(clock.now().duration_until(event.at).max(SignedDuration::ZERO));
        match &event.action {
            Action::Order(order) if order.offer.entitlement.config.license_key().is_some() => self.order(tx, order)?,
            Action::Order(order) => self.order_other(tx, order)?,
            Action::Claim { order, agent } => self.claim(tx, *order, *agent)?,
            Action::Fulfill { order, agent, keys } => self.fulfill(tx, *order, *agent, *keys)?,
            Action::Mail { order, end } => self.mail(tx, *order, *end)?,
            Action::Reveal { order, agent } => self.reveal(tx, *order, *agent)?,
            Action::Revoke { order } => self.revoke(tx, *order)?,
            Action::SignIn { agent } => self.note_on_agent(tx, *agent, AuditAction::StaffLogin)?,
            Action::LetGo { agent } => self.let_go(tx, *agent)?,
        }
        Ok(())
    }

    fn reveal(&mut self, tx: &mut Tx<'_>, order: usize, agent: usize) -> anyhow::Result<()> {
        let (actor, now) = (self.agent(agent), self.ctx.clock.now());
        let (Some(id), Some(staff_id)) = (self.grants.get(&order), actor.staff_id()) else { return Ok(()) };
        let reveal_id = RevealId::stored(self.rng.id(RevealId::PREFIX));
        reveals::insert(tx, &reveal_id, id, staff_id, None, now)?;
        let changes = vec![Change::set("reveal_id", &reveal_id)];
        let entry = NewAuditEntry::on_grant(&actor, AuditAction::GrantReveal, id, changes);
        Ok(audit_log::append(tx, &self.ctx.keyring, &entry, now)?)
    }

    fn agent(&self, agent: usize) -> Actor {
        self.team.agents.get(agent).unwrap_or(&self.team.admin).clone()
    }

    fn grant(&self, order: usize) -> anyhow::Result<GrantId> {
        self.grants.get(&order).cloned().ok_or_else(|| anyhow::anyhow!("order {order} comes too late"))
    }

    fn order(&mut self, tx: &mut Tx<'_>, order: &Order) -> anyhow::Result<()> {
        let is_subscription = self.rng.percent(22);
        let entitlement_id = &order.offer.entitlement.id;
        // Some customers buy several at once: this is a further piece of the sale before.
        let before = self.last_sale.take().filter(|(sale, _)| sale.entitlement_id == *entitlement_id);
        let before = before.filter(|_| self.rng.percent(35));
        let mut sale = Sale {
            shop: NO_SHOP.to_owned(),
            grant_id: Some(GrantId::stored(self.rng.id(GrantId::PREFIX))),
            entitlement_id: order.offer.entitlement.id.clone(),
            customer_email: order.customer.email.clone(),
            customer_name: Some(order.customer.name.clone()),
            customer_locale: Some(order.customer.locale.to_owned()),
            payment_id: Some(self.rng.id("pay_")),
            subscription_id: is_subscription.then(|| self.rng.id("sub_")),
            external_id: None,
            quantity: Quantity::Unsaid,
            metadata: metadata(self.rng),
            created_at: None,
        };
        let mut count = 1;
        if let Some((former, pieces)) = before {
            count = pieces + 1;
            sale = Sale { grant_id: sale.grant_id, quantity: Quantity::All(count), ..former };
        }
        let actor = Actor::system(SystemPart::Import);
        let issued = report_of(self.ctx, tx, &order.offer.entitlement, &sale, AuditAction::GrantImport, &actor)
            .map_err(|error| anyhow::anyhow!("an order: {error:?}"))?;
        let id = issued.grant_ids.into_iter().next_back().ok_or_else(|| anyhow::anyhow!("an order without a grant"))?;
        self.last_sale = Some((sale, count));
        self.grants.insert(order.place, id);
        Ok(())
    }

    /// A grant of another type than license keys.
    fn order_other(&mut self, tx: &mut Tx<'_>, order: &Order) -> anyhow::Result<()> {
        let now = self.ctx.clock.now();
        let actor = Actor::system(SystemPart::Import);
        let customer_id = self.customer(tx, order, &actor, now)?;
        let kind = order.offer.entitlement.config.integration_type();
        let failure = (order.other_end == OtherEnd::Failed).then(|| failure(kind));
        let is_delivered = order.other_end == OtherEnd::Delivered;
        let id = GrantId::stored(self.rng.id(GrantId::PREFIX));
        let grant = Grant {
            status: match order.other_end {
                OtherEnd::Delivered if is_link(kind) => GrantStatus::Pending,
                OtherEnd::Delivered => GrantStatus::Delivered,
                OtherEnd::Waiting => GrantStatus::Pending,
                OtherEnd::Failed => GrantStatus::Failed,
            },
            payment_id: Some(self.rng.id("pay_")),
            error_code: failure.map(|(code, _)| code.to_owned()),
            error_message: failure.map(|(_, words)| words.to_owned()),
            integration: GrantIntegration {
                oauth_url: None,
                oauth_expires_at: None,
                digital_product_delivery: (kind == IntegrationType::DigitalFiles).then(|| files(self.rng)),
                feature: (kind == IntegrationType::FeatureFlag)
                    .then(|| r#"{"feature_id":"render-farm-beta","feature_type":"boolean","value":true}"#.to_owned()),
                acceptance: None,
            },
            metadata: platform_metadata(self.rng, kind),
            delivered_at: (is_delivered && !is_link(kind)).then_some(now),
            ..Grant::pending(id, customer_id.clone(), order.offer.entitlement.id.clone(), kind, now)
        };
        grants::insert(tx, &grant, None)?;
        let changes = vec![
            Change::set("status", grant.status.as_str()),
            Change::set("entitlement_id", &grant.entitlement_id),
            Change::set("customer_id", &customer_id),
            Change::set("payment_id", grant.payment_id.as_deref().unwrap_or_default()),
        ];
        audit_log::append(
            tx,
            &self.ctx.keyring,
            &NewAuditEntry::on_grant(&actor, AuditAction::GrantImport, &grant.id, changes),
            now,
        )?;
        self.grants.insert(order.place, grant.id.clone());
        if is_delivered && is_link(kind) {
            self.send_link(tx, grant.id, kind)?;
            self.mail(tx, order.place, MailEnd::Sent)?;
        }
        Ok(())
    }

    fn send_link(&mut self, tx: &mut Tx<'_>, grant_id: GrantId, kind: IntegrationType) -> anyhow::Result<()> {
        let command = FulfillGrant {
            grant_id,
            key: KeyChoice::Link(LicenseKeyValue::stored(link(self.rng, kind))),
            activations_limit: None,
            expires_at: None,
            expires_zone: None,
            customer_note: None,
            is_confirmed: true,
            idempotency_key: None,
            actor: self.agent(0),
        };
        fulfill_in(self.ctx, tx, &command).map_err(|error| anyhow::anyhow!("a link: {error:?}"))?;
        Ok(())
    }

    fn customer(
        &mut self,
        tx: &mut Tx<'_>,
        order: &Order,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<CustomerId, StorageError> {
        if let Some(known) = customers::find_by_email(tx, &order.customer.email)? {
            return Ok(known.id);
        }
        let customer = Customer {
            id: CustomerId::random(),
            email: order.customer.email.clone(),
            name: order.customer.name.clone(),
            locale: order.customer.locale.to_owned(),
            phone_number: None,
            metadata: "{}".to_owned(),
            created_at: now,
            erased_at: None,
        };
        customers::insert(tx, &customer)?;
        let changes = vec![Change::set("email", customer.email.masked()), Change::set("locale", &customer.locale)];
        let entry = NewAuditEntry::on(actor, AuditAction::CustomerCreate, ObjectKind::Customer, &customer.id, changes);
        audit_log::append(tx, &self.ctx.keyring, &entry, now)?;
        Ok(customer.id)
    }

    fn claim(&mut self, tx: &mut Tx<'_>, order: usize, agent: usize) -> anyhow::Result<()> {
        let (id, actor, now) = (self.grant(order)?, self.agent(agent), self.ctx.clock.now());
        if let Some(person) = actor.staff_id()
            && grants::claims::take(tx, &id, person, now, now)?
        {
            // Whoever works on several has begun with them.
            grants::claims::touch(tx, &id, person, now)?;
            let changes = vec![Change::set("held_until", now.saturating_add(CLAIM_DURATION)?)];
            let entry = NewAuditEntry::on_grant(&actor, AuditAction::GrantClaim, &id, changes);
            audit_log::append(tx, &self.ctx.keyring, &entry, now)?;
        }
        Ok(())
    }

    fn fulfill(&mut self, tx: &mut Tx<'_>, order: usize, agent: usize, keys: KeyStyle) -> anyhow::Result<()> {
        const NOTES: [&str; 4] = [
            "Thank you for your patience: the renewal starts when the old license ends.",
            "Vielen Dank für Ihre Bestellung. Die Rechnung kommt mit getrennter Post.",
            "As discussed with sales, this key replaces the one from last year.",
            "Bitte geben Sie den Schlüssel nur an die Kollegin in der Technik weiter.",
        ];
        let grant_id = self.grant(order)?;
        let entitlement_id = grants::find(tx, &grant_id)?.entitlement_id;
        let typed = LicenseKeyValue::stored(key(self.rng, keys));
        let has_stock = draw::has_free(tx, &entitlement_id, self.ctx.clock.now())?;
        let command = FulfillGrant {
            grant_id,
            key: if has_stock { KeyChoice::FromStock } else { KeyChoice::Typed(typed) },
            activations_limit: None,
            expires_at: None,
            expires_zone: None,
            customer_note: self.rng.percent(9).then(|| self.rng.pick_text(&NOTES).to_owned()),
            is_confirmed: true,
            idempotency_key: None,
            actor: self.agent(agent),
        };
        fulfill_in(self.ctx, tx, &command).map_err(|error| anyhow::anyhow!("a delivery: {error:?}"))?;
        Ok(())
    }

    fn mail(&mut self, tx: &mut Tx<'_>, order: usize, end: MailEnd) -> anyhow::Result<()> {
        let (id, now) = (self.grant(order)?, self.ctx.clock.now());
        let Some(newest) = outbox::of_grant(tx, &id)?.into_iter().next() else { return Ok(()) };
        let Some(message) = outbox::queue::claim(tx, &newest.id, "demo", now)? else { return Ok(()) };
        let outcome = match end {
            MailEnd::Sent => {
                Outcome::Sent { reply: format!("250 2.0.0 Ok: queued as {}", self.rng.word("0123456789ABCDEF", 11)) }
            }
            MailEnd::Later => Outcome::Temporary {
                reply: "450 4.7.1 Greylisted, please try again later".to_owned(),
                is_our_fault: false,
            },
            MailEnd::Refused => Outcome::Refused {
                reply: format!(
                    "550 5.1.1 <{}>: Recipient address rejected: User unknown in virtual mailbox table",
                    message.address()
                ),
            },
        };
        let started_at = now.saturating_sub(SignedDuration::from_millis(180))?;
        let in_flight = InFlight { message, attempted: outcome.into(), started_at, finished_at: now };
        record_in(self.ctx, tx, "demo", &in_flight)?;
        Ok(())
    }

    fn revoke(&mut self, tx: &mut Tx<'_>, order: usize) -> anyhow::Result<()> {
        const REASONS: [&str; 6] = [
            "Refund within 14 days, order canceled by the customer.",
            "Widerruf innerhalb der Frist, Betrag erstattet.",
            "Chargeback by the bank.",
            "Ordered twice by mistake; the other order stays.",
            "Falsches Produkt bestellt, Ersatz ist unterwegs.",
            "Payment was reversed.",
        ];
        let reason =
            Reason::parse(self.rng.pick_text(&REASONS)).map_err(|error| anyhow::anyhow!("a reason: {error:?}"))?;
        let id = self.grant(order)?;
        revoke_in(self.ctx, tx, &id, &reason, &self.team.admin)
            .map_err(|error| anyhow::anyhow!("a revocation: {error:?}"))?;
        Ok(())
    }

    fn note_on_agent(&mut self, tx: &mut Tx<'_>, agent: usize, action: AuditAction) -> anyhow::Result<()> {
        let actor = self.agent(agent);
        let entry = NewAuditEntry::on(&actor, action, ObjectKind::Staff, actor.id(), vec![]);
        Ok(audit_log::append(tx, &self.ctx.keyring, &entry, self.ctx.clock.now())?)
    }

    fn let_go(&mut self, tx: &mut Tx<'_>, agent: usize) -> anyhow::Result<()> {
        let (actor, now) = (self.agent(agent), self.ctx.clock.now());
        if let Some(id) = actor.staff_id()
            && staff::disable(tx, id, None, now)?
        {
            let entry = NewAuditEntry::on(&self.team.admin, AuditAction::StaffDisable, ObjectKind::Staff, id, vec![]);
            audit_log::append(tx, &self.ctx.keyring, &entry, now)?;
        }
        Ok(())
    }
}
