//! Reading an object leniently: a field that is missing, null or of another type than expected is a field without a value.

use jiff::Timestamp;
use serde_json::Value;

/// A text that is not empty.
pub(super) fn text(object: &Value, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

pub(super) fn number(object: &Value, name: &str) -> Option<i32> {
    object.get(name)?.as_i64().and_then(|number| i32::try_from(number).ok())
}

pub(super) fn boolean(object: &Value, name: &str) -> Option<bool> {
    object.get(name)?.as_bool()
}

pub(super) fn moment(object: &Value, name: &str) -> Option<Timestamp> {
    object.get(name)?.as_str()?.parse().ok()
}

/// An object as text; `{}` if it is anything else.
pub(super) fn object_text(object: &Value, name: &str) -> String {
    object.get(name).filter(|value| value.is_object()).map_or_else(|| "{}".to_owned(), Value::to_string)
}

/// Whether a text is this word, in either case.
pub(super) fn is_word(object: &Value, name: &str, word: &str) -> Option<bool> {
    object.get(name)?.as_str().map(|text| text.eq_ignore_ascii_case(word))
}
