//! A row of an export, and its columns.

use std::cell::RefCell;
use std::collections::HashMap;

/// The columns of a file by their names, which are compared without case, and with blanks, `_` and `-` alike.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    places: HashMap<String, usize>,
    names: Vec<String>,
    /// The places of names that were asked for, as they were spelled: folding them for each row takes longer than
    /// reading it.
    asked: RefCell<HashMap<String, Option<usize>>>,
}

impl Columns {
    /// The columns of a header. Of two with the same name the first counts.
    pub(crate) fn new(names: &[String]) -> Self {
        let mut places = HashMap::new();
        for (place, name) in names.iter().enumerate().filter(|(_, name)| !name.trim().is_empty()) {
            places.entry(folded(name)).or_insert(place);
        }
        let names = names.iter().map(|name| name.trim().to_owned()).collect();
        Self { places, names, asked: RefCell::default() }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    fn place(&self, name: &str) -> Option<usize> {
        if let Some(place) = self.asked.borrow().get(name) {
            return *place;
        }
        let place = self.places.get(&folded(name)).copied();
        self.asked.borrow_mut().insert(name.to_owned(), place);
        place
    }

    /// The names as they are in the file.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }
}

/// A name of a column as it is compared.
pub(crate) fn folded(name: &str) -> String {
    let words: Vec<String> = name
        .split(|c: char| c.is_whitespace() || matches!(c, '_' | '-' | '\u{FEFF}'))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join(" ")
}

/// One row of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    pub columns: &'a Columns,
    pub values: &'a [String],
}

impl Row<'_> {
    /// What the row has in this column; empty if the file has no such column.
    pub(crate) fn get(&self, name: &str) -> &str {
        let place = self.columns.place(name);
        place.and_then(|place| self.values.get(place)).map_or("", |value| unguarded(value))
    }

    /// The first of these columns that is not empty.
    pub(crate) fn first_of(&self, names: &[&str]) -> &str {
        names.iter().map(|name| self.get(name)).find(|value| !value.is_empty()).unwrap_or_default()
    }

    /// The texts of two columns, such as a first and a last name, with a blank between.
    pub(crate) fn joined(&self, first: &str, last: &str) -> String {
        format!("{} {}", self.get(first), self.get(last)).trim().to_owned()
    }

    /// Whether a flag is set, as spreadsheets and programs write it.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        matches!(self.get(name).to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "y")
    }
}

/// A value without the blanks around it and without the apostrophe that keeps spreadsheets from calculating it.
pub(crate) fn unguarded(value: &str) -> &str {
    let value = value.trim();
    match value.strip_prefix('\'') {
        Some(rest) if rest.starts_with(|c: char| matches!(c, '=' | '+' | '-' | '@') || c.is_ascii_digit()) => {
            rest.trim()
        }
        Some(rest) if rest.contains('@') => rest.trim(),
        _ => value,
    }
}

/// An amount in hundredths, such as `-1,450.00`, `1.450,00` or `29`; `None` if it is none.
pub(crate) fn amount(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-')).collect();
    let place = digits.rfind(['.', ',']).filter(|place| digits.len() - place <= 3);
    let (whole, rest) = match place {
        Some(place) => (digits.get(..place)?, digits.get(place + 1..)?),
        None => (digits.as_str(), ""),
    };
    let whole: String = whole.chars().filter(|c| !matches!(c, '.' | ',')).collect();
    let is_negative = whole.starts_with('-');
    let whole: i64 =
        whole.trim_start_matches('-').parse().or_else(|e| if rest.is_empty() { Err(e) } else { Ok(0) }).ok()?;
    let hundredths: i64 = format!("{rest:0<2}").parse().ok()?;
    let sum = whole.checked_mul(100)?.checked_add(hundredths)?;
    Some(if is_negative { -sum } else { sum })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_whatever_their_case_and_blanks() {
        let columns = Columns::new(&["\u{FEFF}Customer_Email".to_owned(), String::new(), " Lineitem  SKU ".to_owned()]);
        assert!(columns.has("customer email") && columns.has("lineitem-sku") && !columns.has(""));
        let values = ["'f3@example.com".to_owned(), String::new(), "'=1+1".to_owned()];
        let row = Row { columns: &columns, values: &values };
        assert_eq!(
            (row.get("customer email"), row.get("Lineitem sku"), row.get("none")),
            ("f3@example.com", "=1+1", "")
        );
        assert_eq!(unguarded("'t Hart"), "'t Hart");
    }

    #[test]
    fn amounts_are_read_in_either_notation() {
        for (text, cents) in [
            ("58.00", 5_800),
            ("-29", -2_900),
            ("1,450.00", 145_000),
            ("1.450,00", 145_000),
            ("1,068", 106_800),
            ("9.5", 950),
            (".5", 50),
        ] {
            assert_eq!(amount(text), Some(cents), "{text}");
        }
        assert_eq!(amount("free"), None);
    }
}
