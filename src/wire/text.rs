//! Values with the same format in every object.

use jiff::Timestamp;
use serde_json::Value;

use super::names::names;
use crate::domain::entitlement;

/// RFC 3339 in UTC with microseconds.
pub fn time(at: Timestamp) -> String {
    at.to_string()
}

/// Like [`time`], for an optional time.
pub fn optional_time(at: Option<Timestamp>) -> Option<String> {
    at.map(time)
}

/// Parses a JSON object; any other text becomes an empty object.
pub fn object(text: &str) -> Value {
    serde_json::from_str(text).ok().filter(Value::is_object).unwrap_or_else(|| Value::Object(serde_json::Map::new()))
}

names! {
    /// What kind of thing is delivered.
    IntegrationType of entitlement::IntegrationType, "snake_case":
    LicenseKey, DigitalFiles, Discord, Telegram, Github, Figma, Framer, Notion, FeatureFlag
}
