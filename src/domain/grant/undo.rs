//! Undoing a delivery: its e-mail and its webhooks wait for a while, and until then nothing of it has left.

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::LicenseKeyId;

/// The longest time that deliveries may wait.
pub const LONGEST_WINDOW: SignedDuration = SignedDuration::from_mins(10);

/// Until when a delivery can be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoWindow {
    pub opened_at: Timestamp,
    pub ends_at: Timestamp,
    /// That of the form that delivered.
    pub idempotency_key: Option<String>,
    /// The key before, if the delivery replaced one.
    pub replaced_key_id: Option<LicenseKeyId>,
    /// The activations of that key as JSON, as they were.
    pub former_instances: Option<String>,
    /// Whether somebody has seen the key since.
    pub is_seen: bool,
    pub undone_at: Option<Timestamp>,
}

impl UndoWindow {
    /// Whether the delivery can be undone at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.undone_at.is_none() && self.ends_at > now
    }
}

/// What the form of an undone delivery said, for the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptForm {
    pub activations_limit: Option<i32>,
    /// An expiry that was chosen.
    pub expires_at: Option<Timestamp>,
    pub expires_zone: Option<String>,
}
