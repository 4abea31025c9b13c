//! Sealing: XChaCha20-Poly1305 with table, column and row as associated data, under the newest of several keys.
//! The key's id precedes the ciphertext, so that older values can be opened while keys are rotated.

use std::fmt;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chacha20poly1305::aead::{Aead, AeadInOut, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use zeroize::Zeroizing;

use super::random::random_bytes;

/// Where a sealed value is stored; it cannot be opened if it is moved elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct AssociatedData<'a> {
    pub table: &'static str,
    pub column: &'static str,
    pub row: &'a str,
}

/// Why a sealed value cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenError {
    /// In another format, or sealed with a key that this installation does not have.
    UnknownKey,
    /// Changed, or moved from another row.
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

/// A key as stored: sealed under the key that is derived from the secret.
#[derive(Debug, Clone)]
pub struct WrappedKey {
    /// Eight hexadecimal digits.
    pub id: String,
    pub wrapped: Vec<u8>,
}

/// Reads the stored keys, oldest first; `None` if that fails.
pub type KeySource = Box<dyn Fn() -> Option<Vec<WrappedKey>> + Send + Sync>;

const VERSION: u8 = 1;
const KEY_ID: usize = 4;
const HEADER: usize = 1 + KEY_ID;
const NONCE: usize = 24;

/// A node knows a new key within this time, because it checks before it seals.
pub const KEYS_ARE_KNOWN_WITHIN: Duration = Duration::from_secs(2);

#[derive(Clone)]
struct SealingKey {
    id: [u8; KEY_ID],
    cipher: XChaCha20Poly1305,
}

/// The key derived from the secret, and those that were added later.
pub(super) struct SealingKeys {
    root: SealingKey,
    added: RwLock<Added>,
    source: OnceLock<KeySource>,
    /// Locked while keys are read, so that an older read never replaces a newer one.
    reading: Mutex<()>,
}

#[derive(Default)]
struct Added {
    /// Oldest first.
    keys: Vec<SealingKey>,
    read_at: Option<Instant>,
}

impl SealingKeys {
    pub(crate) fn new(root_id: [u8; KEY_ID], root: [u8; 32]) -> Self {
        let root = Zeroizing::new(root);
        let root = SealingKey { id: root_id, cipher: XChaCha20Poly1305::new((&*root).into()) };
        Self { root, added: RwLock::default(), source: OnceLock::new(), reading: Mutex::default() }
    }

    /// Sets where the added keys are stored; only the first call has an effect.
    pub(crate) fn set_source(&self, source: KeySource) {
        let _ = self.source.set(source);
        self.read();
    }

    /// A new key, wrapped for storing.
    pub(crate) fn make(&self) -> WrappedKey {
        let id = hex(&random_bytes::<KEY_ID>());
        let wrapped = self.root.seal(&wrapping_data(&id), &*Zeroizing::new(random_bytes::<32>()));
        WrappedKey { id, wrapped }
    }

    /// Seals under the newest key.
    pub(crate) fn seal(&self, data: &AssociatedData<'_>, plaintext: &[u8]) -> Vec<u8> {
        if self.is_stale() {
            let turn = self.turn();
            // Somebody else may have read them while this one waited.
            if self.is_stale() {
                self.read_in(&turn);
            }
        }
        self.newest().seal(data, plaintext)
    }

    /// Opens under the key that sealed it; reads the stored keys first if it is unknown.
    pub(crate) fn open(&self, data: &AssociatedData<'_>, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let id = key_id(sealed).ok_or(OpenError::UnknownKey)?;
        let key = self.find(id).or_else(|| {
            let turn = self.turn();
            self.find(id).or_else(|| {
                self.read_in(&turn);
                self.find(id)
            })
        });
        key.ok_or(OpenError::UnknownKey)?.open(data, sealed)
    }

    /// The newest key's id: eight hexadecimal digits.
    pub(crate) fn newest_id(&self) -> String {
        hex(&self.newest().id)
    }

