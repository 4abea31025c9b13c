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

/// The query of a call. Unknown parameters are ignored, unless [`Self::refuse_unknown`] is called.
#[derive(Debug)]
pub(crate) struct Query {
    texts: Texts,
    /// The generated TypeScript and Python SDKs count pages from 1; they are recognized by a header.
    counts_from_one: bool,
    /// The parameters that were asked for.
    known: Vec<String>,
    refuses_unknown: bool,
    errors: Vec<FieldError>,
}

impl Query {
    /// The raw parameter; `None` if it is missing or empty.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.known.push(name.to_owned());
        Some(self.texts.get(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// The parameter parsed by `parse`; an invalid value adds an error that says what it must be, `takes`.
    pub(crate) fn parsed<T>(&mut self, name: &str, takes: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let value = parse(&text);
        if value.is_none() {
            self.errors.push(FieldError { field: name.to_owned(), message: format!("must be {takes}") });
        }
        value
    }

    /// The requested page; fails like [`Self::finish`].
    pub(crate) fn page(mut self) -> Result<PageNumber, ApiError> {
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

    /// Lets [`Self::finish`] fail if there are parameters that nobody has asked for: a program must not take everybody's
    /// rows for those of its misspelled filter.
    pub(crate) fn refuse_unknown(&mut self) {
        self.refuses_unknown = true;
    }

    /// Fails with 400 if a known parameter is empty, or an unknown one is to be refused; with 422 if one is invalid.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        if let Some(name) = self.known.iter().find(|name| self.texts.has(name) && self.texts.get(name).is_empty()) {
            return Err(ApiError::invalid_request(format!(
                "The parameter {name} is empty: give it a value or leave it out."
            )));
        }
        let mut names = self.texts.names();
        if self.refuses_unknown
            && let Some(name) = names.find(|name| self.known.iter().all(|known| known != name))
        {
            let known = self.known.join(", ");
            return Err(ApiError::invalid_request(format!("There is no parameter {name:?} here; there are {known}.")));
        }
        if self.errors.is_empty() { Ok(()) } else { Err(ApiError::validation(self.errors)) }
    }
}

impl FromRequest for Query {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let counts_from_one = request.headers().contains_key("x-stainless-lang");
        let texts = Texts::parse(request.query_string().as_bytes()).map_err(ApiError::from);
        ready(texts.map(|texts| Self {
            texts,
            counts_from_one,
            known: Vec::new(),
            refuses_unknown: false,
            errors: Vec::new(),
        }))
    }
}
