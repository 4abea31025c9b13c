//! Splits a stream into records of limited size: lines, or in CSV several lines joined by quotes.

use std::fmt;
use std::io::BufRead;

use super::{ImportError, Problem};

/// The maximum size of a record in bytes; longer ones are rejected without being stored.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The position of a record in the file; lines count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lines {
    pub first: u64,
    pub last: u64,
}

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "line {}", self.first)
        } else {
            write!(f, "lines {} to {}", self.first, self.last)
        }
    }
}

/// One record as it is in the file, without its line ending.
#[derive(Debug)]
pub struct RawRecord {
    pub lines: Lines,
    /// `None` if it is too long.
    bytes: Option<Vec<u8>>,
}

impl RawRecord {
    pub fn size(&self) -> usize {
        self.bytes.as_ref().map_or(0, Vec::len)
    }

    pub fn text(&self) -> Result<&str, Vec<Problem>> {
        let Some(bytes) = &self.bytes else {
            let hint = if self.lines.first == self.lines.last { "" } else { "; is a quotation mark not closed?" };
            return Err(vec![Problem::of_line(format!("longer than 1 MiB{hint}"))]);
        };
        std::str::from_utf8(bytes).map_err(|error| {
            vec![Problem::of_line(format!("not valid UTF-8 (byte {} of the line)", error.valid_up_to() + 1))]
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// After a quotation mark inside quotes: the closing one, or the first of an escaped pair.
    QuoteInQuoted,
}

/// Reads records; skips empty lines.
pub struct Records<R> {
    input: R,
    line: u64,
    /// The delimiter of CSV fields; `None` for plain lines.
    delimiter: Option<u8>,
}

impl<R: BufRead> Records<R> {
    pub fn new(input: R) -> Self {
        Self { input, line: 1, delimiter: None }
    }

    /// From now on, quoted fields may contain line breaks.
    pub fn set_delimiter(&mut self, delimiter: u8) {
        self.delimiter = Some(delimiter);
    }

    /// The next record that is not empty; `None` at the end of the file.
    pub fn next(&mut self) -> Result<Option<RawRecord>, ImportError> {
        loop {
            let Some(record) = self.read_record()? else { return Ok(None) };
            let is_blank = record.bytes.as_ref().is_some_and(|bytes| bytes.iter().all(u8::is_ascii_whitespace));
            if !is_blank {
                return Ok(Some(record));
            }
        }
    }

    fn read_record(&mut self) -> Result<Option<RawRecord>, ImportError> {
        let first = self.line;
        let (mut bytes, mut is_too_long, mut has_any) = (Vec::new(), false, false);
        let mut state = State::FieldStart;
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(ImportError::Input { line: self.line, error }),
            };
            if buffer.is_empty() {
                let last = self.line;
                self.line += 1;
                return Ok(has_any.then(|| finish(first, last, bytes, is_too_long)));
            }
            has_any = true;
            let mut used = 0;
            let mut has_ended = false;
            for byte in buffer {
                used += 1;
                if *byte == b'\n' {
                    // A record that is too long ends at its line break, so that the next one can be read.
                    has_ended = state != State::Quoted || is_too_long;
                    if has_ended {
                        break;
                    }
                    self.line += 1;
                }
                if let Some(delimiter) = self.delimiter {
                    state = step(state, *byte, delimiter);
                }
                if bytes.len() < MAX_BYTES {
                    bytes.push(*byte);
                } else {
                    is_too_long = true;
                }
            }
            self.input.consume(used);
            if has_ended {
                let last = self.line;
                self.line += 1;
                return Ok(Some(finish(first, last, bytes, is_too_long)));
            }
        }
    }
}

fn finish(first: u64, last: u64, mut bytes: Vec<u8>, is_too_long: bool) -> RawRecord {
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    RawRecord { lines: Lines { first, last }, bytes: (!is_too_long).then_some(bytes) }
}

fn step(state: State, byte: u8, delimiter: u8) -> State {
    match (state, byte) {
        (State::Quoted, b'"') => State::QuoteInQuoted,
        (State::Quoted, _) | (State::FieldStart | State::QuoteInQuoted, b'"') => State::Quoted,
        (_, byte) if byte == delimiter => State::FieldStart,
        _ => State::Plain,
    }
}

/// Splits a CSV record into fields; fails if text follows a closing quotation mark or a quotation mark is not closed.
pub fn split(record: &str, delimiter: char) -> Result<Vec<String>, Problem> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut state = State::FieldStart;
    for c in record.chars() {
        state = match (state, c) {
            (State::Quoted, '"') => State::QuoteInQuoted,
            (State::FieldStart, '"') => State::Quoted,
            (State::QuoteInQuoted, '"') => {
                field.push('"');
                State::Quoted
            }
            (State::Quoted, c) => {
                field.push(c);
                State::Quoted
            }
            (_, c) if c == delimiter => {
                fields.push(std::mem::take(&mut field));
                State::FieldStart
            }
            (State::QuoteInQuoted, c) if c.is_whitespace() => State::QuoteInQuoted,
            (State::QuoteInQuoted, _) => {
                return Err(Problem::of_line(
                    "there is text after a closing quotation mark; inside quotation marks, write a quotation mark twice",
                ));
            }
            (_, c) => {
                field.push(c);
                State::Plain
            }
        };
    }
    if state == State::Quoted {
        return Err(Problem::of_line("a quotation mark is not closed"));
    }
    fields.push(field);
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines_of(text: &[u8], delimiter: Option<u8>) -> Vec<(u64, u64, Option<Vec<u8>>)> {
        let mut records = Records::new(text);
        records.delimiter = delimiter;
        std::iter::from_fn(|| records.next().unwrap()).map(|raw| (raw.lines.first, raw.lines.last, raw.bytes)).collect()
    }

