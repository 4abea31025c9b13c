//! Notes as pages show them, and the form that adds one.

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::customer::note::NoteText;
use crate::domain::ids::{GrantId, NoteId};
use crate::domain::staff::Role;
use crate::domain::text::TextError;
use crate::i18n::Localizer;
use crate::storage::customers::notes::ShownNote;
use crate::usecases::customers::add_note::AddNoteError;
use crate::web::{FormErrors, PageContext, PageError};

/// A note on a page.
pub(crate) struct NoteView<'a> {
    pub id: &'a NoteId,
    pub text: &'a str,
    pub author: &'a str,
    pub at: &'a Timestamp,
    /// The grant that it is about, with the name of its entitlement, where the page is not the grant's own.
    pub grant: Option<(&'a GrantId, &'a str)>,
    pub may_delete: bool,
}

impl<'a> NoteView<'a> {
    pub(crate) fn of(page: &PageContext, shown: &'a ShownNote, entitlement: Option<&'a str>) -> Self {
        let note = &shown.note;
        let is_mine = page.staff.as_ref().is_some_and(|me| me.id == note.author_id);
        Self {
            id: &note.id,
            text: note.text.as_str(),
            author: &shown.author_name,
            at: &note.created_at,
            grant: note.grant_id.as_ref().zip(entitlement),
            may_delete: page.may_manage() || is_mine && page.may_act(),
        }
    }
}

impl From<AddNoteError> for PageError {
    fn from(error: AddNoteError) -> Self {
        match error {
            AddNoteError::SubjectNotFound => Self::NotFound,
            AddNoteError::Erased => Self::Conflict { sentence: "erasure-done-conflict" },
            AddNoteError::Forbidden => Self::Forbidden { needs: Role::Agent },
            AddNoteError::IdempotencyMismatch => Self::Conflict { sentence: "notes-changed" },
            AddNoteError::Storage(error) => error.into(),
        }
    }
}

/// A new note, as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NoteForm {
    pub text: String,
    pub idempotency_key: String,
}

impl NoteForm {
    /// The text, or what is wrong with it.
    pub(crate) fn parse(&self, l: &Localizer) -> Result<NoteText, FormErrors> {
        NoteText::parse(&self.text).map_err(|error| {
            let key = match error {
                TextError::Empty => "notes-empty",
                TextError::TooLong { .. } => "notes-too-long",
                _ => "notes-control",
            };
            FormErrors::one("text", l.t(key))
        })
    }
}

/// How much of a note a list shows.
const EXCERPT: usize = 80;

/// The first line of the note, cut where it is long.
pub(crate) fn excerpt(note: &str) -> String {
    let line = note.lines().next().unwrap_or_default();
    let short: String = line.chars().take(EXCERPT).collect();
    if short.len() < note.len() { format!("{}…", short.trim_end()) } else { short }
}
