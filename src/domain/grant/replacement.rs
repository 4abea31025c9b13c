//! Replacing the key of a delivered grant by another one.

use jiff::Timestamp;

use crate::domain::ids::{BatchId, GrantId, LicenseKeyId};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$of])* $variant,)* }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in forms, texts and the database.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }
        }
    };
}

words! {
    /// Why a key is replaced.
    ReplaceReason {
        /// It was meant for somebody else.
        Wrong = "wrong",
        /// It does not work; its batch counts it.
        Defective = "defective",
        /// Others have seen it.
        Exposed = "exposed",
        Other = "other",
    }
}

words! {
    /// What happens to the activations of a key that is replaced.
    InstancesFate {
        End = "end",
        /// They become activations of the new key.
        Move = "move",
    }
}

/// The longest explanation of a reason, in characters.
pub const MAX_DETAILS: usize = 500;

/// A key that was replaced.
#[derive(Debug, Clone)]
pub struct Replacement {
    pub old_key_id: LicenseKeyId,
    pub new_key_id: LicenseKeyId,
    pub grant_id: GrantId,
    pub reason: ReplaceReason,
    /// For colleagues and the supplier; erased with the customer.
    pub details: Option<String>,
    pub instances: InstancesFate,
    /// What the customer was told with the new key.
    pub customer_note: Option<String>,
    /// Whether the old key could be used until then.
    pub was_active: bool,
    /// The batch that the old key came from.
    pub batch_id: Option<BatchId>,
    /// The id of whoever replaced it.
    pub replaced_by: String,
    pub replaced_at: Timestamp,
}
