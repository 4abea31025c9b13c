//! One past order with everything that followed from it.

use jiff::{SignedDuration, Timestamp};

use crate::demo::calendar::{after, before};
use crate::demo::customers::DemoCustomer;
use crate::demo::goods::{failure, key, metadata};
use crate::demo::offers::{KeyStyle, Offer};
use crate::demo::rng::Rng;
use crate::demo::team::Team;
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::Customer;
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::ids::{CustomerId, GrantId, LicenseKeyId, MessageId};
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::domain::license_key::{ExpirySource, LicenseKeySource, LicenseKeyValue, masked};
use crate::domain::outbox::{Attempt, MessageKind, MessageState, OutboxMessage, Queue};
use crate::storage::bulk::Rows;
use crate::storage::license_keys::{KeyIndex, NewLicenseKey, associated_data};
use crate::usecases::Context;

/// What happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    Waits,
    Delivered,
    Refused,
    Revoked,
    RevokedUnfulfilled,
    /// Delivered by another service.
    Other,
    OtherFailed,
}

impl Course {
    /// The distribution of older orders, none of which is still pending.
    pub(crate) fn of(rng: &mut Rng) -> Self {
        match rng.weighted(&[845, 15, 40, 8, 86, 6]) {
            0 => Self::Delivered,
            1 => Self::Refused,
            2 => Self::Revoked,
            3 => Self::RevokedUnfulfilled,
            4 => Self::Other,
            _ => Self::OtherFailed,
        }
    }

    fn is_by_hand(self) -> bool {
        !matches!(self, Self::Other | Self::OtherFailed)
    }

    fn has_key(self) -> bool {
        matches!(self, Self::Delivered | Self::Refused | Self::Revoked)
    }

    fn status(self) -> GrantStatus {
        match self {
            Self::Waits => GrantStatus::Pending,
            Self::Delivered | Self::Other => GrantStatus::Delivered,
            Self::Refused | Self::OtherFailed => GrantStatus::Failed,
            Self::Revoked | Self::RevokedUnfulfilled => GrantStatus::Revoked,
        }
    }
}

pub(crate) struct Order {
    pub course: Course,
    /// When it was delivered, or came in if it is pending.
    pub at: Timestamp,
    pub customer: DemoCustomer,
    /// The customer's id if they bought before.
    pub known: Option<CustomerId>,
}

type Entries = Vec<(Timestamp, NewAuditEntry)>;

impl Order {
    /// Adds the order's rows and entries; returns the customer's id.
    pub(crate) fn write(
        &self,
        ctx: &Context,
        rng: &mut Rng,
        team: &Team,
        offers: &[Offer],
        rows: &mut Rows,
        entries: &mut Entries,
    ) -> anyhow::Result<CustomerId> {
        let offer = self.offer(rng, offers)?;
        let agent = team.agents.get(rng.below(team.agents.len())).unwrap_or(&team.admin);
        let ordered_at =
            if self.course.is_by_hand() && self.course != Course::Waits { before(self.at, wait(rng)) } else { self.at };
        let customer_id = self.known.clone().unwrap_or_else(|| self.welcome(rng, ordered_at, rows, entries));
        let mut grant = self.grant(rng, offer, &customer_id, ordered_at);
        entries.push((ordered_at, imported(&grant)));
        if self.course.has_key() {
            if rng.percent(15) {
                let claimed_at = before(self.at, rng.minutes(1, 5));
                let change = Change::set("held_until", after(claimed_at, crate::domain::grant::CLAIM_DURATION));
                entries.push((
                    claimed_at,
                    NewAuditEntry::on_grant(agent, AuditAction::GrantClaim, &grant.id, vec![change]),
                ));
            }
            self.deliver(ctx, rng, offer, agent, &mut grant, rows, entries)?;
        }
        if self.course.status() == GrantStatus::Revoked {
            self.revoke(rng, team, &mut grant, entries);
        }
        let email_state = match self.course {
            Course::Delivered | Course::Revoked => Some(MessageState::Sent),
            Course::Refused => Some(MessageState::Failed),
            _ => None,
        };
        rows.add_grant(&grant, email_state);
        Ok(customer_id)
    }

