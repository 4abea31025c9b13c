//! What an entitlement form's input means.

use super::config;
use super::form::EntitlementForm;
use crate::domain::customer::parse_name;
use crate::domain::entitlement::{
    Entitlement, FulfillmentMode, IntegrationConfig, IntegrationType, IssueSettings, MAX_DESCRIPTION, OtherSettings,
};
use crate::domain::integration::rules::Delivers;
use crate::domain::integration::rules_of;
use crate::domain::license_key::expiry::{ActivationsLimit, Interval, ValidityPeriod};
use crate::domain::license_key::format::KeyFormat;
use crate::domain::license_key::pattern::KeyPattern;
use crate::domain::stock::settings::StockSettings;
use crate::domain::text;
use crate::i18n::Localizer;
use crate::usecases::catalog::save_entitlement::EntitlementFields;
use crate::web::FormErrors;
use crate::web::stock::settings as stock_settings;

impl EntitlementForm {
    /// The fields to save, or the errors of each field. An existing entitlement keeps its integration type.
    pub(crate) fn parse(&self, existing: Option<&Entitlement>, l: &Localizer) -> Result<EntitlementFields, FormErrors> {
        let mut errors = FormErrors::new();
        let mut wrong = |field: &str| errors.add(field, l.t(wrong_text(field)));
        let name = parse_name(&self.name).map_err(|_| wrong("name")).unwrap_or_default();
        let description = text::optional(&self.description, |text| text::block(text, MAX_DESCRIPTION))
            .map_err(|_| wrong("description"))
            .unwrap_or_default();
        let present = existing.map(|existing| &existing.config);
        let kind = match present {
            Some(config) => Some(config.integration_type()),
            None => self.kind(),
        };
        if kind.is_none() {
            wrong("integration_type");
        }
        let config = match kind {
            Some(IntegrationType::LicenseKey) => self.key_settings(&mut wrong).map(IntegrationConfig::LicenseKey),
            Some(kind) => {
                let fields = config::parse(kind, &self.config, present).map_err(|wrong| {
                    for (field, error) in wrong {
                        errors.add(field, config::wrong_text(error, l));
                    }
                });
                let mut wrong = |field: &str| errors.add(field, l.t(wrong_text(field)));
                let issue = self.issue_settings(rules_of(kind).delivers, &mut wrong);
                fields.ok().map(|fields| IntegrationConfig::Other(OtherSettings { kind, fields, issue }))
            }
            None => None,
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

    fn key_settings(&self, wrong: &mut impl FnMut(&str)) -> Option<IssueSettings> {
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
        let of_links_too = self.link_settings(wrong);
        let key_format =
            text::optional(&self.key_format, KeyFormat::parse).map_err(|_| wrong("key_format")).unwrap_or_default();
        let key_pattern =
            text::optional(&self.key_pattern, KeyPattern::parse).map_err(|_| wrong("key_pattern")).unwrap_or_default();
        Some(IssueSettings { fulfillment_mode: mode?, activations_limit, key_format, key_pattern, ..of_links_too })
    }

    /// How a link is issued; all of it applies to keys as well.
    fn link_settings(&self, wrong: &mut impl FnMut(&str)) -> IssueSettings {
        let validity_period = self.validity_period(wrong);
        let activation_message =
            text::optional(&self.activation_message, |text| text::block(text, IssueSettings::MAX_ACTIVATION_MESSAGE))
                .map_err(|_| wrong("activation_message"))
                .unwrap_or_default();
        IssueSettings {
            validity_period,
            activation_message,
            key_is_shared: self.is_shared(),
            stock: self.stock().parse(wrong),
            ..IssueSettings::manual()
        }
    }

    /// How what is no key is issued; fields that do not apply are ignored.
    fn issue_settings(&self, what: Delivers, wrong: &mut impl FnMut(&str)) -> IssueSettings {
        match what {
            Delivers::Key | Delivers::Link { .. } => self.link_settings(wrong),
            Delivers::Files => {
                let delivery = self.stock().parse(wrong).delivery;
                let stock = StockSettings { delivery, ..StockSettings::default() };
                IssueSettings { stock, ..IssueSettings::manual() }
            }
            Delivers::Feature => IssueSettings::manual(),
        }
    }

    /// The chosen type.
    pub(crate) fn kind(&self) -> Option<IntegrationType> {
        IntegrationType::parse(&self.integration_type)
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
