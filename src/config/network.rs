//! How browsers reach the portal.

use std::fmt;

/// `http://host:port` or `https://host`, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    is_https: bool,
    /// The host with its port, where it is not the scheme's own.
    authority: String,
}

impl BaseUrl {
    pub fn parse(text: &str) -> Option<Self> {
        let (is_https, rest) = match text.strip_prefix("https://") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("http://")?),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest).to_ascii_lowercase();
        let host_fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        if authority.is_empty() || authority.starts_with(':') || !authority.chars().all(host_fits) {
            return None;
        }
        if let Some((_, port)) = authority.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
            port.parse::<u16>().ok()?;
        }
        let own_port = if is_https { ":443" } else { ":80" };
        let authority = authority.strip_suffix(own_port).unwrap_or(&authority).to_owned();
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
        for text in
            ["", "https://", "https://a/b", "ftp://a", "https://a b", "https://:80", "http://a:99999", "https://a?x"]
        {
            assert_eq!(origin(text), None, "{text}");
        }
        assert_eq!(BaseUrl::parse("http://[::1]:8080").map(|url| url.host().to_owned()).as_deref(), Some("[::1]"));
    }
}
