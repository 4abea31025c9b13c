//! Values with the same format in every object.

use jiff::Timestamp;
use serde_json::Value;

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

/// What kind of thing is delivered.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "only described")]
pub enum IntegrationType {
    LicenseKey,
    DigitalFiles,
    Discord,
    Telegram,
    Github,
    Figma,
    Framer,
    Notion,
    FeatureFlag,
}
