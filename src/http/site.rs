//! Where this portal is reached, and what follows from that for cookies and origins.

use crate::config::BaseUrl;

/// The portal's own place in the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Scheme, host and port as browsers write them into `Origin`.
    pub origin: String,
    pub is_https: bool,
}

impl Site {
    pub fn new(base_url: &BaseUrl) -> Self {
        Self { origin: base_url.origin(), is_https: base_url.is_https() }
    }

    /// Under https a name that the browser binds to this host and to TLS.
    pub fn cookie_name(&self, name: &str) -> String {
        if self.is_https { format!("__Host-{name}") } else { name.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_bound_to_the_host_under_https_only() {
        let name = |url: &str| BaseUrl::parse(url).map(|url| Site::new(&url).cookie_name("a"));
        assert_eq!(name("https://keys.example.com").as_deref(), Some("__Host-a"));
        assert_eq!(name("http://localhost").as_deref(), Some("a"));
    }
}