    fn offer<'a>(&self, rng: &mut Rng, offers: &'a [Offer]) -> anyhow::Result<&'a Offer> {
        let fits = |offer: &&Offer| {
            offer.weight > 0
                && (offer.keys != KeyStyle::None) == self.course.is_by_hand()
                && offer.entitlement.config.license_key().is_some() == self.course.is_by_hand()
        };
        let offers: Vec<&Offer> = offers.iter().filter(fits).collect();
        let weights: Vec<usize> = offers.iter().map(|offer| offer.weight).collect();
        offers.get(rng.weighted(&weights)).copied().ok_or_else(|| anyhow::anyhow!("nothing is sold"))
    }

    fn welcome(&self, rng: &mut Rng, at: Timestamp, rows: &mut Rows, entries: &mut Entries) -> CustomerId {
        let customer = Customer {
            id: CustomerId::stored(rng.id(CustomerId::PREFIX)),
            email: self.customer.email.clone(),
            name: self.customer.name.clone(),
            locale: self.customer.locale.to_owned(),
            phone_number: None,
            metadata: "{}".to_owned(),
            created_at: at,
            erased_at: None,
        };
        rows.add_customer(&customer);
        let changes = vec![Change::set("email", customer.email.masked()), Change::set("locale", &customer.locale)];
        let actor = Actor::system(SystemPart::Import);
        entries.push((
            at,
            NewAuditEntry::on(&actor, AuditAction::CustomerCreate, ObjectKind::Customer, &customer.id, changes),
        ));
        customer.id
    }

    fn grant(&self, rng: &mut Rng, offer: &Offer, customer_id: &CustomerId, ordered_at: Timestamp) -> Grant {
        let kind = offer.entitlement.config.integration_type();
        let failure = (self.course == Course::OtherFailed).then(|| failure(kind));
        let is_subscription = rng.percent(22);
        let id = GrantId::stored(rng.id(GrantId::PREFIX));
        Grant {
            status: self.course.status(),
            payment_id: Some(rng.id("pay_")),
            subscription_id: is_subscription.then(|| rng.id("sub_")),
            error_code: failure.map(|(code, _)| code.to_owned()),
            error_message: failure.map(|(_, words)| words.to_owned()),
            metadata: metadata(rng),
            delivered_at: (self.course == Course::Other).then_some(self.at),
            updated_at: self.at,
            ..Grant::pending(id, customer_id.clone(), offer.entitlement.id.clone(), kind, ordered_at)
        }
    }

    #[expect(clippy::too_many_arguments, reason = "all that a delivery leaves behind")]
    fn deliver(
        &self,
        ctx: &Context,
        rng: &mut Rng,
        offer: &Offer,
        agent: &Actor,
        grant: &mut Grant,
        rows: &mut Rows,
        entries: &mut Entries,
    ) -> anyhow::Result<()> {
        let settings = offer.entitlement.config.license_key().ok_or_else(|| anyhow::anyhow!("no license key"))?;
        let id = LicenseKeyId::stored(rng.id(LicenseKeyId::PREFIX));
        let value = LicenseKeyValue::stored(key(rng, offer.keys));
        let index = KeyIndex::of(&ctx.keyring, &value, false);
        let new_key = NewLicenseKey {
            is_link: false,
            id: &id,
            customer_id: &grant.customer_id,
            product_id: &offer.entitlement.product_id,
            ciphertext: &ctx.keyring.seal(&associated_data(&id), value.expose().as_bytes()),
            index: &index,
            copy: 0,
            source: LicenseKeySource::Manual,
            activations_limit: settings.activations_limit.map(ActivationsLimit::get),
            expires_at: settings.validity_period.and_then(|period| period.end(self.at, &ctx.config.time_zone)),
            expires_zone: None,
            expiry_source: settings.validity_period.map(|_| ExpirySource::Duration),
            payment_id: grant.payment_id.as_deref(),
            subscription_id: grant.subscription_id.as_deref(),
        };
        rows.add_license_key(&new_key, self.course == Course::Revoked, self.at);
        let changes = vec![
            Change::new("status", Some(GrantStatus::Pending.as_str()), Some(GrantStatus::Delivered.as_str())),
            Change::set("license_key_id", &id),
            Change::set("license_key", masked(&index.last_four)),
            Change::set("source", LicenseKeySource::Manual.as_str()),
            Change::set("delivered_at", self.at),
        ];
        entries.push((self.at, NewAuditEntry::on_grant(agent, AuditAction::GrantFulfill, &grant.id, changes)));
        grant.license_key_id = Some(id);
        grant.delivered_by = Some(agent.id().to_owned());
        grant.delivered_at = Some(self.at);
        self.mail(rng, grant, rows, entries);
        Ok(())
    }

    fn mail(&self, rng: &mut Rng, grant: &mut Grant, rows: &mut Rows, entries: &mut Entries) {
        let is_refused = self.course == Course::Refused;
        let ended_at = after(self.at, SignedDuration::from_millis(700 + i64::try_from(rng.below(2_500)).unwrap_or(0)));
        let reply = if is_refused {
            format!(
                "550 5.1.1 <{}>: Recipient address rejected: User unknown in virtual mailbox table",
                self.customer.email
            )
        } else {
            format!("250 2.0.0 Ok: queued as {}", rng.word("0123456789ABCDEF", 11))
        };
        let message = OutboxMessage {
            id: MessageId::stored(rng.id(MessageId::PREFIX)),
            kind: MessageKind::LicenseKeyDelivered,
            queue: Queue::Mail,
            grant_id: Some(grant.id.clone()),
            customer_id: Some(grant.customer_id.clone()),
            ref_id: None,
            event_type: None,
            recipient: Some(self.customer.email.clone()),
            state: if is_refused { MessageState::Failed } else { MessageState::Sent },
            unanswered: 0,
            attempts: 1,
            next_attempt_at: ended_at,
            last_status: None,
            last_reply: Some(reply.clone()),
            finished_at: Some(ended_at),
            created_at: self.at,
        };
        let outbox = Actor::system(SystemPart::Outbox);
        let entry = if is_refused {
            grant.error_code = Some("email_rejected".to_owned());
            grant.error_message = Some(reply.clone());
            grant.failed_at = Some(ended_at);
            let changes = vec![
                Change::new("status", Some(GrantStatus::Delivered.as_str()), Some(GrantStatus::Failed.as_str())),
                Change::set("error_code", "email_rejected"),
                Change::set("smtp_reply", "550 5.1.1"),
            ];
            NewAuditEntry::on_grant(&outbox, AuditAction::GrantFail, &grant.id, changes)
        } else {
            let changes = vec![
                Change::new("e_mail", Some(MessageState::Sending.as_str()), Some(MessageState::Sent.as_str())),
                Change::set("smtp_reply", "250 2.0.0"),
                Change::set("attempts", 1),
            ];
            NewAuditEntry {
                grant_id: Some(grant.id.clone()),
                ..NewAuditEntry::on(&outbox, AuditAction::MessageSent, ObjectKind::Message, &message.id, changes)
            }
        };
        entries.push((ended_at, entry));
        let attempt = Attempt {
            number: 1,
            outcome: if is_refused { "permanent" } else { "sent" }.to_owned(),
            reply,
            started_at: before(ended_at, SignedDuration::from_millis(180)),
            finished_at: ended_at,
        };
        rows.add_message(&message, &attempt);
    }

    fn revoke(&self, rng: &mut Rng, team: &Team, grant: &mut Grant, entries: &mut Entries) {
        let was = if self.course == Course::Revoked { GrantStatus::Delivered } else { GrantStatus::Pending };
        let at = after(self.at, rng.minutes(600, 3_500));
        grant.status_before_revocation = Some(was);
        grant.revocation_reason = Some("Refund within 14 days, order canceled by the customer.".to_owned());
        grant.revoked_at = Some(at);
        grant.revoked_by = Some(team.admin.id().to_owned());
        grant.updated_at = at;
        let changes = vec![Change::new("status", Some(was.as_str()), Some(GrantStatus::Revoked.as_str()))];
        entries.push((at, NewAuditEntry::on_grant(&team.admin, AuditAction::GrantRevoke, &grant.id, changes)));
    }
}

/// The time until an order is delivered.
fn wait(rng: &mut Rng) -> SignedDuration {
    match rng.weighted(&[45, 35, 15, 5]) {
        0 => rng.minutes(6, 45),
        1 => rng.minutes(45, 180),
        2 => rng.minutes(180, 540),
        _ => rng.minutes(600, 1_800),
    }
}

fn imported(grant: &Grant) -> NewAuditEntry {
    let mut changes = vec![
        Change::set("status", GrantStatus::Pending.as_str()),
        Change::set("entitlement_id", &grant.entitlement_id),
        Change::set("customer_id", &grant.customer_id),
    ];
    changes.extend(grant.payment_id.as_ref().map(|id| Change::set("payment_id", id)));
    changes.extend(grant.subscription_id.as_ref().map(|id| Change::set("subscription_id", id)));
    NewAuditEntry::on_grant(&Actor::system(SystemPart::Import), AuditAction::GrantImport, &grant.id, changes)
}
