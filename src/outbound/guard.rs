//! Which addresses requests may reach: public ones, and private ones that the configuration allows. Checked when an
//! address is stored, and again for each one that is connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, ToSocketAddrs};

use ipnet::IpNet;
use url::{Host, Url};

/// Why a URL is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlError {
    Malformed,
    TooLong,
    /// Neither `http` nor `https`.
    Scheme,
    /// The URL contains a user name or password; receivers authenticate webhooks by their signature.
    Credentials,
    /// A private, loopback or link-local address that the configuration does not allow.
    PrivateAddress,
}

impl UrlError {
    /// The error as the end of a sentence that begins with the field's name.
    pub fn explain(self) -> &'static str {
        match self {
            Self::Malformed => "must be a URL such as https://shop.example/hooks",
            Self::TooLong => "must have at most 2048 characters",
            Self::Scheme => "must start with http:// or https://",
            Self::Credentials => "must not contain a user name or password; webhooks are signed",
            Self::PrivateAddress => "leads to a private address; KEYDESK_WEBHOOK_ALLOW can allow networks",
        }
    }
}

const MAX_LENGTH: usize = 2_048;

/// A checked URL, normalized by the `url` crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundUrl(String);

impl OutboundUrl {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A URL's host, without parts that may contain a token; for the log and for lists.
pub(crate) fn host_of(url: &str) -> String {
    Url::parse(url).ok().map_or_else(String::new, |url| url.origin().ascii_serialization())
}

/// IPv4 networks that are not part of the public internet.
const CLOSED_V4: [(Ipv4Addr, u32); 14] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// Decides which addresses may be connected to.
#[derive(Debug, Clone, Default)]
pub struct AddressGuard {
    allowed: Vec<IpNet>,
}

impl AddressGuard {
    /// `allowed` are networks that may be reached although they are private.
    pub fn new(allowed: Vec<IpNet>) -> Self {
        Self { allowed }
    }

    /// Whether this address may be connected to.
    pub fn permits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.allowed.iter().any(|network| network.contains(&address)) || is_public(address)
    }

    /// Parses a URL and checks where it leads. A name that cannot be resolved at the moment is accepted,
    /// because the address is checked again when connecting.
    pub fn check(&self, text: &str) -> Result<OutboundUrl, UrlError> {
        let url = parse(text)?;
        let permitted = match url.host() {
            Some(Host::Ipv4(address)) => self.permits(address.into()),
            Some(Host::Ipv6(address)) => self.permits(address.into()),
            Some(Host::Domain(name)) => {
                let port = url.port_or_known_default().unwrap_or(443);
                (name, port).to_socket_addrs().map_or(true, |mut found| found.all(|at| self.permits(at.ip())))
            }
            None => false,
        };
        if permitted { Ok(OutboundUrl(url.into())) } else { Err(UrlError::PrivateAddress) }
    }
}

fn parse(text: &str) -> Result<Url, UrlError> {
    let text = text.trim();
    if text.len() > MAX_LENGTH {
        return Err(UrlError::TooLong);
    }
    if text.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Err(UrlError::Malformed);
    }
    let url = Url::parse(text).map_err(|_| UrlError::Malformed)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(UrlError::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlError::Credentials);
    }
    if url.host_str().is_none_or(str::is_empty) { Err(UrlError::Malformed) } else { Ok(url) }
}

pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let bits = address.to_bits();
    !CLOSED_V4.iter().any(|(network, length)| (bits ^ network.to_bits()) >> (32 - length) == 0)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // An IPv4 address embedded in an IPv6 address: IPv4-compatible, NAT64, 6to4.
        [0, 0, 0, 0, 0, 0, a, b] | [0x64, 0xff9b, 0, 0, 0, 0, a, b] | [0x2002, a, b, ..] => is_public_v4(v4(a, b)),
        // Discard-only, local-use NAT64, Teredo, documentation.
        [0x100, 0, 0, 0, ..] | [0x64, 0xff9b, 1, ..] | [0x2001, 0 | 0xdb8, ..] | [0x3fff, ..] => false,
        // Otherwise only global unicast addresses are public.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

fn v4(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_refused_however_they_are_written() {
        let guard = AddressGuard::default();
        for host in [
            "127.0.0.1",
            "localhost",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::127.0.0.1]",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "0",
            "0.0.0.0",
            "[::]",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "[fe80::1]",
            "[fc00::1]",
            "[fd12:3456::1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[2001:db8::1]",
            "[ff02::1]",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
        ] {
            let refused = guard.check(&format!("http://{host}:8080/hook"));
            assert_eq!(refused, Err(UrlError::PrivateAddress), "{host}");
        }
    }

    #[test]
    fn public_addresses_and_named_networks_are_let_through() {
        let guard = AddressGuard::new(vec!["127.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()]);
        for host in ["1.1.1.1", "172.32.0.1", "[2606:4700::1111]", "[64:ff9b::101:101]", "127.0.0.1", "[fd00::1]"] {
            assert!(guard.check(&format!("https://{host}/hook")).is_ok(), "{host}");
        }
        assert!(guard.check("http://[::ffff:127.0.0.1]/").is_ok(), "it is 127.0.0.1");
        assert!(guard.check(" http://1.1.1.1/ \n").is_ok(), "white space around it is cut");
        assert_eq!(guard.check("http://10.0.0.1/").unwrap_err(), UrlError::PrivateAddress);
    }

    #[test]
    fn other_addresses_are_refused_with_the_reason() {
        let guard = AddressGuard::default();
        let long = format!("https://example.com/{}", "x".repeat(2_048));
        for (text, error) in [
            ("", UrlError::Malformed),
            ("shop.example/hook", UrlError::Malformed),
            ("https://", UrlError::Malformed),
            ("http://a b/", UrlError::Malformed),
            ("ftp://example.com/", UrlError::Scheme),
            ("file:///etc/passwd", UrlError::Scheme),
            ("https://user:password@1.1.1.1/", UrlError::Credentials),
            (long.as_str(), UrlError::TooLong),
        ] {
            assert_eq!(guard.check(text).unwrap_err(), error, "{text}");
        }
    }
}
