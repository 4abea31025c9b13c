//! Pagination of long lists: a cursor, and a page of rows.

pub(crate) mod number;

use jiff::Timestamp;

/// The position of a row in a list ordered by time and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub at: Timestamp,
    pub id: String,
}

impl Cursor {
    /// Opaque text for a URL: microseconds in hexadecimal, a dot, the id.
    pub fn encode(&self) -> String {
        format!("{:x}.{}", self.at.as_microsecond(), self.id)
    }

    /// Decodes the output of [`Self::encode`]; `None` for anything else.
    pub fn decode(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        let at = Timestamp::from_microsecond(i64::from_str_radix(at, 16).ok()?).ok()?;
        let is_word = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        (!id.is_empty() && id.len() <= 80 && is_word).then(|| Self { at, id: id.to_owned() })
    }
}

/// Where a page starts, in the order of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageStart<T> {
    Start,
    After(T),
    Before(T),
}

impl<T> PageStart<T> {
    /// The start that a query asks for; `after` wins.
    pub fn of(after: Option<T>, before: Option<T>) -> Self {
        match (after, before) {
            (Some(cursor), _) => Self::After(cursor),
            (None, Some(cursor)) => Self::Before(cursor),
            (None, None) => Self::Start,
        }
    }
}

/// A page of rows, and whether there are more before and after it.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub has_previous: bool,
    pub has_next: bool,
}

impl<T> Page<T> {
    /// The row before which the previous page ends; `None` if there is no such page.
    pub fn first_after_previous(&self) -> Option<&T> {
        self.rows.first().filter(|_| self.has_previous)
    }

    /// The row after which the next page starts; `None` if there is no such page.
    pub fn last_before_next(&self) -> Option<&T> {
        self.rows.last().filter(|_| self.has_next)
    }

    /// Creates a page of up to `size` rows from up to `size + 1` that were read in the direction of paging.
    pub fn from_walk<C>(mut rows: Vec<T>, size: usize, from: &PageStart<C>) -> Self {
        let has_more = rows.len() > size;
        rows.truncate(size);
        match from {
            PageStart::Start => Self { rows, has_previous: false, has_next: has_more },
            PageStart::After(_) => Self { rows, has_previous: true, has_next: has_more },
            PageStart::Before(_) => {
                rows.reverse();
                Self { rows, has_previous: has_more, has_next: true }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nonsense_does_not() {
        let cursor = Cursor { at: Timestamp::UNIX_EPOCH, id: "entg_abc".into() };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for text in ["", ".", "x", "zz.entg", "ffffffffffffffffffff.entg", "1.", "1.a'b", "1.\0"] {
            assert_eq!(Cursor::decode(text), None, "{text:?}");
        }
    }
}
