//! The fields that the rules of an integration type name: what the form shows, and what was entered.

use std::collections::HashMap;

use serde_json::Value;

use crate::domain::entitlement::{IntegrationConfig, IntegrationType};
use crate::domain::integration::config_value::ConfigValueError;
use crate::domain::integration::rules::{ConfigField, Takes};
use crate::domain::integration::rules_of;
use crate::domain::text::TextError;
use crate::i18n::Localizer;
use crate::wire;

/// A field of the form.
pub(crate) struct ConfigInput {
    pub name: &'static str,
    pub label: String,
    pub hint: String,
    pub value: String,
    pub is_required: bool,
    pub has_lines: bool,
    pub max: String,
    /// The values to choose from, with their texts; empty for texts.
    pub options: Vec<(&'static str, String)>,
}

/// The fields of a type that people fill in, with what they typed.
pub(crate) fn inputs(kind: IntegrationType, typed: &HashMap<String, String>, l: &Localizer) -> Vec<ConfigInput> {
    let input = |field: &'static ConfigField| {
        let options = match field.takes {
            Takes::OneOf(words) => {
                let area = format!("config-{}", field.name.replace('_', "-"));
                words.iter().map(|word| (*word, l.named(&area, word))).collect()
            }
            _ => Vec::new(),
        };
        ConfigInput {
            name: field.name,
            label: l.named("config", field.name),
            hint: l.named("config-hint", field.name),
            value: typed.get(field.name).cloned().unwrap_or_default(),
            is_required: field.is_required,
            has_lines: field.takes == Takes::Text,
            max: field.takes.max_length().to_string(),
            options,
        }
    };
    typed_fields(kind).map(input).collect()
}

/// Files have a place of their own; everything else is typed.
pub(crate) fn typed_fields(kind: IntegrationType) -> impl Iterator<Item = &'static ConfigField> {
    rules_of(kind).fields.iter().filter(|field| field.takes != Takes::Files)
}

/// The values of a configuration as texts.
pub(crate) fn texts_of(config: &IntegrationConfig) -> HashMap<String, String> {
    let fields = wire::entitlement::integration_config(config);
    let text = |field: &ConfigField| Some((field.name.to_owned(), fields.get(field.name)?.as_str()?.to_owned()));
    typed_fields(config.integration_type()).filter_map(text).collect()
}

/// The configuration in what was typed, a JSON object as text, or each wrong field. What the form does not have stays as
/// it is in `present`.
pub(crate) fn parse(
    kind: IntegrationType,
    typed: &HashMap<String, String>,
    present: Option<&IntegrationConfig>,
) -> Result<String, Vec<(&'static str, ConfigValueError)>> {
    let present = present.map(wire::entitlement::integration_config);
    let mut wrong = Vec::new();
    let mut value = |field: &'static ConfigField| {
        let kept = present.as_ref().and_then(|fields| fields.get(field.name)).cloned();
        if field.takes == Takes::Files {
            return kept.filter(Value::is_array).unwrap_or_else(|| Value::Array(Vec::new()));
        }
        match (typed.get(field.name), kept) {
            (None, Some(kept)) => kept,
            (text, _) if !field.is_required && text.is_none_or(|text| text.trim().is_empty()) => Value::Null,
            (text, _) => match field.takes.parse(text.map_or("", String::as_str)) {
                Ok(text) => Value::from(text),
                Err(error) => {
                    wrong.push((field.name, error));
                    Value::Null
                }
            },
        }
    };
    let fields = rules_of(kind).fields.iter().map(|field| (field.name.to_owned(), value(field))).collect();
    if wrong.is_empty() { Ok(Value::Object(fields).to_string()) } else { Err(wrong) }
}

/// The message for a wrong value.
pub(crate) fn wrong_text(error: ConfigValueError, l: &Localizer) -> String {
    match error {
        ConfigValueError::Text(TextError::Empty) => l.t("config-wrong-empty"),
        ConfigValueError::Text(TextError::TooLong { max }) => l.t1("config-wrong-long", "max", max),
        ConfigValueError::Text(_) => l.t("config-wrong-characters"),
        ConfigValueError::NotOneOf(_) => l.t("config-wrong-option"),
        ConfigValueError::NotAWebAddress => l.t("config-wrong-address"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::i18n::Language;
    use crate::web::forms::labels;

    #[test]
    fn each_field_has_its_texts() {
        for language in Language::ALL {
            let l = Localizer::new(language, TimeZone::UTC, Timestamp::UNIX_EPOCH);
            for kind in IntegrationType::ALL {
                for input in inputs(*kind, &HashMap::new(), &l) {
                    let texts = [&input.label, &input.hint];
                    for text in texts.into_iter().chain(input.options.iter().map(|(_, text)| text)) {
                        assert!(!text.starts_with("config-"), "{kind:?} {text}");
                    }
                    let label = labels::label(input.name).map(|key| l.t(key));
                    assert_eq!(label.as_ref(), Some(&input.label), "{kind:?}");
                }
            }
        }
    }
}
