//! The entitlement form: its input.

use std::collections::HashMap;

use serde::Deserialize;

use super::config;
use crate::domain::entitlement::{Entitlement, FulfillmentMode, IntegrationType};
use crate::web::forms::labels;
use crate::web::stock::settings::StockForm;

/// The fields as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct EntitlementForm {
    pub name: String,
    pub description: String,
    pub integration_type: String,
    pub fulfillment_mode: String,
    pub activations_limit: String,
    pub duration_count: String,
    pub duration_interval: String,
    pub activation_message: String,
    pub key_format: String,
    pub key_pattern: String,
    /// Anything if the box is ticked.
    pub key_is_shared: String,
    pub delivery: String,
    pub refill: String,
    pub alert_count: String,
    pub alert_days: String,
    /// `no`, or `yes` if the box is ticked; empty from programs, which leave it as it is.
    pub is_active: String,
    /// The version of the entitlement that the form was filled in from; empty from programs, which overwrite any.
    pub version: String,
    /// `fields` to see the fields of the chosen type; anything else saves.
    pub then: String,
    /// All other fields, among them those that the rules of the type name.
    #[serde(flatten)]
    pub config: HashMap<String, String>,
}

impl EntitlementForm {
    /// The form for a new entitlement of this type, fulfilled by staff.
    pub(crate) fn fresh(kind: IntegrationType) -> Self {
        Self {
            integration_type: kind.as_str().to_owned(),
            fulfillment_mode: FulfillmentMode::Manual.as_str().to_owned(),
            ..Self::default()
        }
    }

    /// The form filled in from an entitlement.
    pub(crate) fn of(entitlement: &Entitlement) -> Self {
        let settings = entitlement.config.issue();
        let period = settings.validity_period;
        let stock = StockForm::of(&settings.stock);
        Self {
            name: entitlement.name.clone(),
            description: entitlement.description.clone().unwrap_or_default(),
            integration_type: entitlement.config.integration_type().as_str().to_owned(),
            fulfillment_mode: settings.fulfillment_mode.as_str().to_owned(),
            activations_limit: settings.activations_limit.map(|limit| limit.get().to_string()).unwrap_or_default(),
            duration_count: period.map(|period| period.count.to_string()).unwrap_or_default(),
            duration_interval: period.map(|period| period.interval.as_str().to_owned()).unwrap_or_default(),
            activation_message: settings.activation_message.clone().unwrap_or_default(),
            key_format: settings.key_format.as_ref().map(ToString::to_string).unwrap_or_default(),
            key_pattern: settings.key_pattern.as_ref().map(ToString::to_string).unwrap_or_default(),
            key_is_shared: if settings.key_is_shared { "yes" } else { "" }.to_owned(),
            delivery: stock.delivery,
            refill: stock.refill,
            alert_count: stock.alert_count,
            alert_days: stock.alert_days,
            is_active: if entitlement.is_active { "yes" } else { "no" }.to_owned(),
            version: Self::version_of(entitlement),
            then: String::new(),
            config: config::texts_of(&entitlement.config),
        }
    }

    /// Changes whenever the entitlement changes.
    pub(crate) fn version_of(entitlement: &Entitlement) -> String {
        entitlement.updated_at.as_microsecond().to_string()
    }

    /// Whether the entitlement was changed after the form was filled in from it.
    pub(crate) fn is_older_than(&self, entitlement: &Entitlement) -> bool {
        let version = self.version.trim();
        !version.is_empty() && version != Self::version_of(entitlement)
    }

    /// The values that differ from those of another form, as the locale keys of their labels and the values.
    pub(crate) fn differing_from(&self, other: &Self) -> Vec<(&'static str, &str)> {
        let of_config = self.config.iter().filter_map(|(name, mine)| {
            let label = labels::label(name)?;
            other.config.get(name).map(|others| (label, mine, others))
        });
        let fields = [
            ("entitlements-name", &self.name, &other.name),
            ("entitlements-description", &self.description, &other.description),
            ("entitlements-mode-label", &self.fulfillment_mode, &other.fulfillment_mode),
            ("entitlements-limit-label", &self.activations_limit, &other.activations_limit),
            ("entitlements-duration-count", &self.duration_count, &other.duration_count),
            ("entitlements-duration-interval", &self.duration_interval, &other.duration_interval),
            ("entitlements-message", &self.activation_message, &other.activation_message),
            ("entitlements-key-format", &self.key_format, &other.key_format),
            ("stock-delivery", &self.delivery, &other.delivery),
            ("stock-refill", &self.refill, &other.refill),
            ("stock-alert-count", &self.alert_count, &other.alert_count),
            ("stock-alert-days", &self.alert_days, &other.alert_days),
        ];
        let fields = fields.into_iter().chain(of_config);
        let differing = fields.filter(|(_, mine, others)| mine.trim() != others.trim());
        differing.map(|(label, mine, _)| (label, mine.as_str())).collect()
    }

    /// The fields about the stock.
    pub(crate) fn stock(&self) -> StockForm {
        StockForm {
            delivery: self.delivery.clone(),
            refill: self.refill.clone(),
            alert_count: self.alert_count.clone(),
            alert_days: self.alert_days.clone(),
        }
    }

    pub(crate) fn is_shared(&self) -> bool {
        !self.key_is_shared.trim().is_empty()
    }

    /// Whether new grants can be created; `None` if the form does not say so.
    pub(crate) fn is_active(&self) -> Option<bool> {
        let value = self.is_active.trim();
        (!value.is_empty()).then_some(!matches!(value, "no" | "off" | "false" | "0"))
    }
}
