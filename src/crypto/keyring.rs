//! Keys derived from the secret, one for each purpose.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::ZeroizeOnDrop;

use super::sealing::{AssociatedData, KeySource, OpenError, SealingKeys, WrappedKey, hex};
use super::secret::MasterSecret;

/// The derived keys, wiped when dropped.
#[derive(ZeroizeOnDrop)]
pub struct Keyring {
    #[zeroize(skip)]
    sealing: SealingKeys,
    lookup: [u8; 32],
    folded_lookup: [u8; 32],
    ending_lookup: [u8; 32],
    fingerprint: [u8; 32],
    audit: [u8; 32],
    seal: [u8; 32],
    tokens: [u8; 32],
    throttle: [u8; 32],
    session: [u8; 64],
    files: [u8; 32],
    check: [u8; 32],
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Keyring {
    pub fn new(secret: &MasterSecret) -> Self {
        let hkdf = Hkdf::<Sha256>::new(Some(b"keydesk v1"), secret.bytes());
        Self {
            sealing: SealingKeys::new(derive(&hkdf, b"key id"), derive(&hkdf, b"sealing")),
            lookup: derive(&hkdf, b"lookup"),
            folded_lookup: derive(&hkdf, b"folded lookup"),
            ending_lookup: derive(&hkdf, b"ending lookup"),
            fingerprint: derive(&hkdf, b"fingerprint"),
            audit: derive(&hkdf, b"audit entries"),
            seal: derive(&hkdf, b"audit seals"),
            throttle: derive(&hkdf, b"throttle"),
            session: derive(&hkdf, b"sessions"),
            tokens: derive(&hkdf, b"api tokens"),
            files: derive(&hkdf, b"file links"),
            check: derive(&hkdf, b"check value"),
        }
    }

    /// Encrypts a value with its associated data, under the newest key.
    pub fn seal(&self, data: &AssociatedData<'_>, plaintext: &[u8]) -> Vec<u8> {
        self.sealing.seal(data, plaintext)
    }

    /// Decrypts a value that was sealed with the same associated data, under any known key.
    pub fn open(&self, data: &AssociatedData<'_>, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        self.sealing.open(data, sealed)
    }

    /// The id of the key that seals.
    pub fn newest_key_id(&self) -> String {
        self.sealing.newest_id()
    }

    /// Whether a value is sealed under the newest key.
    pub fn is_sealed_anew(&self, sealed: &[u8]) -> bool {
        self.sealing.is_newest(sealed)
    }

    /// Sets where further keys are stored.
    pub fn set_key_source(&self, source: KeySource) {
        self.sealing.set_source(source);
    }

    /// Reads keys that were added in the meantime.
    pub fn read_keys(&self) {
        self.sealing.read();
    }

    /// A new key to be stored.
    pub fn make_key(&self) -> WrappedKey {
        self.sealing.make()
    }

    /// The keyed hash by which a secret text is looked up.
    pub fn lookup_hash(&self, text: &str) -> [u8; 32] {
        hmac(&self.lookup, &[text.as_bytes()])
    }

    /// The keyed hash by which texts are found that differ only in what is folded.
    pub fn folded_hash(&self, folded: &str) -> [u8; 32] {
        hmac(&self.folded_lookup, &[folded.as_bytes()])
    }

    /// The keyed hash by which a secret text is found by its last characters.
    pub fn ending_hash(&self, last: &str) -> [u8; 32] {
        hmac(&self.ending_lookup, &[last.as_bytes()])
    }

    /// A fingerprint that shows whether two requests have the same content.
    pub fn fingerprint(&self, parts: &[&[u8]]) -> [u8; 32] {
        hmac(&self.fingerprint, parts)
    }

    /// The hash by which an API key's token is looked up.
    pub fn token_hash(&self, token: &str) -> [u8; 32] {
        hmac(&self.tokens, &[token.as_bytes()])
    }

    /// The token of an e-mailed link, derived from its id whenever it is needed, so it is never stored.
    pub fn link_token(&self, link_id: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac(&self.tokens, &[b"staff link", link_id.as_bytes()]))
    }

    /// Proves that a browser was signed in to an account while it had that security stamp.
    pub fn known_browser_mac(&self, browser: &str, staff_id: &str, security_stamp: i64) -> [u8; 32] {
        let parts = [b"known browser", browser.as_bytes(), staff_id.as_bytes(), &security_stamp.to_be_bytes()];
        hmac(&self.tokens, &parts)
    }

