//! Secrets: the installation's own, the keys derived from it, passwords, and random values.

mod keyring;
mod password;
mod random;
mod sealing;
mod secret;
pub(crate) mod signed_body;
mod totp;
pub(crate) mod webhook_mac;

pub use keyring::Keyring;
pub use password::{Password, PasswordError, hash_password, verify_dummy, verify_password};
pub use random::{random_base62, random_bytes, random_token};
pub use sealing::{AssociatedData, KEYS_ARE_KNOWN_WITHIN, KeySource, OpenError, WrappedKey, hex};
pub use secret::{MasterSecret, create_secret, load_secret};
pub use totp::TotpSecret;

/// Compares in constant time.
pub fn equal(left: &[u8], right: &[u8]) -> bool {
    use subtle::ConstantTimeEq;
    left.ct_eq(right).into()
}
