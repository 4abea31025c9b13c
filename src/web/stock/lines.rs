//! The lines of a list of keys with what was found about each, as the page shows them.

use std::collections::HashMap;

use crate::domain::license_key::warnings::{SimilarKey, Warning};
use crate::domain::license_key::{LicenseKeyValue, masked};
use crate::i18n::{Localizer, key_error, key_warning, link_error};
use crate::usecases::stock::check::{Checked, Outcome};
use crate::usecases::stock::uploads::{LineKind, UploadLine};
use crate::web::layout::badge::Badge;
use crate::web::urls;

/// How much of a text that is no key is shown, in characters.
const SHOWN: usize = 200;

/// A line as the page shows it.
pub(super) struct LineRow {
    pub(super) line: usize,
    /// The text, where a person has to look at it.
    pub(super) text: Option<String>,
    /// The last characters of the key that may be shown.
    pub(super) end: String,
    pub(super) is_warned: bool,
    pub(super) results: Vec<Badge>,
    pub(super) what_happens: String,
    pub(super) corrected: Option<String>,
    /// Where the key, or one that resembles it, went.
    pub(super) link: Option<(String, String)>,
}

/// The rows of these lines; `checked` is what they are now, but for lines that repeat another.
pub(super) fn rows(l: &Localizer, lines: &[&UploadLine], checked: Vec<Checked>) -> Vec<LineRow> {
    let mut found: HashMap<usize, Outcome> =
        checked.into_iter().map(|checked| (checked.line, checked.outcome)).collect();
    lines.iter().map(|line| row(l, line, found.remove(&line.line))).collect()
}

fn row(l: &Localizer, line: &UploadLine, outcome: Option<Outcome>) -> LineRow {
    let t = |key| l.t(key);
    let skipped = |kind| vec![Badge::off(t(result(kind)))];
    let mut row = LineRow {
        line: line.line,
        text: None,
        end: end_of(&line.text),
        is_warned: false,
        results: Vec::new(),
        what_happens: t("stock-happens-skipped"),
        corrected: None,
        link: None,
    };
    match outcome {
        None => {
            row.results = skipped(LineKind::Twice);
            row.what_happens = l.t1("stock-happens-same-as", "line", line.first_line.unwrap_or(line.line));
        }
        Some(Outcome::New { found, .. }) if found.warnings.is_empty() => {
            row.results = vec![Badge::ok(t(result(LineKind::New)))];
            row.what_happens = t("stock-happens-added");
        }
        Some(Outcome::New { found, .. }) => {
            let badge = |warning| Badge { class: "c-warn", icon: "warn", text: key_warning(l, warning) };
            row.is_warned = true;
            row.text = Some(shortened(&line.text));
            row.corrected = found.corrected.as_ref().map(|key| shortened(key.expose()));
            row.link = found.warnings.iter().find_map(|warning| match warning {
                Warning::SimilarKey(Some(similar)) => Some(place(similar)),
                _ => None,
            });
            row.results = found.warnings.iter().map(badge).collect();
            row.what_happens = t("stock-happens-decide");
        }
        Some(Outcome::TwiceInFile { .. }) => row.results = skipped(LineKind::Twice),
        Some(Outcome::InStock) => row.results = skipped(LineKind::InStock),
        Some(Outcome::Issued(similar)) => {
            row.results = skipped(LineKind::Issued);
            row.link = similar.as_ref().map(place);
        }
        Some(Outcome::Invalid(error)) => {
            row.text = Some(shortened(&line.text));
            row.results = skipped(LineKind::Invalid);
            row.what_happens = format!("{}. {}", t("stock-happens-skipped"), key_error(l, error));
        }
        Some(Outcome::NotALink(why)) => {
            row.text = Some(shortened(&line.text));
            row.results = vec![Badge::off(t("stock-result-invalid-link"))];
            row.what_happens = format!("{}. {}", t("stock-happens-skipped"), link_error(l, why));
        }
    }
    row
}

fn place(similar: &SimilarKey) -> (String, String) {
    match &similar.grant_id {
        Some(id) => (urls::grant(id), id.to_string()),
        None => (urls::license_key(&similar.id), similar.id.to_string()),
    }
}

/// What a line is, as a locale key.
pub(super) fn result(kind: LineKind) -> &'static str {
    match kind {
        LineKind::New => "stock-result-new",
        LineKind::Warned => "stock-result-warned",
        LineKind::Twice => "stock-result-twice",
        LineKind::InStock => "stock-result-in-stock",
        LineKind::Issued => "stock-result-issued",
        LineKind::Invalid => "stock-result-invalid",
    }
}

/// A skipped line's text, as far as it may be shown.
pub(super) fn skipped_text(line: &UploadLine) -> String {
    if line.kind == LineKind::Invalid { shortened(&line.text) } else { masked(&end_of(&line.text)) }
}

fn end_of(text: &str) -> String {
    LicenseKeyValue::parse(text).map(|key| key.last_four()).unwrap_or_default()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Which lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    All,
    Warned,
    Skipped,
    New,
}

impl Part {
    pub(super) const ALL: [Self; 4] = [Self::All, Self::Warned, Self::Skipped, Self::New];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Warned => "warned",
            Self::Skipped => "skipped",
            Self::New => "new",
        }
    }

    /// All unless another part is named.
    pub(super) fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|part| part.as_str() == text).unwrap_or(Self::All)
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::All => "stock-problems-first",
            Self::Warned => "stock-result-warned",
            Self::Skipped => "stock-result-skipped",
            Self::New => "stock-result-new",
        }
    }

    pub(super) fn has(self, line: &UploadLine) -> bool {
        match self {
            Self::All => true,
            Self::Warned => line.kind == LineKind::Warned,
            Self::Skipped => !matches!(line.kind, LineKind::New | LineKind::Warned),
            Self::New => line.kind == LineKind::New,
        }
    }
}

/// Problems first: what looks wrong, what is skipped, what is new.
pub(super) fn rank(line: &UploadLine) -> (u8, usize) {
    let rank = match line.kind {
        LineKind::Warned => 0,
        LineKind::New => 2,
        _ => 1,
    };
    (rank, line.line)
}
