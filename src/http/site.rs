//! The portal's public address, and what follows from it for cookies and origins.

use std::net::IpAddr;

use crate::config::BaseUrl;

/// The portal's public address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    /// Scheme, host and port, as browsers send them in `Origin`.
    pub origin: String,
    pub is_https: bool,
    /// The host without a port.
    pub host: String,
}

impl Site {
    pub(crate) fn new(base_url: &BaseUrl) -> Self {
        Self { origin: base_url.origin(), is_https: base_url.is_https(), host: base_url.host().to_owned() }
    }

    /// Whether a request may use this host name: the portal's own, an IP address, or a name without a dot. Any other
    /// name can be pointed at this machine by a foreign page, which could then access the portal as same-origin (DNS
    /// rebinding).
    pub(crate) fn may_be_called(&self, host: &str) -> bool {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        };
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let address = name.trim_start_matches('[').trim_end_matches(']');
        name == self.host || !name.contains('.') || name.ends_with(".localhost") || address.parse::<IpAddr>().is_ok()
    }

    /// The cookie's name; with https, prefixed so that the browser binds it to this host and to TLS.
    pub(crate) fn cookie_name(&self, name: &str) -> String {
        if self.is_https { format!("__Host-{name}") } else { name.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_name_is_not_ours() {
        let site = Site::new(&BaseUrl::parse("https://Keys.example.com").unwrap());
        for host in
            ["keys.example.com", "KEYS.example.com:443", "keys.example.com.", "127.0.0.1:8080", "localhost:8080"]
        {
            assert!(site.may_be_called(host), "{host}");
        }
        for host in ["[::1]:8080", "[::ffff:10.0.0.1]", "keydesk:8080", "keys.localhost"] {
            assert!(site.may_be_called(host), "{host}");
        }
        for host in ["evil.example", "evil.example:8080", "keys.example.com.evil.example", "127.0.0.1.evil.example"] {
            assert!(!site.may_be_called(host), "{host}");
        }
    }

    #[test]
    fn cookies_are_bound_to_the_host_under_https_only() {
        let name = |url: &str| BaseUrl::parse(url).map(|url| Site::new(&url).cookie_name("a"));
        assert_eq!(name("https://keys.example.com").as_deref(), Some("__Host-a"));
        assert_eq!(name("http://localhost").as_deref(), Some("a"));
    }
}
