//! The configuration of an integration: its fields by type. Values that do not match the type are rejected field by
//! field.

use serde_json::Value;

use crate::api::Fields;
use crate::api::request::values::{activations_limit, boolean, explain, integer, parsed, text};
use crate::domain::entitlement::{FulfillmentMode, IntegrationConfig, IntegrationType, IssueSettings};
use crate::domain::integration::config_value::ConfigValueError;
use crate::domain::integration::rules::{ConfigField, Takes};
use crate::domain::integration::rules_of;
use crate::domain::license_key::expiry::{Interval, ValidityPeriod};
use crate::domain::license_key::format::{KeyFormat, KeyFormatError};
use crate::domain::license_key::pattern::{KeyPattern, KeyPatternError};
use crate::domain::stock::settings::StockSettings;
use crate::domain::text as texts;
use crate::wire::Json;

const MAX_FILES: usize = 100;

/// Reads a configuration of this type; errors are added to `fields`.
#[expect(clippy::unnecessary_wraps, reason = "all parsers of a body have this form")]
pub(crate) fn read(kind: IntegrationType, fields: &mut Fields<'_>) -> Option<IntegrationConfig> {
    match kind {
        IntegrationType::LicenseKey => Some(IntegrationConfig::LicenseKey(license_key(fields))),
        other => Some(IntegrationConfig::other(other, other_type(other, fields))),
    }
}

fn license_key(fields: &mut Fields<'_>) -> IssueSettings {
    let mode = fields.optional("fulfillment_mode", |value| {
        FulfillmentMode::parse(text(value)?).ok_or_else(|| "must be auto or manual".to_owned())
    });
    let count = fields.optional("duration_count", |value| {
        let number = integer(value).ok().filter(|number| (1..=ValidityPeriod::MAX_COUNT).contains(number));
        number.ok_or_else(|| format!("must be a whole number from 1 to {}", ValidityPeriod::MAX_COUNT))
    });
    let interval = fields.optional("duration_interval", |value| {
        Interval::parse(text(value)?).ok_or_else(|| "must be Day, Week, Month or Year".to_owned())
    });
    match (fields.has("duration_count"), fields.has("duration_interval")) {
        (true, false) => fields.wrong("duration_interval", "is required with duration_count"),
        (false, true) => fields.wrong("duration_count", "is required with duration_interval"),
        _ => {}
    }
    IssueSettings {
        fulfillment_mode: mode.unwrap_or(FulfillmentMode::Auto),
        activations_limit: fields.optional("activations_limit", activations_limit),
        validity_period: count.zip(interval).and_then(|(count, interval)| ValidityPeriod::new(count, interval)),
        activation_message: fields.optional("activation_message", |value| {
            parsed(value, |text| texts::block(text, IssueSettings::MAX_ACTIVATION_MESSAGE))
        }),
        key_format: fields.optional("key_format", key_format),
        key_pattern: fields.optional("key_pattern", key_pattern),
        key_is_shared: fields.optional("key_is_shared", boolean).unwrap_or(false),
        stock: StockSettings::default(),
    }
}

fn key_format(value: &Json) -> Result<KeyFormat, String> {
    KeyFormat::parse(text(value)?).map_err(|error| match error {
        KeyFormatError::TooFew => {
            format!("must have at least {} X, which stand for random letters and digits", KeyFormat::MIN_RANDOM)
        }
        KeyFormatError::TooLong => format!("must have at most {} characters", KeyFormat::MAX_LENGTH),
        KeyFormatError::Malformed => "must consist of letters, digits and hyphens".to_owned(),
    })
}

fn key_pattern(value: &Json) -> Result<KeyPattern, String> {
    KeyPattern::parse(text(value)?).map_err(|error| match error {
        KeyPatternError::TooManyLines => format!("must have at most {} lines", KeyPattern::MAX_LINES),
        KeyPatternError::TooLong => format!("must have at most {} characters a line", KeyPattern::MAX_LENGTH),
        KeyPatternError::Malformed => "must have a pattern a line, without invisible characters".to_owned(),
    })
}

/// The fields that the rules of the type name: a JSON object as text.
fn other_type(kind: IntegrationType, fields: &mut Fields<'_>) -> String {
    let read = |field: &'static ConfigField| {
        let value = if field.is_required {
            fields.required(field.name, |value| config_value(field.takes, value))
        } else {
            fields.optional(field.name, |value| config_value(field.takes, value))
        };
        (field.name.to_owned(), value.unwrap_or(Value::Null))
    };
    Value::Object(rules_of(kind).fields.iter().map(read).collect()).to_string()
}

