//! `keydesk config`: the configuration in force, with secrets hidden.

use super::serve::say;
use crate::config::{Config, SETTINGS, Setting, Shown};

/// Prints every setting as a line of `keydesk.toml`; a setting that is not set is a comment that says what
/// happens instead.
pub(super) fn print(config: &Config) {
    for (setting, shown) in config.in_force() {
        let name = setting.name;
        match shown {
            Shown::Value(value) => say(&format!("{name} = {value:?}")),
            Shown::Derived(instead) => say(&format!("# {name} is not set: {instead}")),
            Shown::Unset => say(&format!("# {name} is not set: {}", without(name, config))),
        }
    }
}

/// What happens without a setting.
fn without(name: &str, config: &Config) -> String {
    match name {
        "smtp_url" => format!("mail is stored in {}", config.mailbox_dir().display()),
        "metrics_listen" => "no metrics".to_owned(),
        "log_format" => "text on a terminal, json otherwise".to_owned(),
        _ => "none".to_owned(),
    }
}

/// Prints a `keydesk.toml` in which every setting is a comment.
pub(super) fn print_sample() {
    say(sample().trim_end());
}

fn sample() -> String {
    let head = "# keydesk.toml: the settings of Keydesk. Every line is a comment; remove the # to set something.\n\
                # The command line comes before the environment, the environment before this file.\n";
    let setting = |setting: &Setting| {
        let Setting { name, environment, help, .. } = setting;
        format!("\n# {help}\n# Environment: {environment}\n#{name} = {:?}\n", setting.default.unwrap_or_default())
    };
    head.to_owned() + &SETTINGS.iter().map(setting).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_beside_the_service_file_names_every_setting() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/contrib/keydesk.toml");
        let kept = std::fs::read_to_string(path).unwrap();
        assert_eq!(kept, sample(), "write it anew: keydesk config --sample > contrib/keydesk.toml");
    }
}
