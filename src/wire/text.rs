//! Values with the same format in every object.

use super::json::Json;
use super::names::names;
use crate::domain::entitlement;
use jiff::Timestamp;

/// RFC 3339 in UTC with microseconds.
pub(crate) fn time(at: Timestamp) -> String {
    at.to_string()
}

/// Like [`time`], for an optional time.
pub(crate) fn optional_time(at: Option<Timestamp>) -> Option<String> {
    at.map(time)
}

/// Parses a JSON object; any other text becomes an empty object.
pub(crate) fn object(text: &str) -> Json {
    Json::parse(text).ok().filter(|json| json.as_object().is_some()).unwrap_or_else(Json::empty_object)
}

names! {
    /// What kind of thing is delivered.
    IntegrationType of entitlement::IntegrationType, "snake_case":
    LicenseKey, DigitalFiles, Discord, Telegram, Github, Figma, Framer, Notion, FeatureFlag
}
