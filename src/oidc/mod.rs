//! Sign-in with an identity provider by `OpenID` Connect: the code flow with PKCE, state and nonce, and the
//! checked ID token. Everything that goes over the network does so in `calls`.

mod calls;
mod claims;
mod discovery;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};

use self::calls::{Calls, send};
use self::discovery::Discovery;
use crate::config::{Config, OidcSettings};
use crate::domain::clock::Clock;

/// The path that the provider sends people back to.
pub(crate) const CALLBACK: &str = "/login/provider/callback";

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// The identity provider of this installation; clones share its cache and its limit on calls.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    settings: OidcSettings,
    redirect: String,
    discovery: Discovery,
    calls: Calls,
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
    /// The values of the role claim, where one is configured and sent.
    pub roles: Vec<String>,
    /// How many seconds before the token was issued the person last authenticated; 0 where the provider does not say.
    pub authenticated_ago: i64,
}

/// Why a step of a sign-in failed.
#[derive(Debug)]
pub enum ProviderError {
    /// Too many calls are under way, or the provider is slow; trying again later may work.
    Busy,
    Failed(anyhow::Error),
}

impl From<anyhow::Error> for ProviderError {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl Provider {
    /// The configured provider; `None` where there is none.
    pub fn from_config(config: &Config, clock: &Clock) -> Option<Self> {
        let settings = config.oidc.clone()?;
        let base = config.base_url.as_ref()?;
        Some(Self(Arc::new(Inner {
            redirect: format!("{}{CALLBACK}", base.origin()),
            discovery: Discovery::new(&settings.issuer, clock),
            calls: Calls::default(),
            settings,
        })))
    }

    /// Begins a sign-in. With `max_age` the provider asks people to authenticate again who last did so longer ago.
    pub async fn depart(&self, max_age: Option<Duration>) -> Result<Departure, ProviderError> {
        let metadata = self.0.discovery.metadata(&self.0.calls).await?;
        let client = self.client(&metadata)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge);
        if let Some(max_age) = max_age {
            request = request.set_max_age(max_age);
        }
        let (url, state, nonce) = request.url();
        Ok(Departure {
            url: url.to_string(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
        })
    }

    /// Exchanges the code that came back for an identity; fails unless the ID token is signed by the provider, meant
    /// for us, and belongs to this very sign-in.
    pub async fn arrive(&self, code: String, nonce: String, verifier: String) -> Result<Identity, ProviderError> {
        let Inner { discovery, calls, .. } = &*self.0;
        let metadata = discovery.metadata(calls).await?;
        let client = self.client(&metadata)?;
        let exchange = move || {
            client
                .exchange_code(AuthorizationCode::new(code))?
                .set_pkce_verifier(PkceCodeVerifier::new(verifier))
                .request(&send)
                .map_err(|error| anyhow!("the provider sent no token: {error}"))
        };
        let answer = calls.run(exchange).await??;
        let token = answer.id_token().context("the provider sent no ID token")?;
        let nonce = Nonce::new(nonce);
        let identity = match self.identify(&self.client(&metadata)?, token, &nonce) {
            // The provider may have changed its keys.
            Err(ClaimsVerificationError::SignatureVerification(_)) => {
                let newer = discovery.refetched(calls).await?;
                self.identify(&self.client(&newer)?, token, &nonce)
            }
            identity => identity,
        };
        Ok(identity.map_err(|error| anyhow!("the ID token is not valid: {error}"))?)
    }

    fn identify(
        &self,
        client: &Client,
        token: &CoreIdToken,
        nonce: &Nonce,
    ) -> Result<Identity, ClaimsVerificationError> {
        let claims = token.claims(&client.id_token_verifier(), nonce)?;
        let email = claims.email().filter(|_| claims.email_verified() == Some(true));
        let name = claims.name().and_then(|name| name.get(None));
        let authenticated_ago =
            claims.auth_time().map_or(0, |auth_time| (claims.issue_time() - auth_time).num_seconds().max(0));
        Ok(Identity {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            email: email.map(|email| email.to_string()),
            name: name.map(|name| name.to_string()),
            // The signature has been checked: the same token is read once more for a claim of any name.
            roles: self
                .0
                .settings
                .role_claim
                .as_deref()
                .map(|claim| claims::texts(&token.to_string(), claim))
                .unwrap_or_default(),
            authenticated_ago,
        })
    }

    fn client(&self, metadata: &CoreProviderMetadata) -> anyhow::Result<Client> {
        let settings = &self.0.settings;
        let secret = settings.client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose().to_owned()));
        let id = ClientId::new(settings.client_id.clone());
        let client = CoreClient::from_provider_metadata(metadata.clone(), id, secret);
        Ok(client.set_redirect_uri(RedirectUrl::new(self.0.redirect.clone())?))
    }
}
