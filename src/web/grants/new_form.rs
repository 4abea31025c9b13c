//! The form for creating a grant manually: its input, and the resulting sale.

use serde::Deserialize;

use crate::domain::customer::{self, EmailAddress};
use crate::domain::entitlement::Entitlement;
use crate::domain::idempotency;
use crate::domain::sale::{NO_SHOP, Quantity, Sale};
use crate::domain::text::{self, TextError};
use crate::i18n::Localizer;
use crate::usecases::Context;
use crate::usecases::idempotent::IdempotencyKey;
use crate::web::FormErrors;

/// The locales that are offered; others are kept where they come from elsewhere.
pub(crate) const LOCALES: [&str; 10] = ["en", "de", "fr", "es", "it", "nl", "pl", "pt", "ja", "zh"];

/// The fields as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct GrantForm {
    pub entitlement_id: String,
    pub customer_email: String,
    pub customer_name: String,
    pub customer_locale: String,
    pub payment_id: String,
    pub subscription_id: String,
    pub idempotency_key: String,
}

impl GrantForm {
    /// An empty form with a new idempotency key.
    pub fn fresh() -> Self {
        Self { idempotency_key: idempotency::fresh_key(), ..Self::default() }
    }

    pub fn renew_idempotency_key(&mut self) {
        self.idempotency_key = idempotency::fresh_key();
    }

    /// The sale and the form's idempotency key, or the errors of each field.
    pub fn parse(&mut self, l: &Localizer, entitlements: &[Entitlement]) -> Result<(Sale, Option<String>), FormErrors> {
        let mut errors = FormErrors::new();
        let chosen = entitlements.iter().find(|entitlement| entitlement.id.as_str() == self.entitlement_id.trim());
        if chosen.is_none() {
            let is_empty = self.entitlement_id.trim().is_empty();
            let key = if is_empty { "grants-entitlement-empty" } else { "grants-entitlement-wrong" };
            errors.add("entitlement_id", l.t(key));
        }
        let email = EmailAddress::parse(&self.customer_email)
            .map_err(|error| errors.add("customer_email", email_error(l, error)))
            .ok();
        let mut read = |field: &str, value: &str, key: &str, parse: fn(&str) -> Result<String, TextError>| {
            text::optional(value, parse).unwrap_or_else(|error| {
                errors.add(
                    field,
                    l.t(match error {
                        TextError::InvisibleCharacter => "grants-reference-invisible",
                        TextError::DirectionOverride => "grants-name-reversed",
                        _ => key,
                    }),
                );
                None
            })
        };
        let customer_name = read("customer_name", &self.customer_name, "grants-name-wrong", customer::parse_name);
        let customer_locale =
            read("customer_locale", &self.customer_locale, "grants-locale-wrong", customer::parse_locale);
        let payment_id = read("payment_id", &self.payment_id, "grants-reference-wrong", text::reference);
        let subscription_id = read("subscription_id", &self.subscription_id, "grants-reference-wrong", text::reference);
        let idempotency_key = idempotency::parse_key(&self.idempotency_key);
        if idempotency_key.is_err() {
            self.renew_idempotency_key();
            errors.add("entitlement_id", l.t("grants-form-broken"));
        }
        match (chosen, email, errors.is_empty()) {
            (Some(entitlement), Some(customer_email), true) => Ok((
                Sale {
                    shop: NO_SHOP.to_owned(),
                    grant_id: None,
                    entitlement_id: entitlement.id.clone(),
                    customer_email,
                    customer_name,
                    customer_locale,
                    payment_id,
                    subscription_id,
                    external_id: None,
                    quantity: Quantity::Unsaid,
                    metadata: "{}".to_owned(),
                    created_at: None,
                },
                idempotency_key.unwrap_or_default(),
            )),
            _ => Err(errors),
        }
    }
}

/// The error message for an address.
pub(crate) fn email_error(l: &Localizer, error: TextError) -> String {
    l.t(if error == TextError::Empty { "grants-email-empty" } else { "grants-email-wrong" })
}

/// The form's idempotency key, with a fingerprint of the form's content.
pub(crate) fn form_key(ctx: &Context, sale: &Sale, scope: &str, key: String) -> IdempotencyKey {
    // The pattern has no `..`, so that a field that the form gets cannot be forgotten.
    let Sale {
        shop: _,
        entitlement_id,
        customer_email,
        customer_name,
        customer_locale,
        payment_id,
        subscription_id,
        grant_id: _,
        external_id: _,
        quantity: _,
        metadata: _,
        created_at: _,
    } = sale;
    let optional = |text: &Option<String>| text.as_deref().unwrap_or_default().as_bytes().to_vec();
    let fingerprint = ctx.keyring.fingerprint(&[
        b"issue_grant",
        entitlement_id.as_str().as_bytes(),
        customer_email.key().as_bytes(),
        &optional(customer_name),
        &optional(customer_locale),
        &optional(payment_id),
        &optional(subscription_id),
    ]);
    IdempotencyKey { scope: scope.to_owned(), key, fingerprint }
}
