//! Parsing forms and queries. Input is not trusted: oversized, malformed and non-UTF-8 bodies each have an error of
//! their own; unknown fields are ignored.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::rt::time::timeout;
use actix_web::web::{Bytes, BytesMut};
use percent_encoding::percent_decode;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as ValueError, MapDeserializer};

/// Enough for a key of 65,536 four-byte characters, each percent-encoded in a form or escaped in JSON (12 bytes), and the
/// other fields.
pub(crate) const MAX_FORM_BYTES: usize = 1024 * 1024;
/// How many bytes more of an oversized body are read before the response, so that the client gets to see it.
pub(super) const MAX_DRAINED_BYTES: usize = 3 * 1024 * 1024;
pub(super) const MAX_FIELDS: usize = 200;
/// The time limit for receiving a body.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Why a body or a query is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// Not `application/x-www-form-urlencoded`.
    NotAForm,
    TooLarge,
    /// Invalid percent-encoding is taken as text; bytes that are not UTF-8 are rejected.
    NotUtf8,
    TooManyFields,
    Malformed,
    /// The client disconnected in the middle.
    Incomplete,
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAForm => "the body is not a form",
            Self::TooLarge => "the body is too large",
            Self::NotUtf8 => "the text is not UTF-8",
            Self::TooManyFields => "there are too many fields",
            Self::Malformed => "the fields cannot be read",
            Self::Incomplete => "the body ended too early",
        })
    }
}

/// Texts by name; of a repeated field the last one is used, unless all are asked for.
#[derive(Clone, Default)]
pub struct Fields(HashMap<String, Vec<String>>);

/// The values may be secret.
impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Fields {
    /// Parses `a=1&b=2`.
    pub fn parse(encoded: &[u8]) -> Result<Self, BodyError> {
        let mut fields = Self::default();
        for (number, pair) in encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).enumerate() {
            if number >= MAX_FIELDS {
                return Err(BodyError::TooManyFields);
            }
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            fields.push(name, value);
        }
        Ok(fields)
    }

    /// Adds a value to those of its name.
    pub(crate) fn push(&mut self, name: String, value: String) {
        self.0.entry(name).or_default().push(value);
    }

    /// The fields as pairs of name and text, by name; a repeated field is several.
    pub fn into_pairs(self) -> impl Iterator<Item = (String, String)> {
        let mut fields: Vec<(String, Vec<String>)> = self.0.into_iter().collect();
        fields.sort_unstable();
        fields.into_iter().flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value)))
    }

    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut fields = Self::default();
        pairs.into_iter().for_each(|(name, value)| fields.push(name, value));
        fields
    }

    /// The field's text; empty if it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).last().map_or("", String::as_str)
    }

    /// All texts of a repeated field, in their order.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether the field is present.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The names of all fields, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Fills a struct whose fields are texts with defaults.
    pub fn into_struct<T: DeserializeOwned>(self) -> Result<T, BodyError> {
        let last = self.0.into_iter().filter_map(|(name, mut values)| Some((name, values.pop()?)));
        T::deserialize(MapDeserializer::<_, ValueError>::new(last)).map_err(|_| BodyError::Malformed)
    }
}

fn decode(encoded: &[u8]) -> Result<String, BodyError> {
    let spaced: Vec<u8> = encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).decode_utf8().map(std::borrow::Cow::into_owned).map_err(|_| BodyError::NotUtf8)
}

/// Reads the body of a form.
pub(crate) async fn read_form(request: &HttpRequest, payload: actix_web::dev::Payload) -> Result<Fields, BodyError> {
    let kind = content_type(request).split(';').next().unwrap_or_default();
    let is_form = kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded");
    let bytes = read_bytes(payload).await?;
    // An empty body needs no content type: some programs send forms without fields that way.
    if !is_form && !bytes.is_empty() {
        return Err(BodyError::NotAForm);
    }
    Fields::parse(&bytes)
}

/// The content type, with its parameters; empty if there is none.
pub(super) fn content_type(request: &HttpRequest) -> &str {
    request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Reads a body of at most [`MAX_FORM_BYTES`] with any content type.
pub(crate) async fn read_bytes(payload: actix_web::dev::Payload) -> Result<Bytes, BodyError> {
    read_within(payload, MAX_FORM_BYTES, TIMEOUT).await
}

/// Reads a body of at most `max` bytes.
pub(super) async fn read_within(
    payload: actix_web::dev::Payload,
    max: usize,
    limit: Duration,
) -> Result<Bytes, BodyError> {
    timeout(limit, read(payload, max)).await.map_err(|_| BodyError::Incomplete)?
}

async fn read(mut payload: actix_web::dev::Payload, max: usize) -> Result<Bytes, BodyError> {
    let mut bytes = BytesMut::new();
    let mut drained = 0;
    while let Some(chunk) = next(&mut payload).await {
        let chunk = chunk.map_err(|_| BodyError::Incomplete)?;
        drained += chunk.len();
        if drained > max + MAX_DRAINED_BYTES {
            break;
        }
        if drained <= max {
            bytes.extend_from_slice(&chunk);
        }
    }
    if drained > max { Err(BodyError::TooLarge) } else { Ok(bytes.freeze()) }
}

pub(super) async fn next(payload: &mut actix_web::dev::Payload) -> Option<Result<Bytes, PayloadError>> {
    use futures_core::Stream;
    std::future::poll_fn(|cx| std::pin::Pin::new(&mut *payload).poll_next(cx)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_repeated_field_counts() {
        let fields = Fields::parse(b"a=1&b=x%20y+z&a=2&&c").unwrap();
        assert_eq!((fields.get("a"), fields.get("b"), fields.get("c"), fields.get("d")), ("2", "x y z", "", ""));
        assert_eq!(fields.all("a"), ["1", "2"]);
    }

    #[test]
    fn broken_percent_signs_are_text_and_broken_utf8_is_refused() {
        assert_eq!(Fields::parse(b"a=100%&b=%zz").unwrap().get("a"), "100%");
        assert_eq!(Fields::parse(b"a=%ff%fe").unwrap_err(), BodyError::NotUtf8);
        assert_eq!(Fields::parse(b"a=\xc3(").unwrap_err(), BodyError::NotUtf8);
    }

    #[test]
    fn unknown_fields_are_let_go() {
        #[derive(serde::Deserialize)]
        #[serde(default)]
        #[derive(Default)]
        struct Form {
            name: String,
            note: String,
        }
        let form: Form = Fields::parse(b"name=Ada&role=admin").unwrap().into_struct().unwrap();
        assert_eq!((form.name.as_str(), form.note.as_str()), ("Ada", ""));
    }

    #[test]
    fn ten_thousand_fields_are_too_many() {
        let body = "a=1&".repeat(10_000);
        assert_eq!(Fields::parse(body.as_bytes()).unwrap_err(), BodyError::TooManyFields);
    }
}