    /// The hash by which a recovery code is looked up.
    pub fn recovery_code_hash(&self, staff_id: &str, code: &str) -> [u8; 32] {
        hmac(&self.tokens, &[b"recovery code", staff_id.as_bytes(), code.as_bytes()])
    }

    /// Signs a link to files: what it is for, of whom, and until when.
    pub fn file_link_mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        hmac(&self.files, parts)
    }

    pub fn audit_mac(&self, bytes: &[u8]) -> [u8; 32] {
        hmac(&self.audit, &[bytes])
    }

    pub fn seal_mac(&self, bytes: &[u8]) -> [u8; 32] {
        hmac(&self.seal, &[bytes])
    }

    /// The name under which failed sign-ins of an account or address are counted.
    pub fn throttle_subject(&self, kind: &str, text: &str) -> String {
        hex(&hmac(&self.throttle, &[kind.as_bytes(), text.as_bytes()]))
    }

    /// 64 bytes for the session cookie's signature.
    pub fn session_key(&self) -> &[u8; 64] {
        &self.session
    }

    /// The value that the database stores to detect a wrong secret.
    pub fn check_value(&self) -> String {
        hex(&self.check)
    }
}

fn derive<const N: usize>(hkdf: &Hkdf<Sha256>, purpose: &[u8]) -> [u8; N] {
    let mut key = [0; N];
    #[expect(clippy::expect_used, reason = "HKDF gives up to 8,160 bytes")]
    hkdf.expand(purpose, &mut key).expect("a short key is derived");
    key
}

/// An HMAC over parts, each prefixed with its length, so that different lists never collide.
fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("a key of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring(byte: u8) -> Keyring {
        Keyring::new(&MasterSecret::new([byte; 32]))
    }

    const HERE: AssociatedData<'_> = AssociatedData { table: "license_keys", column: "ciphertext", row: "lic_1" };

    #[test]
    fn what_is_sealed_opens_in_its_place_alone() {
        let keyring = keyring(1);
        let sealed = keyring.seal(&HERE, b"KEY-1");
        assert_eq!(keyring.open(&HERE, &sealed).as_deref(), Ok(&b"KEY-1"[..]));
        let elsewhere = AssociatedData { row: "lic_2", ..HERE };
        assert_eq!(keyring.open(&elsewhere, &sealed), Err(OpenError::Tampered));
        assert_ne!(keyring.seal(&HERE, b"KEY-1"), sealed);
    }

    #[test]
    fn a_flipped_byte_anywhere_is_noticed() {
        let keyring = keyring(1);
        let sealed = keyring.seal(&HERE, b"KEY-1");
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            if let Some(byte) = changed.get_mut(position) {
                *byte ^= 1;
            }
            assert!(keyring.open(&HERE, &changed).is_err(), "byte {position}");
            assert!(keyring.open(&HERE, sealed.get(..position).unwrap_or_default()).is_err());
        }
    }

    #[test]
    fn a_further_key_seals_from_then_on_and_what_was_sealed_before_still_opens() {
        use std::sync::{Arc, Mutex};
        let stored = Arc::new(Mutex::new(Vec::new()));
        let (one, two) = (keyring(1), keyring(1));
        let before = one.seal(&HERE, b"KEY-1");
        for keyring in [&one, &two] {
            let stored = Arc::clone(&stored);
            keyring.set_key_source(Box::new(move || stored.lock().ok().map(|keys| keys.clone())));
        }
        stored.lock().unwrap().push(one.make_key());
        assert!(one.is_sealed_anew(&before));
        one.read_keys();
        assert!(!one.is_sealed_anew(&before));
        let after = one.seal(&HERE, b"KEY-1");
        assert!(one.is_sealed_anew(&after));
        // The other node has not looked yet: it does when it meets the new key.
        for sealed in [&before, &after] {
            assert_eq!(two.open(&HERE, sealed).as_deref(), Ok(&b"KEY-1"[..]));
        }
        assert_eq!(keyring(1).open(&HERE, &after), Err(OpenError::UnknownKey));
        assert_eq!(keyring(2).open(&HERE, &after), Err(OpenError::UnknownKey));
    }

    #[test]
    fn another_secret_opens_nothing() {
        let sealed = keyring(1).seal(&HERE, b"KEY-1");
        assert_eq!(keyring(2).open(&HERE, &sealed), Err(OpenError::UnknownKey));
        assert_ne!(keyring(1).lookup_hash("KEY-1"), keyring(2).lookup_hash("KEY-1"));
        assert_ne!(keyring(1).fingerprint(&[b"ab", b"c"]), keyring(1).fingerprint(&[b"a", b"bc"]));
    }
}
