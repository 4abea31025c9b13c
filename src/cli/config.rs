//! `keydesk config`: what is in force, secrets hidden.

use std::collections::BTreeMap;

use crate::config::SETTINGS;

/// Prints every setting as a line of `keydesk.toml`; what is not set and has no default is a comment.
pub fn print(values: &BTreeMap<String, String>) {
    for setting in SETTINGS {
        let given = values.get(setting.name).map(String::as_str);
        match given.or(setting.default) {
            Some(value) if setting.is_secret => println!("{} = {:?}", setting.name, hidden(value)),
            Some(value) => println!("{} = {value:?}", setting.name),
            None => println!("# {} is not set", setting.name),
        }
    }
}

/// A URL without its password; anything else not at all.
fn hidden(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else { return "(hidden)".to_owned() };
    match rest.rsplit_once('@') {
        Some((credentials, host)) => {
            let user = credentials.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:(hidden)@{}", without_password(host))
        }
        None => format!("{scheme}://{}", without_password(rest)),
    }
}

/// A query such as `?password=…` is cut.
fn without_password(rest: &str) -> String {
    match rest.split_once('?') {
        Some((place, query)) if query.to_lowercase().contains("password") => format!("{place}?(hidden)"),
        _ => rest.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_hidden_and_places_are_shown() {
        assert_eq!(
            hidden("postgres://kd:hunter2@db:5432/kd?sslmode=require"),
            "postgres://kd:(hidden)@db:5432/kd?sslmode=require"
        );
        assert_eq!(hidden("postgres://db/kd?user=kd&password=hunter2"), "postgres://db/kd?(hidden)");
        assert_eq!(hidden("c2VjcmV0"), "(hidden)");
        assert_eq!(hidden("sqlite://data/keydesk.db"), "sqlite://data/keydesk.db");
    }
}
