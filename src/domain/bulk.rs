//! Acts on many grants at once: a run goes through its grants in small steps and says what became of each.

use jiff::SignedDuration;

use super::grant::GrantStatus;
use super::staff::Role;

/// The most grants of one run, and of one whose keys are pasted.
pub const MAX_GRANTS: usize = 10_000;
pub const MAX_KEYS: usize = 1_000;

/// How long a run waits to be confirmed.
pub const RUN_LIFETIME: SignedDuration = SignedDuration::from_mins(30);

/// How long a confirmed run can be looked at.
pub const RUN_KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// What happens to the grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkAction {
    /// They are fulfilled from stock.
    Stock,
    /// They are fulfilled with pasted keys.
    Keys,
    /// They are assigned to the person.
    Claim,
    /// They are paused.
    Hold,
    /// Their e-mails are sent again.
    Emails,
    /// They are revoked.
    Revocation,
    /// Their deliveries are undone.
    Undo,
}

impl BulkAction {
    pub const ALL: [Self; 7] =
        [Self::Stock, Self::Keys, Self::Claim, Self::Hold, Self::Emails, Self::Revocation, Self::Undo];

    /// The name in paths, texts and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::Keys => "keys",
            Self::Claim => "claim",
            Self::Hold => "hold",
            Self::Emails => "emails",
            Self::Revocation => "revocation",
            Self::Undo => "undo",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }

    /// Whether it begins at once, without a page that asks first. What it does can be undone.
    pub fn is_immediate(self) -> bool {
        matches!(self, Self::Stock | Self::Claim | Self::Undo)
    }

    /// The least role that may do it.
    pub fn role(self) -> Role {
        match self {
            Self::Revocation => Role::Admin,
            _ => Role::Agent,
        }
    }

    /// Whether it is meant for grants in that state.
    pub fn takes(self, status: GrantStatus) -> bool {
        match self {
            Self::Stock | Self::Keys | Self::Claim | Self::Hold => status == GrantStatus::Pending,
            Self::Emails => matches!(status, GrantStatus::Delivered | GrantStatus::Failed),
            Self::Revocation => status != GrantStatus::Revoked,
            Self::Undo => status == GrantStatus::Delivered,
        }
    }

    /// The most grants of one run.
    pub fn max(self) -> usize {
        if self == Self::Keys { MAX_KEYS } else { MAX_GRANTS }
    }
}

/// What became of a grant of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkOutcome {
    Done,
    /// It is not what the person saw any more, or was left out.
    Skipped,
    /// It could not be done; somebody has to look at it.
    Failed,
}

impl BulkOutcome {
    const ALL: [Self; 3] = [Self::Done, Self::Skipped, Self::Failed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// Why a grant was skipped or failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkReason {
    /// It changed since it was chosen.
    Changed,
    /// The person left it out.
    LeftOut,
    /// It does not wait any more, or is not in a state that the action is for.
    WrongStatus,
    /// A colleague holds it.
    Held,
    /// It is mirrored: this happens where it comes from.
    Mirrored,
    /// It takes something else than what was supplied.
    OtherKind,
    OutOfStock,
    KeyUsed,
    KeyInStock,
    LooksWrong,
    NothingToSend,
    Erased,
    /// Its e-mail has left.
    TooLate,
    /// Its key is in use already.
    InUse,
    /// The database refused it; the log has more.
    Error,
}

impl BulkReason {
    const ALL: [Self; 15] = [
        Self::Changed,
        Self::LeftOut,
        Self::WrongStatus,
        Self::Held,
        Self::Mirrored,
        Self::OtherKind,
        Self::OutOfStock,
        Self::KeyUsed,
        Self::KeyInStock,
        Self::LooksWrong,
        Self::NothingToSend,
        Self::Erased,
        Self::TooLate,
        Self::InUse,
        Self::Error,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::LeftOut => "left_out",
            Self::WrongStatus => "wrong_status",
            Self::Held => "held",
            Self::Mirrored => "mirrored",
            Self::OtherKind => "other_kind",
            Self::OutOfStock => "out_of_stock",
            Self::KeyUsed => "key_used",
            Self::KeyInStock => "key_in_stock",
            Self::LooksWrong => "looks_wrong",
            Self::NothingToSend => "nothing_to_send",
            Self::Erased => "erased",
            Self::TooLate => "too_late",
            Self::InUse => "in_use",
            Self::Error => "error",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}
