//! Browsers that have signed in before. Each has a cookie with an id and a proof for every account it has signed in
//! to; nothing is stored in the database. A proof expires when the account's security stamp changes.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::{Keyring, equal, random_base62};
use crate::domain::ids::StaffId;

/// The maximum number of accounts per browser; those that signed in least recently are dropped.
const MAX_ACCOUNTS: usize = 8;
const ID_LENGTH: usize = 22;

/// The content of a browser's cookie.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownBrowser {
    id: String,
    /// The most recent account comes first.
    proofs: Vec<String>,
}

impl KnownBrowser {
    /// A browser that has not signed in yet.
    pub fn new() -> Self {
        Self { id: random_base62(ID_LENGTH), proofs: Vec::new() }
    }

    /// Parses the cookie; `None` if it is malformed.
    pub fn parse(cookie: &str) -> Option<Self> {
        let mut parts = cookie.split('.');
        let id = parts.next().filter(|id| id.len() == ID_LENGTH && id.bytes().all(|b| b.is_ascii_alphanumeric()))?;
        Some(Self { id: id.to_owned(), proofs: parts.take(MAX_ACCOUNTS).map(str::to_owned).collect() })
    }

    /// The browser's id, if it has signed in to that account under that security stamp.
    pub fn id_for(&self, keyring: &Keyring, staff_id: &StaffId, security_stamp: i64) -> Option<&str> {
        let proof = self.proof(keyring, staff_id, security_stamp);
        let is_known = self.proofs.iter().any(|own| equal(own.as_bytes(), proof.as_bytes()));
        is_known.then_some(self.id.as_str())
    }

    /// Adds an account that has just signed in.
    pub fn add(&mut self, keyring: &Keyring, staff_id: &StaffId, security_stamp: i64) {
        let proof = self.proof(keyring, staff_id, security_stamp);
        self.proofs.retain(|own| *own != proof);
        self.proofs.insert(0, proof);
        self.proofs.truncate(MAX_ACCOUNTS);
    }

    fn proof(&self, keyring: &Keyring, staff_id: &StaffId, security_stamp: i64) -> String {
        URL_SAFE_NO_PAD.encode(keyring.known_browser_mac(&self.id, staff_id.as_str(), security_stamp))
    }
}

impl Default for KnownBrowser {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for KnownBrowser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl fmt::Display for KnownBrowser {
    /// Writes the value of the cookie.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)?;
        self.proofs.iter().try_for_each(|proof| write!(f, ".{proof}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::MasterSecret;

    #[test]
    fn a_browser_is_known_to_the_accounts_it_signed_in_to_and_to_no_other() {
        let keyring = Keyring::new(&MasterSecret::new([1; 32]));
        let (ada, bob) = (StaffId::stored("stf_ada".into()), StaffId::stored("stf_bob".into()));
        let mut browser = KnownBrowser::new();
        browser.add(&keyring, &ada, 0);
        let browser = KnownBrowser::parse(&browser.to_string()).expect("one of ours");
        assert!(browser.id_for(&keyring, &ada, 0).is_some());
        assert!(browser.id_for(&keyring, &ada, 1).is_none(), "another stamp");
        assert!(browser.id_for(&keyring, &bob, 0).is_none());
        let moved = KnownBrowser { id: "0".repeat(ID_LENGTH), ..browser.clone() };
        assert!(moved.id_for(&keyring, &ada, 0).is_none(), "a proof belongs to one browser");
        let mut shared = browser;
        for number in 0..MAX_ACCOUNTS {
            shared.add(&keyring, &StaffId::stored(format!("stf_{number}")), 0);
        }
        assert!(shared.id_for(&keyring, &ada, 0).is_none(), "the oldest of nine");
        assert!(
            KnownBrowser::parse(&shared.to_string())
                .expect("ours")
                .id_for(&keyring, &StaffId::stored("stf_0".into()), 0)
                .is_some()
        );
        for nonsense in ["", "x", "äääääääääää"] {
            assert!(KnownBrowser::parse(nonsense).is_none(), "{nonsense}");
        }
    }
}
