//! Splits a stream into records of limited size: lines, or in CSV several lines joined by quotes. A quotation mark that
//! nobody closes must not swallow the lines after it: where no line end closes the record properly within a few lines,
//! it ends at its first line, and the others are read as records of their own.

use std::collections::VecDeque;
use std::fmt;
use std::io::BufRead;

use super::{ImportError, Problem};

/// The maximum size of a record in bytes; longer ones are rejected without being stored.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The maximum number of lines of a record, in CSV, unless another one is set.
const MAX_LINES: usize = 50;

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
pub(crate) struct RawRecord {
    pub lines: Lines,
    /// `None` if it is too long.
    bytes: Option<Vec<u8>>,
    /// Whether the file goes on with a line end after it.
    has_end: bool,
}

impl RawRecord {
    pub(crate) fn size(&self) -> usize {
        self.bytes.as_ref().map_or(0, Vec::len)
    }

    /// Whether the file ends within this record, or right after it without a line end.
    pub(crate) fn is_without_end(&self) -> bool {
        !self.has_end
    }

    pub(crate) fn text(&self) -> Result<&str, Vec<Problem>> {
        let Some(bytes) = &self.bytes else { return Err(vec![Problem::of_line("longer than 1 MiB")]) };
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
    /// After text that follows a closing quotation mark; the record is not CSV.
    Broken,
}

/// A line without its end.
#[derive(Debug)]
struct Line {
    /// At most [`MAX_BYTES`].
    bytes: Vec<u8>,
    is_too_long: bool,
    has_end: bool,
}

/// Reads records; skips empty lines.
pub(crate) struct Records<R> {
    input: R,
    /// Lines that were looked at and are still to be read.
    ahead: VecDeque<Line>,
    line: u64,
    /// The delimiter of CSV fields; `None` for plain lines.
    delimiter: Option<u8>,
    max_lines: usize,
}

impl<R: BufRead> Records<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, ahead: VecDeque::new(), line: 1, delimiter: None, max_lines: MAX_LINES }
    }

    /// From now on, quoted fields may contain line breaks.
    pub(crate) fn set_delimiter(&mut self, delimiter: u8) {
        self.delimiter = Some(delimiter);
    }

    /// From now on, a record may have that many lines.
    pub(crate) fn set_max_lines(&mut self, max_lines: usize) {
        self.max_lines = max_lines;
    }

    /// The next record that is not empty; `None` at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<RawRecord>, ImportError> {
        loop {
            let Some(record) = self.read_record()? else { return Ok(None) };
            let is_blank = record.bytes.as_ref().is_some_and(|bytes| bytes.iter().all(u8::is_ascii_whitespace));
            if !is_blank {
                return Ok(Some(record));
            }
        }
    }

    fn read_record(&mut self) -> Result<Option<RawRecord>, ImportError> {
        let Some(line) = self.read_line()? else { return Ok(None) };
        let first = self.line;
        self.line += 1;
        let is_open = !line.is_too_long && self.read_on(State::FieldStart, &line.bytes) == State::Quoted;
        let (lines, line) = match if is_open { self.join(&line)? } else { None } {
            Some((count, joined)) => {
                self.line += count;
                (Lines { first, last: first + count }, joined)
            }
            None => (Lines { first, last: first }, line),
        };
        Ok(Some(finish(lines, line)))
    }

    /// The line with those after it that its open quotation mark holds together, and how many these are; `None` if the
    /// quotation mark is not closed properly. Then those lines are still to be read.
    fn join(&mut self, line: &Line) -> Result<Option<(u64, Line)>, ImportError> {
        let mut joined = Line { bytes: line.bytes.clone(), ..*line };
        let mut state = State::Quoted;
        let mut taken = VecDeque::new();
        let mut count = 1;
        while state == State::Quoted && count < self.max_lines && joined.bytes.len() <= MAX_BYTES {
            let Some(next) = self.read_line()? else { break };
            joined.bytes.push(b'\n');
            joined.bytes.extend_from_slice(&next.bytes);
            joined.has_end = next.has_end;
            joined.is_too_long |= next.is_too_long;
            state = self.read_on(state, &next.bytes);
            taken.push_back(next);
            count += 1;
        }
        let is_closed = !matches!(state, State::Quoted | State::Broken);
        if is_closed && !joined.is_too_long && joined.bytes.len() <= MAX_BYTES {
            return Ok(Some((taken.len() as u64, joined)));
        }
        taken.append(&mut self.ahead);
        self.ahead = taken;
        Ok(None)
    }

    /// The state after these bytes of a line.
    fn read_on(&self, state: State, bytes: &[u8]) -> State {
        let Some(delimiter) = self.delimiter else { return State::Plain };
        bytes.iter().fold(state, |state, byte| step(state, *byte, delimiter))
    }

    /// The next line; `None` at the end of the file.
    fn read_line(&mut self) -> Result<Option<Line>, ImportError> {
        if let Some(line) = self.ahead.pop_front() {
            return Ok(Some(line));
        }
        let mut line = Line { bytes: Vec::new(), is_too_long: false, has_end: false };
        let mut has_any = false;
        while !line.has_end {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(ImportError::Input { line: self.line, error }),
            };
            if buffer.is_empty() {
                return Ok(has_any.then_some(line));
            }
            has_any = true;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let content = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            let room = MAX_BYTES - line.bytes.len();
            line.is_too_long |= content.len() > room;
            line.bytes.extend_from_slice(content.get(..room).unwrap_or(content));
            line.has_end = end.is_some();
            let used = content.len() + usize::from(line.has_end);
            self.input.consume(used);
        }
        Ok(Some(line))
    }
}

