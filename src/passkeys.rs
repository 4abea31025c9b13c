//! Passkeys (WebAuthn): challenges for the browser, and the verification of its responses. A passkey proves a device and, by
//! fingerprint, face or PIN, its owner: two factors at once.

use anyhow::{Context as _, anyhow};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::config::Config;
use crate::domain::ids::StaffId;

/// Passkeys for this portal's domain name.
pub(crate) struct Passkeys(Webauthn);

/// The challenge for a browser, and the state that its response is checked against; both as JSON text.
pub(crate) struct Challenge {
    pub options: String,
    pub state: String,
}

/// A new passkey as stored.
pub(crate) struct NewPasskey {
    pub credential_id: Vec<u8>,
    /// JSON text with the public key.
    pub credential: String,
}

impl Passkeys {
    /// `None` if the portal is reached by an IP address: passkeys require a name.
    pub(crate) fn from_config(config: &Config) -> Option<Self> {
        let origin = Url::parse(&config.base_url.as_ref()?.origin()).ok()?;
        let host = origin.domain()?.to_owned();
        let builder = WebauthnBuilder::new(&host, &origin).ok()?;
        builder.rp_name(&config.business_name).build().ok().map(Self)
    }

    /// Starts the creation of a discoverable passkey.
    pub(crate) fn begin_adding(&self, staff_id: &StaffId, email: &str, name: &str) -> anyhow::Result<Challenge> {
        let (challenge, state) = self.0.start_passkey_registration(user_handle(staff_id), email, name, None)?;
        let mut options = serde_json::to_value(&challenge)?;
        let selection = options.pointer_mut("/publicKey").and_then(Value::as_object_mut).context("no options")?;
        selection.insert(
            "authenticatorSelection".to_owned(),
            json!({"residentKey": "required", "requireResidentKey": true, "userVerification": "required"}),
        );
        Ok(Challenge { options: options.to_string(), state: serde_json::to_string(&state)? })
    }

    /// Checks the response to [`Self::begin_adding`].
    pub(crate) fn finish_adding(&self, state: &str, answer: &str) -> anyhow::Result<NewPasskey> {
        let state: PasskeyRegistration = serde_json::from_str(state)?;
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer)?;
        let passkey = self.0.finish_passkey_registration(&answer, &state)?;
        Ok(NewPasskey { credential_id: passkey.cred_id().clone(), credential: serde_json::to_string(&passkey)? })
    }

    /// Starts a sign-in with any passkey of this portal.
    pub(crate) fn begin_signing_in(&self) -> anyhow::Result<Challenge> {
        let (challenge, state) = self.0.start_discoverable_authentication()?;
        Ok(Challenge { options: serde_json::to_string(&challenge)?, state: serde_json::to_string(&state)? })
    }

    /// The id of the passkey that a response is from.
    pub(crate) fn credential_id(&self, answer: &str) -> anyhow::Result<Vec<u8>> {
        let answer: PublicKeyCredential = serde_json::from_str(answer)?;
        Ok(answer.get_credential_id().to_vec())
    }

    /// Checks the response to [`Self::begin_signing_in`] against the stored passkey; returns the passkey to be stored from now
    /// on.
    pub(crate) fn finish_signing_in(
        &self,
        state: &str,
        answer: &str,
        staff_id: &StaffId,
        credential: &str,
    ) -> anyhow::Result<String> {
        let state: DiscoverableAuthentication = serde_json::from_str(state)?;
        let answer: PublicKeyCredential = serde_json::from_str(answer)?;
        let (handle, _) = self.0.identify_discoverable_authentication(&answer)?;
        if handle != user_handle(staff_id) {
            return Err(anyhow!("the passkey names somebody else"));
        }
        let mut passkey: Passkey = serde_json::from_str(credential)?;
        let result = self.0.finish_discoverable_authentication_v2(&answer, state, &passkey)?;
        passkey.update_credential(&result);
        Ok(serde_json::to_string(&passkey)?)
    }
}

/// The user handle on devices, derived from the id so that it reveals nothing.
fn user_handle(staff_id: &StaffId) -> Uuid {
    let digest = Sha256::digest(staff_id.as_str().as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest.iter()).for_each(|(byte, of)| *byte = *of);
    Uuid::from_bytes(bytes)
}
