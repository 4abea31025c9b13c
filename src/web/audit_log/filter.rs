//! The audit log's filter, parsed from the query.

use serde::Deserialize;

use crate::domain::page::PageStart;
use crate::domain::text;
use crate::i18n::Localizer;
use crate::storage::audit_log::list::AuditFilter;
use crate::web::forms::days::read_days;
use crate::web::{FormErrors, urls};

const MAX_TEXT: usize = 200;

/// The query as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AuditQuery {
    pub actor: String,
    pub action: String,
    pub object: String,
    pub from: String,
    pub to: String,
    pub after: String,
    pub before: String,
}

impl AuditQuery {
    /// The filter, or the errors of each field. Days are in the person's time zone, and `to` is inclusive.
    pub(crate) fn parse(&self, l: &Localizer) -> Result<AuditFilter, FormErrors> {
        let mut errors = FormErrors::new();
        let mut text = |field: &str, typed: &str| {
            text::optional(typed, |typed| text::line(typed, MAX_TEXT)).unwrap_or_else(|_| {
                errors.add(field, l.t("audit-text-wrong"));
                None
            })
        };
        let (actor, action) = (text("actor", &self.actor), text("action", &self.action));
        let object = text("object", &self.object);
        let (from, until) = read_days(&self.from, &self.to, l, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(AuditFilter { actor, action, object, from, until })
    }

    /// Where the page starts; an invalid cursor starts at the beginning.
    pub(crate) fn start(&self) -> PageStart<i64> {
        let number = |text: &str| text.parse().ok().filter(|number: &i64| *number >= 0);
        match (number(&self.after), number(&self.before)) {
            (Some(sequence), _) => PageStart::After(sequence),
            (None, Some(sequence)) => PageStart::Before(sequence),
            (None, None) => PageStart::Start,
        }
    }

    /// The fields that were filled in, with their names.
    pub(super) fn given(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let fields = [
            ("actor", &self.actor),
            ("action", &self.action),
            ("object", &self.object),
            ("from", &self.from),
            ("to", &self.to),
        ];
        fields.into_iter().map(|(name, value)| (name, value.trim())).filter(|(_, value)| !value.is_empty())
    }

    /// The URL of the same filter at another position in the list, or under another path.
    pub(crate) fn url(&self, path: &str, cursor: Option<(&str, i64)>) -> String {
        let mut pairs: Vec<String> =
            self.given().map(|(name, value)| format!("{name}={}", urls::encode(value))).collect();
        pairs.extend(cursor.map(|(name, sequence)| format!("{name}={sequence}")));
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    fn parse(from: &str, to: &str) -> Result<AuditFilter, FormErrors> {
        let zone = TimeZone::get("Europe/Berlin").expect("a known zone");
        let l = Localizer::new(Language::En, zone, Timestamp::UNIX_EPOCH);
        AuditQuery { from: from.to_owned(), to: to.to_owned(), ..AuditQuery::default() }.parse(&l)
    }

    #[test]
    fn days_are_whole_days_of_the_persons_zone() {
        let filter = parse("2026-03-29", "2026-03-29").expect("a filter");
        assert_eq!(filter.from.map(|at| at.to_string()).as_deref(), Some("2026-03-28T23:00:00Z"));
        assert_eq!(filter.until.map(|at| at.to_string()).as_deref(), Some("2026-03-29T22:00:00Z"));
        assert!(parse("9999-12-31", "9999-12-31").is_ok());
        assert!(parse("0001-01-01", "").is_ok());
    }

    #[test]
    fn what_is_no_day_is_named() {
        for bad in ["x", "2026-02-30", "99999-01-01", "-2026-01-01", "2026-1-1", "20260101T0", "\0", "2026-01-01T00:00"]
        {
            assert!(parse(bad, "").is_err(), "{bad:?}");
            assert!(parse("", bad).is_err(), "{bad:?}");
        }
        assert!(parse("2026-02-01", "2026-01-31").is_err());
    }
}
