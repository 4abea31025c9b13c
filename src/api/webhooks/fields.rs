//! The body for creating or changing a webhook endpoint.

use crate::api::request::described::body;
use crate::api::request::values::{boolean, explain, object, seen_names, text};
use crate::api::{ApiError, Given};
use crate::domain::text as texts;
use crate::domain::webhook::EventType;
use crate::outbound::{AddressGuard, OutboundUrl};
use crate::usecases::Context;
use crate::wire::Json;

body! {
    /// A new webhook endpoint.
    NewWebhook {
        /// `http` or `https`, at most 2048 characters; private addresses only if the configuration allows them.
        url: String = required(url),
        #[schema(max_length = 500)]
        description: Option<String> = optional(description),
        /// The events to send; `null` or empty for all.
        #[schema(value_type = Option<Vec<String>>)]
        filter_types: Option<Option<Vec<String>>> = optional(filter_types),
        disabled: Option<bool> = optional(boolean),
        /// Strings by name.
        #[schema(value_type = Option<Object>)]
        metadata: Option<String> = optional(metadata),
    }
}

body! {
    /// The fields to change; omitted fields stay unchanged.
    WebhookChange {
        url: Option<String> = optional(url),
        #[schema(value_type = Option<String>, max_length = 500)]
        description: Given<String> = given(description),
        /// `null` or empty for all events.
        #[schema(value_type = Option<Vec<String>>)]
        filter_types: Given<Option<Vec<String>>> = given(filter_types),
        disabled: Option<bool> = optional(boolean),
        #[schema(value_type = Option<Object>)]
        metadata: Given<String> = given(metadata),
    }
}

/// A URL as text; where it leads is checked by [`check_url`].
fn url(value: &Json) -> Result<String, String> {
    text(value).map(str::to_owned)
}

fn description(value: &Json) -> Result<String, String> {
    let parsed = texts::optional(text(value)?, |text| texts::block(text, 500)).map_err(explain)?;
    Ok(parsed.unwrap_or_default())
}

fn filter_types(value: &Json) -> Result<Option<Vec<String>>, String> {
    let known = || EventType::ALL.iter().map(|event| event.as_str()).collect::<Vec<_>>().join(", ");
    let wrong = || format!("must be a list of {}", known());
    let mut types = Vec::new();
    for item in value.as_array().ok_or_else(wrong)? {
        let event = item.as_str().and_then(EventType::parse).ok_or_else(wrong)?;
        if !types.iter().any(|name| name == event.as_str()) {
            types.push(event.as_str().to_owned());
        }
    }
    Ok(Some(types).filter(|types| !types.is_empty()))
}

fn metadata(value: &Json) -> Result<String, String> {
    let entries = object(value)?;
    seen_names(value)?;
    let fits = entries.len() <= 50 && entries.values().all(Json::is_string) && value.to_string().len() <= 16 * 1024;
    if fits {
        Ok(value.to_string())
    } else {
        Err("must have at most 50 entries with strings as values, 16 KiB in total".to_owned())
    }
}

/// Checks where a URL leads. Queries the DNS, so it must run on a thread that may block.
pub(crate) fn check_url(ctx: &Context, url: &str) -> Result<OutboundUrl, ApiError> {
    AddressGuard::new(ctx.config.webhook_allow.clone())
        .check(url)
        .map_err(|error| ApiError::field("url", error.explain()))
}
