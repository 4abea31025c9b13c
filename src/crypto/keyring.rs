//! Keys derived from the secret, one for each purpose, and sealing with the place as associated data.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::random::random_bytes;
use super::secret::MasterSecret;

/// Where a sealed value is stored. It opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub table: &'static str,
    pub column: &'static str,
    pub row: &'a str,
}

/// Why a sealed value does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenError {
    /// Not of this format, or sealed with a key that this installation does not have.
    UnknownKey,
    /// Changed, or moved from another place.
    Tampered,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownKey => "it was sealed with another secret",
            Self::Tampered => "it was changed or moved",
        })
    }
}

/// The derived keys.
pub struct Keyring {
    sealing: XChaCha20Poly1305,
    key_id: [u8; 4],
    lookup: [u8; 32],
    fingerprint: [u8; 32],
    audit: [u8; 32],
    seal: [u8; 32],
    csrf: [u8; 32],
    tokens: [u8; 32],
    throttle: [u8; 32],
    session: [u8; 64],
    check: [u8; 32],
}

const VERSION: u8 = 1;
const HEADER: usize = 1 + 4;
const NONCE: usize = 24;

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Keyring {
    pub fn new(secret: &MasterSecret) -> Self {
        let hkdf = Hkdf::<Sha256>::new(Some(b"keydesk v1"), secret.bytes());
        let key_id = derive::<4>(&hkdf, b"key id");
        Self {
            sealing: XChaCha20Poly1305::new(&derive::<32>(&hkdf, b"sealing").into()),
            key_id,
            lookup: derive(&hkdf, b"lookup"),
            fingerprint: derive(&hkdf, b"fingerprint"),
            audit: derive(&hkdf, b"audit entries"),
            seal: derive(&hkdf, b"audit seals"),
            csrf: derive(&hkdf, b"csrf"),
            throttle: derive(&hkdf, b"throttle"),
            session: derive(&hkdf, b"sessions"),
            tokens: derive(&hkdf, b"api tokens"),
            check: derive(&hkdf, b"check value"),
        }
    }

    /// Version, key id, nonce, ciphertext; the first two and the place are authenticated with it.
    pub fn seal(&self, place: &Place<'_>, plaintext: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::with_capacity(HEADER + NONCE + plaintext.len() + 16);
        sealed.push(VERSION);
        sealed.extend_from_slice(&self.key_id);
        let associated = associated_data(&sealed, place);
        let nonce = random_bytes::<NONCE>();
        sealed.extend_from_slice(&nonce);
        #[expect(clippy::expect_used, reason = "encryption fails only beyond 256 GB")]
        let ciphertext = self
            .sealing
            .encrypt(&XNonce::from(nonce), Payload { msg: plaintext, aad: &associated })
            .expect("a short text is encrypted");
        sealed.extend_from_slice(&ciphertext);
        sealed
    }

    /// Opens what was sealed for this very place.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let (header, rest) = sealed.split_at_checked(HEADER).ok_or(OpenError::UnknownKey)?;
        let (nonce, ciphertext) = rest.split_at_checked(NONCE).ok_or(OpenError::UnknownKey)?;
        if header.first() != Some(&VERSION) || header.get(1..) != Some(&self.key_id[..]) {
            return Err(OpenError::UnknownKey);
        }
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| OpenError::UnknownKey)?;
        let payload = Payload { msg: ciphertext, aad: &associated_data(header, place) };
        self.sealing.decrypt(&XNonce::from(nonce), payload).map_err(|_| OpenError::Tampered)
    }

    /// The keyed hash by which a secret text is found again.
    pub fn lookup_hash(&self, text: &str) -> [u8; 32] {
        hmac(&self.lookup, &[text.as_bytes()])
    }

    /// The proof that two requests say the same.
    pub fn fingerprint(&self, parts: &[&[u8]]) -> [u8; 32] {
        hmac(&self.fingerprint, parts)
    }

    /// By what an API key's token is found again.
    pub fn token_hash(&self, token: &str) -> [u8; 32] {
        hmac(&self.tokens, &[token.as_bytes()])
    }

    /// The token of a link that is e-mailed: made anew from its id whenever it is needed, so that it
    /// is stored nowhere.
    pub fn link_token(&self, link_id: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac(&self.tokens, &[b"staff link", link_id.as_bytes()]))
    }

    /// By what a recovery code is found again.
    pub fn recovery_code_hash(&self, staff_id: &str, code: &str) -> [u8; 32] {
        hmac(&self.tokens, &[b"recovery code", staff_id.as_bytes(), code.as_bytes()])
    }

    pub fn audit_mac(&self, bytes: &[u8]) -> [u8; 32] {
        hmac(&self.audit, &[bytes])
    }

    pub fn seal_mac(&self, bytes: &[u8]) -> [u8; 32] {
        hmac(&self.seal, &[bytes])
    }

    /// Signs what a form carries for somebody who is not signed in.
    pub fn csrf_mac(&self, bytes: &[u8]) -> [u8; 32] {
        hmac(&self.csrf, &[bytes])
    }

    /// The name under which failed sign-ins of an account or address are counted.
    pub fn throttle_subject(&self, kind: &str, text: &str) -> String {
        hex(&hmac(&self.throttle, &[kind.as_bytes(), text.as_bytes()]))
    }

    /// 64 bytes for the session cookie's signature.
    pub fn session_key(&self) -> &[u8; 64] {
        &self.session
    }

    /// What the database keeps to tell that another secret is not its own.
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

/// An HMAC over parts, each with its length, so that no two lists of parts read the same.
fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("a key of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn associated_data(header: &[u8], place: &Place<'_>) -> Vec<u8> {
    let mut data = header.to_vec();
    for part in [place.table, place.column, place.row] {
        data.extend_from_slice(&(part.len() as u64).to_be_bytes());
        data.extend_from_slice(part.as_bytes());
    }
    data
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring(byte: u8) -> Keyring {
        Keyring::new(&MasterSecret::new([byte; 32]))
    }

    const HERE: Place<'_> = Place { table: "license_keys", column: "ciphertext", row: "lic_1" };

    #[test]
    fn what_is_sealed_opens_in_its_place_alone() {
        let keyring = keyring(1);
        let sealed = keyring.seal(&HERE, b"KEY-1");
        assert_eq!(keyring.open(&HERE, &sealed).as_deref(), Ok(&b"KEY-1"[..]));
        let elsewhere = Place { row: "lic_2", ..HERE };
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
    fn another_secret_opens_nothing() {
        let sealed = keyring(1).seal(&HERE, b"KEY-1");
        assert_eq!(keyring(2).open(&HERE, &sealed), Err(OpenError::UnknownKey));
        assert_ne!(keyring(1).lookup_hash("KEY-1"), keyring(2).lookup_hash("KEY-1"));
        assert_ne!(keyring(1).fingerprint(&[b"ab", b"c"]), keyring(1).fingerprint(&[b"a", b"bc"]));
    }
}