    /// Whether a value is sealed under the newest key.
    pub(crate) fn is_newest(&self, sealed: &[u8]) -> bool {
        key_id(sealed).is_some_and(|id| id == self.newest().id)
    }

    /// Reads the stored keys again.
    pub(crate) fn read(&self) {
        self.read_in(&self.turn());
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stale(&self) -> bool {
        self.with_added(|added| added.read_at.is_none_or(|at| at.elapsed() > KEYS_ARE_KNOWN_WITHIN))
    }

    fn read_in(&self, _turn: &MutexGuard<'_, ()>) {
        let began_at = Instant::now();
        let Some(stored) = self.source.get().and_then(|source| source()) else { return };
        let keys = stored.iter().filter_map(|key| self.unwrap(key)).collect();
        *self.added.write().unwrap_or_else(PoisonError::into_inner) = Added { keys, read_at: Some(began_at) };
    }

    fn unwrap(&self, key: &WrappedKey) -> Option<SealingKey> {
        let opened = Zeroizing::new(self.root.open(&wrapping_data(&key.id), &key.wrapped).ok()?);
        let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(opened.as_slice().try_into().ok()?);
        let id = u32::from_str_radix(&key.id, 16).ok()?.to_be_bytes();
        Some(SealingKey { id, cipher: XChaCha20Poly1305::new((&*bytes).into()) })
    }

    fn newest(&self) -> SealingKey {
        self.with_added(|added| added.keys.last().cloned()).unwrap_or_else(|| self.root.clone())
    }

    fn find(&self, id: &[u8]) -> Option<SealingKey> {
        if self.root.id == id {
            return Some(self.root.clone());
        }
        self.with_added(|added| added.keys.iter().find(|key| key.id == id).cloned())
    }

    fn with_added<T>(&self, look: impl FnOnce(&Added) -> T) -> T {
        look(&self.added.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SealingKey {
    /// Version, key id, nonce, ciphertext; the first two and the associated data are authenticated with it.
    fn seal(&self, data: &AssociatedData<'_>, plaintext: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::with_capacity(HEADER + NONCE + plaintext.len() + 16);
        sealed.push(VERSION);
        sealed.extend_from_slice(&self.id);
        let associated = encode_associated(&sealed, data);
        let nonce = random_bytes::<NONCE>();
        sealed.extend_from_slice(&nonce);
        let head = sealed.len();
        sealed.extend_from_slice(plaintext);
        let (_, text) = sealed.split_at_mut(head);
        #[expect(clippy::expect_used, reason = "encryption fails only beyond 256 GB")]
        let tag = self
            .cipher
            .encrypt_inout_detached(&XNonce::from(nonce), &associated, text.into())
            .expect("a short text is encrypted");
        sealed.extend_from_slice(&tag);
        sealed
    }

    fn open(&self, data: &AssociatedData<'_>, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let (header, rest) = sealed.split_at_checked(HEADER).ok_or(OpenError::UnknownKey)?;
        let (nonce, ciphertext) = rest.split_at_checked(NONCE).ok_or(OpenError::UnknownKey)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| OpenError::UnknownKey)?;
        let payload = Payload { msg: ciphertext, aad: &encode_associated(header, data) };
        self.cipher.decrypt(&XNonce::from(nonce), payload).map_err(|_| OpenError::Tampered)
    }
}

fn wrapping_data(id: &str) -> AssociatedData<'_> {
    AssociatedData { table: "encryption_keys", column: "wrapped", row: id }
}

fn key_id(sealed: &[u8]) -> Option<&[u8]> {
    if sealed.first() == Some(&VERSION) { sealed.get(1..HEADER) } else { None }
}

fn encode_associated(header: &[u8], data: &AssociatedData<'_>) -> Vec<u8> {
    let mut encoded = header.to_vec();
    for part in [data.table, data.column, data.row] {
        encoded.extend_from_slice(&(part.len() as u64).to_be_bytes());
        encoded.extend_from_slice(part.as_bytes());
    }
    encoded
}

/// Two lowercase hexadecimal digits per byte.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
