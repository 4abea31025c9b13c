//! The query string, parsed as strictly as a form.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use crate::http::body::Fields;
use crate::web::PageError;

/// The query as a struct of texts with defaults; an unreadable query is answered with 400.
#[derive(Debug)]
pub struct CheckedQuery<T>(pub T);

impl<T> Deref for CheckedQuery<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned> FromRequest for CheckedQuery<T> {
    type Error = PageError;
    type Future = Ready<Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || Ok(Self(Fields::parse(request.query_string().as_bytes())?.into_struct()?));
        ready(read())
    }
}
