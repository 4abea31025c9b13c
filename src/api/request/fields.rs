//! The fields of a body, parsed one by one, so that the response lists every invalid one. Unknown fields are ignored, except
//! those that are probably misspelled.

use super::near_names::nearest;
use super::values::object;
use crate::api::ApiError;
use crate::wire::{FieldError, Json, Members};

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
    object: &'a Members,
    /// A prefix for field names, such as `customer.`.
    within: String,
    /// The names that were asked for.
    known: Vec<String>,
    errors: Vec<FieldError>,
}

impl<'a> Fields<'a> {
    pub fn new(object: &'a Members) -> Self {
        Self { object, within: String::new(), known: Vec::new(), errors: Vec::new() }
    }

    /// The text of a field, unchecked; `None` if it is not a string.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.object.get(name).and_then(Json::as_str)
    }

    /// Whether the field is present and not null.
    pub fn has(&self, name: &str) -> bool {
        self.object.get(name).is_some_and(|value| !value.is_null())
    }

    /// A required field; `None` if it is missing or invalid, which adds an error.
    pub fn required<T>(&mut self, name: &str, parse: impl FnOnce(&'a Json) -> Result<T, String>) -> Option<T> {
        self.knows(name);
        match self.object.get(name) {
            None | Some(Json::Null) => {
                self.wrong(name, "is required");
                None
            }
            Some(value) => self.parsed(name, parse(value)),
        }
    }

    /// An optional field; `None` if it is missing or null, or if it is invalid, which adds an error.
    pub fn optional<T>(&mut self, name: &str, parse: impl FnOnce(&'a Json) -> Result<T, String>) -> Option<T> {
        self.knows(name);
        match self.object.get(name) {
            None | Some(Json::Null) => None,
            Some(value) => self.parsed(name, parse(value)),
        }
    }

    /// A field of a change.
    pub fn given<T>(&mut self, name: &str, parse: impl FnOnce(&'a Json) -> Result<T, String>) -> Given<T> {
        self.knows(name);
        match self.object.get(name) {
            None => Given::Omitted,
            Some(Json::Null) => Given::Null,
            Some(value) => self.parsed(name, parse(value)).map_or(Given::Omitted, Given::Value),
        }
    }

    /// A required object whose fields are read by `read`; `None` if it is missing or invalid, which adds errors.
    pub fn required_object<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields<'a>) -> Option<T>) -> Option<T> {
        let object = self.required(name, object)?;
        let within = format!("{}{name}.", self.within);
        let mut inner = Fields { object, within, known: Vec::new(), errors: Vec::new() };
        let read = read(&mut inner);
        inner.refuse_misspelled();
        let is_valid = inner.errors.is_empty();
        self.errors.append(&mut inner.errors);
        read.filter(|_| is_valid)
    }

    /// Like [`Self::required_object`], but without an error if it is missing or null.
    pub fn optional_object<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields<'a>) -> Option<T>) -> Option<T> {
        self.knows(name);
        if self.has(name) { self.required_object(name, read) } else { None }
    }

    /// Adds an error for a field.
    pub fn wrong(&mut self, name: &str, message: impl Into<String>) {
        self.errors.push(FieldError { field: format!("{}{name}", self.within), message: message.into() });
    }

    /// The body that was read; fails with 422 and all errors, if there are any.
    pub fn finish<T>(mut self, read: Option<T>) -> Result<T, ApiError> {
        self.refuse_misspelled();
        match read {
            Some(body) if self.errors.is_empty() => Ok(body),
            None if self.errors.is_empty() => Err(ApiError::internal("an invalid body without an error")),
            _ => Err(ApiError::validation(self.errors)),
        }
    }

    /// Notes a field that the call takes, whether or not it is present.
    pub fn knows(&mut self, name: &str) {
        self.known.push(name.to_owned());
    }

    fn refuse_misspelled(&mut self) {
        let names = self.object.names().filter(|name| !self.known.contains(name));
        let misspelled: Vec<_> =
            names.filter_map(|name| Some((name, nearest(name, &self.known)?.to_owned()))).collect();
        for (name, meant) in misspelled {
            self.wrong(name, format!("is not a field of this call; did you mean {meant}?"));
        }
    }

    fn parsed<T>(&mut self, name: &str, result: Result<T, String>) -> Option<T> {
        result.map_err(|message| self.wrong(name, message)).ok()
    }
}
