//! Settings as they may be shown: secrets hidden, URLs without passwords.

use super::settings::{SETTINGS, Secrecy, Setting};
use super::{BaseUrl, Config};

/// A setting as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// What was given, or the default.
    Value(String),
    /// Nothing was given; this follows from other settings.
    Derived(String),
    Unset,
}

const HIDDEN: &str = "(hidden)";

impl Setting {
    /// The value as logs, errors and `keydesk config` may show it.
    pub fn shown(&self, value: &str) -> String {
        match self.secrecy {
            Secrecy::Open => value.to_owned(),
            Secrecy::Password => without_password(value),
            Secrecy::Whole => HIDDEN.to_owned(),
        }
    }
}

impl Config {
    /// Every setting with its value in force, secrets hidden.
    pub fn in_force(&self) -> impl Iterator<Item = (&'static Setting, Shown)> {
        SETTINGS.iter().map(|setting| {
            let given = self.given.get(setting.name).cloned();
            let value = given.or_else(|| setting.default.map(str::to_owned)).map(Shown::Value);
            let derived = || self.derived(setting.name).map_or(Shown::Unset, Shown::Derived);
            (setting, value.unwrap_or_else(derived))
        })
    }

    fn derived(&self, name: &str) -> Option<String> {
        match name {
            "database_url" => Some(format!("{:?}", self.database_url)),
            "base_url" => Some(BaseUrl::of_listener(self.listen).to_string()),
            "secret" => Some(self.data_dir.join("secret.key").display().to_string()),
            "smtp_hello" => Some(self.smtp_hello.clone()),
            _ => None,
        }
    }
}

/// Hides the whole value if it cannot be parsed.
fn without_password(value: &str) -> String {
    let names_a_password = value.to_ascii_lowercase().contains("pass");
    let Some((scheme, rest)) = value.split_once("://") else {
        let is_plain = !names_a_password && !value.contains(['@', '=']);
        return if is_plain { value.to_owned() } else { HIDDEN.to_owned() };
    };
    if scheme == "sqlite" {
        return value.to_owned();
    }
    let all_hidden = if scheme.contains('@') { HIDDEN.to_owned() } else { format!("{scheme}://{HIDDEN}") };
    let has_encoded_query = rest.split_once('?').is_some_and(|(_, query)| query.contains('%'));
    if scheme.contains('@') || names_a_password || has_encoded_query {
        return all_hidden;
    }
    let Some((credentials, place)) = rest.rsplit_once('@') else { return value.to_owned() };
    match credentials.split_once(':') {
        _ if credentials.split(':').next().is_some_and(|user| user.contains(['/', '?'])) => all_hidden,
        Some((user, _)) => format!("{scheme}://{user}:{HIDDEN}@{place}"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_hidden_and_places_are_shown() {
        for (value, shown) in [
            ("postgres://kd:hunter2@db:5432/kd?sslmode=require", "postgres://kd:(hidden)@db:5432/kd?sslmode=require"),
            ("postgres://db/kd?user=kd&password=hunter2", "postgres://(hidden)"),
            ("postgres://db/kd?password=hun@ter2", "postgres://(hidden)"),
            ("postgres://db/kd?p%61ssword=hunter2", "postgres://(hidden)"),
            ("postgres://db/kd?application_name=a@hunter2", "postgres://(hidden)"),
            ("postgres://kd@db/kd", "postgres://kd@db/kd"),
            ("postgres:/kd:hunter2@db/kd", "(hidden)"),
            ("host=db password=hunter2", "(hidden)"),
            ("smtp://u:hun?t@e/r2@mail.example.com", "smtp://u:(hidden)@mail.example.com"),
            ("sqlite://data/a@b.db", "sqlite://data/a@b.db"),
            ("/tmp/keydesk.db", "/tmp/keydesk.db"),
        ] {
            assert_eq!(without_password(value), shown, "{value}");
        }
    }
}
