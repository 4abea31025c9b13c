//! What staff note about a customer, or about one of their grants.

use jiff::Timestamp;

use crate::domain::ids::{CustomerId, GrantId, NoteId, StaffId};
use crate::domain::text::{self, TextError};

/// The text of a note: one or more lines.
#[derive(Clone, PartialEq, Eq)]
pub struct NoteText(String);

impl NoteText {
    pub const MAX_CHARACTERS: usize = 2_000;

    pub fn parse(input: &str) -> Result<Self, TextError> {
        text::block(input, Self::MAX_CHARACTERS).map(Self)
    }

    /// A text read from the database; not checked again.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text may name people.
impl std::fmt::Debug for NoteText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "({} characters)", self.0.chars().count())
    }
}

/// A note; it is never changed, only deleted.
#[derive(Debug, Clone)]
pub struct Note {
    pub id: NoteId,
    pub customer_id: CustomerId,
    /// The grant it is about, if it is not about the customer as such.
    pub grant_id: Option<GrantId>,
    pub text: NoteText,
    pub author_id: StaffId,
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_lines_and_an_end() {
        assert_eq!(
            NoteText::parse(" Wants the\r\nGerman edition ").map(|text| text.0),
            Ok("Wants the\nGerman edition".into())
        );
        assert!(NoteText::parse(&"ä".repeat(2_000)).is_ok());
        assert_eq!(NoteText::parse(&"ä".repeat(2_001)), Err(TextError::TooLong { max: 2_000 }));
        assert_eq!(NoteText::parse(" \n "), Err(TextError::Empty));
        assert_eq!(NoteText::parse("a\0b"), Err(TextError::ControlCharacter));
    }
}
