//! The fields of a body, parsed one by one, so that the response lists every invalid one. Unknown fields are ignored.

use serde_json::{Map, Value};

use super::values::object;
use crate::api::ApiError;
use crate::wire::FieldError;

/// A field of a change: omitting it leaves the value unchanged, `null` clears it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given<T> {
    Omitted,
    Null,
    Value(T),
}

impl<T> Given<T> {
    /// The change of an optional value: `None` leaves it unchanged.
    pub fn changed(self) -> Option<Option<T>> {
        match self {
            Self::Omitted => None,
            Self::Null => Some(None),
            Self::Value(value) => Some(Some(value)),
        }
    }

    /// The change: `None` leaves the value unchanged, and `null` sets it to `empty`.
    pub fn or_cleared(self, empty: T) -> Option<T> {
        match self {
            Self::Omitted => None,
            Self::Null => Some(empty),
            Self::Value(value) => Some(value),
        }
    }
}

/// Parses fields and collects their errors.
#[derive(Debug)]
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    /// A prefix for field names, such as `customer.`.
    within: String,
    errors: Vec<FieldError>,
}

impl<'a> Fields<'a> {
    pub fn new(object: &'a Map<String, Value>) -> Self {
        Self { object, within: String::new(), errors: Vec::new() }
    }

    /// The text of a field, unchecked; `None` if it is not a string.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.object.get(name).and_then(Value::as_str)
    }

    /// Whether the field is present and not null.
    pub fn has(&self, name: &str) -> bool {
        self.object.get(name).is_some_and(|value| !value.is_null())
    }

    /// A required field; `None` if it is missing or invalid, which adds an error.
    pub fn required<T>(&mut self, name: &str, parse: impl FnOnce(&'a Value) -> Result<T, String>) -> Option<T> {
        match self.object.get(name) {
            None | Some(Value::Null) => {
                self.wrong(name, "is required");
                None
            }
            Some(value) => self.parsed(name, parse(value)),
        }
    }

    /// An optional field; `None` if it is missing or null, or if it is invalid, which adds an error.
    pub fn optional<T>(&mut self, name: &str, parse: impl FnOnce(&'a Value) -> Result<T, String>) -> Option<T> {
        match self.object.get(name) {
            None | Some(Value::Null) => None,
            Some(value) => self.parsed(name, parse(value)),
        }
    }

    /// A field of a change.
    pub fn given<T>(&mut self, name: &str, parse: impl FnOnce(&'a Value) -> Result<T, String>) -> Given<T> {
        match self.object.get(name) {
            None => Given::Omitted,
            Some(Value::Null) => Given::Null,
            Some(value) => self.parsed(name, parse(value)).map_or(Given::Omitted, Given::Value),
        }
    }

    /// A required object whose fields are read by `read`; `None` if it is missing or invalid, which adds errors.
    pub fn required_object<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields<'a>) -> Option<T>) -> Option<T> {
        let object = self.required(name, object)?;
        let mut inner = Fields { object, within: format!("{}{name}.", self.within), errors: Vec::new() };
        let read = read(&mut inner);
        let is_valid = inner.errors.is_empty();
        self.errors.append(&mut inner.errors);
        read.filter(|_| is_valid)
    }

    /// Like [`Self::required_object`], but without an error if it is missing or null.
    pub fn optional_object<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields<'a>) -> Option<T>) -> Option<T> {
        if self.has(name) { self.required_object(name, read) } else { None }
    }

    /// Adds an error for a field.
    pub fn wrong(&mut self, name: &str, message: impl Into<String>) {
        self.errors.push(FieldError { field: format!("{}{name}", self.within), message: message.into() });
    }

    /// The body that was read; fails with 422 and all errors, if there are any.
    pub fn finish<T>(self, read: Option<T>) -> Result<T, ApiError> {
        match read {
            Some(body) if self.errors.is_empty() => Ok(body),
            None if self.errors.is_empty() => Err(ApiError::internal("an invalid body without an error")),
            _ => Err(ApiError::validation(self.errors)),
        }
    }

    fn parsed<T>(&mut self, name: &str, result: Result<T, String>) -> Option<T> {
        result.map_err(|message| self.wrong(name, message)).ok()
    }
}
