//! Passwords: argon2id with 19 MiB, two passes, one lane. Hashing keeps a core busy for some milliseconds, so at most as many
//! run at a time as there are cores; callers must be on threads that may block.

use std::fmt;
use std::sync::{Condvar, LazyLock, Mutex, PoisonError};

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};

/// A password as entered.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a new password is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordError {
    TooShort,
    TooLong,
    TooEasy,
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "a password takes at least 15 characters",
            Self::TooLong => "a password takes at most 128 characters",
            Self::TooEasy => {
                "this password is too easy to guess: avoid repetition, well-known phrases, and your name or address"
            }
        })
    }
}

impl std::error::Error for PasswordError {}

impl Password {
    pub const MIN_CHARACTERS: usize = 15;
    pub const MAX_CHARACTERS: usize = 128;

    /// A password entered to sign in; any text is accepted, and very long ones are truncated.
    pub fn entered(text: &str) -> Self {
        Self(text.chars().take(Self::MAX_CHARACTERS + 1).collect())
    }

    /// A new password of 15 to 128 characters that is not obvious; `context` are words it must not consist of, such as the
    /// person's name and address.
    pub fn parse_new(text: &str, context: &[&str]) -> Result<Self, PasswordError> {
        let count = text.chars().count();
        if count < Self::MIN_CHARACTERS {
            return Err(PasswordError::TooShort);
        }
        if count > Self::MAX_CHARACTERS {
            return Err(PasswordError::TooLong);
        }
        if is_easy(text, context) { Err(PasswordError::TooEasy) } else { Ok(Self(text.to_owned())) }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Rating time grows more than linearly; these first characters suffice.
const RATED_CHARACTERS: usize = 64;

/// Common words in passwords.
const COMMON: [&str; 14] = [
    "password",
    "passwort",
    "passphrase",
    "keydesk",
    "license",
    "lizenz",
    "portal",
    "qwerty",
    "qwertz",
    "welcome",
    "willkommen",
    "letmein",
    "administrator",
    "1234567890",
];

/// Whether fewer than eight characters, or fewer than five different ones, remain without obvious words.
fn is_easy(text: &str, context: &[&str]) -> bool {
    let mut rest = text.to_lowercase();
    let words = context
        .iter()
        .flat_map(|words| words.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().count() >= 4);
    for word in COMMON.into_iter().map(str::to_owned).chain(words.map(str::to_lowercase)) {
        rest = rest.replace(&word, "");
    }
    let mut different: Vec<char> = rest.chars().collect();
    let left = different.len();
    different.sort_unstable();
    different.dedup();
    left < 8 || different.len() < 5 || is_guessed(text, context)
}

/// Whether a guesser that knows leaked passwords, names, keyboard patterns and dates needs fewer than 10^8 tries.
fn is_guessed(text: &str, context: &[&str]) -> bool {
    let words: Vec<&str> = context
        .iter()
        .copied()
        .chain(context.iter().flat_map(|words| words.split(|c: char| !c.is_alphanumeric())))
        .chain(COMMON)
        .filter(|word| !word.is_empty())
        .collect();
    let rated: String = text.chars().take(RATED_CHARACTERS).collect();
    zxcvbn::zxcvbn(&rated, &words).score() < zxcvbn::Score::Three
}

/// The password's hash as a PHC string.
pub fn hash_password(password: &Password) -> anyhow::Result<String> {
    let _permit = acquire_permit();
    Argon2::default()
        .hash_password(password.0.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| anyhow::anyhow!("a password could not be hashed: {error}"))
}

/// Whether the password is the one with that hash.
pub fn verify_password(hash: &str, password: &Password) -> bool {
    let _permit = acquire_permit();
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.0.as_bytes(), &hash).is_ok())
}

/// Takes as long as [`verify_password`] for an account that does not exist.
pub fn verify_dummy(password: &Password) {
    verify_password(NOBODYS_HASH, password);
}

/// A fixed hash of random bytes, so that the first such sign-in takes no longer than the next.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$NPKckQuwUUs5pkEcw+yxwQ$ZoPsdZbC5az09YR0Wa+/2XGbDqIvErp8DlIEErgnJZ4";

static HASHING_PERMITS: LazyLock<(Mutex<usize>, Condvar)> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (Mutex::new(cores), Condvar::new())
});

struct HashingPermit;

fn acquire_permit() -> HashingPermit {
    let (free, freed) = &*HASHING_PERMITS;
    let guard = free.lock().unwrap_or_else(PoisonError::into_inner);
    let mut guard = freed.wait_while(guard, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
    *guard -= 1;
    HashingPermit
}

impl Drop for HashingPermit {
    fn drop(&mut self) {
        let (free, freed) = &*HASHING_PERMITS;
        *free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_argon2id_with_the_cost_we_promise() {
        let password = Password::parse_new("violet harbor sings 42", &[]).expect("good");
        let hash = hash_password(&password).expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify_password(&hash, &password));
        assert!(!verify_password(&hash, &Password::entered("violet harbor sings 43")));
        assert!(!verify_password("nonsense", &password));
    }

    #[test]
    fn nobodys_hash_costs_what_any_other_does() {
        let hash = PasswordHash::new(NOBODYS_HASH).expect("a hash");
        assert!(NOBODYS_HASH.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let made = hash_password(&Password::entered("violet harbor sings 42")).expect("hashed");
        let made = PasswordHash::new(&made).expect("a hash");
        assert_eq!(hash.hash.map(|h| h.as_bytes().len()), made.hash.map(|h| h.as_bytes().len()));
        assert_eq!(hash.salt.map(|s| s.as_ref().len()), made.salt.map(|s| s.as_ref().len()));
    }

    #[test]
    fn length_is_counted_in_characters_and_easy_ones_are_refused() {
        let check =
            |text: &str| Password::parse_new(text, &["Ada Lovelace", "ada.lovelace@engine.example"]).map(|_| ());
        assert_eq!(check("äöü ßéè 12345!"), Err(PasswordError::TooShort));
        assert_eq!(check("äöü ßéè 123456!"), Ok(()));
        assert_eq!(check(&"xy z!q".repeat(22)), Err(PasswordError::TooLong));
        for easy in [
            "aaaaaaaaaaaaaaaaaaaa",
            "portal-license-2026",
            "ada.lovelace.engine",
            "passwordpassword1",
            "abababababababab",
            "iloveyouiloveyou1",
            "qwertyuiopasdfgh",
        ] {
            assert_eq!(check(easy), Err(PasswordError::TooEasy), "{easy}");
        }
    }
}
