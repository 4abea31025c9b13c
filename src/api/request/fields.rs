//! The fields of a body, read one by one, so that the answer names every wrong one. Fields that
//! nobody asks for are ignored.

use serde_json::{Map, Value};

use crate::api::ApiError;
use crate::wire::FieldError;

/// A field of a change: omitted keeps, null clears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given<T> {
    Omitted,
    Null,
    Value(T),
}

impl<T> Given<T> {
    /// What the field is after the change.
    pub fn over(self, present: Option<T>) -> Option<T> {
        match self {
            Self::Omitted => present,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

/// Reads fields and collects what is wrong with them.
#[derive(Debug)]
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    /// What the fields are inside of, such as `customer.`.
    within: &'static str,
    errors: Vec<FieldError>,
}

impl<'a> Fields<'a> {
    pub fn new(object: &'a Map<String, Value>) -> Self {
        Self { object, within: "", errors: Vec::new() }
    }

    /// The fields of the object in a field; `within` is that field's name and a dot.
    pub fn inside(object: &'a Map<String, Value>, within: &'static str) -> Self {
        Self { object, within, errors: Vec::new() }
    }

    /// Whether the field was sent and is not null.
    pub fn has(&self, name: &str) -> bool {
        self.object.get(name).is_some_and(|value| !value.is_null())
    }

    /// A field that must be there; `None` where it is wrong, which is noted.
    pub fn required<T>(&mut self, name: &str, parse: impl FnOnce(&'a Value) -> Result<T, String>) -> Option<T> {
        match self.object.get(name) {
            None | Some(Value::Null) => {
                self.wrong(name, "is required");
                None
            }
            Some(value) => self.parsed(name, parse(value)),
        }
    }

    /// A field that may be missing or null; `None` also where it is wrong, which is noted.
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

    /// Notes what is wrong with a field.
    pub fn wrong(&mut self, name: &str, message: impl Into<String>) {
        self.errors.push(FieldError { field: format!("{}{name}", self.within), message: message.into() });
    }

    /// Takes over what was noted about the fields of an inner object.
    pub fn absorb(&mut self, inner: Fields<'_>) {
        self.errors.extend(inner.errors);
    }

    /// Whether nothing was noted so far.
    pub fn is_good(&self) -> bool {
        self.errors.is_empty()
    }

    /// 422 with everything that was noted.
    pub fn finish(self) -> Result<(), ApiError> {
        if self.errors.is_empty() { Ok(()) } else { Err(ApiError::validation(self.errors)) }
    }

    fn parsed<T>(&mut self, name: &str, result: Result<T, String>) -> Option<T> {
        result.map_err(|message| self.wrong(name, message)).ok()
    }
}
