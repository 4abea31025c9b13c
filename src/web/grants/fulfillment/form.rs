//! The fulfillment form: its input, and the resulting command.

use serde::Deserialize;

use crate::domain::entitlement::{IntegrationType, IssueSettings};
use crate::domain::idempotency;
use crate::domain::ids::GrantId;
use crate::domain::integration::link::LinkError;
use crate::domain::integration::rules::Delivers;
use crate::domain::integration::rules_of;
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::domain::license_key::{LicenseKeyValue, LicenseKeyValueError};
use crate::domain::text::{self, TextError};
use crate::i18n::{Localizer, key_error, link_error};
use crate::usecases::grants::fulfill::{FulfillGrant, KeyChoice};
use crate::web::forms::end::{TypedEnd, zone_name};
use crate::web::{FormErrors, SignedInStaff};
use jiff::Timestamp;
use jiff::tz::TimeZone;

const MAX_NOTE: usize = 1_000;

/// The name of the field for the key or the link.
pub(crate) fn value_field(is_link: bool) -> &'static str {
    if is_link { "url" } else { "key" }
}

/// The fields as submitted. Deliberately without `Debug`, because the key must not be printed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FulfillmentForm {
    /// `stock` for the next key from stock; anything else for the key that is typed.
    pub source: String,
    pub key: String,
    /// The link, where the grant takes one; `key` is taken for it if that is empty.
    pub url: String,
    pub activations_limit: String,
    pub expires_at: String,
    pub expires_time: String,
    pub customer_note: String,
    pub idempotency_key: String,
    pub then: String,
    /// Anything if a key that looks wrong is to be sent as it is.
    pub confirm: String,
    /// `corrected` to take over the corrected key.
    pub take: String,
}

/// The parsed fields, as far as each is valid; for the preview and for showing the form again.
#[derive(Default)]
pub(crate) struct Input {
    /// The key or the link.
    pub key: Option<LicenseKeyValue>,
    /// The key without characters that keys do not contain, if that is what is wrong with it.
    pub cleaned_key: Option<LicenseKeyValue>,
    /// Whether nothing was entered as the key or the link.
    pub is_key_missing: bool,
    pub activations_limit: Option<ActivationsLimit>,
    pub expires_at: Option<Timestamp>,
    /// The name of the time zone that the expiry was typed in.
    pub expires_zone: Option<String>,
    pub customer_note: Option<String>,
}

impl FulfillmentForm {
    /// An empty form with a new idempotency key.
    pub(crate) fn fresh() -> Self {
        Self { idempotency_key: idempotency::fresh_key(), ..Self::default() }
    }

    /// Whether the person wants to continue with the next grant.
    pub(crate) fn goes_on(&self) -> bool {
        self.then == "next"
    }

    /// Whether the key is to be taken from stock.
    pub(crate) fn is_from_stock(&self) -> bool {
        self.source == "stock"
    }

    /// Whether a key that looks wrong is to be sent as it is.
    pub(crate) fn is_confirmed(&self) -> bool {
        !self.confirm.trim().is_empty()
    }

    /// Whether the person takes over the corrected key.
    pub(crate) fn takes_corrected(&self) -> bool {
        self.take == "corrected"
    }

    /// What was entered as the link.
    pub(crate) fn link(&self) -> &str {
        if self.url.trim().is_empty() { &self.key } else { &self.url }
    }

    /// Parses every field of a grant of this type; returns an error for each invalid one.
    pub(crate) fn read(&self, kind: IntegrationType, l: &Localizer, now: Timestamp) -> (Input, FormErrors) {
        let mut errors = FormErrors::new();
        let mut input = Input::default();
        let rules = rules_of(kind);
        match rules.delivers {
            Delivers::Key | Delivers::Link { .. } if self.is_from_stock() => {}
            Delivers::Key => self.read_key(l, &mut input, &mut errors),
            Delivers::Link { .. } => match rules.parse_link(self.link()) {
                Ok(link) => input.key = Some(link),
                Err(why) => {
                    input.is_key_missing = why.error == LinkError::Empty;
                    errors.add("url", link_error(l, why));
                }
            },
            Delivers::Files | Delivers::Feature => {}
        }
        if rules.delivers == Delivers::Key {
            match text::optional(&self.activations_limit, ActivationsLimit::parse) {
                Ok(limit) => input.activations_limit = limit,
                Err(_) => errors.add("activations_limit", l.t("fulfillment-limit-wrong")),
            }
        }
        input.expires_at = self.end().read(l, now, &mut errors);
        input.expires_zone = input.expires_at.and(zone_name(l));
        match text::optional(&self.customer_note, |note| text::block(note, MAX_NOTE)) {
            Ok(note) => input.customer_note = note,
            Err(TextError::TooLong { .. }) => errors.add("customer_note", l.t("fulfillment-note-too-long")),
            Err(_) => errors.add("customer_note", l.t("fulfillment-note-control")),
        }
        (input, errors)
    }

    fn read_key(&self, l: &Localizer, input: &mut Input, errors: &mut FormErrors) {
        match LicenseKeyValue::parse(&self.key) {
            Ok(key) => input.key = Some(key),
            Err(error) => {
                input.is_key_missing = error == LicenseKeyValueError::Empty;
                if matches!(error, LicenseKeyValueError::Character(_)) {
                    input.cleaned_key = LicenseKeyValue::without_misplaced(&self.key).ok();
                }
                errors.add("key", key_error(l, error));
            }
        }
    }

