//! The query string: filters and page.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::described::params;
use crate::api::ApiError;
use crate::domain::page::number::PageNumber;
use crate::http::body::Fields as Texts;
use crate::wire::FieldError;

params! {
    /// The page of a list.
    PageParams {
        /// Default: 10.
        #[param(minimum = 1, maximum = 100)]
        page_size: u32 = ("a whole number from 1 to 100", |text| {
            text.parse().ok().filter(|size| (1..=PageNumber::MAX_SIZE).contains(size))
        }),
        /// Counts from 0; from 1 if the request has the header `X-Stainless-Lang`.
        #[param(minimum = 0)]
        page_number: u32 = ("a whole number from 0 to 4294967295", |text| text.parse().ok()),
    }
}

/// The query of a call; unknown parameters are ignored.
#[derive(Debug)]
pub struct Query {
    texts: Texts,
    /// The generated TypeScript and Python SDKs count pages from 1; they are recognized by a header.
    counts_from_one: bool,
    errors: Vec<FieldError>,
}

impl Query {
    /// The raw parameter; `None` if it is missing or empty.
    pub fn text(&self, name: &str) -> Option<String> {
        Some(self.texts.get(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// The parameter parsed by `parse`; an invalid value adds an error that says what it must be, `takes`.
    pub fn parsed<T>(&mut self, name: &str, takes: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let value = parse(&text);
        if value.is_none() {
            self.errors.push(FieldError { field: name.to_owned(), message: format!("must be {takes}") });
        }
        value
    }

    /// The requested page; fails with 422 if any parameter is invalid.
    pub fn page(mut self) -> Result<PageNumber, ApiError> {
        let PageParams { page_size: size, page_number } = PageParams::read(&mut self);
        let index = match page_number {
            Some(number) if self.counts_from_one => number.saturating_sub(1),
            Some(number) => number,
            None => 0,
        };
        let page = PageNumber::new(size.unwrap_or(PageNumber::DEFAULT_SIZE), index);
        self.finish()?;
        page.ok_or_else(|| ApiError::field("page_size", "must be a whole number from 1 to 100"))
    }

    /// Fails with 422 if any parameter is invalid.
    pub fn finish(self) -> Result<(), ApiError> {
        if self.errors.is_empty() { Ok(()) } else { Err(ApiError::validation(self.errors)) }
    }
}

impl FromRequest for Query {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let counts_from_one = request.headers().contains_key("x-stainless-lang");
        let texts = Texts::parse(request.query_string().as_bytes()).map_err(ApiError::from);
        ready(texts.map(|texts| Self { texts, counts_from_one, errors: Vec::new() }))
    }
}
