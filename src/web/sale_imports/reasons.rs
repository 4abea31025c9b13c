//! What is wrong with a line, in the person's language. Files are read in one language, that of the command line; whatever
//! has no text of its own here is shown as it was said there.

use crate::i18n::Localizer;
use crate::import::mapping::FIELDS;

/// What is said of a line or a field, and the last part of its locale key.
const REASONS: [(&str, &str); 21] = [
    ("is missing", "missing"),
    ("is missing, and entitlement too", "missing"),
    ("not an e-mail address", "email"),
    ("an id has no spaces", "spaces"),
    ("must be a whole number from 1 to 1000", "quantity"),
    ("must be a date and time, such as 2026-11-23T09:30:00Z or 2026-11-23 09:30", "date"),
    ("is in the future", "future"),
    ("is before 1970", "old"),
    ("contains a control character", "control"),
    ("contains an invisible character", "invisible"),
    ("contains an invisible character that reverses text; remove it", "invisible"),
    ("not a name", "name"),
    ("not a locale such as en or de-AT", "locale"),
    ("a quotation mark is not closed", "open-quote"),
    (
        "there is text after a closing quotation mark; inside quotation marks, write a quotation mark twice",
        "after-quote",
    ),
    ("the file seems to be cut off here: it ends within this line", "cut-off"),
    ("several entitlements have this name; give entitlement_id", "several"),
    ("the entitlement is not active", "inactive"),
    ("the customer was erased", "erased"),
    ("the line names no product", "no-product"),
    (
        "is missing, and subscription_id and external_id too: without any of them, importing the file again would add the sale again",
        "no-id",
    ),
];

/// What is wrong, problem by problem: lines of a field's name, a tab and a reason.
pub(super) fn in_words(l: &Localizer, said: &str) -> String {
    let one = |line: &str| match line.split_once('\t') {
        Some(("", reason)) => sentence(l, reason),
        Some((field, reason)) => format!("{}: {}", field_name(l, field), sentence(l, reason)),
        None => sentence(l, line),
    };
    said.lines().map(one).collect::<Vec<_>>().join("; ")
}

fn field_name(l: &Localizer, field: &str) -> String {
    if FIELDS.contains(&field) { l.named("imports-field", &field.replace('_', "-")) } else { field.to_owned() }
}

fn sentence(l: &Localizer, reason: &str) -> String {
    if let Some((_, key)) = REASONS.iter().find(|(said, _)| *said == reason) {
        return l.named("imports-reason", key);
    }
    if let Some(max) = reason.strip_prefix("longer than ").and_then(|rest| rest.strip_suffix(" characters")) {
        return l.t1("imports-reason-long", "max", max);
    }
    if let Some((has, header)) = reason.split_once(" columns, the header has ") {
        return l.t2("imports-reason-columns", "count", has, "header", header);
    }
    match reason.strip_suffix(" stands in a column without a name") {
        Some(text) => l.t1("imports-reason-nameless", "text", text),
        None => reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::i18n::Language;

    #[test]
    fn reasons_are_told_in_the_persons_language() {
        let l = Localizer::new(Language::De, TimeZone::UTC, Timestamp::UNIX_EPOCH);
        for (reason, key) in REASONS {
            assert_ne!(sentence(&l, reason), reason, "{key}");
        }
        let said = "customer_email\tnot an e-mail address\n\t3 columns, the header has 4";
        assert_eq!(in_words(&l, said), "E-Mail: keine E-Mail-Adresse; 3 Spalten, die Kopfzeile hat 4");
        assert_eq!(in_words(&l, "\tsomething else"), "something else");
    }
}
