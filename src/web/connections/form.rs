//! The forms of connections: what was entered, and what it means.

use serde::Deserialize;

use crate::dodo::signature::decode_secret;
use crate::domain::connection::{
    Connection, ConnectionKind, GITHUB_URL, LIVE_URL, TEST_URL, USUAL_POLL, parse_api_key, parse_name, parse_poll_every,
};
use crate::domain::text::TextError;
use crate::i18n::Localizer;
use crate::outbound::AddressGuard;
use crate::usecases::Context;
use crate::usecases::connections::add::{AddConnection, AddConnectionError};
use crate::usecases::connections::edit::ConnectionSettings;
use crate::usecases::connections::try_key::KeyRefused;
use crate::web::{FormErrors, SignedInStaff};

/// A new connection, as submitted. The first form has only kind and name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewConnectionForm {
    pub kind: String,
    pub name: String,
    pub mode: String,
    pub api_key: String,
    pub api_url: String,
    pub secret: String,
}

/// The kind behind its word in a form.
fn kind_of(word: &str) -> Option<ConnectionKind> {
    match word.trim() {
        "dodopayments" => Some(ConnectionKind::Dodo),
        word => ConnectionKind::parse(word),
    }
}

impl NewConnectionForm {
    /// Whether it is the first form, which asks for no key.
    pub(crate) fn is_first(&self) -> bool {
        self.mode.is_empty() && self.api_key.is_empty()
    }

    pub(crate) fn is_github(&self) -> bool {
        kind_of(&self.kind) == Some(ConnectionKind::Github)
    }

    /// What is wrong with kind and name.
    pub(crate) fn check_first(&self, l: &Localizer) -> FormErrors {
        let mut errors = FormErrors::new();
        if kind_of(&self.kind).is_none() {
            errors.add("kind", l.t("connections-kind-wrong"));
        }
        if parse_name(&self.name).is_err() {
            errors.add("name", l.t("connections-name-wrong"));
        }
        errors
    }

    /// The command, or the errors of each field. Resolves the host of an address, so it must run on a thread that may
    /// block.
    pub(crate) fn parse(&self, ctx: &Context, staff: &Submitter) -> Result<AddConnection, FormErrors> {
        let l = &staff.localizer;
        let mut errors = self.check_first(l);
        let api_url = match (self.api_url.trim(), self.mode.trim()) {
            ("", _) if kind_of(&self.kind) == Some(ConnectionKind::Github) => Some(GITHUB_URL.to_owned()),
            ("", "test") => Some(TEST_URL.to_owned()),
            ("", "" | "live") => Some(LIVE_URL.to_owned()),
            ("", _) => {
                errors.add("mode", l.t("connections-mode-wrong"));
                None
            }
            (url, _) => api_url(ctx, url).map_err(|key| errors.add("api_url", l.t(key))).ok(),
        };
        let api_key = typed_key(&self.api_key, l, &mut errors);
        let secret = match self.secret.trim() {
            "" => None,
            secret => typed_secret(secret, l, &mut errors),
        };
        match (kind_of(&self.kind), parse_name(&self.name), api_url, api_key) {
            (Some(kind), Ok(name), Some(api_url), Some(api_key)) if errors.is_empty() => Ok(AddConnection {
                kind,
                name,
                api_url,
                api_key,
                webhook_secret: secret,
                poll_every: USUAL_POLL,
                actor: staff.actor.clone(),
            }),
            _ => Err(errors),
        }
    }
}

/// Who submitted a form, for work on another thread.
#[derive(Clone)]
pub(crate) struct Submitter {
    pub localizer: Localizer,
    pub actor: crate::domain::actor::Actor,
}

impl Submitter {
    pub(crate) fn of(staff: &SignedInStaff) -> Self {
        Self { localizer: staff.localizer().clone(), actor: staff.actor() }
    }
}

/// The address of an API without the slash at its end, or what is wrong as a locale key.
fn api_url(ctx: &Context, text: &str) -> Result<String, &'static str> {
    let url = AddressGuard::new(ctx.config.webhook_allow.clone())
        .check(text)
        .map_err(crate::web::webhooks::form::wrong_url)?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// The API key; without one, its error is added.
pub(crate) fn typed_key(text: &str, l: &Localizer, errors: &mut FormErrors) -> Option<String> {
    let key = parse_api_key(text).map_err(|error| {
        let key = if error == TextError::Empty { "connections-api-key-empty" } else { "connections-api-key-wrong" };
        errors.add("api_key", l.t(key));
    });
    key.ok()
}

/// The secret of webhooks; without one, its error is added.
pub(crate) fn typed_secret(text: &str, l: &Localizer, errors: &mut FormErrors) -> Option<String> {
    let secret = text.trim();
    if secret.len() > 500 || decode_secret(secret).is_none() {
        errors.add("secret", l.t("connections-secret-wrong"));
        return None;
    }
    Some(secret.to_owned())
}

/// Why the account did not take a key, beside the field.
pub(crate) fn key_refused(l: &Localizer, refused: &KeyRefused) -> FormErrors {
    let text = match refused {
        KeyRefused::Unauthorized => l.t("connections-api-key-unauthorized"),
        KeyRefused::Forbidden => l.t("connections-api-key-forbidden"),
        KeyRefused::Unreachable(error) => l.t1("connections-api-key-unreachable", "error", error),
    };
    FormErrors::one("api_key", text)
}

/// Why a connection was not added, beside its field.
pub(crate) fn not_added(l: &Localizer, error: AddConnectionError) -> Result<FormErrors, crate::storage::StorageError> {
    match error {
        AddConnectionError::KeyRefused(refused) => Ok(key_refused(l, &refused)),
        AddConnectionError::AlreadyConnected(name) => {
            Ok(FormErrors::one("api_key", l.t1("connections-api-key-connected", "name", name)))
        }
        AddConnectionError::Storage(error) => Err(error),
    }
}

/// The settings of a connection, as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SettingsForm {
    pub name: String,
    /// Seconds.
    pub poll: String,
    pub mail: String,
    /// The settings that the form was filled in from; empty from programs, which overwrite any.
    pub version: String,
}

impl SettingsForm {
    pub(crate) fn of(connection: &Connection) -> Self {
        Self {
            name: connection.name.clone(),
            poll: connection.poll_every.as_secs().to_string(),
            mail: if connection.sends_email { "yes".to_owned() } else { String::new() },
            version: version_of(connection),
        }
    }

    /// Whether the settings were changed after the form was filled in.
    pub(crate) fn is_older_than(&self, connection: &Connection) -> bool {
        let version = self.version.trim();
        !version.is_empty() && version != version_of(connection)
    }

    /// The settings, or the errors of each field. A form without a name leaves it as it is.
    pub(crate) fn parse(&self, present: &Connection, l: &Localizer) -> Result<ConnectionSettings, FormErrors> {
        let mut errors = FormErrors::new();
        let name = if self.name.is_empty() { Ok(present.name.clone()) } else { parse_name(&self.name) };
        let name = name.map_err(|_| errors.add("name", l.t("connections-name-wrong"))).ok();
        let poll = self.poll.trim().trim_end_matches('s').trim_end().parse().ok().and_then(parse_poll_every);
        if poll.is_none() {
            errors.add("poll", l.t("connections-poll-wrong"));
        }
        let sends_email = !self.mail.is_empty();
        name.zip(poll).map(|(name, poll_every)| ConnectionSettings { name, poll_every, sends_email }).ok_or(errors)
    }
}

fn version_of(connection: &Connection) -> String {
    format!("{}-{}-{}", connection.poll_every.as_secs(), connection.sends_email, connection.name)
}
