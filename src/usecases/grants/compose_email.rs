//! Composing the e-mail that delivers a key, for the outbox and for the form's preview.

use jiff::Timestamp;

use crate::domain::customer::Customer;
use crate::domain::entitlement::Entitlement;
use crate::domain::grant::Grant;
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::license_key::expiry::display_zone;
use crate::i18n::Language;
use crate::mail::{FilesDelivered, LicenseKeyDelivered};
use crate::usecases::context::Context;
use crate::usecases::files::link::{LinkTarget, new_expiry, url};
use crate::usecases::files::shown::{GrantFiles, texts_of};

/// The content of the e-mail, apart from the recipient and the entitlement.
#[derive(Debug, Clone)]
pub(crate) struct Contents<'a> {
    pub key: &'a LicenseKeyValue,
    pub activations_limit: Option<i32>,
    pub expires_at: Option<Timestamp>,
    /// The name of the time zone that the expiry was chosen in.
    pub expires_zone: Option<&'a str>,
    pub customer_note: Option<&'a str>,
    /// Which of how many e-mails about the same sale this is.
    pub place_in_sale: Option<(usize, usize)>,
    /// Whether files come with the key.
    pub has_files: bool,
    /// The last characters of the key that it replaces, which may be none; `None` if it replaces none.
    pub replaces: Option<&'a str>,
}

/// Composes the e-mail in the customer's language.
pub(crate) fn compose_email(
    ctx: &Context,
    grant: &Grant,
    customer: &Customer,
    entitlement: &Entitlement,
    contents: &Contents<'_>,
) -> LicenseKeyDelivered {
    LicenseKeyDelivered {
        language: Language::for_locale(&customer.locale),
        to_name: customer.given_name().unwrap_or_default().to_owned(),
        to_address: customer.email.to_string(),
        business_name: ctx.config.business_name.clone(),
        product: entitlement.product_name.clone(),
        entitlement: entitlement.name.clone(),
        kind: grant.integration_type,
        key: contents.key.clone(),
        activations_limit: contents.activations_limit,
        expires_at: contents.expires_at,
        expires_zone: display_zone(contents.expires_zone, &ctx.config.time_zone),
        activation_message: entitlement.config.issue().activation_message.clone(),
        customer_note: contents.customer_note.map(str::to_owned),
        payment_id: grant.payment_id.clone(),
        purchased_at: grant.created_at,
        time_zone: ctx.config.time_zone.clone(),
        place_in_sale: contents.place_in_sale,
        reads_answers: ctx.config.reads_answers(),
        downloads: contents.has_files.then(|| {
            let until = new_expiry(ctx);
            (url(ctx, LinkTarget::Page(&grant.id), until), until)
        }),
        replaces: contents.replaces.map(str::to_owned),
    }
}

/// Composes the e-mail that delivers files, in the customer's language. Its link works from now on.
pub(crate) fn compose_files_email(
    ctx: &Context,
    found: &GrantFiles,
    customer_note: Option<&str>,
    place_in_sale: Option<(usize, usize)>,
) -> FilesDelivered {
    let GrantFiles { grant, customer, entitlement, files } = found;
    let (until, texts) = (new_expiry(ctx), texts_of(entitlement));
    FilesDelivered {
        language: Language::for_locale(&customer.locale),
        to_name: customer.given_name().unwrap_or_default().to_owned(),
        to_address: customer.email.to_string(),
        business_name: ctx.config.business_name.clone(),
        product: entitlement.product_name.clone(),
        url: url(ctx, LinkTarget::Page(&grant.id), until),
        until,
        files: files.iter().map(|file| (file.name.to_string(), file.size)).collect(),
        instructions: texts.instructions,
        external_url: texts.external_url,
        customer_note: customer_note.map(str::to_owned),
        payment_id: grant.payment_id.clone(),
        purchased_at: grant.created_at,
        time_zone: ctx.config.time_zone.clone(),
        place_in_sale,
        reads_answers: ctx.config.reads_answers(),
    }
}
