//! Gathers the settings' texts: the command line wins over the environment, that over the file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::ConfigError;
use super::settings::SETTINGS;

/// The file that is read where it exists and no other is named.
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

/// The text of every setting that is set, by name. Names that do not exist are errors, so that a
/// slip of the pen is not a silent default.
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
                    "{variable}: got a value, but there is no such setting; Keydesk takes {}",
                    known.join(", ")
                )));
            }
            None => {}
        }
    }
    values.extend(sources.command_line.clone());
    Ok(values)
}

fn read_file(sources: &Sources) -> Result<BTreeMap<String, String>, ConfigError> {
    let path = sources.file.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
    let named = path.display().to_string();
    let file = config::File::from(path).format(config::FileFormat::Toml).required(sources.file.is_some());
    let wrong = |error: config::ConfigError| ConfigError(format!("{named}: {}", error.to_string().replace('\n', " ")));
    let table = config::Config::builder().add_source(file).build().map_err(wrong)?;
    let table: BTreeMap<String, config::Value> = table.try_deserialize().map_err(wrong)?;
    let mut values = BTreeMap::new();
    for (name, value) in table {
        if !SETTINGS.iter().any(|setting| setting.name == name) {
            let known: Vec<_> = SETTINGS.iter().map(|setting| setting.name).collect();
            return Err(ConfigError(format!("{named}: got {name:?}, takes {}", known.join(", "))));
        }
        values.insert(name, value.into_string().map_err(wrong)?);
    }
    Ok(values)
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
        for text in ["taget = \"1h\"", "target = ", "[section]\nx = 1"] {
            std::fs::write(&file, text).unwrap();
            let error = gather(&Sources { file: Some(file.clone()), ..Sources::default() }).unwrap_err();
            assert!(!error.0.contains('\n'), "{error}");
        }
        let sources = Sources { environment: map(&[("KEYDESK_TAGET", "1h")]), ..Sources::default() };
        assert!(gather(&sources).unwrap_err().0.contains("KEYDESK_TAGET"));
        let missing = Sources { file: Some(dir.path().join("none.toml")), ..Sources::default() };
        assert!(gather(&missing).is_err());
    }
}