fn config_value(takes: Takes, value: &Json) -> Result<Value, String> {
    let one = |value: &Json| {
        takes.parse(text(value)?).map_err(|error| match error {
            ConfigValueError::Text(error) => explain(error),
            ConfigValueError::NotOneOf(words) => format!("must be one of {}", words.join(", ")),
            ConfigValueError::NotAWebAddress => "must be a URL such as https://example.com/".to_owned(),
        })
    };
    if takes != Takes::Files {
        return one(value).map(Value::from);
    }
    let list = value.as_array().filter(|list| list.len() <= MAX_FILES);
    let list = list.ok_or_else(|| format!("must be a list of at most {MAX_FILES} ids"))?;
    list.iter().map(one).collect::<Result<Vec<String>, String>>().map(Value::from)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields_of(kind: &str, config: &Value) -> Result<String, Vec<String>> {
        let body = json!({"integration_config": config});
        let body = Json::parse(&body.to_string()).unwrap();
        let mut fields = Fields::new(body.as_object().unwrap());
        let kind = IntegrationType::parse(kind).unwrap();
        let config = fields.required_object("integration_config", |inner| read(kind, inner));
        match fields.finish(config) {
            Ok(config) => Ok(crate::wire::entitlement::integration_config(&config).to_string()),
            Err(error) => Err(error.errors.into_iter().map(|error| error.field).collect()),
        }
    }

    #[test]
    fn each_type_takes_its_own_fields() {
        for (kind, config) in [
            ("license_key", json!({})),
            ("license_key", json!({"activations_limit": 3, "duration_count": 1, "duration_interval": "Year"})),
            ("license_key", json!({"fulfillment_mode": "manual", "activation_message": "Choose Help."})),
            ("license_key", json!({"key_pattern": "XXXXX-99\nAAA", "key_is_shared": true})),
            ("github", json!({"permission": "pull", "target_id": "a/b"})),
            ("discord", json!({"guild_id": "1"})),
            ("discord", json!({"guild_id": "1", "role_id": "2"})),
            ("telegram", json!({"chat_id": "-100"})),
            ("figma", json!({"figma_file_id": "f"})),
            ("framer", json!({"framer_template_id": "f"})),
            ("notion", json!({"notion_template_id": "n"})),
            ("feature_flag", json!({"feature_id": "f", "feature_type": "boolean"})),
            (
                "digital_files",
                json!({"digital_file_ids": ["a"], "external_url": "https://example.com/", "instructions": "x"}),
            ),
        ] {
            assert!(fields_of(kind, &config).is_ok(), "{kind} {config}: {:?}", fields_of(kind, &config));
        }
        assert!(fields_of("license_key", &json!({})).unwrap().contains("\"fulfillment_mode\":\"auto\""));
        assert!(fields_of("discord", &json!({"guild_id": "1"})).unwrap().contains("\"role_id\":null"));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (kind, config, fields) in [
            ("license_key", json!({"duration_count": 1}), "duration_interval"),
            ("license_key", json!({"duration_interval": "Day"}), "duration_count"),
            (
                "license_key",
                json!({"duration_count": 0, "duration_interval": "Eon"}),
                "duration_count duration_interval",
            ),
            (
                "license_key",
                json!({"activations_limit": 0, "fulfillment_mode": "magic"}),
                "fulfillment_mode activations_limit",
            ),
            ("license_key", json!({"activation_message": "x".repeat(2_501)}), "activation_message"),
            ("license_key", json!({"key_format": "XXXX"}), "key_format"),
            ("license_key", json!({"key_pattern": "", "key_is_shared": "yes"}), "key_pattern key_is_shared"),
            ("github", json!({"permission": "own"}), "permission target_id"),
            ("discord", json!({"role_id": 7}), "guild_id role_id"),
            ("telegram", json!({"chat_id": ""}), "chat_id"),
            ("figma", json!({}), "figma_file_id"),
            ("framer", json!({"framer_template_id": null}), "framer_template_id"),
            ("notion", json!({"notion_template_id": "a\nb"}), "notion_template_id"),
            ("feature_flag", json!({"feature_id": "f", "feature_type": "number"}), "feature_type"),
            (
                "digital_files",
                json!({"digital_file_ids": "a", "external_url": "ftp://x"}),
                "digital_file_ids external_url",
            ),
        ] {
            let expected: Vec<String> = fields.split(' ').map(|field| format!("integration_config.{field}")).collect();
            assert_eq!(fields_of(kind, &config), Err(expected), "{kind} {config}");
        }
    }
}