fn finish(lines: Lines, line: Line) -> RawRecord {
    let mut bytes = line.bytes;
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    RawRecord { lines, bytes: (!line.is_too_long).then_some(bytes), has_end: line.has_end }
}

fn step(state: State, byte: u8, delimiter: u8) -> State {
    match (state, byte) {
        (State::Broken, _) => State::Broken,
        (State::Quoted, b'"') => State::QuoteInQuoted,
        (State::Quoted, _) | (State::FieldStart | State::QuoteInQuoted, b'"') => State::Quoted,
        (_, byte) if byte == delimiter => State::FieldStart,
        (State::QuoteInQuoted, byte) if byte.is_ascii_whitespace() => State::QuoteInQuoted,
        (State::QuoteInQuoted, _) => State::Broken,
        _ => State::Plain,
    }
}

/// The delimiter of a CSV file by its first line: comma, semicolon or tab, whichever there is most of outside quotation
/// marks.
pub(crate) fn delimiter_of(line: &str) -> Option<char> {
    let most = [',', ';', '\t'].into_iter().max_by_key(|c| (delimiter_count(line, *c), *c == ','))?;
    (delimiter_count(line, most) > 0).then_some(most)
}

/// How many delimiters the line has outside quotation marks.
pub(crate) fn delimiter_count(line: &str, delimiter: char) -> usize {
    let mut is_quoted = false;
    let is_outside = |c: &char| {
        is_quoted ^= *c == '"';
        !is_quoted && *c == delimiter
    };
    line.chars().filter(is_outside).count()
}

/// Splits a CSV record into fields; fails if text follows a closing quotation mark or a quotation mark is not closed.
pub(crate) fn split(record: &str, delimiter: char) -> Result<Vec<String>, Problem> {
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
        assert_eq!(found.first(), Some(&(1, 1, Some(b"\"open,line".to_vec()))));
        assert_eq!(found.last().and_then(|(_, _, bytes)| bytes.clone()), Some(b"next,1".to_vec()));
        assert!(found.iter().skip(1).all(|(first, last, bytes)| first == last && bytes.is_some()));
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_ends_at_its_line() {
        let count = |text: &str| lines_of(text.as_bytes(), Some(b',')).len();
        let joined = |text: &str| lines_of(text.as_bytes(), Some(b',')).iter().filter(|(a, b, _)| a < b).count();
        for open in ["a,\"b", "\"a,b", "a,\"b, c", "\"", "a,\"\"\"b"] {
            // Quotes in the lines after it close it only where a field would end.
            for after in ["a,b", "\"a\",\"b\"", "a,\"b\"", "a,\"b \"\"c\"\"\""] {
                let text = format!("x,y\n{open}\n{}", format!("{after}\n").repeat(100));
                assert_eq!((count(&text), joined(&text)), (102, 0), "{open} {after}");
            }
            assert_eq!(count(&format!("{open}\nlast,line")), 2, "{open}");
            assert_eq!(count(&format!("{open}\r\nlast,line\r\n")), 2, "{open}");
        }
        let note = format!("a,\"{}end\",c\nnext,1\n", "line\n".repeat(40));
        assert_eq!((count(&note), joined(&note)), (2, 1), "a note of many lines");
        let endless = format!("a,\"{}end\",c\nnext,1\n", "line\n".repeat(400));
        assert_eq!((count(&endless), joined(&endless)), (402, 0));
        let spaced = "\"x\ny\"  ,2\r\n\"z\n\" \n";
        assert_eq!((count(spaced), joined(spaced)), (2, 2), "blanks after the closing mark");
    }

    #[test]
    fn a_record_tells_whether_the_file_ends_without_a_line_end() {
        let ends = |text: &str| {
            let mut records = Records::new(text.as_bytes());
            records.set_delimiter(b',');
            std::iter::from_fn(|| records.next().unwrap()).map(|raw| !raw.is_without_end()).collect::<Vec<_>>()
        };
        assert_eq!(ends("a,b\nc,d\n"), [true, true]);
        assert_eq!(ends("a,b\nc,d"), [true, false]);
        assert_eq!(ends("a,\"b\nc\",d"), [false]);
        assert_eq!(ends("a,\"b\nc,d"), [true, false]);
        assert_eq!(ends("a,b\n  "), [true]);
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
