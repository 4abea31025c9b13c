//! Collects the settings' texts: the command line overrides the environment, which overrides the file.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::ConfigError;
use super::settings::{SETTINGS, Secrecy};

/// The file that is read if it exists and no other is named.
const DEFAULT_FILE: &str = "keydesk.toml";

/// Where settings come from.
#[derive(Debug, Default)]
pub struct Sources {
    /// By setting name.
    pub command_line: BTreeMap<String, String>,
    pub environment: BTreeMap<String, String>,
    /// A file that must exist; `None` is `keydesk.toml` in this directory, if there.
    pub file: Option<PathBuf>,
}

/// The text of every setting that is set, by name. Unknown names are errors, so that a
/// typo does not silently mean the default.
pub fn gather(sources: &Sources) -> Result<BTreeMap<String, String>, ConfigError> {
    let mut values = read_file(sources)?;
    for (variable, value) in &sources.environment {
        match SETTINGS.iter().find(|setting| setting.environment == variable) {
            Some(_) if value.is_empty() => {}
            Some(setting) => {
                values.insert(setting.name.to_owned(), value.clone());
            }
            None if variable.starts_with("KEYDESK_") => {
                let known: Vec<_> = SETTINGS.iter().map(|setting| setting.environment).collect();
                return Err(ConfigError(format!(
                    "{variable}: got a value, but there is no such setting; expected one of {}",
                    known.join(", ")
                )));
            }
            None => {}
        }
    }
    for (name, value) in &sources.command_line {
        values.insert(name.clone(), from_command_line(name, value)?);
    }
    Ok(values)
}

/// A value from the command line. Everybody on the machine can read that while the process runs, so that a secret is
/// only taken from a file, as `@FILE`.
fn from_command_line(name: &str, value: &str) -> Result<String, ConfigError> {
    let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) else { return Ok(value.to_owned()) };
    let flag = format!("--{}", name.replace('_', "-"));
    if setting.secrecy == Secrecy::Open {
        return Ok(value.to_owned());
    }
    if let Some(path) = value.strip_prefix('@') {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError(format!("{flag}: cannot read {path}: {error}")))?;
        return Ok(text.trim().to_owned());
    }
    if setting.shown(value) != value {
        return Err(ConfigError(format!(
            "{flag}: got a secret, which other users of this machine could read; use {flag} @FILE, {} or {DEFAULT_FILE} instead",
            setting.environment
        )));
    }
    Ok(value.to_owned())
}

/// The `KEYDESK_` variables of the environment; text that is not UTF-8 is an error.
pub fn read_environment(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<BTreeMap<String, String>, ConfigError> {
    let mut values = BTreeMap::new();
    for (variable, value) in variables {
        let name = variable.to_string_lossy();
        if name.starts_with("KEYDESK_") || SETTINGS.iter().any(|setting| setting.environment == name) {
            let value = value
                .into_string()
                .map_err(|_| ConfigError(format!("{name}: got bytes that are not UTF-8, expected UTF-8 text")))?;
            values.insert(name.into_owned(), value);
        }
    }
    Ok(values)
}

fn read_file(sources: &Sources) -> Result<BTreeMap<String, String>, ConfigError> {
    let path = sources.file.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
    let named = path.display();
    // The file is read here, because the crate takes one that cannot be read for one that is not there.
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound && sources.file.is_none() => return Ok(BTreeMap::new()),
        Err(error) => return Err(ConfigError(format!("{named}: cannot read the file: {error}"))),
    };
    let file = config::File::from_str(&text, config::FileFormat::Toml);
    let table: BTreeMap<String, config::Value> =
        config::Config::builder().add_source(file).build().and_then(config::Config::try_deserialize).map_err(
            |error| ConfigError(format!("{named}: {}, expected lines such as target = \"4h\"", place(&error))),
        )?;
    let mut values = BTreeMap::new();
    for (name, value) in table {
        if !SETTINGS.iter().any(|setting| setting.name == name) {
            let known: Vec<_> = SETTINGS.iter().map(|setting| setting.name).collect();
            return Err(ConfigError(format!("{named}: got {name:?}, expected one of {}", known.join(", "))));
        }
        let text = value.into_string().map_err(|_| {
            ConfigError(format!("{named}: {name}: got a list or a table, expected one value in quotes"))
        })?;
        values.insert(name, text);
    }
    Ok(values)
}

