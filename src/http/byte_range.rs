//! `Range` and `If-Range` (RFC 9110): resuming a download where it broke off.

use std::ops::Range;

use actix_web::http::header::{HeaderMap, IF_RANGE, RANGE};

/// Which bytes of a content are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    Whole,
    Part(Range<u64>),
    /// The range lies behind the end.
    Nothing,
}

/// What the headers ask of a content with this many bytes, this `ETag` and this `Last-Modified`. Several ranges at once,
/// and what is malformed, are ignored, as is a range of another version of the content.
pub(crate) fn asked(headers: &HeaderMap, size: u64, etag: &str, last_modified: &str) -> Asked {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_same = text(IF_RANGE).is_none_or(|version| version == etag || version == last_modified);
    match text(RANGE).filter(|_| is_same).and_then(|range| parse(range, size)) {
        Some(range) if range.is_empty() => Asked::Nothing,
        Some(range) => Asked::Part(range),
        None => Asked::Whole,
    }
}

/// An empty range if it cannot be satisfied; `None` if it is not a single range of bytes.
fn parse(text: &str, size: u64) -> Option<Range<u64>> {
    let (unit, range) = text.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let number = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| text.parse().unwrap_or(u64::MAX))
    };
    match (first, last) {
        ("", suffix) => Some(size.saturating_sub(number(suffix)?)..size),
        (first, "") => Some(number(first)?.min(size)..size),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then(|| first.min(size)..last.saturating_add(1).min(size))
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn asks(range: &'static str, version: Option<&'static str>) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_static(range));
        if let Some(version) = version {
            headers.insert(IF_RANGE, HeaderValue::from_static(version));
        }
        asked(&headers, 100, "\"a\"", "Mon, 15 Jun 2026 10:00:00 GMT")
    }

    #[test]
    fn a_single_range_is_served() {
        for (range, bytes) in [
            ("bytes=0-", 0..100),
            ("bytes=0-0", 0..1),
            ("Bytes=10-19", 10..20),
            ("bytes=90-1000", 90..100),
            ("bytes=-5", 95..100),
            ("bytes=-500", 0..100),
            ("bytes=0-99999999999999999999999", 0..100),
        ] {
            assert_eq!(asks(range, None), Asked::Part(bytes), "{range}");
        }
        for range in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-"] {
            assert_eq!(asks(range, None), Asked::Nothing, "{range}");
        }
        for range in ["bytes=0-1,5-6", "bytes=5-1", "bytes=-", "bytes=a-b", "items=0-1", "bytes", "bytes=+1-2"] {
            assert_eq!(asks(range, None), Asked::Whole, "{range}");
        }
    }

    #[test]
    fn a_range_of_another_version_is_not_served() {
        assert_eq!(asks("bytes=1-", Some("\"a\"")), Asked::Part(1..100));
        assert_eq!(asks("bytes=1-", Some("Mon, 15 Jun 2026 10:00:00 GMT")), Asked::Part(1..100));
        for version in ["\"b\"", "W/\"a\"", "Mon, 15 Jun 2026 10:00:01 GMT"] {
            assert_eq!(asks("bytes=1-", Some(version)), Asked::Whole, "{version}");
        }
    }
}
