//! Parses a setting's text; an error is one line that says what is wrong.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::ConfigError;
use super::settings;
use super::values::DatabaseUrl;
use crate::domain::grant::undo::LONGEST_WINDOW;

/// A setting with its text.
pub(crate) struct Given<'a> {
    name: &'a str,
    text: Option<&'a str>,
}

impl<'a> Given<'a> {
    pub(crate) fn new(name: &'a str, values: &'a BTreeMap<String, String>) -> Self {
        Self { name, text: values.get(name).map(String::as_str) }
    }

    /// The given text, else the default, else `None`.
    pub(crate) fn optional<T>(
        &self,
        parse: impl FnOnce(&str) -> Option<T>,
        expected: &str,
    ) -> Result<Option<T>, ConfigError> {
        let default = settings::find(self.name).and_then(|setting| setting.default);
        match self.text.or(default) {
            None => Ok(None),
            Some(text) => parse(text).map(Some).ok_or_else(|| self.wrong(expected)),
        }
    }

    /// The given text, else the default.
    pub(crate) fn required<T>(&self, parse: impl FnOnce(&str) -> Option<T>, expected: &str) -> Result<T, ConfigError> {
        self.optional(parse, expected)?.ok_or_else(|| self.wrong(expected))
    }

    pub(crate) fn path(&self) -> Result<Option<PathBuf>, ConfigError> {
        self.optional(|text| (!text.is_empty() && !text.contains('\0')).then(|| PathBuf::from(text)), "a path")
    }

    pub(crate) fn duration(&self) -> Result<SignedDuration, ConfigError> {
        self.required(duration, "a duration such as 90s, 15m, 4h or 2d")
    }

    pub(crate) fn database(&self, data_dir: &Path) -> Result<DatabaseUrl, ConfigError> {
        let given = self.optional(DatabaseUrl::parse, "sqlite://FILE or postgres://user:password@host/database")?;
        Ok(given.unwrap_or_else(|| DatabaseUrl::default_in(data_dir)))
    }

    fn wrong(&self, expected: &str) -> ConfigError {
        let setting = settings::find(self.name);
        let name = setting.map_or(self.name, |setting| setting.environment);
        let got = match (self.text, setting) {
            (Some(text), Some(setting)) => format!("{:?}", setting.shown(text)),
            (Some(_), None) => "a value".to_owned(),
            (None, _) => "nothing".to_owned(),
        };
        ConfigError(format!("{name}: got {got}, expected {expected}"))
    }
}

pub(crate) fn socket_address(text: &str) -> Option<SocketAddr> {
    text.parse().ok()
}

pub(crate) fn time_zone(text: &str) -> Option<TimeZone> {
    TimeZone::get(text).ok()
}

pub(crate) fn name(text: &str) -> Option<String> {
    crate::domain::text::line(text, 100).ok()
}

pub(crate) fn log_level(text: &str) -> Option<String> {
    ["error", "warn", "info", "debug", "trace"].contains(&text).then(|| text.to_owned())
}

/// A whole number up to a million.
pub(crate) fn number(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|number| *number <= 1_000_000)
}

pub(crate) fn networks(text: &str) -> Option<Vec<IpNet>> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok().or_else(|| part.parse::<std::net::IpAddr>().ok().map(IpNet::from)))
        .collect()
}

/// A whole number of bytes with a decimal unit, such as `500MB`, from one byte to 1,000 TB.
pub(crate) fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (count, unit) = text.split_at(digits);
    let unit = match unit.trim().to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        _ => return None,
    };
    let bytes = count.parse::<u64>().ok()?.checked_mul(unit)?;
    (1..=1_000_000_000_000_000).contains(&bytes).then_some(bytes)
}

/// A whole number and a unit, from one second to ten years.
fn duration(text: &str) -> Option<SignedDuration> {
    let unit = text.chars().last()?;
    let count: i64 = text.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    let seconds = count.checked_mul(seconds)?;
    (1..=10 * 366 * 24 * 60 * 60).contains(&seconds).then(|| SignedDuration::from_secs(seconds))
}

/// How long deliveries can be undone: nothing, or a duration.
pub(crate) fn undo(text: &str) -> Option<SignedDuration> {
    if matches!(text, "0" | "0s" | "0m") {
        return Some(SignedDuration::ZERO);
    }
    duration(text).filter(|undo| *undo <= LONGEST_WINDOW)
}
