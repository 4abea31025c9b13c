//! Links that are e-mailed to staff: whoever has one sets a password, once.

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::{StaffId, StaffLinkId};
use crate::domain::outbox::MessageState;

/// How long a link works.
pub const LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// The first password of somebody new.
    Invitation,
    /// A new password in place of a forgotten one.
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

/// A link that has not been used, and how far its e-mail has come.
#[derive(Debug, Clone)]
pub struct StaffLink {
    pub id: StaffLinkId,
    pub staff_id: StaffId,
    pub purpose: LinkPurpose,
    /// Of the page it was ordered on, for people who have not chosen one.
    pub language: String,
    pub email_state: MessageState,
    pub attempts: i32,
    /// The mail server's words.
    pub last_reply: Option<String>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}
