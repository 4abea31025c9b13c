//! What requests tell about proxies in front that the settings do not know: forwarded headers from a peer that is not
//! trusted, and https where the base URL has none. It is logged once a minute, and shown to admins for an hour.
//!
//! A stranger may send such headers too. So nothing of their content is logged or shown, only the peer's address, and
//! admins are shown that only if it is private or loopback, as that of a proxy in front usually is.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::http::header::HeaderMap;
use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};

use super::address::is_trusted;
use crate::outbound::guard::is_public;

/// The headers by which proxies tell whom a request is from.
const FORWARDED: [&str; 4] = ["x-forwarded-for", "x-forwarded-proto", "x-real-ip", "forwarded"];
const SHOWN_FOR: SignedDuration = SignedDuration::from_hours(1);
const LOG_INTERVAL: SignedDuration = SignedDuration::from_mins(1);

/// What was noticed last.
#[derive(Debug, Default)]
pub(crate) struct Proxies(Mutex<Noticed>);

#[derive(Debug, Default)]
struct Noticed {
    untrusted: Option<(IpAddr, Timestamp)>,
    https_at: Option<Timestamp>,
    untrusted_logged_at: Option<Timestamp>,
    https_logged_at: Option<Timestamp>,
}

/// What admins are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProxyNotices {
    /// The address of what seems to be a proxy that is not trusted.
    pub untrusted: Option<String>,
    /// Whether people use https, but the base URL does not say so.
    pub lacks_https: bool,
}

impl Proxies {
    /// Looks at a request of this peer.
    pub(crate) fn look(&self, peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet], is_https: bool, now: Timestamp) {
        if !FORWARDED.iter().any(|name| headers.contains_key(*name)) {
            return;
        }
        let peer = peer.to_canonical();
        if !is_trusted(peer, trusted) {
            let mut noticed = self.lock();
            if !is_public(peer) {
                noticed.untrusted = Some((peer, now));
            }
            if is_over(&mut noticed.untrusted_logged_at, now) {
                drop(noticed);
                tracing::warn!(
                    %peer,
                    "forwarded headers are ignored, because their sender is not a trusted proxy; if it is your proxy, add its address to KEYDESK_TRUSTED_PROXIES: without it, everybody has the proxy's address, and wrong passwords of one delay all"
                );
            }
        } else if !is_https && says_https(headers) {
            let mut noticed = self.lock();
            noticed.https_at = Some(now);
            if is_over(&mut noticed.https_logged_at, now) {
                drop(noticed);
                tracing::warn!(
                    "people use https, but KEYDESK_BASE_URL is not an https address: cookies are not Secure, and links begin with http; set it to the address that people open"
                );
            }
        }
    }

    /// What was noticed within the last hour.
    pub(crate) fn notices(&self, now: Timestamp) -> ProxyNotices {
        let noticed = self.lock();
        let is_recent = |at: Timestamp| at.duration_until(now) < SHOWN_FOR;
        ProxyNotices {
            untrusted: noticed.untrusted.filter(|(_, at)| is_recent(*at)).map(|(peer, _)| peer.to_string()),
            lacks_https: noticed.https_at.is_some_and(is_recent),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Noticed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the last log line is a minute old; then this is the last.
fn is_over(logged_at: &mut Option<Timestamp>, now: Timestamp) -> bool {
    let is_over = logged_at.is_none_or(|at| at.duration_until(now).abs() >= LOG_INTERVAL);
    if is_over {
        *logged_at = Some(now);
    }
    is_over
}

/// Whether the proxy says that the browser speaks https with it.
fn says_https(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let scheme = text("x-forwarded-proto").split(',').next().unwrap_or_default().trim();
    let forwarded = text("forwarded").split([',', ';']).any(|part| {
        part.trim().split_once('=').is_some_and(|(name, value)| {
            name.eq_ignore_ascii_case("proto") && value.trim_matches('"').eq_ignore_ascii_case("https")
        })
    });
    scheme.eq_ignore_ascii_case("https") || forwarded
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn noticed(peer: &str, pairs: &[(&'static str, &str)]) -> ProxyNotices {
        let proxies = Proxies::default();
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        proxies.look(peer.parse().unwrap(), &headers(pairs), &trusted, false, Timestamp::UNIX_EPOCH);
        proxies.notices(Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn only_a_private_peer_is_taken_for_a_proxy() {
        for peer in ["127.0.0.1", "::1", "192.168.1.2", "172.17.0.1", "fd00::1", "::ffff:192.168.1.2", "100.64.0.1"] {
            for header in FORWARDED {
                assert!(noticed(peer, &[(header, "198.51.100.1")]).untrusted.is_some(), "{peer} {header}");
            }
        }
        for peer in ["203.0.113.9", "2001:db8::1", "8.8.8.8", "2606:4700::1"] {
            let expected = !is_public(peer.parse().unwrap());
            assert_eq!(noticed(peer, &[("x-forwarded-for", "127.0.0.1")]).untrusted.is_some(), expected, "{peer}");
        }
        assert!(noticed("8.8.8.8", &[("x-forwarded-for", "127.0.0.1")]).untrusted.is_none());
        assert_eq!(noticed("127.0.0.1", &[("accept", "*/*")]), ProxyNotices::default());
    }

    #[test]
    fn https_is_believed_of_a_trusted_proxy() {
        for (name, value) in [
            ("x-forwarded-proto", "https"),
            ("x-forwarded-proto", "HTTPS, http"),
            ("forwarded", "for=198.51.100.1;proto=https"),
            ("forwarded", "for=198.51.100.1; Proto=\"https\";by=10.0.0.1"),
        ] {
            assert!(noticed("10.0.0.1", &[(name, value)]).lacks_https, "{value}");
            assert!(!noticed("127.0.0.1", &[(name, value)]).lacks_https, "{value}");
        }
        assert!(!noticed("10.0.0.1", &[("x-forwarded-proto", "http")]).lacks_https);
    }

    #[test]
    fn it_is_logged_once_a_minute() {
        let mut at = None;
        let now = Timestamp::UNIX_EPOCH;
        assert!(is_over(&mut at, now));
        assert!(!is_over(&mut at, now + SignedDuration::from_secs(59)));
        assert!(is_over(&mut at, now + SignedDuration::from_secs(60)));
        assert!(is_over(&mut at, now), "the clock was set back");
    }
}
