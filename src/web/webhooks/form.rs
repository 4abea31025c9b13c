//! The form of a webhook endpoint: its input, and the resulting endpoint.

use serde::Deserialize;

use crate::domain::text;
use crate::domain::webhook::{EventType, WebhookEndpoint};
use crate::i18n::Localizer;
use crate::outbound::{AddressGuard, OutboundUrl, UrlError};
use crate::usecases::Context;
use crate::web::FormErrors;

const MAX_DESCRIPTION: usize = 500;

/// The fields as submitted. A browser sends each checked event under a name of its own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WebhookForm {
    pub url: String,
    pub description: String,
    pub grant_created: String,
    pub grant_delivered: String,
    pub grant_failed: String,
    pub grant_revoked: String,
    pub license_key_created: String,
    pub stock_low: String,
    pub disabled: String,
    pub idempotency_key: String,
    /// The version of the endpoint that the form was filled in from; empty from programs, which overwrite any.
    pub version: String,
}

/// The parsed form.
#[derive(Debug, Clone)]
pub(crate) struct ParsedWebhook {
    pub url: OutboundUrl,
    pub description: String,
    /// `None` for every event.
    pub filter_types: Option<Vec<String>>,
    pub is_disabled: bool,
}

/// The name of an event's checkbox.
pub(crate) fn field_of(event: EventType) -> &'static str {
    match event {
        EventType::GrantCreated => "grant_created",
        EventType::GrantDelivered => "grant_delivered",
        EventType::GrantFailed => "grant_failed",
        EventType::GrantRevoked => "grant_revoked",
        EventType::LicenseKeyCreated => "license_key_created",
        EventType::StockLow => "stock_low",
    }
}

impl WebhookForm {
    /// The form filled in from an existing endpoint.
    pub(crate) fn of(endpoint: &WebhookEndpoint) -> Self {
        let mut form = Self {
            url: endpoint.url.clone(),
            description: endpoint.description.clone(),
            version: Self::version_of(endpoint),
            ..Self::default()
        };
        for event in EventType::ALL {
            let types = endpoint.filter_types.as_ref();
            if types.is_some_and(|types| types.iter().any(|name| name == event.as_str())) {
                form.tick(*event);
            }
        }
        if endpoint.is_disabled {
            "on".clone_into(&mut form.disabled);
        }
        form
    }

    /// Changes whenever the endpoint is changed, also by Keydesk.
    pub(crate) fn version_of(endpoint: &WebhookEndpoint) -> String {
        endpoint.updated_at.as_microsecond().to_string()
    }

    /// Whether the endpoint was changed after the form was filled in from it.
    pub(crate) fn is_older_than(&self, endpoint: &WebhookEndpoint) -> bool {
        let version = self.version.trim();
        !version.is_empty() && version != Self::version_of(endpoint)
    }

    /// Whether an event is checked.
    pub(crate) fn has(&self, event: EventType) -> bool {
        !self.ticked(event).is_empty()
    }

    fn ticked(&self, event: EventType) -> &str {
        match event {
            EventType::GrantCreated => &self.grant_created,
            EventType::GrantDelivered => &self.grant_delivered,
            EventType::GrantFailed => &self.grant_failed,
            EventType::GrantRevoked => &self.grant_revoked,
            EventType::LicenseKeyCreated => &self.license_key_created,
            EventType::StockLow => &self.stock_low,
        }
    }

    fn tick(&mut self, event: EventType) {
        let place = match event {
            EventType::GrantCreated => &mut self.grant_created,
            EventType::GrantDelivered => &mut self.grant_delivered,
            EventType::GrantFailed => &mut self.grant_failed,
            EventType::GrantRevoked => &mut self.grant_revoked,
            EventType::LicenseKeyCreated => &mut self.license_key_created,
            EventType::StockLow => &mut self.stock_low,
        };
        "on".clone_into(place);
    }

    /// The endpoint, or the errors of each field. Resolves the host name, so it must run on a thread that may block.
    pub(crate) fn parse(&self, ctx: &Context, l: &Localizer) -> Result<ParsedWebhook, FormErrors> {
        let mut errors = FormErrors::new();
        let url = AddressGuard::new(ctx.config.webhook_allow.clone())
            .check(&self.url)
            .map_err(|error| errors.add("url", l.t(wrong_url(error))))
            .ok();
        let description = text::optional(&self.description, |text| text::block(text, MAX_DESCRIPTION))
            .map_err(|_| errors.add("description", l.t("webhooks-description-wrong")))
            .unwrap_or_default()
            .unwrap_or_default();
        let types: Vec<String> =
            EventType::ALL.iter().filter(|event| self.has(**event)).map(|event| event.as_str().to_owned()).collect();
        match url.filter(|_| errors.is_empty()) {
            Some(url) => Ok(ParsedWebhook {
                url,
                description,
                filter_types: Some(types).filter(|types| !types.is_empty()),
                is_disabled: !self.disabled.is_empty(),
            }),
            None => Err(errors),
        }
    }
}

pub(crate) fn wrong_url(error: UrlError) -> &'static str {
    match error {
        UrlError::Malformed => "webhooks-url-wrong",
        UrlError::TooLong => "webhooks-url-long",
        UrlError::Scheme => "webhooks-url-scheme",
        UrlError::Credentials => "webhooks-url-credentials",
        UrlError::PrivateAddress => "webhooks-url-private",
    }
}
