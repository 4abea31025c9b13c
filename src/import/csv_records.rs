//! CSV: the header says what the columns are, also behind the line `sep=;` that spreadsheets write for themselves.

use std::io::BufRead;

use super::layout::{Layout, in_header};
use super::records::{RawRecord, Records, delimiter_of, split};
use super::{ImportError, Options, Problem};

/// What the header of a file says.
pub(crate) struct Header {
    delimiter: char,
    pub layout: Layout,
}

impl Header {
    /// Reads the header and sets the reader's delimiter.
    pub(crate) fn read<R: BufRead>(records: &mut Records<R>, options: &Options) -> Result<Self, ImportError> {
        let mut first = next(records)?;
        let told = told_delimiter(&first);
        if told.is_some() {
            first = next(records)?;
        }
        let text = first.text().map_err(|problems| in_header(&reasons(&problems)))?;
        if text.trim_start().starts_with('<') {
            return Err(ImportError::File(
                "this is a web page, not a file of sales; sign in to the shop again and download the export itself"
                    .to_owned(),
            ));
        }
        let delimiter = told.or_else(|| delimiter_of(text)).unwrap_or(',');
        let names = split(text, delimiter).map_err(|problem| in_header(&problem.to_string()))?;
        let layout = Layout::of(&names, options)?;
        if let Ok(byte) = u8::try_from(delimiter) {
            records.set_delimiter(byte);
        }
        Ok(Self { delimiter, layout })
    }

    /// The values of a record.
    pub(crate) fn values(&self, raw: &RawRecord) -> Result<Vec<String>, Vec<Problem>> {
        split(raw.text()?, self.delimiter).map_err(|problem| vec![problem])
    }
}

fn next<R: BufRead>(records: &mut Records<R>) -> Result<RawRecord, ImportError> {
    let empty = || ImportError::File("the file is empty; its first line must name the columns".to_owned());
    records.next()?.ok_or_else(empty)
}

/// The delimiter that a line such as `sep=;` tells.
fn told_delimiter(raw: &RawRecord) -> Option<char> {
    let text = raw.text().ok()?.trim().trim_matches('"');
    let rest = text.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")).and_then(|_| text.get(4..))?;
    let mut characters = rest.chars();
    // A tab at the end is taken for a blank.
    let delimiter = characters.next().unwrap_or('\t');
    (characters.next().is_none() && matches!(delimiter, ',' | ';' | '\t' | '|')).then_some(delimiter)
}

fn reasons(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::fields::Field;
    use crate::shops::Seen;

    fn header(text: &str) -> Result<Header, String> {
        Header::read(&mut Records::new(text.as_bytes()), &Options::default()).map_err(|error| error.to_string())
    }

    fn values(text: &str) -> Vec<String> {
        text.split(';').map(str::to_owned).collect()
    }

    #[test]
    fn columns_come_in_any_order_and_are_divided_by_what_the_header_says() {
        let found = header("payment_id; Customer Email;entitlement;;\n").unwrap();
        assert_eq!(found.delimiter, ';');
        let read = |text: &str| found.layout.read(values(text), true, &mut Seen::default());
        let sale = read("pay_1;ada@example.com;Pro").pop().unwrap().unwrap();
        assert_eq!(sale.get(Field::Entitlement), "Pro");
        assert!(read("pay_1;a@example.com;Pro;;;x").pop().unwrap().is_err(), "more than the header has");
        assert!(read("pay_1;a@example.com;Pro;x;").pop().unwrap().is_err(), "in a column without a name");
        assert!(found.layout.read(values("pay_1;x"), false, &mut Seen::default()).pop().unwrap().is_err());
        assert!(read(";;").is_empty());
        assert_eq!(header("sep=,\ncustomer_email,entitlement,payment_id\n").unwrap().delimiter, ',');
    }

    #[test]
    fn a_column_that_does_not_exist_is_named() {
        let error = header("customer_email,entitlement,payment_id,custmer_name\n").err().unwrap();
        assert!(error.contains("custmer_name") && error.contains("customer_name"), "{error}");
        assert!(header("customer_email,customer_email,entitlement,payment_id\n").err().unwrap().contains("twice"));
        assert!(header("customer_email,payment_id\n").is_err());
        assert!(header("customer_email,entitlement\n").is_err());
        assert!(header("").err().unwrap().contains("empty"));
        assert!(header("<!doctype html>\n").err().unwrap().contains("web page"));
    }
}