/// The position of an error in the file. Lines after the first quote the file, and possibly a secret.
fn place(error: &config::ConfigError) -> String {
    error.to_string().lines().next().unwrap_or("not TOML").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_command_line_wins_over_the_environment_over_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("keydesk.toml");
        std::fs::write(&file, "target = \"1h\"\nbusiness_name = \"File\"\nlisten = \"127.0.0.1:1\"\n").unwrap();
        let values = gather(&Sources {
            command_line: map(&[("target", "3h")]),
            environment: map(&[
                ("KEYDESK_TARGET", "2h"),
                ("KEYDESK_BUSINESS_NAME", "Env"),
                ("KEYDESK_LISTEN", ""),
                ("HOME", "/"),
            ]),
            file: Some(file),
        });
        let values = values.unwrap();
        let get = |name: &str| values.get(name).map(String::as_str);
        assert_eq!(
            (get("target"), get("business_name"), get("listen")),
            (Some("3h"), Some("Env"), Some("127.0.0.1:1"))
        );
    }

    #[test]
    fn unknown_names_and_broken_files_are_errors_of_one_line() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("keydesk.toml");
        for text in [
            &b"taget = \"1h\""[..],
            b"target = ",
            b"[section]\nx = 1",
            b"secret = [\"hunter2\"]",
            b"secret = \"hunter2",
            b"secret = \"a\"\nsecret = \"hunter2\"",
            b"secret = hunter2",
            b"target = \"1h\" # \xff",
        ] {
            std::fs::write(&file, text).unwrap();
            let error = gather(&Sources { file: Some(file.clone()), ..Sources::default() }).unwrap_err();
            assert!(error.0.contains("expected") || error.0.contains("cannot read"), "{error}");
            assert!(!error.0.contains('\n') && !error.0.contains("hunter2"), "{error}");
        }
        let sources = Sources { environment: map(&[("KEYDESK_TAGET", "1h")]), ..Sources::default() };
        assert!(gather(&sources).unwrap_err().0.contains("KEYDESK_TAGET"));
        let missing = Sources { file: Some(dir.path().join("none.toml")), ..Sources::default() };
        assert!(gather(&missing).is_err());
    }

    #[test]
    fn secrets_are_taken_from_files_and_not_from_the_command_line() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("secret");
        std::fs::write(&file, "hunter2\n").unwrap();
        let given =
            |name: &str, value: &str| gather(&Sources { command_line: map(&[(name, value)]), ..Sources::default() });
        for (name, value) in [
            ("secret", "hunter2"),
            ("oidc_client_secret", "hunter2"),
            ("smtp_url", "smtp://u:hunter2@mail.example"),
            ("database_url", "postgres://kd:hunter2@db/kd"),
            ("database_url", "postgres://db/kd?password=hunter2"),
        ] {
            let error = given(name, value).unwrap_err().0;
            assert!(error.contains("@FILE") && !error.contains("hunter2") && !error.contains('\n'), "{error}");
            let read = given(name, &format!("@{}", file.display())).unwrap();
            assert_eq!(read.get(name).map(String::as_str), Some("hunter2"));
        }
        for (name, value) in [("smtp_url", "smtp://mail.example"), ("database_url", "sqlite:///srv/a.db")] {
            assert_eq!(given(name, value).unwrap().get(name).map(String::as_str), Some(value));
        }
        assert!(given("secret", "@/nowhere/at/all").unwrap_err().0.contains("cannot read"));
    }

    #[test]
    fn the_environment_is_taken_as_it_is_or_not_at_all() {
        use std::os::unix::ffi::OsStringExt;
        let bytes = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
        let variables = vec![(bytes(b"KEYDESK_TARGET"), bytes(b"1h")), (bytes(b"OTHER"), bytes(b"\xff"))];
        assert_eq!(read_environment(variables.into_iter()), Ok(map(&[("KEYDESK_TARGET", "1h")])));
        let variables = vec![(bytes(b"KEYDESK_DATA_DIR"), bytes(b"d\xff"))];
        assert!(read_environment(variables.into_iter()).unwrap_err().0.starts_with("KEYDESK_DATA_DIR: got"));
    }
}
