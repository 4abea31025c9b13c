//! The grant, and the valid transitions between its states.

pub mod handling;
pub mod replacement;
pub mod target;
pub mod undo;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use self::handling::Handling;
use super::entitlement::{FulfillmentMode, IntegrationConfig, IntegrationType, IssueSettings};
use super::ids::{CustomerId, EntitlementId, GrantId, LicenseKeyId, StaffId};
use super::integration::rules::Delivers;
use super::integration::rules_of;
use super::license_key::ExpirySource;
use super::license_key::expiry::ActivationsLimit;

/// The moment since which a pending grant waits: when it was created, or that much later as it was paused.
pub fn waiting_since(created_at: Timestamp, handling: &Handling, now: Timestamp) -> Timestamp {
    created_at.saturating_add(handling.paused(now)).unwrap_or(Timestamp::MAX)
}

/// How far a grant has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantStatus {
    Pending,
    Delivered,
    Failed,
    Revoked,
}

impl GrantStatus {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Delivered, Self::Failed, Self::Revoked];

    /// The name used in queries, class names and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Revoked => "revoked",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// How long a claim on a grant lasts.
pub const CLAIM_DURATION: SignedDuration = SignedDuration::from_mins(15);

/// Who is working on a pending grant, and until when it is reserved for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub by: StaffId,
    pub since: Timestamp,
    pub until: Timestamp,
    /// Whether the person has typed something or extended the claim.
    pub is_touched: bool,
}

impl Claim {
    /// Whether the claim is in force at `now` on a grant with this status.
    pub fn is_in_force(&self, status: GrantStatus, now: Timestamp) -> bool {
        status == GrantStatus::Pending && self.until > now
    }
}

/// One customer's issuance of one entitlement.
#[derive(Debug, Clone)]
pub struct Grant {
    pub id: GrantId,
    pub customer_id: CustomerId,
    pub entitlement_id: EntitlementId,
    pub license_key_id: Option<LicenseKeyId>,
    pub integration_type: IntegrationType,
    pub status: GrantStatus,
    pub status_before_revocation: Option<GrantStatus>,
    pub payment_id: Option<String>,
    pub subscription_id: Option<String>,
    pub external_id: Option<String>,
    pub customer_note: Option<String>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub revocation_reason: Option<String>,
    pub integration: GrantIntegration,
    /// A JSON object as text.
    pub metadata: String,
    pub claim: Option<Claim>,
    pub handling: Handling,
    pub delivered_by: Option<String>,
    pub delivered_at: Option<Timestamp>,
    /// When its e-mail failed for good.
    pub failed_at: Option<Timestamp>,
    pub revoked_by: Option<String>,
    pub revoked_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What the integrations other than `license_key` delivered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrantIntegration {
    pub oauth_url: Option<String>,
    pub oauth_expires_at: Option<Timestamp>,
    /// A JSON object as text, as is `feature`.
    pub digital_product_delivery: Option<String>,
    pub feature: Option<String>,
    /// That the customer accepted an invitation.
    pub acceptance: Option<Acceptance>,
}

/// When the customer accepted an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    pub at: Timestamp,
    /// Who noted it; `None` if the platform said so.
    pub by: Option<StaffId>,
}

/// Why a grant cannot be fulfilled manually.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliverError {
    NotPending,
    /// It takes something else than was supplied, or nothing from staff: what the customer gets.
    Takes(Delivers),
    /// The entitlement generates its keys automatically.
    NotManual,
}

/// What a pending grant waits for from staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaited<'a> {
    /// A key or a link, which is issued.
    Value(&'a IssueSettings),
    /// That its files are opened to the customer.
    Files(&'a IssueSettings),
}

impl<'a> Awaited<'a> {
    /// How it is issued.
    pub fn settings(self) -> &'a IssueSettings {
        match self {
            Self::Value(settings) | Self::Files(settings) => settings,
        }
    }
}

/// The limits that a key is delivered with, with defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub activations_limit: Option<ActivationsLimit>,
    pub expires_at: Option<Timestamp>,
    pub expiry_source: Option<ExpirySource>,
}

