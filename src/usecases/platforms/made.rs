//! An invitation that GitHub has made.

use jiff::{SignedDuration, Timestamp};

use super::reach::Access;
use crate::domain::connection::Connection;
use crate::domain::connection::invitation::{InvitationState, PlatformInvitation, check_after};
use crate::domain::ids::GrantId;
use crate::github::Invited;

/// An invitation that was made.
pub(super) struct Made {
    pub connection: Connection,
    pub access: Access,
    pub username: String,
    pub invited: Invited,
}

impl Made {
    /// The invitation as it is stored for a grant.
    pub(super) fn invitation(&self, grant_id: &GrantId, now: Timestamp) -> PlatformInvitation {
        let (state, invitation_id, next_check_at) = match &self.invited {
            Invited::Waits { id, .. } => (InvitationState::Invited, Some(id.clone()), Some(first_check(now))),
            Invited::HasAccess => (InvitationState::Accepted, None, None),
        };
        PlatformInvitation {
            grant_id: grant_id.clone(),
            connection_id: self.connection.id.clone(),
            target: self.access.repository.to_string(),
            username: self.username.clone(),
            invitation_id,
            state,
            trouble: None,
            trouble_detail: None,
            next_check_at,
            created_at: now,
            updated_at: now,
        }
    }
}

/// When an invitation is looked at for the first time.
fn first_check(now: Timestamp) -> Timestamp {
    now.saturating_add(check_after(SignedDuration::ZERO)).unwrap_or(now)
}
