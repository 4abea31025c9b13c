//! The entitlement form: its input, and the resulting fields.

use serde::Deserialize;

use crate::domain::customer::parse_name;
use crate::domain::entitlement::{
    Entitlement, FulfillmentMode, IntegrationConfig, IntegrationType, IssueSettings, MAX_DESCRIPTION,
};
use crate::domain::license_key::expiry::{ActivationsLimit, Interval, ValidityPeriod};
use crate::domain::license_key::format::KeyFormat;
use crate::domain::license_key::pattern::KeyPattern;
use crate::domain::text;
use crate::i18n::Localizer;
use crate::usecases::catalog::save_entitlement::EntitlementFields;
use crate::web::FormErrors;
use crate::web::stock::settings::{self as stock_settings, StockForm};

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
}

impl EntitlementForm {
    /// The form for a new entitlement, set to license keys fulfilled by staff.
    pub(crate) fn fresh() -> Self {
        Self {
            integration_type: IntegrationType::LicenseKey.as_str().to_owned(),
            fulfillment_mode: FulfillmentMode::Manual.as_str().to_owned(),
            ..Self::default()
        }
    }

    /// The form filled in from an entitlement.
    pub(crate) fn of(entitlement: &Entitlement) -> Self {
        let settings = entitlement.config.license_key();
        let period = settings.and_then(|settings| settings.validity_period);
        let stock = settings.map(|settings| StockForm::of(&settings.stock)).unwrap_or_default();
        Self {
            name: entitlement.name.clone(),
            description: entitlement.description.clone().unwrap_or_default(),
            integration_type: entitlement.config.integration_type().as_str().to_owned(),
            fulfillment_mode: settings.map(|s| s.fulfillment_mode.as_str().to_owned()).unwrap_or_default(),
            activations_limit: settings
                .and_then(|s| s.activations_limit)
                .map(|limit| limit.get().to_string())
                .unwrap_or_default(),
            duration_count: period.map(|period| period.count.to_string()).unwrap_or_default(),
            duration_interval: period.map(|period| period.interval.as_str().to_owned()).unwrap_or_default(),
            activation_message: settings.and_then(|s| s.activation_message.clone()).unwrap_or_default(),
            key_format: settings.and_then(|s| s.key_format.as_ref()).map(ToString::to_string).unwrap_or_default(),
            key_pattern: settings.and_then(|s| s.key_pattern.as_ref()).map(ToString::to_string).unwrap_or_default(),
            key_is_shared: settings.filter(|s| s.key_is_shared).map(|_| "yes".to_owned()).unwrap_or_default(),
            delivery: stock.delivery,
            refill: stock.refill,
            alert_count: stock.alert_count,
            alert_days: stock.alert_days,
            is_active: if entitlement.is_active { "yes" } else { "no" }.to_owned(),
            version: Self::version_of(entitlement),
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
        let differing = fields.into_iter().filter(|(_, mine, others)| mine.trim() != others.trim());
        differing.map(|(label, mine, _)| (label, mine.as_str())).collect()
    }

    /// The fields to save, or the errors of each field. An existing entitlement keeps its integration type, and its
    /// settings if Keydesk does not fulfill the integration.
    pub(crate) fn parse(&self, existing: Option<&Entitlement>, l: &Localizer) -> Result<EntitlementFields, FormErrors> {
        let mut errors = FormErrors::new();
        let mut wrong = |field: &str| errors.add(field, l.t(wrong_text(field)));
        let name = parse_name(&self.name).map_err(|_| wrong("name")).unwrap_or_default();
        let description = text::optional(&self.description, |text| text::block(text, MAX_DESCRIPTION))
            .map_err(|_| wrong("description"))
            .unwrap_or_default();
        let config = match existing.map(|existing| &existing.config) {
            Some(config @ IntegrationConfig::Other(_)) => Some(config.clone()),
            Some(IntegrationConfig::LicenseKey(_)) => self.settings(&mut wrong).map(IntegrationConfig::LicenseKey),
            None => match IntegrationType::parse(&self.integration_type) {
                None => {
                    wrong("integration_type");
                    None
                }
                Some(IntegrationType::LicenseKey) => self.settings(&mut wrong).map(IntegrationConfig::LicenseKey),
                Some(other) => Some(IntegrationConfig::other(other, "{}".to_owned())),
            },
        };
        match config {
            Some(config) if errors.is_empty() => Ok(EntitlementFields {
                name,
                description,
                config,
                metadata: None,
                is_active: self.is_active(),
                product_id: None,
                file_ids: None,
            }),
            _ => Err(errors),
        }
    }

    fn settings(&self, wrong: &mut impl FnMut(&str)) -> Option<IssueSettings> {
        let mode = match self.fulfillment_mode.trim() {
            "" => Some(FulfillmentMode::Manual),
            text => FulfillmentMode::parse(text),
        };
        if mode.is_none() {
            wrong("fulfillment_mode");
        }
        let activations_limit = text::optional(&self.activations_limit, ActivationsLimit::parse)
            .map_err(|_| wrong("activations_limit"))
            .unwrap_or_default();
        let validity_period = self.validity_period(wrong);
        let activation_message =
            text::optional(&self.activation_message, |text| text::block(text, IssueSettings::MAX_ACTIVATION_MESSAGE))
                .map_err(|_| wrong("activation_message"))
                .unwrap_or_default();
        let key_format =
            text::optional(&self.key_format, KeyFormat::parse).map_err(|_| wrong("key_format")).unwrap_or_default();
        let key_pattern =
            text::optional(&self.key_pattern, KeyPattern::parse).map_err(|_| wrong("key_pattern")).unwrap_or_default();
        Some(IssueSettings {
            fulfillment_mode: mode?,
            activations_limit,
            validity_period,
            activation_message,
            key_format,
            key_pattern,
            key_is_shared: self.is_shared(),
            stock: self.stock().parse(wrong),
        })
    }

    /// Number and unit; both or neither must be given.
    fn validity_period(&self, wrong: &mut impl FnMut(&str)) -> Option<ValidityPeriod> {
        let (count, interval) = (self.duration_count.trim(), self.duration_interval.trim());
        if count.is_empty() && interval.is_empty() {
            return None;
        }
        let is_number = !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit());
        let number =
            count.parse().ok().filter(|number| is_number && ValidityPeriod::new(*number, Interval::Day).is_some());
        if number.is_none() {
            wrong("duration_count");
        }
        let unit = Interval::parse(interval);
        if unit.is_none() {
            wrong("duration_interval");
        }
        ValidityPeriod::new(number?, unit?)
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

    pub(crate) fn is_license_key(&self) -> bool {
        self.integration_type == IntegrationType::LicenseKey.as_str()
    }
}

/// The error message of a field, as a locale key.
fn wrong_text(field: &str) -> &'static str {
    match field {
        "name" => "entitlements-name-wrong",
        "description" => "entitlements-description-wrong",
        "integration_type" => "entitlements-type-wrong",
        "fulfillment_mode" => "entitlements-mode-wrong",
        "activations_limit" => "entitlements-limit-wrong",
        "duration_count" => "entitlements-duration-wrong",
        "duration_interval" => "entitlements-interval-wrong",
        "key_format" => "entitlements-key-format-wrong",
        "key_pattern" => "entitlements-key-pattern-wrong",
        "activation_message" => "entitlements-message-wrong",
        of_stock => stock_settings::wrong_text(of_stock),
    }
}
