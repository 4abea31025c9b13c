//! How far a key has come that is supplied to an account. It stands in the place of an e-mail's state.

use crate::domain::grant::GrantStatus;

/// How far the key of a mirrored grant has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupplyState {
    Queued,
    Sending,
    /// The account has it.
    Supplied,
    Failed,
}

impl SupplyState {
    pub const ALL: [Self; 4] = [Self::Queued, Self::Sending, Self::Supplied, Self::Failed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Supplied => "supplied",
            Self::Failed => "failed",
        }
    }

    /// The state of a grant's key, from what stands in the place of its e-mail's state; `None` if that is an e-mail's.
    /// No e-mail is on its way while a grant is pending.
    pub fn of(status: GrantStatus, text: Option<&str>) -> Option<Self> {
        let state = Self::ALL.into_iter().find(|state| Some(state.as_str()) == text)?;
        (status == GrantStatus::Pending || state == Self::Supplied).then_some(state)
    }

    /// Whether the account has yet to get it.
    pub fn is_on_its_way(self) -> bool {
        matches!(self, Self::Queued | Self::Sending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keys_state_is_told_from_that_of_an_e_mail() {
        let of = |status, text| SupplyState::of(status, Some(text));
        assert_eq!(of(GrantStatus::Pending, "queued"), Some(SupplyState::Queued));
        assert_eq!(of(GrantStatus::Delivered, "queued"), None);
        assert_eq!(of(GrantStatus::Delivered, "supplied"), Some(SupplyState::Supplied));
        assert_eq!(of(GrantStatus::Pending, "sent"), None);
        assert_eq!(SupplyState::of(GrantStatus::Pending, None), None);
    }
}
