//! The license key: the secret text that the customer pays for, and its record.

pub mod expiry;
pub mod format;
pub mod instance;

use std::fmt;

use jiff::Timestamp;
use zeroize::Zeroize;

use super::ids::{CustomerId, LicenseKeyId, ProductId};
use super::text::{self, TextError};

/// The key itself: 1 to 4,096 characters; line breaks and tabs are allowed, other control characters are not.
#[derive(Clone, PartialEq, Eq)]
pub struct LicenseKeyValue(String);

impl LicenseKeyValue {
    pub const MAX_CHARACTERS: usize = 4_096;

    /// Normalizes CRLF and CR to LF, trims white space at both ends, then checks the rules.
    pub fn parse(input: &str) -> Result<Self, TextError> {
        text::block(input, Self::MAX_CHARACTERS).map(Self)
    }

    /// A key decrypted from the database; not checked again.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The key in plaintext, to be shown or e-mailed.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The last four characters; empty if that would reveal too much of a short key.
    pub fn last_four(&self) -> String {
        let count = self.0.chars().count();
        if count < 12 {
            return String::new();
        }
        self.0.chars().skip(count - 4).map(|c| if c.is_whitespace() { ' ' } else { c }).collect()
    }
}

/// The memory of a key is wiped when it is dropped.
impl Drop for LicenseKeyValue {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for LicenseKeyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// How a hidden key is displayed: twelve dots, then its last four characters.
pub fn masked(last_four: &str) -> String {
    format!("••••••••••••{last_four}")
}

/// Whether the key can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicenseKeyStatus {
    Active,
    Expired,
    Disabled,
}

impl LicenseKeyStatus {
    pub const ALL: [Self; 3] = [Self::Active, Self::Expired, Self::Disabled];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Disabled => "disabled",
        }
    }
}

/// How the key was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicenseKeySource {
    Auto,
    Import,
    Manual,
}

impl LicenseKeySource {
    pub const ALL: [Self; 3] = [Self::Auto, Self::Import, Self::Manual];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Import => "import",
            Self::Manual => "manual",
        }
    }
}

/// The facts about a key that pages show without revealing its value.
#[derive(Debug, Clone)]
pub struct LicenseKeySummary {
    pub id: LicenseKeyId,
    pub last_four: String,
    pub source: LicenseKeySource,
    pub is_disabled: bool,
    /// Whether staff disabled it, so that restoring its grant does not enable it.
    pub stays_disabled: bool,
    pub activations_used: i32,
    pub activations_limit: Option<i32>,
    pub expires_at: Option<Timestamp>,
    /// The name of the time zone that the expiry was chosen in, if staff chose it.
    pub expires_zone: Option<String>,
    pub created_at: Timestamp,
}

impl LicenseKeySummary {
    pub fn status(&self, now: Timestamp) -> LicenseKeyStatus {
        if self.is_disabled {
            LicenseKeyStatus::Disabled
        } else if self.expires_at.is_some_and(|at| at <= now) {
            LicenseKeyStatus::Expired
        } else {
            LicenseKeyStatus::Active
        }
    }

    /// Changes whenever the limit or the expiry changes.
    pub fn version(&self) -> String {
        let limit = self.activations_limit.map(|limit| limit.to_string()).unwrap_or_default();
        let end = self.expires_at.map(|at| at.as_microsecond().to_string()).unwrap_or_default();
        format!("{limit}/{end}")
    }

    /// The masked key, for display.
    pub fn masked(&self) -> String {
        masked(&self.last_four)
    }
}

/// A license key with its customer, entitlement and grant; its value stays encrypted.
#[derive(Debug, Clone)]
pub struct LicenseKey {
    pub summary: LicenseKeySummary,
    pub customer_id: CustomerId,
    pub product_id: ProductId,
    pub payment_id: Option<String>,
    pub subscription_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_kept_and_ends_are_cut() {
        let key = LicenseKeyValue::parse("  LINE-1\r\nLINE-2\rLINE-3\t\n ").map(|k| k.expose().to_owned());
        assert_eq!(key.as_deref(), Ok("LINE-1\nLINE-2\nLINE-3"));
    }

    #[test]
    fn bad_keys_are_refused_with_the_reason() {
        assert_eq!(LicenseKeyValue::parse(" \n\t "), Err(TextError::Empty));
        assert_eq!(LicenseKeyValue::parse("A\0B"), Err(TextError::ControlCharacter));
        assert_eq!(LicenseKeyValue::parse("A\u{85}B"), Err(TextError::ControlCharacter));
        assert_eq!(LicenseKeyValue::parse(&"ä".repeat(4_097)), Err(TextError::TooLong { max: 4_096 }));
        assert!(LicenseKeyValue::parse(&"ä".repeat(4_096)).is_ok());
    }

    #[test]
    fn a_short_key_shows_nothing_of_itself() {
        let last = |text: &str| LicenseKeyValue::parse(text).map(|k| k.last_four());
        assert_eq!(last("12345678901").as_deref(), Ok(""));
        assert_eq!(last("123456789012").as_deref(), Ok("9012"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_parses_or_is_refused_and_parses_to_itself_again(input in any::<String>()) {
            if let Ok(key) = LicenseKeyValue::parse(&input) {
                prop_assert!((1..=4_096).contains(&key.expose().chars().count()));
                prop_assert!(!key.expose().contains('\r'));
                prop_assert_eq!(LicenseKeyValue::parse(key.expose()), Ok(key.clone()));
                prop_assert!(key.last_four().chars().count() <= 4);
                prop_assert_eq!(format!("{key:?}"), "[redacted]");
            }
        }
    }
}