    /// The command for a grant of this type, or the errors of each field.
    pub(crate) fn parse(
        &self,
        grant_id: &GrantId,
        kind: IntegrationType,
        staff: &SignedInStaff,
        now: Timestamp,
    ) -> Result<FulfillGrant, FormErrors> {
        let l = staff.localizer();
        let is_link = rules_of(kind).delivers.is_link();
        let (input, mut errors) = self.read(kind, l, now);
        let idempotency_key = idempotency::parse_key(&self.idempotency_key).unwrap_or_else(|_| {
            errors.add(value_field(is_link), l.t("fulfillment-form-broken"));
            None
        });
        let key = match input.key {
            _ if self.is_from_stock() => Some(KeyChoice::FromStock),
            Some(link) if is_link => Some(KeyChoice::Link(link)),
            key => key.map(KeyChoice::Typed),
        };
        match key {
            Some(key) if errors.is_empty() => Ok(FulfillGrant {
                grant_id: grant_id.clone(),
                key,
                activations_limit: input.activations_limit,
                expires_at: input.expires_at,
                expires_zone: input.expires_zone,
                customer_note: input.customer_note,
                is_confirmed: self.is_confirmed(),
                idempotency_key,
                actor: staff.actor(),
            }),
            _ => Err(errors),
        }
    }

    /// Sets a new idempotency key if the form has no usable one.
    pub(crate) fn renew_idempotency_key(&mut self) {
        if !matches!(idempotency::parse_key(&self.idempotency_key), Ok(Some(_))) {
            self.idempotency_key = idempotency::fresh_key();
        }
    }

    /// The expiry as typed.
    pub(crate) fn end(&self) -> TypedEnd<'_> {
        TypedEnd { date: &self.expires_at, time: &self.expires_time }
    }

    /// Whether the person has typed anything.
    pub(crate) fn is_typed(&self) -> bool {
        let fields =
            [&self.key, &self.url, &self.activations_limit, &self.expires_at, &self.expires_time, &self.customer_note];
        fields.iter().any(|field| !field.trim().is_empty())
    }
}

impl Input {
    /// The limit and the expiry that the key would get at `now`, with the business's time zone.
    pub(crate) fn with_defaults(
        &self,
        settings: &IssueSettings,
        now: Timestamp,
        zone: &TimeZone,
    ) -> (Option<ActivationsLimit>, Option<Timestamp>) {
        let limit = self.activations_limit.or(settings.activations_limit);
        (limit, self.expires_at.or_else(|| settings.validity_period.and_then(|period| period.end(now, zone))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    fn read(fill: impl FnOnce(&mut FulfillmentForm)) -> (Input, FormErrors) {
        let zone = TimeZone::get("Europe/Berlin").expect("a known zone");
        let now: Timestamp = "2026-01-01T12:00:00Z".parse().expect("a timestamp");
        let mut form = FulfillmentForm { key: "KEY-1".to_owned(), ..FulfillmentForm::fresh() };
        fill(&mut form);
        form.read(IntegrationType::LicenseKey, &Localizer::new(Language::En, zone, now), now)
    }

    #[test]
    fn a_key_alone_is_enough() {
        let (input, errors) = read(|_| {});
        assert!(errors.is_empty());
        assert_eq!(input.key.map(|key| key.expose().to_owned()).as_deref(), Some("KEY-1"));
        assert_eq!((input.activations_limit, input.expires_at, input.customer_note), (None, None, None));
    }

    #[test]
    fn from_stock_no_key_is_needed_and_a_typed_one_does_not_count() {
        for key in ["", "KEY-1", "\0"] {
            let (input, errors) = read(|form| {
                form.source = "stock".to_owned();
                form.key = key.to_owned();
            });
            assert!(errors.is_empty(), "{key:?}");
            assert!(input.key.is_none() && !input.is_key_missing);
        }
    }

    #[test]
    fn each_wrong_field_is_named_at_once() {
        let (_, errors) = read(|form| {
            form.key = " \r\n ".to_owned();
            form.activations_limit = "-1".to_owned();
            form.expires_at = "99999-01-01T00:00".to_owned();
            form.customer_note = "\0".to_owned();
        });
        let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["key", "activations_limit", "expires_at", "customer_note"]);
    }

    #[test]
    fn a_half_typed_time_is_named_and_a_date_has_its_zone() {
        let (input, errors) = read(|form| {
            form.expires_at = "31 Dec 2026".to_owned();
            form.expires_time = "18:".to_owned();
        });
        assert_eq!(errors.iter().map(|(field, _)| field).collect::<Vec<_>>(), ["expires_time"]);
        assert_eq!((input.expires_at, input.expires_zone), (None, None));
        let (input, errors) = read(|form| form.expires_at = "31.12.2026".to_owned());
        assert!(errors.is_empty());
        assert_eq!(input.expires_at.map(|at| at.to_string()).as_deref(), Some("2026-12-31T22:59:59Z"));
        assert_eq!(input.expires_zone.as_deref(), Some("Europe/Berlin"));
    }
}
