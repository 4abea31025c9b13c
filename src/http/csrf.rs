//! Protection against forged requests: browser headers that state a request's origin, and a token in each form that
//! only our own pages contain, masked differently on each page.

use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Site;
use crate::config::BaseUrl;
use crate::crypto::{equal, random_bytes};

const LENGTH: usize = 32;

/// The secret behind the tokens of one session or one sign-in page.
#[derive(Clone, PartialEq, Eq)]
pub struct CsrfSecret([u8; LENGTH]);

impl std::fmt::Debug for CsrfSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl CsrfSecret {
    pub fn random() -> Self {
        Self(random_bytes())
    }

    /// Encodes the secret for storage in the session.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    pub fn decode(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// A token for one page: a random mask, and the secret under it. Pages are compressed, so a constant token could
    /// be guessed from their length.
    pub fn token(&self) -> String {
        let mask: [u8; LENGTH] = random_bytes();
        let masked = mask.iter().zip(&self.0).map(|(mask, byte)| mask ^ byte);
        let bytes: Vec<u8> = mask.iter().copied().chain(masked).collect();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Whether the token was made from this secret.
    pub fn accepts(&self, token: &str) -> bool {
        unmasked(token).is_some_and(|secret| equal(&secret, &self.0))
    }
}

/// Whether the text could be a token of some session.
pub(crate) fn is_token(text: &str) -> bool {
    unmasked(text).is_some()
}

fn unmasked(token: &str) -> Option<[u8; LENGTH]> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (mask, masked) = bytes.split_at_checked(LENGTH)?;
    let masked = <[u8; LENGTH]>::try_from(masked).ok()?;
    let unmasked: Vec<u8> = mask.iter().zip(masked).map(|(mask, byte)| mask ^ byte).collect();
    unmasked.try_into().ok()
}

/// Whether a request that may change something comes from our own pages, judging by its headers. A trusted proxy may
/// use any host name for the portal.
pub(crate) fn is_from_here(method: &Method, headers: &HeaderMap, site: &Site, is_proxied: bool) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let host = text("host");
    if !is_proxied && host.is_some_and(|host| !site.may_be_called(host)) {
        return false;
    }
    // A portal that listens on 127.0.0.1 is also opened as localhost, so if the browser sends `Sec-Fetch-Site`, an
    // origin equal to the requested host is accepted too.
    let is_own = |origin: &str| {
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        origin == site.origin || host.is_some_and(|host| authority.is_some_and(|own| own.eq_ignore_ascii_case(host)))
    };
    match (text("sec-fetch-site"), text("origin")) {
        (Some(place), origin) => matches!(place, "same-origin" | "none") && origin.is_none_or(is_own),
        (None, Some(origin)) => origin == site.origin,
        (None, None) => false,
    }
}

/// The origin of the page that a request came from, where it is not the portal's own; `None` if the browser named none.
pub(crate) fn other_origin(headers: &HeaderMap, site: &Site) -> Option<String> {
    let origin = BaseUrl::parse(headers.get("origin")?.to_str().ok()?)?.origin();
    (origin != site.origin).then_some(origin)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn a_token_differs_each_time_and_is_accepted() {
        let secret = CsrfSecret::random();
        let (one, two) = (secret.token(), secret.token());
        assert_ne!(one, two);
        assert!(secret.accepts(&one) && secret.accepts(&two));
        assert_eq!(CsrfSecret::decode(&secret.encode()), Some(secret));
    }

    #[test]
    fn foreign_and_broken_tokens_are_refused() {
        let (mine, theirs) = (CsrfSecret::random(), CsrfSecret::random());
        let short = URL_SAFE_NO_PAD.encode([0_u8; 40]);
        for token in ["", "x", "ä", &theirs.token(), &mine.encode(), &short] {
            assert!(!mine.accepts(token), "{token:?}");
        }
    }

    #[test]
    fn the_place_a_request_comes_from() {
        let site = Site { origin: "http://127.0.0.1:8080".into(), is_https: false, host: "127.0.0.1".into() };
        for (place, origin, expected) in [
            (Some("same-origin"), None, true),
            (Some("none"), None, true),
            (Some("same-site"), Some("http://127.0.0.1:8080"), false),
            (Some("cross-site"), None, false),
            (Some("same-origin"), Some("http://127.0.0.1:8080"), true),
            (Some("same-origin"), Some("http://evil.example"), false),
            (Some("same-origin"), Some("null"), false),
            (None, Some("http://127.0.0.1:8080"), true),
            (None, Some("http://127.0.0.1:8081"), false),
            (None, Some("https://127.0.0.1:8080"), false),
            (None, Some("null"), false),
            (None, None, false),
        ] {
            let mut headers = HeaderMap::new();
            let mut put = |name: &'static str, value: Option<&str>| {
                if let Some(value) = value {
                    headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
                }
            };
            put("sec-fetch-site", place);
            put("origin", origin);
            assert_eq!(is_from_here(&Method::POST, &headers, &site, false), expected, "{place:?} {origin:?}");
            assert!(is_from_here(&Method::GET, &headers, &site, false));
        }
    }

    #[test]
    fn the_host_that_was_asked() {
        let site = Site { origin: "http://127.0.0.1:8080".into(), is_https: false, host: "127.0.0.1".into() };
        for (host, origin, is_proxied, expected) in [
            ("127.0.0.1:8080", "http://127.0.0.1:8080", false, true),
            ("localhost:8080", "http://localhost:8080", false, true),
            ("localhost:8080", "http://evil.example:8080", false, false),
            ("evil.example:8080", "http://evil.example:8080", false, false),
            ("evil.example:8080", "http://127.0.0.1:8080", false, false),
            ("keys.internal", "http://127.0.0.1:8080", true, true),
            ("keys.internal", "http://evil.example", true, false),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [("host", host), ("origin", origin), ("sec-fetch-site", "same-origin")] {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
            }
            let is_ours = is_from_here(&Method::POST, &headers, &site, is_proxied);
            assert_eq!(is_ours, expected, "{host} {origin} {is_proxied}");
        }
    }
}
