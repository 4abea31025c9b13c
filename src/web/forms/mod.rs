//! Forms: reading them with their CSRF token checked, and returning their errors.

pub(crate) mod days;
pub(crate) mod end;
pub mod labels;
pub(crate) mod query;

use std::ops::{Deref, DerefMut};
use std::pin::Pin;

use actix_session::SessionExt;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::PageError;
use super::auth::session::TypedSession;
use crate::http::body::{self, Fields};
use crate::http::csrf::is_token;
use crate::http::multipart::{UploadedFile, read_upload};
use crate::http::parts::Parts;

/// The hidden field with the CSRF token, in every form.
pub(crate) const TOKEN_FIELD: &str = "csrf_token";

/// A form with a valid CSRF token for this session. `T` is a struct of `String`s with `#[serde(default)]`.
#[derive(Debug)]
pub struct CsrfForm<T>(pub T);

/// A form that consists only of a button.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct NoFields {}

impl<T> Deref for CsrfForm<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for CsrfForm<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> CsrfForm<T> {
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// The fields of a form with a valid CSRF token, for forms whose fields have names of their own or are repeated, or that
/// contain a file.
pub struct CsrfFields {
    pub fields: Fields,
    pub file: Option<UploadedFile>,
}

impl FromRequest for CsrfFields {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let (fields, file) = read_upload(&request, payload).await?;
            Ok(Self { fields: checked(&request, fields)?, file })
        })
    }
}

/// A form with large files whose token, its first part, is valid for this session. The files are still to be received.
pub(crate) struct CsrfParts {
    /// `None` if the form was sent without files.
    pub parts: Option<Parts>,
    /// The fields that were received.
    pub fields: Fields,
}

impl FromRequest for CsrfParts {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let mut parts = match Parts::of(&request, payload) {
                Ok(parts) => parts,
                Err(payload) => {
                    let fields = checked(&request, body::read_form(&request, payload).await?)?;
                    return Ok(Self { parts: None, fields });
                }
            };
            let mut fields = Fields::default();
            if let Some(first) = parts.next().await?.filter(|part| part.name == TOKEN_FIELD) {
                fields.push(first.name, parts.text().await?);
            }
            match checked(&request, fields) {
                Ok(fields) => Ok(Self { parts: Some(parts), fields }),
                Err(error) => {
                    parts.drain().await;
                    Err(error)
                }
            }
        })
    }
}

/// The fields, if their token is valid for this session.
fn checked(request: &HttpRequest, fields: Fields) -> Result<Fields, PageError> {
    let session = TypedSession::new(request.get_session());
    let token = fields.get(TOKEN_FIELD);
    if !session.csrf_secret().is_some_and(|secret| secret.accepts(token)) {
        return Err(if is_token(token) { PageError::StaleForm(fields) } else { PageError::Forged });
    }
    session.forget_unsent_form_of(request.path());
    Ok(fields)
}

impl<T: DeserializeOwned + 'static> FromRequest for CsrfForm<T> {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let fields = body::read_form(&request, payload).await?;
            Ok(Self(checked(&request, fields)?.into_struct()?))
        })
    }
}

/// A form's errors, by field, in the person's language.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct FormErrors(Vec<(String, String)>);

impl FormErrors {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a message for the field with this id.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push((field.to_owned(), message.into()));
    }

    /// Creates a list with a single error.
    pub fn one(field: &str, message: impl Into<String>) -> Self {
        Self(vec![(field.to_owned(), message.into())])
    }

    /// The first message for a field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, message)| message.as_str())
    }

    pub fn has(&self, field: &str) -> bool {
        self.get(field).is_some()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All errors, as pairs of field and message.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, message)| (field.as_str(), message.as_str()))
    }

    /// The ids of hint and error for `aria-describedby`; empty if there is neither.
    pub fn described_by(&self, field: &str, has_hint: &bool) -> String {
        match (*has_hint, self.has(field)) {
            (true, true) => format!("{field}-hint {field}-error"),
            (true, false) => format!("{field}-hint"),
            (false, true) => format!("{field}-error"),
            (false, false) => String::new(),
        }
    }
}
