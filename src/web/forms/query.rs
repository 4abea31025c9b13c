//! What stands behind the question mark, read with the same care as a form.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use crate::http::body::Fields;
use crate::web::PageError;

/// The query as a struct of texts with defaults; what cannot be read is a 400 page.
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
