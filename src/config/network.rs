//! How browsers reach the portal.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

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

    /// Where a portal without a base URL is reached: at the address that it listens on. One that listens on all
    /// addresses is reached from the same machine; which of its other names people use, it cannot know.
    pub fn of_listener(address: SocketAddr) -> Self {
        let ip = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        let host = match ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let authority = if address.port() == 80 { host } else { format!("{host}:{}", address.port()) };
        Self { is_https: false, authority }
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

    /// Whether it leads to the machine itself.
    fn is_local(&self) -> bool {
        let host = self.host();
        let address = host.trim_start_matches('[').trim_end_matches(']');
        let is_loopback = address.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        is_loopback || host == "localhost" || host.ends_with(".localhost")
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

/// A name, an IPv4 address or an IPv6 address in brackets, spelled as browsers do. The address that stands for all
/// addresses leads nowhere.
fn host_name(text: &str) -> Option<String> {
    if let Some(address) = text.strip_prefix('[') {
        let address: Ipv6Addr = address.strip_suffix(']')?.parse().ok()?;
        return (!address.is_unspecified()).then(|| format!("[{address}]"));
    }
    if text.parse().is_ok_and(|address: Ipv4Addr| address.is_unspecified()) {
        return None;
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_host = text.split('.').all(|label| !label.is_empty() && label.chars().all(fits));
    is_host.then(|| text.to_ascii_lowercase())
}

/// What is wrong with the base URL of a portal that listens on this address, and what to do, in one line; `None` if
/// nothing is.
pub fn base_url_problem(base_url: Option<&BaseUrl>, listen: SocketAddr) -> Option<String> {
    match base_url {
        None if !listen.ip().is_loopback() => Some(format!(
            "KEYDESK_BASE_URL is not set: people can sign in only at {}, and links in e-mails lead there; set it to the address at which they open the portal, such as https://keys.example.com",
            BaseUrl::of_listener(listen)
        )),
        Some(url) if !url.is_https && !url.is_local() => Some(format!(
            "KEYDESK_BASE_URL is {url}, without https: passwords and license keys can be read on the way, and cookies are not Secure; put a proxy with https in front and set it to https://…"
        )),
        _ => None,
    }
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
            "http://0.0.0.0:8080",
            "http://[::]:8080",
        ] {
            assert_eq!(origin(text), None, "{text}");
        }
        assert_eq!(BaseUrl::parse("http://[::1]:8080").map(|url| url.host().to_owned()).as_deref(), Some("[::1]"));
    }

    #[test]
    fn without_a_base_url_the_portal_is_where_a_browser_finds_it() {
        let of = |listen: &str| BaseUrl::of_listener(listen.parse().unwrap()).to_string();
        assert_eq!(of("127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(of("192.168.1.5:80"), "http://192.168.1.5");
        assert_eq!(of("0.0.0.0:8080"), "http://127.0.0.1:8080");
        assert_eq!(of("[::]:8080"), "http://[::1]:8080");
        assert_eq!(of("[2001:db8::1]:8080"), "http://[2001:db8::1]:8080");
    }

    #[test]
    fn a_base_url_that_will_not_do_is_told() {
        let told = |url: Option<&str>, listen: &str| {
            base_url_problem(url.map(|url| BaseUrl::parse(url).unwrap()).as_ref(), listen.parse().unwrap())
        };
        for listen in ["0.0.0.0:8080", "[::]:8080", "192.168.1.5:8080"] {
            let problem = told(None, listen).unwrap();
            assert!(problem.starts_with("KEYDESK_BASE_URL is not set"), "{problem}");
            assert!(!problem.contains("0.0.0.0") && !problem.contains("[::]") && !problem.contains('\n'), "{problem}");
            assert_eq!(told(Some("https://keys.example.com"), listen), None);
        }
        assert_eq!(told(None, "127.0.0.1:8080"), None);
        assert_eq!(told(None, "[::1]:8080"), None);
        assert!(told(Some("http://keys.lan:8080"), "127.0.0.1:8080").unwrap().contains("without https"));
        for url in ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]", "http://keys.localhost"] {
            assert_eq!(told(Some(url), "0.0.0.0:8080"), None, "{url}");
        }
    }
}
