//! The form for a new API key: its input, and the resulting command.

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::actor::Actor;
use crate::domain::api_key::parse_name;
use crate::domain::idempotency;
use crate::domain::staff::Role;
use crate::domain::text::TextError;
use crate::i18n::Localizer;
use crate::usecases::api_keys::create::AddApiKey;
use crate::web::FormErrors;
use crate::web::forms::end::TypedEnd;

/// The fields as they were sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ApiKeyForm {
    pub name: String,
    pub role: String,
    pub expires_at: String,
    pub expires_time: String,
    pub idempotency_key: String,
}

impl ApiKeyForm {
    /// An empty form with a new idempotency key.
    pub(crate) fn fresh() -> Self {
        let role = Role::Agent.as_str().to_owned();
        Self { role, idempotency_key: idempotency::fresh_key(), ..Self::default() }
    }

    pub(crate) fn renew_idempotency_key(&mut self) {
        self.idempotency_key = idempotency::fresh_key();
    }

    /// The command and the form's idempotency key, or the errors of each field. Times are in the person's time zone.
    pub(crate) fn parse(
        &mut self,
        l: &Localizer,
        now: Timestamp,
        actor: Actor,
    ) -> Result<(AddApiKey, Option<String>), FormErrors> {
        let mut errors = FormErrors::new();
        let name = parse_name(&self.name).map_err(|error| errors.add("name", name_error(l, error))).unwrap_or_default();
        let role = Role::parse(self.role.trim());
        if role.is_none() {
            errors.add("role", l.t("api-keys-role-wrong"));
        }
        let end = TypedEnd { date: &self.expires_at, time: &self.expires_time };
        let expires_at = end.read(l, now, &mut errors);
        let idempotency_key = idempotency::parse_key(&self.idempotency_key);
        if idempotency_key.is_err() {
            self.renew_idempotency_key();
            errors.add("name", l.t("grants-form-broken"));
        }
        match role.filter(|_| errors.is_empty()) {
            Some(role) => Ok((AddApiKey { name, role, expires_at, actor }, idempotency_key.unwrap_or_default())),
            None => Err(errors),
        }
    }
}

fn name_error(l: &Localizer, error: TextError) -> String {
    l.t(if error == TextError::Empty { "api-keys-name-empty" } else { "api-keys-name-wrong" })
}
