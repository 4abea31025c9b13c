//! Reading bodies leniently: what is missing or of another type is empty.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// All but the characters that stand in a path as they are.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// An id as a part of a path.
pub(super) fn in_path(id: &str) -> String {
    utf8_percent_encode(id, RESERVED).to_string()
}

/// The body as JSON; `Null` if it is none.
pub(super) fn parse(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}

/// What a path of names leads to.
pub(super) fn at<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    path.iter().fold(value, |value, name| value.get(name).unwrap_or(&Value::Null))
}

/// A text or a number as text; empty for anything else.
pub(super) fn text(value: &Value, path: &[&str]) -> String {
    match at(value, path) {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The first of these that is not empty.
pub(super) fn first_text(value: &Value, paths: &[&[&str]]) -> String {
    paths.iter().map(|path| text(value, path)).find(|text| !text.is_empty()).unwrap_or_default()
}

/// The id of an object that may be there as itself or by its id.
pub(super) fn id_of(value: &Value, name: &str) -> String {
    first_text(value, &[&[name], &[name, "id"]])
}

pub(super) fn flag(value: &Value, path: &[&str]) -> bool {
    match at(value, path) {
        Value::Bool(flag) => *flag,
        Value::String(text) => matches!(text.as_str(), "true" | "1" | "yes"),
        _ => false,
    }
}

pub(super) fn list<'a>(value: &'a Value, path: &[&str]) -> &'a [Value] {
    at(value, path).as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A whole number; `None` if it is none.
pub(super) fn count(value: &Value, path: &[&str]) -> Option<u32> {
    match at(value, path) {
        Value::Number(number) => number.as_u64().and_then(|count| u32::try_from(count).ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A whole number of any sign; 0 if it is none.
pub(super) fn amount(value: &Value, path: &[&str]) -> i64 {
    match at(value, path) {
        Value::Number(number) => number.as_i64().unwrap_or(0),
        Value::String(text) => text.trim().parse().unwrap_or(0),
        _ => 0,
    }
}

/// Two texts with a blank between.
pub(super) fn joined(first: &str, last: &str) -> String {
    format!("{first} {last}").trim().to_owned()
}

/// `Product - Variant`, or the product alone.
pub(super) fn with_variant(product: &str, variant: &str) -> String {
    match variant {
        "" | "Default" | "Default Title" => product.to_owned(),
        variant if product.is_empty() => variant.to_owned(),
        variant => format!("{product} - {variant}"),
    }
}

/// The moment of a number of seconds since 1970, as text; empty if it is none.
pub(super) fn moment_of_seconds(seconds: i64) -> String {
    let at = jiff::Timestamp::from_second(seconds).ok().filter(|_| seconds > 0);
    at.map(|at| at.to_string()).unwrap_or_default()
}
