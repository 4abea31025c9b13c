//! How browsers reach the portal.

use std::fmt;
use std::net::Ipv6Addr;

/// `http://host:port` or `https://host`, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    is_https: bool,
    /// The host, with its port unless it is the scheme's default.
    authority: String,
}

impl BaseUrl {
    pub fn parse(text: &str) -> Option<Self> {
        let (is_https, rest) = match text.strip_prefix("https://") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("http://")?),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port_number(port)?)),
            _ => (rest, None),
        };
        let host = host_name(host)?;
        let own_port = if is_https { 443 } else { 80 };
        let authority = match port {
            Some(port) if port != own_port => format!("{host}:{port}"),
            _ => host,
        };
        Some(Self { is_https, authority })
    }

    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// The host without its port.
    pub fn host(&self) -> &str {
        match self.authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => &self.authority,
        }
    }

    /// What browsers send as `Origin`.
    pub fn origin(&self) -> String {
        self.to_string()
    }
}

fn port_number(text: &str) -> Option<u16> {
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|port| is_number && *port != 0)
}

/// A name, an IPv4 address or an IPv6 address in brackets, spelled as browsers do.
fn host_name(text: &str) -> Option<String> {
    if let Some(address) = text.strip_prefix('[') {
        let address: Ipv6Addr = address.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{address}]"));
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_host = text.split('.').all(|label| !label.is_empty() && label.chars().all(fits));
    is_host.then(|| text.to_ascii_lowercase())
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.is_https { "https" } else { "http" }, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_reads_as_browsers_write_origins() {
        let origin = |text: &str| BaseUrl::parse(text).map(|url| url.origin());
        assert_eq!(origin("https://Keys.example.com/").as_deref(), Some("https://keys.example.com"));
        assert_eq!(origin("https://keys.example.com:443").as_deref(), Some("https://keys.example.com"));
        assert_eq!(origin("http://[::1]:8080").as_deref(), Some("http://[::1]:8080"));
        assert_eq!(origin("http://[2001:DB8:0::1]:080").as_deref(), Some("http://[2001:db8::1]"));
        assert_eq!(origin("http://key_desk:8080").as_deref(), Some("http://key_desk:8080"));
        for text in [
            "",
            "https://",
            "https://a/b",
            "ftp://a",
            "https://a b",
            "https://:80",
            "http://a:99999",
            "http://a:0",
            "http://a:+80",
            "http://a:",
            "http://a:1:2",
            "http://::1",
            "http://[::1",
            "http://[::1]x:80",
            "http://a..b",
            "http://u@a",
            "https://a?x",
        ] {
            assert_eq!(origin(text), None, "{text}");
        }
        assert_eq!(BaseUrl::parse("http://[::1]:8080").map(|url| url.host().to_owned()).as_deref(), Some("[::1]"));
    }
}
