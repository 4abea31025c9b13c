//! The address of the client. A forwarded address is used only if a trusted proxy reports it.

use std::net::IpAddr;

use actix_web::http::header::{HeaderMap, HeaderValue};
use ipnet::IpNet;

/// The client's address: the peer's own, or behind trusted proxies the last one that is not a proxy.
pub(crate) fn client_address(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = peer.map(|address| address.to_canonical())?;
    if !is_trusted(peer, trusted) {
        return Some(peer);
    }
    let mut client = peer;
    // Parsed as bytes: whatever the client sent first, the part appended by the proxy can be read.
    let lines: Vec<&[u8]> = headers.get_all("x-forwarded-for").map(HeaderValue::as_bytes).collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b',')) {
        let Some(address) = parse_hop(hop) else { break };
        client = address;
        if !is_trusted(address, trusted) {
            break;
        }
    }
    Some(client)
}

/// Whether the address belongs to a trusted proxy.
pub(crate) fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// Parses an address with an optional port.
fn parse_hop(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop.trim_ascii()).ok()?;
    let address = hop.parse::<IpAddr>().or_else(|_| hop.parse::<std::net::SocketAddr>().map(|socket| socket.ip()));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderName;

    use super::*;

    fn from(peer: &str, forwarded: &[&str]) -> Option<String> {
        from_bytes(peer, &forwarded.iter().map(|line| line.as_bytes()).collect::<Vec<_>>())
    }

    fn from_bytes(peer: &str, forwarded: &[&[u8]]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(HeaderName::from_static("x-forwarded-for"), HeaderValue::from_bytes(line).unwrap());
        }
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        client_address(peer.parse().ok(), &headers, &trusted).map(|address| address.to_string())
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(from("203.0.113.9", &["198.51.100.1"]).as_deref(), Some("203.0.113.9"));
    }

    #[test]
    fn a_trusted_proxy_is_believed_up_to_the_first_stranger() {
        assert_eq!(from("10.0.0.1", &["192.0.2.1, 198.51.100.1, 10.0.0.2"]).as_deref(), Some("198.51.100.1"));
        assert_eq!(from("10.0.0.1", &["192.0.2.1", "198.51.100.1:4711"]).as_deref(), Some("198.51.100.1"));
        assert_eq!(from("::ffff:10.0.0.1", &["2001:db8::1"]).as_deref(), Some("2001:db8::1"));
    }

    #[test]
    fn nonsense_ends_the_chain() {
        assert_eq!(from("10.0.0.1", &["192.0.2.1, what, 10.0.0.2"]).as_deref(), Some("10.0.0.2"));
        assert_eq!(from("10.0.0.1", &[]).as_deref(), Some("10.0.0.1"));
    }

    #[test]
    fn bytes_beyond_ascii_hide_nothing_that_a_proxy_has_appended() {
        for lines in [
            &[&b"\xe9, 203.0.113.50"[..]][..],
            &[b"\xff\xfe", b"203.0.113.50"],
            &[b"203.0.113.50, 10.0.0.3", b"\t10.0.0.2 "],
            &["192.0.2.1, ä,203.0.113.50:1234".as_bytes(), b"10.0.0.2"],
        ] {
            assert_eq!(from_bytes("10.0.0.1", lines).as_deref(), Some("203.0.113.50"), "{lines:?}");
        }
        assert_eq!(from_bytes("10.0.0.1", &[b"203.0.113.50", b"\xe9, 10.0.0.2"]).as_deref(), Some("10.0.0.2"));
        assert_eq!(from_bytes("10.0.0.1", &[b"203.0.113.50\xa0"]).as_deref(), Some("10.0.0.1"));
        assert_eq!(from_bytes("10.0.0.1", &[b"203.0.113.50, "]).as_deref(), Some("10.0.0.1"));
    }
}
