//! A view of a list that somebody has saved: its filters under a name.

use jiff::Timestamp;

use super::List;
use crate::domain::ids::{SavedViewId, StaffId};
use crate::domain::text::{self, TextError};

/// The most views that a person has.
pub const MAX_VIEWS: i64 = 50;

/// The name of a view, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewName(String);

impl ViewName {
    pub const MAX_CHARACTERS: usize = 60;

    pub fn parse(input: &str) -> Result<Self, TextError> {
        text::line(input, Self::MAX_CHARACTERS).map(Self)
    }

    /// A name read from the database; not checked again.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, Clone)]
pub struct SavedView {
    pub id: SavedViewId,
    pub owner_id: StaffId,
    /// Whether everybody sees it.
    pub is_shared: bool,
    pub list: List,
    pub name: ViewName,
    /// The list's own way to write its filters in a URL, without the search.
    pub query: String,
    pub created_at: Timestamp,
}
