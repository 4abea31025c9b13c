//! The preview of the e-mail, beside the form.

use super::form::Input;
use crate::domain::entitlement::IssueSettings;
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::i18n::{Language, Localizer};
use crate::storage::grants::detail::GrantDetail;
use crate::usecases::Context;
use crate::usecases::grants::compose_email::{Contents, compose_email};

/// A preview of the e-mail.
pub(crate) struct Preview {
    pub language: Language,
    pub to: String,
    pub from: String,
    pub subject: String,
    pub greeting: String,
    pub intro: String,
    /// The key as input, or a placeholder.
    pub key: String,
    pub validity: String,
    pub note: Option<String>,
    pub no_note: String,
    /// The labels for recipient, sender and subject in the customer's language.
    pub labels: (String, String, String),
    localizer: Localizer,
}

impl Preview {
    pub(crate) fn new(
        ctx: &Context,
        detail: &GrantDetail,
        settings: &IssueSettings,
        (input, is_from_stock): (&Input, bool),
        place_in_sale: Option<(usize, usize)>,
    ) -> Self {
        let now = ctx.clock.now();
        let (limit, expires_at) = input.with_defaults(settings, now, &ctx.config.time_zone);
        let language = Language::for_locale(&detail.customer.locale);
        let l = Localizer::new(language, ctx.config.time_zone.clone(), now);
        let placeholder = if is_from_stock { "fulfillment-preview-stock-key" } else { "fulfillment-preview-key" };
        let is_link = detail.grant.delivers().is_link();
        let placeholder = LicenseKeyValue::stored(l.t(&l.of_value(placeholder, is_link)));
        let contents = Contents {
            key: input.key.as_ref().unwrap_or(&placeholder),
            activations_limit: limit.filter(|_| !is_link).map(ActivationsLimit::get),
            expires_at,
            expires_zone: input.expires_zone.as_deref(),
            customer_note: input.customer_note.as_deref(),
            place_in_sale,
            has_files: false,
            replaces: None,
        };
        Self::of(ctx, detail, &contents, l)
    }

    /// The preview of an e-mail with this content; `l` speaks the customer's language.
    pub(crate) fn of(ctx: &Context, detail: &GrantDetail, contents: &Contents<'_>, l: Localizer) -> Self {
        let mail = compose_email(ctx, &detail.grant, &detail.customer, &detail.entitlement, contents);
        Self {
            language: l.language,
            to: mail.to_address.clone(),
            from: ctx.config.mail_from.to_string(),
            subject: mail.subject(),
            greeting: mail.greeting(),
            intro: mail.intro(),
            key: mail.key.expose().to_owned(),
            validity: mail.validity_sentence(),
            note: mail.customer_note.clone(),
            no_note: l.t("fulfillment-preview-no-note"),
            labels: (
                l.t("fulfillment-preview-to"),
                l.t("fulfillment-preview-from"),
                l.t("fulfillment-preview-subject"),
            ),
            localizer: l,
        }
    }

    pub(crate) fn payment(&self, id: &str) -> String {
        self.localizer.t1("mail-payment", "payment", id)
    }
}
