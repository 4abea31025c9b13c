//! Sign-in with an identity provider by `OpenID` Connect: discovery, the code flow with PKCE, state and
//! nonce, and the checked ID token. Speaks to the provider over HTTP; callers are on threads that may wait.

use std::time::Duration;

use anyhow::{Context as _, anyhow};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};
use serde_json::Value;

use crate::config::{Config, OidcSettings};

/// The path that the provider sends people back to.
pub const CALLBACK: &str = "/login/provider/callback";

const PATIENCE: Duration = Duration::from_secs(10);
const MAX_BODY: u64 = 1024 * 1024;

/// The provider, as the settings name it.
#[derive(Debug, Clone)]
pub struct Provider {
    settings: OidcSettings,
    redirect: String,
}

/// Where a person is sent, and what has to come back unchanged.
pub struct Departure {
    pub url: String,
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

/// Who somebody is at the provider.
#[derive(Debug, Clone)]
pub struct Identity {
    pub issuer: String,
    pub subject: String,
    /// Only where the provider has verified it.
    pub email: Option<String>,
    pub name: Option<String>,
    /// The claim that names the role, where one is set and sent.
    pub role: Option<String>,
}

impl Provider {
    /// `None` where none is set.
    pub fn from_config(config: &Config) -> Option<Self> {
        let settings = config.oidc.clone()?;
        let base = config.base_url.as_ref()?;
        Some(Self { settings, redirect: format!("{}{CALLBACK}", base.origin()) })
    }

    /// Begins a sign-in.
    pub fn depart(&self) -> anyhow::Result<Departure> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client()?;
        let request =
            client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random);
        let (url, state, nonce) = request
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        Ok(Departure {
            url: url.to_string(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
        })
    }

    /// Turns the code that came back into who it is; fails unless the ID token is signed by the
    /// provider, for us, and for this very sign-in.
    pub fn arrive(&self, code: String, nonce: String, verifier: String) -> anyhow::Result<Identity> {
        let client = self.client()?;
        let answer = client
            .exchange_code(AuthorizationCode::new(code))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request(&send)
            .map_err(|error| anyhow!("the provider gave no token: {error}"))?;
        let token = answer.id_token().context("the provider gave no ID token")?;
        let claims = token
            .claims(&client.id_token_verifier(), &Nonce::new(nonce))
            .map_err(|error| anyhow!("the ID token does not hold: {error}"))?;
        let email = claims.email().filter(|_| claims.email_verified() == Some(true));
        let name = claims.name().and_then(|name| name.get(None));
        Ok(Identity {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            email: email.map(|email| email.to_string()),
            name: name.map(|name| name.to_string()),
            // The signature has been checked: the same token is read once more for a claim of any name.
            role: self.settings.role_claim.as_deref().and_then(|claim| text_claim(&token.to_string(), claim)),
        })
    }

    fn client(
        &self,
    ) -> anyhow::Result<
        CoreClient<
            openidconnect::EndpointSet,
            openidconnect::EndpointNotSet,
            openidconnect::EndpointNotSet,
            openidconnect::EndpointNotSet,
            openidconnect::EndpointMaybeSet,
            openidconnect::EndpointMaybeSet,
        >,
    > {
        let issuer = IssuerUrl::new(self.settings.issuer.clone())?;
        let metadata = CoreProviderMetadata::discover(&issuer, &send)
            .map_err(|error| anyhow!("the provider could not be discovered: {error}"))?;
        let secret = self.settings.client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose().to_owned()));
        let client =
            CoreClient::from_provider_metadata(metadata, ClientId::new(self.settings.client_id.clone()), secret);
        Ok(client.set_redirect_uri(RedirectUrl::new(self.redirect.clone())?))
    }
}

/// One request: no redirects, no proxy, bounded in time and size.
fn send(request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let agent = ureq::Agent::config_builder()
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(None)
        .timeout_global(Some(PATIENCE))
        .build()
        .new_agent();
    let (parts, body) = request.into_parts();
    let mut answer = if body.is_empty() {
        agent.run(ureq::http::Request::from_parts(parts, ()))?
    } else {
        agent.run(ureq::http::Request::from_parts(parts, body))?
    };
    let bytes = answer.body_mut().with_config().limit(MAX_BODY).read_to_vec()?;
    let (parts, _) = answer.into_parts();
    Ok(HttpResponse::from_parts(parts, bytes))
}

/// A claim that is a text, or the first text of a list.
fn text_claim(token: &str, claim: &str) -> Option<String> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    match claims.get(claim)? {
        Value::String(text) => Some(text.clone()),
        Value::Array(texts) => texts.iter().find_map(|text| text.as_str().map(str::to_owned)),
        _ => None,
    }
}
