//! `keydesk config`: the configuration in force, with secrets hidden.

use std::collections::BTreeMap;

use super::serve::say;
use crate::config::{BaseUrl, Config, SETTINGS};

/// Prints every setting as a line of `keydesk.toml`; a setting that is not set is a comment that says what
/// happens instead.
pub(crate) fn print(config: &Config, values: &BTreeMap<String, String>) {
    for setting in SETTINGS {
        let name = setting.name;
        match values.get(name).map(String::as_str).or(setting.default) {
            Some(value) => say(&format!("{name} = {:?}", setting.shown(value))),
            None => say(&format!("# {name} is not set: {}", without(name, config))),
        }
    }
}

/// What happens without a setting that has no fixed default.
fn without(name: &str, config: &Config) -> String {
    match name {
        "database_url" => format!("{:?}", config.database_url),
        "base_url" => BaseUrl::of_listener(config.listen).to_string(),
        "secret" => config.data_dir.join("secret.key").display().to_string(),
        "smtp_url" => format!("mail is stored in {}", config.mailbox_dir().display()),
        "metrics_listen" => "no metrics".to_owned(),
        "log_format" => "text on a terminal, json otherwise".to_owned(),
        _ => "none".to_owned(),
    }
}
