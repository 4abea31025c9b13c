//! The forms of connections: what was entered, and what it means.

use serde::Deserialize;

use crate::dodo::signature::decode_secret;
use crate::domain::connection::{
    Connection, ConnectionKind, GITHUB_URL, LIVE_URL, OnRefund, OnTest, TEST_URL, USUAL_POLL, parse_api_key,
    parse_name, parse_poll_every, parse_shop_secret,
};
use crate::domain::text::TextError;
use crate::i18n::Localizer;
use crate::outbound::AddressGuard;
use crate::shops::hooks as shop_hooks;
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

    /// The shop that is to be connected; `None` for anything else.
    pub(crate) fn shop(&self) -> Option<ConnectionKind> {
        kind_of(&self.kind).filter(|kind| kind.is_shop())
    }

    /// A new shop: everything but the name can be entered later, where the shop shows it only once it has the URL.
    fn parse_shop(&self, ctx: &Context, kind: ConnectionKind, staff: &Submitter) -> Result<AddConnection, FormErrors> {
        let l = &staff.localizer;
        let mut errors = self.check_first(l);
        let secret = match self.secret.trim() {
            "" if kind == ConnectionKind::FastSpring => {
                errors.add("secret", l.t("shops-secret-required"));
                None
            }
            _ if !kind.has_secret() => None,
            "" => None,
            text => typed_shop_secret(text, l, &mut errors),
        };
        let api_key = match self.api_key.trim() {
            "" => Some(String::new()),
            _ if !kind.is_asked() => Some(String::new()),
            text => typed_key(text, l, &mut errors),
        };
        let usual = shop_hooks::find(kind.as_str()).and_then(|shop| shop.api_url).unwrap_or_default();
        let api_url = match self.api_url.trim() {
            "" => Some(usual.to_owned()),
            url => api_url(ctx, url).map_err(|key| errors.add("api_url", l.t(key))).ok(),
        };
        match (parse_name(&self.name), api_url, api_key) {
            (Ok(name), Some(api_url), Some(api_key)) if errors.is_empty() => Ok(AddConnection {
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
        if let Some(kind) = self.shop() {
            return self.parse_shop(ctx, kind, staff);
        }
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

/// The secret of a shop's webhooks; without one, its error is added.
pub(crate) fn typed_shop_secret(text: &str, l: &Localizer, errors: &mut FormErrors) -> Option<String> {
    let secret = parse_shop_secret(text).map_err(|_| errors.add("secret", l.t("shops-secret-wrong")));
    secret.ok()
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
    /// Of a shop.
    pub on_refund: String,
    pub on_test: String,
    /// The settings that the form was filled in from; empty from programs, which overwrite any.
    pub version: String,
}

impl SettingsForm {
    pub(crate) fn of(connection: &Connection) -> Self {
        Self {
            name: connection.name.clone(),
            poll: connection.poll_every.as_secs().to_string(),
            mail: if connection.sends_email { "yes".to_owned() } else { String::new() },
            on_refund: connection.on_refund.as_str().to_owned(),
            on_test: connection.on_test.as_str().to_owned(),
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
        if present.kind.is_shop() {
            let on_refund = choice(&self.on_refund, present.on_refund, OnRefund::parse);
            let on_test = choice(&self.on_test, present.on_test, OnTest::parse);
            if on_refund.is_none() {
                errors.add("on_refund", l.t("shops-choice-wrong"));
            }
            if on_test.is_none() {
                errors.add("on_test", l.t("shops-choice-wrong"));
            }
            let (poll_every, sends_email) = (present.poll_every, present.sends_email);
            return match (name, on_refund, on_test) {
                (Some(name), Some(on_refund), Some(on_test)) => {
                    Ok(ConnectionSettings { name, poll_every, sends_email, on_refund, on_test })
                }
                _ => Err(errors),
            };
        }
        let poll = self.poll.trim().trim_end_matches('s').trim_end().parse().ok().and_then(parse_poll_every);
        if poll.is_none() {
            errors.add("poll", l.t("connections-poll-wrong"));
        }
        let sends_email = !self.mail.is_empty();
        let (on_refund, on_test) = (present.on_refund, present.on_test);
        let settings = |(name, poll_every)| ConnectionSettings { name, poll_every, sends_email, on_refund, on_test };
        name.zip(poll).map(settings).ok_or(errors)
    }
}

/// What was chosen; a form without the field leaves it as it is. `None` for what is no choice.
fn choice<T>(text: &str, present: T, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
    if text.is_empty() { Some(present) } else { parse(text) }
}

fn version_of(connection: &Connection) -> String {
    let Connection { poll_every, sends_email, on_refund, on_test, name, .. } = connection;
    format!("{}-{sends_email}-{}-{}-{name}", poll_every.as_secs(), on_refund.as_str(), on_test.as_str())
}
