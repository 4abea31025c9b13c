//! The fields of a body, parsed one by one, so that the response lists every invalid one. Unknown fields are ignored.

use serde_json::{Map, Value};

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
    /// The value of the field after the change.
    pub fn over(self, present: Option<T>) -> Option<T> {
        match self {
            Self::Omitted => present,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

/// Parses fields and collects their errors.
#[derive(Debug)]
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    /// A prefix for field names, such as `customer.`.
    within: &'static str,
    errors: Vec<FieldError>,
}

impl<'a> Fields<'a> {
    pub fn new(object: &'a Map<String, Value>) -> Self {
        Self { object, within: "", errors: Vec::new() }
    }

    /// The fields of a nested object; `within` is the name of its field with a dot.
    pub fn inside(object: &'a Map<String, Value>, within: &'static str) -> Self {
        Self { object, within, errors: Vec::new() }
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

    /// Adds an error for a field.
    pub fn wrong(&mut self, name: &str, message: impl Into<String>) {
        self.errors.push(FieldError { field: format!("{}{name}", self.within), message: message.into() });
    }

    /// Adds the errors of a nested object.
    pub fn absorb(&mut self, inner: Fields<'_>) {
        self.errors.extend(inner.errors);
    }

    /// Whether there are no errors so far.
    pub fn is_good(&self) -> bool {
        self.errors.is_empty()
    }

    /// Fails with 422 and all errors, if there are any.
    pub fn finish(self) -> Result<(), ApiError> {
        if self.errors.is_empty() { Ok(()) } else { Err(ApiError::validation(self.errors)) }
    }

    fn parsed<T>(&mut self, name: &str, result: Result<T, String>) -> Option<T> {
        result.map_err(|message| self.wrong(name, message)).ok()
    }
}
