//! Conversion of JSON values to checked values. An error is the end of a sentence that begins with the field's name.

use jiff::Timestamp;

use crate::domain::customer::EmailAddress;
use crate::domain::license_key::expiry::{ActivationsLimit, in_future, parse_rfc3339};
use crate::domain::license_key::{LicenseKeyValue, LicenseKeyValueError};
use crate::domain::text::{self, TextError};
use crate::i18n::{Localizer, key_error_of_field};
use crate::wire::{Json, Members};

/// The maximum number of entries in a metadata object.
const MAX_METADATA_ENTRIES: usize = 50;
/// The maximum size of a metadata object as JSON, in bytes.
const MAX_METADATA_BYTES: usize = 16 * 1024;

/// An unchecked text.
pub(crate) fn text(value: &Json) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "must be a string".to_owned())
}

/// The error message for a text.
pub(crate) fn explain(error: TextError) -> String {
    match error {
        TextError::Empty => "must not be empty".to_owned(),
        TextError::TooLong { max } => format!("must have at most {max} characters"),
        TextError::ControlCharacter => "contains a control character".to_owned(),
        TextError::InvisibleCharacter => "contains an invisible character".to_owned(),
        TextError::Malformed => "has an invalid format".to_owned(),
        TextError::DirectionOverride => "contains an invisible character that reverses text; remove it".to_owned(),
    }
}

/// A text checked by `parse`.
pub(crate) fn parsed<T>(value: &Json, parse: impl FnOnce(&str) -> Result<T, TextError>) -> Result<T, String> {
    parse(text(value)?).map_err(explain)
}

/// An id; `takes` says of what, such as "a customer's id".
pub(crate) fn id<T, E>(value: &Json, parse: impl FnOnce(&str) -> Result<T, E>, takes: &str) -> Result<T, String> {
    parsed(value, |text| Ok(parse(text).ok()))?.ok_or_else(|| format!("must be {takes}"))
}

/// A license key; `None` if it is empty, for which the contract has an error of its own.
pub(crate) fn license_key(value: &Json) -> Result<Option<LicenseKeyValue>, String> {
    match LicenseKeyValue::parse(text(value)?) {
        Ok(key) => Ok(Some(key)),
        Err(LicenseKeyValueError::Empty) => Ok(None),
        Err(error) => Err(key_error_of_field(&Localizer::for_programs(), error)),
    }
}

/// A link; whether it is one of the right platform depends on the grant.
pub(crate) fn link(value: &Json) -> Result<LicenseKeyValue, String> {
    LicenseKeyValue::parse(text(value)?).map_err(|error| match error {
        LicenseKeyValueError::Empty => "must not be empty".to_owned(),
        LicenseKeyValueError::TooLong | LicenseKeyValueError::Character(_) => "must be a link".to_owned(),
    })
}

/// A payment or subscription id.
pub(crate) fn reference(value: &Json) -> Result<String, String> {
    parsed(value, text::reference)
}

pub(crate) fn email(value: &Json) -> Result<EmailAddress, String> {
    EmailAddress::parse(text(value)?).map_err(|_| "must be an e-mail address such as ada@example.com".to_owned())
}

pub(crate) fn boolean(value: &Json) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| "must be true or false".to_owned())
}

/// A 32-bit integer.
pub(crate) fn integer(value: &Json) -> Result<i32, String> {
    let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
    number.ok_or_else(|| format!("must be a whole number up to {}", i32::MAX))
}

pub(crate) fn activations_limit(value: &Json) -> Result<ActivationsLimit, String> {
    let limit = integer(value).ok().and_then(ActivationsLimit::new);
    limit.ok_or_else(|| format!("must be a whole number from 1 to {}", i32::MAX))
}

/// A time in RFC 3339.
pub(crate) fn moment(value: &Json) -> Result<Timestamp, String> {
    parse_rfc3339(text(value)?)
        .map_err(|_| "must be a time such as 2027-01-31T12:00:00Z, up to the year 9999".to_owned())
}

/// A time in the future.
pub(crate) fn future(value: &Json, now: Timestamp) -> Result<Timestamp, String> {
    in_future(moment(value)?, now).map_err(|_| "must be in the future".to_owned())
}

/// A JSON object.
pub(crate) fn object(value: &Json) -> Result<&Members, String> {
    value.as_object().ok_or_else(|| "must be an object".to_owned())
}

/// A metadata object with strings, numbers and booleans as values; returns its JSON text.
pub(crate) fn metadata(value: &Json) -> Result<String, String> {
    let object = object(value)?;
    if object.len() > MAX_METADATA_ENTRIES {
        return Err(format!("must have at most {MAX_METADATA_ENTRIES} entries"));
    }
    if !object.values().all(Json::is_plain) {
        return Err("must have only strings, numbers and booleans as values".to_owned());
    }
    seen_names(value)?;
    let json = value.to_string();
    if json.len() > MAX_METADATA_BYTES {
        return Err(format!("must not exceed {MAX_METADATA_BYTES} bytes"));
    }
    Ok(json)
}

/// Fails if a name of the object, however deep, contains invisible characters.
pub(crate) fn seen_names(value: &Json) -> Result<(), String> {
    match value.invisible_name() {
        Some(name) => Err(format!("has the name {name:?}, which is empty or contains invisible characters")),
        None => Ok(()),
    }
}
