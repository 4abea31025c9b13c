//! The form that replaces a key: its input, and the resulting command.

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::replacement::{InstancesFate, MAX_DETAILS, ReplaceReason};
use crate::domain::idempotency;
use crate::domain::ids::{GrantId, LicenseKeyId};
use crate::domain::integration::rules_of;
use crate::domain::text::{self, TextError};
use crate::usecases::grants::fulfill::KeyChoice;
use crate::usecases::grants::replace::ReplaceKey;
use crate::web::grants::fulfillment::form::{FulfillmentForm, Input, value_field};
use crate::web::{FormErrors, SignedInStaff};

/// The fields as submitted. Deliberately without `Debug`, because the key must not be printed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReplaceForm {
    pub reason: String,
    pub details: String,
    /// `stock` for the next key from stock; anything else for the key that is typed.
    pub source: String,
    pub key: String,
    /// The link, where the grant takes one.
    pub url: String,
    /// What happens to the activations of the old key.
    pub instances: String,
    pub customer_note: String,
    /// The key that is to be replaced.
    pub replaces: String,
    pub idempotency_key: String,
    /// Anything if a key that looks wrong is to be sent as it is.
    pub confirm: String,
    /// `corrected` to take over the corrected key.
    pub take: String,
}

impl ReplaceForm {
    /// An empty form with a new idempotency key.
    pub(crate) fn fresh() -> Self {
        Self { idempotency_key: idempotency::fresh_key(), ..Self::default() }
    }

    /// The fields that the fulfillment form has too.
    fn of_key(&self) -> FulfillmentForm {
        FulfillmentForm {
            source: self.source.clone(),
            key: self.key.clone(),
            url: self.url.clone(),
            customer_note: self.customer_note.clone(),
            ..FulfillmentForm::default()
        }
    }

    pub(crate) fn is_from_stock(&self) -> bool {
        self.source == "stock"
    }

    pub(crate) fn is_confirmed(&self) -> bool {
        !self.confirm.trim().is_empty()
    }

    pub(crate) fn takes_corrected(&self) -> bool {
        self.take == "corrected"
    }

    /// What was entered as the link.
    pub(crate) fn link(&self) -> &str {
        if self.url.trim().is_empty() { &self.key } else { &self.url }
    }

    /// Parses the fields about the new key; returns an error for each invalid one.
    pub(crate) fn read(&self, kind: IntegrationType, staff: &SignedInStaff, now: Timestamp) -> (Input, FormErrors) {
        self.of_key().read(kind, staff.localizer(), now)
    }

    /// The command for a grant of this type, or the errors of each field.
    pub(crate) fn parse(
        &self,
        grant_id: &GrantId,
        kind: IntegrationType,
        staff: &SignedInStaff,
        now: Timestamp,
    ) -> Result<ReplaceKey, FormErrors> {
        let l = staff.localizer();
        let is_link = rules_of(kind).delivers.is_link();
        let mut errors = FormErrors::new();
        let reason = ReplaceReason::parse(&self.reason);
        if reason.is_none() {
            errors.add("reason", l.t("replace-reason-missing"));
        }
        let details = text::optional(&self.details, |details| text::line(details, MAX_DETAILS));
        match &details {
            Ok(None) if reason == Some(ReplaceReason::Other) => errors.add("details", l.t("replace-details-missing")),
            Ok(_) => {}
            Err(TextError::TooLong { .. }) => errors.add("details", l.t("replace-details-too-long")),
            Err(_) => errors.add("details", l.t("replace-details-wrong")),
        }
        let (input, of_key) = self.read(kind, staff, now);
        for (field, message) in of_key.iter() {
            errors.add(field, message);
        }
        let idempotency_key = idempotency::parse_key(&self.idempotency_key).unwrap_or_else(|_| {
            errors.add(value_field(is_link), l.t("fulfillment-form-broken"));
            None
        });
        let key = match input.key {
            _ if self.is_from_stock() => Some(KeyChoice::FromStock),
            Some(link) if is_link => Some(KeyChoice::Link(link)),
            key => key.map(KeyChoice::Typed),
        };
        match (key, reason) {
            (Some(key), Some(reason)) if errors.is_empty() => Ok(ReplaceKey {
                grant_id: grant_id.clone(),
                old_key_id: LicenseKeyId::parse(&self.replaces).ok(),
                key,
                reason,
                details: details.unwrap_or_default(),
                instances: InstancesFate::parse(&self.instances).unwrap_or(InstancesFate::End),
                customer_note: input.customer_note,
                is_confirmed: self.is_confirmed(),
                idempotency_key,
                actor: staff.actor(),
            }),
            _ => Err(errors),
        }
    }
}
