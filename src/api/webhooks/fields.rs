//! The body for creating or changing a webhook endpoint.

use serde_json::Value;
use utoipa::ToSchema;

use crate::api::request::values::{boolean, explain, object, text};
use crate::api::{ApiError, Fields, Given};
use crate::domain::text as texts;
use crate::domain::webhook::EventType;
use crate::usecases::Context;
use crate::webhooks::{AddressGuard, WebhookUrl};

/// A new webhook endpoint.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct NewWebhook {
    /// `http` or `https`, at most 2048 characters; private addresses only if the configuration allows them.
    url: String,
    #[schema(max_length = 500)]
    description: Option<String>,
    /// The events to send; `null` or empty for all.
    filter_types: Option<Vec<String>>,
    disabled: Option<bool>,
    /// Strings by name.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
}

/// The fields to change; omitted fields stay unchanged.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct WebhookChange {
    url: Option<String>,
    #[schema(max_length = 500)]
    description: Option<String>,
    /// `null` or empty for all events.
    filter_types: Option<Vec<String>>,
    disabled: Option<bool>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
}

/// The fields of a body, before the URL's host name is resolved.
pub struct WebhookFields {
    pub url: Option<String>,
    pub description: Given<String>,
    pub filter_types: Given<Option<Vec<String>>>,
    pub metadata: Given<String>,
    pub is_disabled: Option<bool>,
}

/// Parses the fields common to both bodies. The caller checks which fields are required.
pub fn read(mut fields: Fields<'_>, is_new: bool) -> Result<WebhookFields, ApiError> {
    let url = |value| text(value).map(str::to_owned);
    let read = WebhookFields {
        url: if is_new { fields.required("url", url) } else { fields.optional("url", url) },
        description: fields.given("description", description),
        filter_types: fields.given("filter_types", filter_types),
        metadata: fields.given("metadata", metadata),
        is_disabled: fields.optional("disabled", boolean),
    };
    fields.finish()?;
    Ok(read)
}

fn description(value: &Value) -> Result<String, String> {
    let parsed = texts::optional(text(value)?, |text| texts::block(text, 500)).map_err(explain)?;
    Ok(parsed.unwrap_or_default())
}

fn filter_types(value: &Value) -> Result<Option<Vec<String>>, String> {
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

fn metadata(value: &Value) -> Result<String, String> {
    let entries = object(value)?;
    let fits = entries.len() <= 50 && entries.values().all(Value::is_string) && value.to_string().len() <= 16 * 1024;
    if fits {
        Ok(value.to_string())
    } else {
        Err("must have at most 50 entries with strings as values, 16 KiB in total".to_owned())
    }
}

/// Checks where a URL leads. Queries the DNS, so it must run on a thread that may block.
pub fn check_url(ctx: &Context, url: &str) -> Result<WebhookUrl, ApiError> {
    AddressGuard::new(ctx.config.webhook_allow.clone())
        .check(url)
        .map_err(|error| ApiError::field("url", error.explain()))
}