impl Delivery {
    /// The entitlement's own limits; its duration is counted from `now` by the calendar in `zone`.
    pub fn by_default(settings: &IssueSettings, now: Timestamp, zone: &TimeZone) -> Self {
        let expires_at = settings.validity_period.and_then(|period| period.end(now, zone));
        Self {
            activations_limit: settings.activations_limit,
            expires_at,
            expiry_source: expires_at.map(|_| ExpirySource::Duration),
        }
    }
}

impl Grant {
    /// A pending grant of which nothing more is known.
    pub fn pending(
        id: GrantId,
        customer_id: CustomerId,
        entitlement_id: EntitlementId,
        integration_type: IntegrationType,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            customer_id,
            entitlement_id,
            license_key_id: None,
            integration_type,
            status: GrantStatus::Pending,
            status_before_revocation: None,
            payment_id: None,
            subscription_id: None,
            external_id: None,
            customer_note: None,
            error_code: None,
            error_message: None,
            revocation_reason: None,
            integration: GrantIntegration::default(),
            metadata: "{}".to_owned(),
            claim: None,
            handling: Handling::default(),
            delivered_by: None,
            delivered_at: None,
            failed_at: None,
            revoked_by: None,
            revoked_at: None,
            created_at,
            updated_at: created_at,
        }
    }

    /// The limits of the key if this grant is delivered at `now`; a default validity period is counted by the calendar
    /// in `zone`. Fails if the grant does not wait for staff.
    pub fn deliver(
        &self,
        config: &IntegrationConfig,
        activations_limit: Option<ActivationsLimit>,
        expires_at: Option<Timestamp>,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<Delivery, DeliverError> {
        let settings = self.awaits(config)?.settings();
        let default = Delivery::by_default(settings, now, zone);
        // Only keys have one.
        let activations_limit =
            activations_limit.or(default.activations_limit).filter(|_| self.delivers() == Delivers::Key);
        Ok(match expires_at {
            Some(at) => Delivery { activations_limit, expires_at: Some(at), expiry_source: Some(ExpirySource::Chosen) },
            None => Delivery { activations_limit, ..default },
        })
    }

    /// What this grant waits for. Fails if it does not wait for staff.
    pub fn awaits<'a>(&self, config: &'a IntegrationConfig) -> Result<Awaited<'a>, DeliverError> {
        let settings = config.issue();
        let awaited = match self.delivers() {
            own if own != config.delivers() => return Err(DeliverError::Takes(own)),
            Delivers::Key | Delivers::Link { .. } => Awaited::Value(settings),
            Delivers::Files => Awaited::Files(settings),
            Delivers::Feature => return Err(DeliverError::Takes(Delivers::Feature)),
        };
        if !self.is_waiting() {
            return Err(DeliverError::NotPending);
        }
        if settings.fulfillment_mode != FulfillmentMode::Manual {
            return Err(DeliverError::NotManual);
        }
        Ok(awaited)
    }

    /// Whether it can be noted that the customer accepted its invitation: it has been delivered by a link.
    pub fn may_be_accepted(&self) -> bool {
        let is_delivered = matches!(self.status, GrantStatus::Delivered | GrantStatus::Failed);
        is_delivered && self.delivers().is_link() && self.license_key_id.is_some()
    }

    /// What its customer gets.
    pub fn delivers(&self) -> Delivers {
        rules_of(self.integration_type).delivers
    }

    /// Whether somebody has to do something about it: it is pending, and no key is on its way for it.
    pub fn is_waiting(&self) -> bool {
        self.status == GrantStatus::Pending && self.license_key_id.is_none()
    }

    /// Whether the customer has what was granted, even if the e-mail about it did not arrive.
    pub fn is_delivered(&self) -> bool {
        matches!(self.status, GrantStatus::Delivered | GrantStatus::Failed)
    }

    /// The claim in force at `now`.
    pub fn claim_at(&self, now: Timestamp) -> Option<&Claim> {
        self.claim.as_ref().filter(|claim| claim.is_in_force(self.status, now))
    }

    /// The moment since which it waits.
    pub fn waiting_since(&self, now: Timestamp) -> Timestamp {
        waiting_since(self.created_at, &self.handling, now)
    }

    /// The state that restoring this grant returns it to; `None` if it is not revoked.
    pub fn restored_status(&self) -> Option<GrantStatus> {
        if self.status == GrantStatus::Revoked {
            self.status_before_revocation.or(Some(GrantStatus::Pending))
        } else {
            None
        }
    }
}
