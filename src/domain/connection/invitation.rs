//! An invitation that Keydesk itself made on a platform.

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::{ConnectionId, GrantId};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$of])* $variant,)* }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words! {
    /// How far an invitation has come.
    InvitationState {
        /// It is to be made.
        Wanted = "wanted",
        /// It waits for the customer.
        Invited = "invited",
        /// The customer has access.
        Accepted = "accepted",
        /// The customer did not accept it in time.
        Expired = "expired",
        /// Its grant was revoked, and access is to be taken back.
        Removing = "removing",
        /// Access was taken back.
        Removed = "removed",
    }
}

words! {
    /// Why the platform did not invite somebody; a person has to look at it.
    InvitationTrouble {
        /// The platform knows no such user.
        UnknownUser = "unknown_user",
        /// No connection reaches the repository.
        UnknownRepository = "unknown_repository",
        /// The token may not invite to the repository.
        NotAllowed = "not_allowed",
        /// The platform refused, in its own words.
        Refused = "refused",
        /// The customer did not accept in time.
        Expired = "expired",
    }
}

/// How long an invitation waits at GitHub.
pub const INVITATION_LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The pause until an invitation that is `age` old is looked at again: most are accepted within minutes.
pub fn check_after(age: SignedDuration) -> SignedDuration {
    let minutes = match age.as_mins() {
        ..=10 => 1,
        11..=60 => 5,
        61..=720 => 30,
        _ => 4 * 60,
    };
    SignedDuration::from_mins(minutes)
}

/// The longest pause between two looks.
pub const LONGEST_CHECK: SignedDuration = SignedDuration::from_hours(4);

/// An invitation that Keydesk made, or is to make, for a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformInvitation {
    pub grant_id: GrantId,
    pub connection_id: ConnectionId,
    /// The repository, `acme/tools`.
    pub target: String,
    pub username: String,
    /// The platform's own id; `None` if there is none, because the user had access already.
    pub invitation_id: Option<String>,
    pub state: InvitationState,
    pub trouble: Option<InvitationTrouble>,
    /// The platform's words.
    pub trouble_detail: Option<String>,
    pub next_check_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl PlatformInvitation {
    /// Whether the customer has, or may take, access.
    pub fn is_open(&self) -> bool {
        matches!(
            self.state,
            InvitationState::Wanted | InvitationState::Invited | InvitationState::Accepted | InvitationState::Expired
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_have_an_end() {
        let mut last = SignedDuration::ZERO;
        for minutes in [0, 5, 11, 59, 61, 700, 721, 100_000] {
            let pause = check_after(SignedDuration::from_mins(minutes));
            assert!(pause >= last && pause <= LONGEST_CHECK);
            last = pause;
        }
        assert_eq!(last, LONGEST_CHECK);
    }
}
