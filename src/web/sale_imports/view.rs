//! What several pages of an import share: how a file is read, in words and as choices.

use crate::http::body::Fields;
use crate::i18n::Localizer;
use crate::import::ImportError;
use crate::import::encoding::Encoding;
use crate::import::preview::{BY_HAND, DELIMITERS, JSON_LINES, OWN_COLUMNS};
use crate::storage::StorageError;
use crate::storage::sales::imports::StoredImport;
use crate::usecases::sales::imports::reading::Settings;
use crate::web::{Nav, PageError};

/// The item of the navigation that the pages belong to.
pub(super) const NAV: Nav = Nav::Sales;

/// The zones that are offered first.
pub(super) const ZONES: [&str; 12] = [
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Paris",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
];

/// A choice of a select: its value, its text, and whether it is chosen.
pub(super) struct Choice {
    pub value: String,
    pub label: String,
    pub is_chosen: bool,
}

impl Choice {
    pub(super) fn new(value: &str, label: impl Into<String>, chosen: &str) -> Self {
        Self { value: value.to_owned(), label: label.into(), is_chosen: value == chosen }
    }
}

/// The zones, with the chosen one among them.
pub(super) fn zones(chosen: &str) -> Vec<Choice> {
    let mut zones: Vec<&str> = ZONES.to_vec();
    if !zones.contains(&chosen) {
        zones.insert(0, chosen);
    }
    zones.into_iter().map(|zone| Choice::new(zone, zone, chosen)).collect()
}

/// How a file is read, as choices; without those that do not concern it.
pub(super) struct ReadingChoices {
    pub encodings: Vec<Choice>,
    pub delimiters: Vec<Choice>,
    pub sheets: Vec<Choice>,
    pub headers: Vec<Choice>,
    pub zones: Vec<Choice>,
}

impl ReadingChoices {
    pub(super) fn of(l: &Localizer, settings: &Settings, zone: &str) -> Self {
        let found = &settings.found;
        let encoding = |encoding: Encoding| Choice::new(encoding.as_str(), encoding.as_str(), &found.encoding);
        let delimiter =
            |(word, _): (&str, char)| Choice::new(word, l.named("imports-delimiter", word), &found.delimiter);
        let sheet = |sheet: &String| Choice::new(sheet, sheet, &found.sheet);
        let header = settings.header.to_string();
        let mut headers = vec![Choice::new("0", l.t("imports-header-first"), &header)];
        headers.extend((1..=10).map(|line: usize| Choice::new(&line.to_string(), line.to_string(), &header)));
        Self {
            encodings: if found.encoding.is_empty() {
                vec![]
            } else {
                Encoding::ALL.into_iter().map(encoding).collect()
            },
            delimiters: if found.delimiter.is_empty() {
                vec![]
            } else {
                DELIMITERS.into_iter().map(delimiter).collect()
            },
            sheets: if found.sheets.len() < 2 { vec![] } else { found.sheets.iter().map(sheet).collect() },
            headers,
            zones: zones(zone),
        }
    }
}

/// The settings with what was chosen anew about reading the file. What was recognized stays open to be recognized again.
pub(super) fn with_choices(mut settings: Settings, fields: &Fields) -> Settings {
    let chosen = |name: &str, found: &str, before: &str| {
        let text = fields.get(name);
        if !fields.has(name) || text == found { before.to_owned() } else { text.to_owned() }
    };
    settings.encoding = chosen("encoding", &settings.found.encoding, &settings.encoding);
    settings.delimiter = chosen("delimiter", &settings.found.delimiter, &settings.delimiter);
    settings.sheet = chosen("sheet", &settings.found.sheet, &settings.sheet);
    if fields.has("zone") {
        fields.get("zone").trim().clone_into(&mut settings.zone);
    }
    if let Some(header) = fields.get("header").parse().ok().filter(|header| *header <= 10) {
        settings.header = header;
    }
    settings
}

/// What the layout of a file is called.
pub(super) fn layout_name(l: &Localizer, import: &StoredImport) -> String {
    match import.layout.as_str() {
        OWN_COLUMNS => l.t("imports-layout-own"),
        JSON_LINES => l.t("imports-layout-json"),
        BY_HAND => l.t("imports-layout-by-hand"),
        name => name.to_owned(),
    }
}

/// What is wrong with a file, for its field; what is no fault of the file is an error of the page.
pub(super) fn said(error: ImportError) -> Result<String, PageError> {
    match error {
        ImportError::Storage { error: StorageError::Conflict, .. } => {
            Err(PageError::Conflict { sentence: "imports-read-meanwhile" })
        }
        ImportError::Storage { error, .. } => Err(error.into()),
        error => Ok(error.to_string()),
    }
}
