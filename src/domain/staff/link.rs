//! Links e-mailed to staff: anyone who has one can set a password, once.

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::{StaffId, StaffLinkId};
use crate::domain::outbox::MessageState;

/// How long a link is valid.
pub(crate) const LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Sets the first password of a new person.
    Invitation,
    /// Replaces a forgotten password.
    Reset,
}

impl LinkPurpose {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Invitation, Self::Reset].into_iter().find(|purpose| purpose.as_str() == text)
    }
}

/// An unused link, and the state of its e-mail.
#[derive(Debug, Clone)]
pub struct StaffLink {
    pub id: StaffLinkId,
    pub staff_id: StaffId,
    pub purpose: LinkPurpose,
    /// The language of the page it was requested on, for people who have not chosen one.
    pub language: String,
    pub email_state: MessageState,
    /// The mail server's reply.
    pub last_reply: Option<String>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}
