//! Files for customers: what is known of them. What they hold is stored under its hash.

mod content_type;
mod name;

use std::fmt;

use jiff::Timestamp;

pub use self::content_type::ContentType;
pub use self::name::FileName;
use super::ids::FileId;

/// The maximum length of a note, in characters.
pub const MAX_NOTE: usize = 200;

/// The most files of one entitlement.
pub const MAX_FILES: usize = 100;

/// A file that customers download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    pub id: FileId,
    pub name: FileName,
    /// What customers read below the name.
    pub note: Option<String>,
    pub content_type: ContentType,
    /// In bytes.
    pub size: u64,
    pub hash: ContentHash,
    pub created_at: Timestamp,
}

/// The SHA-256 of a content, in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(String);

impl ContentHash {
    /// `None` unless the text is 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 64 && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its beginning and its end in groups of four, for people who compare it.
    pub fn short(&self) -> String {
        let part = |range| self.0.get(range).unwrap_or_default();
        format!("{} {} {} … {}", part(0..4), part(4..8), part(8..12), part(60..64))
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_sixty_four_digits() {
        let text = "9f2c41d807ae".to_owned() + &"0".repeat(48) + "b30d";
        assert_eq!(ContentHash::parse(&text).unwrap().short(), "9f2c 41d8 07ae … b30d");
        for wrong in ["", "../../etc/passwd", &text.to_uppercase(), &text[1..]] {
            assert_eq!(ContentHash::parse(wrong), None, "{wrong}");
        }
    }
}
