//! The format of generated keys: a pattern in which each `X` stands for a random letter or digit.

use std::fmt;

/// A pattern such as `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`: 26 to 100 `X` (at least 128 random bits), and letters,
/// digits and hyphens that are copied unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFormat(String);

/// Why a pattern is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFormatError {
    /// Fewer than [`KeyFormat::MIN_RANDOM`] `X`: such keys could be guessed.
    TooFew,
    TooLong,
    /// Contains something other than letters, digits and hyphens.
    Malformed,
}

/// 32 letters and digits that are hard to confuse with one another: five bits each.
const ALPHABET: [u8; 32] = *b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

impl KeyFormat {
    /// 26 × 5 = 130 bits.
    pub const MIN_RANDOM: usize = 26;
    pub const MAX_LENGTH: usize = 100;

    pub fn parse(input: &str) -> Result<Self, KeyFormatError> {
        let text = input.trim().to_ascii_uppercase();
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(KeyFormatError::Malformed);
        }
        if text.len() > Self::MAX_LENGTH {
            return Err(KeyFormatError::TooLong);
        }
        if text.bytes().filter(|b| *b == b'X').count() < Self::MIN_RANDOM {
            return Err(KeyFormatError::TooFew);
        }
        Ok(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Fills the pattern; `random` provides one byte per character.
    pub fn fill(&self, random: &[u8; Self::MAX_LENGTH]) -> String {
        let pick = |byte: u8| ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'2');
        self.0
            .bytes()
            .zip(random)
            .map(|(sign, byte)| char::from(if sign == b'X' { pick(*byte) } else { sign }))
            .collect()
    }
}

impl Default for KeyFormat {
    /// Six groups of five: 150 bits.
    fn default() -> Self {
        Self("XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX".to_owned())
    }
}

impl fmt::Display for KeyFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_keeps_its_own_signs_and_fills_the_rest() {
        let format = KeyFormat::parse(" cad-xxxxx-xxxxx-xxxxx-xxxxx-xxxxx-xxxxx ").unwrap();
        let mut random = [0; 100];
        random[4] = 31;
        assert_eq!(format.fill(&random), "CAD-Z2222-22222-22222-22222-22222-22222");
    }

    #[test]
    fn weak_long_and_odd_patterns_are_refused() {
        assert_eq!(KeyFormat::parse(""), Err(KeyFormatError::TooFew));
        assert_eq!(KeyFormat::parse(&"X".repeat(25)), Err(KeyFormatError::TooFew));
        assert!(KeyFormat::parse(&"X".repeat(26)).is_ok());
        assert_eq!(KeyFormat::parse(&"X".repeat(101)), Err(KeyFormatError::TooLong));
        assert_eq!(KeyFormat::parse(&format!("{}Ä", "X".repeat(26))), Err(KeyFormatError::Malformed));
        assert_eq!(KeyFormat::parse(KeyFormat::default().as_str()), Ok(KeyFormat::default()));
    }
}
