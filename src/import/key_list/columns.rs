//! Lists with columns: which one has the keys, and whether the first row names the columns.

use std::collections::BTreeSet;

use super::error::{Column, KeyListError};
use super::{KeyList, MAX_KEYS};
use crate::domain::license_key::{LicenseKeyValue, masked};
use crate::usecases::stock::check::Candidate;

/// Names of columns that hold keys, without blanks and signs.
const NAMES: [&str; 21] = [
    "key",
    "keys",
    "licensekey",
    "licensekeys",
    "licencekey",
    "licencekeys",
    "productkey",
    "activationkey",
    "activationcode",
    "licensecode",
    "serial",
    "serialkey",
    "serialnumber",
    "schlüssel",
    "lizenzschlüssel",
    "lizenzkey",
    "lizenzcode",
    "produktschlüssel",
    "aktivierungsschlüssel",
    "aktivierungscode",
    "seriennummer",
];

/// Further words that a list of keys may have as its heading.
const HEADINGS: [&str; 8] = ["license", "licenses", "licence", "licences", "lizenz", "lizenzen", "code", "codes"];

/// How many columns, and how many values of each, are shown to choose by.
const SHOWN: usize = 30;
const SAMPLES: usize = 3;

/// The maximum number of cells that are not blank.
pub(crate) const MAX_CELLS: usize = 2_000_000;

/// A table: the rows that are not blank, with their lines in the file, which count from 1.
pub(crate) struct Table {
    /// The name of its sheet, if there are several with anything.
    pub(crate) sheet: Option<String>,
    pub(crate) rows: Vec<Row>,
}

pub(crate) struct Row {
    pub(crate) line: usize,
    /// The cells that are not blank, with their columns, which count from 0.
    pub(crate) cells: Vec<(usize, String)>,
}

impl Row {
    fn cell(&self, column: usize) -> &str {
        self.cells.iter().find(|(place, _)| *place == column).map_or("", |(_, text)| text)
    }
}

/// Whether a column of this name holds keys.
pub(super) fn is_name_of_keys(name: &str) -> bool {
    NAMES.contains(&plain(name).as_str())
}

