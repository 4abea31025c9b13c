//! Why a list of keys as a whole cannot be used, in words.

use std::fmt;

use super::{MAX_BYTES, MAX_KEYS};
use crate::i18n::Localizer;
use crate::import::encoding::Unreadable;

/// Why a list cannot be used. Nothing of it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyListError {
    /// Larger than [`MAX_BYTES`].
    TooLarge,
    /// More than [`MAX_KEYS`].
    TooMany,
    /// Nothing, blank lines, or a heading alone.
    Empty,
    OtherKind(OtherKind),
    /// Text with NUL characters.
    NotText,
    Encoding(Unreadable),
    BrokenSpreadsheet,
    /// Far more cells or, unpacked, bytes than a list of keys ever has.
    TooMuchElse,
    /// A quotation mark is not closed, or text follows a closing one.
    Quotes {
        line: usize,
    },
    LineTooLong {
        line: usize,
    },
    /// The keys are masked.
    Hidden {
        line: usize,
    },
    /// There are several columns, and none is named.
    WhichColumn(Vec<Column>),
    NoSuchColumn {
        column: String,
        columns: Vec<String>,
    },
}

/// A file that is no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OtherKind {
    WebPage,
    /// The binary format before XLSX, which is also the envelope of spreadsheets with a password.
    OldExcel,
    Named(&'static str),
}

/// A column to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    /// As it can be named.
    pub(crate) name: String,
    /// Its first values, masked.
    pub(crate) samples: Vec<String>,
}

impl KeyListError {
    /// What is wrong, and what to do about it.
    pub(crate) fn message(&self, l: &Localizer) -> String {
        match self {
            Self::TooLarge => l.t1("key-list-too-large", "max", MAX_BYTES / 1024 / 1024),
            Self::TooMany => l.t1("key-list-too-many", "max", MAX_KEYS),
            Self::Empty => l.t("key-list-empty"),
            Self::OtherKind(OtherKind::WebPage) => l.t("key-list-web-page"),
            Self::OtherKind(OtherKind::OldExcel) => l.t("key-list-old-excel"),
            Self::OtherKind(OtherKind::Named(kind)) => l.t1("key-list-other-kind", "kind", *kind),
            Self::NotText => l.t("key-list-not-text"),
            Self::Encoding(found) => l.t2("key-list-encoding", "line", found.line, "byte", found.byte),
            Self::BrokenSpreadsheet => l.t("key-list-broken-spreadsheet"),
            Self::TooMuchElse => l.t("key-list-too-much-else"),
            Self::Quotes { line } => l.t1("key-list-quotes", "line", *line),
            Self::LineTooLong { line } => l.t1("key-list-line-too-long", "line", *line),
            Self::Hidden { line } => l.t1("key-list-hidden", "line", *line),
            Self::WhichColumn(columns) => {
                let columns: Vec<String> = columns.iter().map(Column::with_sample).collect();
                l.t1("key-list-which-column", "columns", columns.join(", "))
            }
            Self::NoSuchColumn { column, columns } => {
                l.t2("key-list-no-such-column", "column", column, "columns", columns.join(", "))
            }
        }
    }
}

impl Column {
    fn with_sample(&self) -> String {
        match self.samples.first() {
            Some(sample) => format!("{} ({sample})", self.name),
            None => self.name.clone(),
        }
    }
}

/// The message in English.
impl fmt::Display for KeyListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(&Localizer::for_programs()))
    }
}

impl std::error::Error for KeyListError {}
