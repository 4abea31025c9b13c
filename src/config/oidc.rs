//! The settings of the identity provider.

use std::collections::BTreeMap;
use std::fmt;

use url::{Host, Url};

use super::ConfigError;
use super::parse::Given;
use crate::domain::staff::Role;

/// An identity provider to sign in with.
#[derive(Debug, Clone)]
pub struct OidcSettings {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<SecretText>,
    pub role_claim: Option<String>,
    /// `None`: only people with an account may sign in.
    pub default_role: Option<Role>,
}

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(String);

impl SecretText {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The provider, if one is configured; fails if its other settings are missing or this build lacks the feature.
pub(super) fn oidc(values: &BTreeMap<String, String>) -> Result<Option<OidcSettings>, ConfigError> {
    let text = |name: &'static str| Given::new(name, values).optional(plain, "one line without spaces");
    let Some(issuer) = Given::new("oidc_issuer", values)
        .optional(issuer, "an https:// URL as the provider's documentation states it")?
    else {
        return Ok(None);
    };
    if !cfg!(feature = "oidc") {
        return Err(ConfigError(
            "KEYDESK_OIDC_ISSUER: got a provider, expected none: this build does not include the feature oidc"
                .to_owned(),
        ));
    }
    let client_id = text("oidc_client_id")?.ok_or_else(|| {
        ConfigError(
            "KEYDESK_OIDC_CLIENT_ID: got nothing, expected the client id that the provider assigned to this portal"
                .to_owned(),
        )
    })?;
    Ok(Some(OidcSettings {
        issuer,
        client_id,
        client_secret: text("oidc_client_secret")?.map(SecretText),
        role_claim: text("oidc_role_claim")?,
        default_role: Given::new("oidc_default_role", values).optional(Role::parse, "viewer, agent or admin")?,
    }))
}

/// Whether people sign in with passwords. Without them there must be a provider, or nobody could sign in.
pub(super) fn passwords(values: &BTreeMap<String, String>, oidc: Option<&OidcSettings>) -> Result<bool, ConfigError> {
    let is_on = Given::new("passwords", values).required(on_or_off, "on or off")?;
    if !is_on && !cfg!(feature = "oidc") {
        return Err(ConfigError(
            "KEYDESK_PASSWORDS: got \"off\", expected on: this build does not include the feature oidc".to_owned(),
        ));
    }
    if !is_on && oidc.is_none() {
        return Err(ConfigError(
            "KEYDESK_PASSWORDS: got \"off\", expected on: off requires an identity provider, see KEYDESK_OIDC_ISSUER"
                .to_owned(),
        ));
    }
    Ok(is_on)
}

fn on_or_off(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

pub(super) fn plain(text: &str) -> Option<String> {
    let is_plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
    is_plain.then(|| text.to_owned())
}

fn issuer(text: &str) -> Option<String> {
    // The parser overlooks missing and surplus slashes; what is meant by such an address is a guess.
    let (_, place) = text.split_once("://")?;
    if place.starts_with(['/', '\\']) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let is_plain_url = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
        && may_carry_secrets(text);
    plain(text).filter(|_| is_plain_url)
}

/// Whether secrets may be sent to this URL: over TLS, or unencrypted to this machine.
pub fn may_carry_secrets(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_reached_by_https_or_on_this_machine() {
        for text in [
            "https://id.example",
            "https://id.example/realms/desk",
            "https://id.example:8443/",
            "http://localhost:8180/realms/desk",
            "http://127.0.0.1:9000",
            "http://[::1]:9000/",
        ] {
            assert_eq!(issuer(text).as_deref(), Some(text));
        }
        for text in [
            "http://id.example",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://localhost@evil.example",
            "http://127.0.0.1:80@evil.example/",
            "http://evil.example/#http://localhost",
            "http://evil.example?localhost",
            "http://localhost.:80",
            "http://localhostevil.example",
            "http://[::1].evil.example",
            "http://0.0.0.0",
            "http://[::]",
            "https://id.example@evil.example",
            "https://id.example/?tenant=a",
            "https://id.example/#a",
            "https://",
            "https:///path",
            "https:id.example",
            "http:\\\\localhost",
            "ftp://localhost",
            "localhost",
            "https://id.example /",
        ] {
            assert_eq!(issuer(text), None, "{text}");
        }
    }
}