    #[test]
    fn line_ends_of_both_kinds_end_records_and_quotes_hold_them_together() {
        let found = lines_of(b"a,b\r\n\r\n\"x\ny\",2\n\n5\" disk,3\nlast", Some(b','));
        let expected: Vec<(u64, u64, Option<Vec<u8>>)> = vec![
            (1, 1, Some(b"a,b".to_vec())),
            (3, 4, Some(b"\"x\ny\",2".to_vec())),
            (6, 6, Some(b"5\" disk,3".to_vec())),
            (7, 7, Some(b"last".to_vec())),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_record_that_is_too_long_is_not_kept_and_the_next_is_read() {
        let mut text = vec![b'x'; MAX_BYTES + 1];
        text.extend_from_slice(b"\nnext\n");
        assert_eq!(lines_of(&text, None), [(1, 1, None), (2, 2, Some(b"next".to_vec()))]);
        let mut text = b"\"open,".to_vec();
        text.extend(std::iter::repeat_n(*b"line\n", MAX_BYTES / 5 + 1).flatten());
        text.extend_from_slice(b"next,1\n");
        let found = lines_of(&text, Some(b','));
        assert_eq!(found.first().map(|(first, _, bytes)| (*first, bytes.is_none())), Some((1, true)));
        assert_eq!(found.last().and_then(|(_, _, bytes)| bytes.clone()), Some(b"next,1".to_vec()));
    }

    #[test]
    fn fields_are_split_and_slips_of_the_quote_are_named() {
        assert_eq!(split("a,\"b \"\"c\"\", d\",,5\" disk", ',').unwrap(), ["a", "b \"c\", d", "", "5\" disk"]);
        assert_eq!(split("a;b,c", ';').unwrap(), ["a", "b,c"]);
        assert!(split("\"a\"b,c", ',').unwrap_err().reason.contains("closing"));
        assert!(split("a,\"b", ',').unwrap_err().reason.contains("not closed"));
    }

    proptest! {
        #[test]
        fn what_a_csv_writer_writes_is_read_back(rows in proptest::collection::vec(proptest::collection::vec("[^\r]{0,12}", 2..4), 1..5)) {
            let mut text = Vec::new();
            {
                let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(&mut text);
                for row in &rows { writer.write_record(row).unwrap(); }
                writer.flush().unwrap();
            }
            let read: Vec<Vec<String>> = lines_of(&text, Some(b','))
                .into_iter()
                .map(|(_, _, bytes)| split(std::str::from_utf8(&bytes.unwrap()).unwrap(), ',').unwrap())
                .collect();
            let has_blank = |row: &Vec<String>| row.iter().all(|field| field.trim().is_empty()) ;
            if !rows.iter().any(has_blank) {
                prop_assert_eq!(read, rows);
            }
        }

        #[test]
        fn no_bytes_make_the_reader_stumble(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            for delimiter in [None, Some(b','), Some(b';')] {
                for (first, last, bytes) in lines_of(&text, delimiter) {
                    prop_assert!(first <= last);
                    if let Ok(text) = String::from_utf8(bytes.unwrap_or_default()) {
                        let _ = split(&text, ',');
                    }
                }
            }
        }
    }
}
