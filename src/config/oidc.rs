//! The settings of the identity provider, which belong together.

use std::collections::BTreeMap;
use std::fmt;

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
    /// `None`: only people the portal knows are let in.
    pub default_role: Option<Role>,
}

/// A text that is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(String);

impl SecretText {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The provider, where one is named; what belongs to it must be there, and this build must know how.
pub(super) fn oidc(values: &BTreeMap<String, String>) -> Result<Option<OidcSettings>, ConfigError> {
    let text = |name: &'static str| Given::new(name, values).optional(plain, "one line without spaces");
    let Some(issuer) =
        Given::new("oidc_issuer", values).optional(issuer, "https://… as the provider's page names it")?
    else {
        return Ok(None);
    };
    if !cfg!(feature = "oidc") {
        return Err(ConfigError(
            "KEYDESK_OIDC_ISSUER: got a provider, takes nothing in this build, which was made without the feature oidc"
                .to_owned(),
        ));
    }
    let client_id = text("oidc_client_id")?.ok_or_else(|| {
        ConfigError("KEYDESK_OIDC_CLIENT_ID: got nothing, takes what the provider calls this portal".to_owned())
    })?;
    Ok(Some(OidcSettings {
        issuer,
        client_id,
        client_secret: text("oidc_client_secret")?.map(SecretText),
        role_claim: text("oidc_role_claim")?,
        default_role: Given::new("oidc_default_role", values).optional(Role::parse, "viewer, agent or admin")?,
    }))
}

fn plain(text: &str) -> Option<String> {
    let is_plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
    is_plain.then(|| text.to_owned())
}

/// A secret goes this way: in clear only to this very machine.
fn issuer(text: &str) -> Option<String> {
    let is_safe = text.starts_with("https://")
        || ["http://localhost", "http://127.0.0.1", "http://[::1]"].iter().any(|local| text.starts_with(local));
    plain(text).filter(|_| is_safe)
}