/// Whether a line is the heading of a list of keys, and no key.
pub(super) fn is_heading_of_keys(line: &str) -> bool {
    is_name_of_keys(line) || HEADINGS.contains(&plain(line).as_str())
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The keys in one column of one table: the one that is asked for, the only one, or the one that is named like keys.
pub(super) fn keys_of(tables: Vec<Table>, asked: Option<&str>) -> Result<KeyList, KeyListError> {
    let tables: Vec<Headed> = tables.into_iter().map(|table| Headed::new(table, asked)).collect();
    let names: Vec<String> = tables.iter().flat_map(Headed::names).take(SHOWN).collect();
    let found = match asked {
        Some(asked) => tables.iter().find_map(|table| Some((table, table.find(asked)?))),
        None => the_only_one(&tables),
    };
    match (found, asked) {
        (Some((table, column)), _) => table.keys(column),
        (None, _) if names.is_empty() => Err(KeyListError::Empty),
        (None, Some(asked)) => Err(KeyListError::NoSuchColumn { column: asked.to_owned(), columns: names }),
        (None, None) => Err(KeyListError::WhichColumn(tables.iter().flat_map(Headed::columns).take(SHOWN).collect())),
    }
}

/// The only column that is named like keys, or else the only one that has anything.
fn the_only_one(tables: &[Headed]) -> Option<(&Headed, usize)> {
    let all = |is_wanted: fn(&Headed, usize) -> bool| {
        tables.iter().flat_map(move |table| {
            table.filled.iter().filter(move |column| is_wanted(table, **column)).map(move |column| (table, *column))
        })
    };
    let mut named = all(|table, column| table.heading.is_some() && is_name_of_keys(table.head(column)));
    match (named.next(), named.next()) {
        (Some(only), None) => Some(only),
        (Some(_), Some(_)) => None,
        (None, _) => {
            let mut filled = all(|_, _| true);
            filled.next().filter(|_| filled.next().is_none())
        }
    }
}

/// A table whose first row is known to be a heading or not.
struct Headed {
    table: Table,
    /// The line of the first row, if it names the columns.
    heading: Option<usize>,
    /// The columns that have a value.
    filled: Vec<usize>,
}

impl Headed {
    fn new(table: Table, asked: Option<&str>) -> Self {
        let heading = table.rows.first().filter(|row| names_columns(row, asked)).map(|row| row.line);
        let values = table.rows.iter().skip(usize::from(heading.is_some()));
        let filled: BTreeSet<usize> = values.flat_map(|row| row.cells.iter().map(|(column, _)| *column)).collect();
        Self { table, heading, filled: filled.into_iter().collect() }
    }

    /// The column's name in the heading; empty without one.
    fn head(&self, column: usize) -> &str {
        let first = self.table.rows.first().filter(|_| self.heading.is_some());
        first.map_or("", |row| row.cell(column).trim())
    }

    /// The column's name, by which it can be asked for.
    fn name(&self, column: usize) -> String {
        let name = Some(self.head(column)).filter(|name| !name.is_empty()).map_or_else(|| letters(column), shortened);
        match &self.table.sheet {
            Some(sheet) => format!("{sheet}!{name}"),
            None => name,
        }
    }

    fn names(&self) -> impl Iterator<Item = String> {
        self.filled.iter().map(|column| self.name(*column))
    }

    fn columns(&self) -> impl Iterator<Item = Column> {
        let sample = |cell: &str| masked(&LicenseKeyValue::parse(cell).map(|key| key.last_four()).unwrap_or_default());
        self.filled.iter().map(move |column| {
            let cells = self.values().map(|row| row.cell(*column)).filter(|cell| !cell.is_empty());
            Column { name: self.name(*column), samples: cells.take(SAMPLES).map(sample).collect() }
        })
    }

    fn values(&self) -> impl Iterator<Item = &Row> {
        self.table.rows.iter().skip(usize::from(self.heading.is_some()))
    }

    /// The column that is asked for by its name, a letter, or a number, perhaps with its sheet.
    fn find(&self, asked: &str) -> Option<usize> {
        let asked = match (&self.table.sheet, asked.rsplit_once('!')) {
            (Some(sheet), Some((other, column))) if same(sheet, other) => column,
            (Some(_), Some(_)) => return None,
            (None, Some((_, column))) if self.by_name(asked).is_none() => column,
            _ => asked,
        };
        self.by_name(asked)
            .or_else(|| self.filled.iter().copied().find(|column| same(&letters(*column), asked)))
            .or_else(|| {
                let number: usize = asked.parse().ok()?;
                self.filled.iter().copied().find(|column| column + 1 == number)
            })
    }

    fn by_name(&self, asked: &str) -> Option<usize> {
        self.filled.iter().copied().find(|column| same(self.head(*column), asked))
    }

    fn keys(&self, column: usize) -> Result<KeyList, KeyListError> {
        let key = |row: &Row| Candidate { line: row.line, text: row.cell(column).to_owned() };
        let keys: Vec<Candidate> = self.values().take(MAX_KEYS + 1).map(key).collect();
        if keys.len() > MAX_KEYS {
            return Err(KeyListError::TooMany);
        }
        Ok(KeyList { column: Some(self.name(column)), heading: self.heading, keys })
    }
}

/// Whether a first row names the columns: it has the name that is asked for, a name of keys, or words alone.
fn names_columns(row: &Row, asked: Option<&str>) -> bool {
    let cells: Vec<&str> = row.cells.iter().map(|(_, cell)| cell.trim()).collect();
    let asked = asked.map(|asked| asked.rsplit_once('!').map_or(asked, |(_, column)| column).trim());
    let has_asked = asked.is_some_and(|asked| asked.len() > 1 && cells.iter().any(|cell| same(cell, asked)));
    match cells.as_slice() {
        _ if has_asked => true,
        [] => false,
        [only] => is_heading_of_keys(only),
        several => several.iter().any(|cell| is_name_of_keys(cell)) || several.iter().all(|cell| is_word(cell)),
    }
}

/// Whether a cell looks like a name: letters, some of them small, and no digits or `@`.
fn is_word(cell: &str) -> bool {
    cell.chars().count() <= 40
        && cell.chars().any(char::is_lowercase)
        && !cell.chars().any(|c| c.is_numeric() || matches!(c, '@' | '\n'))
}

fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    !one.is_empty() && one.to_lowercase() == other.to_lowercase()
}

fn shortened(name: &str) -> String {
    name.chars().take(40).collect()
}

/// The letters of a spreadsheet's column: `A` to `Z`, `AA` and so on.
fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}
