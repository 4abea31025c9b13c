//! Verifying the audit log: recomputes every entry's hash and every seal.

use std::fmt;

use super::seal::{compute_mac, first_gap};
use crate::storage::audit_log::SealedFields;
use crate::storage::audit_log::seals::{self, Seal};
use crate::storage::db::dialect;
use crate::storage::{Conn, StorageError};
use crate::usecases::context::Context;

/// A summary of an intact log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedAuditLog {
    pub entries: i64,
    pub seals: i64,
    /// The number of the last sealed entry; 0 if none is sealed.
    pub sealed_until: i64,
    /// Entries that are too recent to be sealed; their own hashes are valid.
    pub unsealed: i64,
}

/// The first problem found.
#[derive(Debug)]
pub enum VerifyAuditLogError {
    /// The entry with this number was changed, or written without the secret.
    Entry(i64),
    /// Entries from `first` to `last` were removed or inserted: `sealed` were sealed, `found` exist.
    Range {
        first: i64,
        last: i64,
        sealed: i64,
        found: i64,
    },
    /// Entries from `first` to `last` are missing on a database whose numbers have no gaps.
    Gap {
        first: i64,
        last: i64,
    },
    /// The seal over these entries was changed.
    Seal {
        number: i64,
        first: i64,
        last: i64,
    },
    Storage(StorageError),
}

impl fmt::Display for VerifyAuditLogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry(number) => write!(f, "entry {number} was changed after it was written"),
            Self::Range { first, last, sealed, found } => {
                write!(f, "entries {first} to {last}: {sealed} were sealed, but {found} exist")
            }
            Self::Gap { first, last } if first == last => write!(f, "entry {first} is missing"),
            Self::Gap { first, last } => write!(f, "entries {first} to {last} are missing"),
            Self::Seal { number, first, last } => {
                write!(
                    f,
                    "seal {number} over entries {first} to {last} does not match: an entry was replaced or the seal was changed"
                )
            }
            Self::Storage(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for VerifyAuditLogError {}

impl From<StorageError> for VerifyAuditLogError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// A reference to a seal, stored elsewhere: its number and the first digits of its hash, written `N:MAC`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub number: i64,
    digits: String,
}

impl Head {
    /// Parses a number, starting at 1, and 8 to 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, digits) = text.trim().split_once(':')?;
        let number = number.parse().ok().filter(|number| *number > 0)?;
        let is_hash = (8..=64).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
        is_hash.then(|| Self { number, digits: digits.to_owned() })
    }
}

/// The result of comparing the log with a stored head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeadCheck {
    /// The log still contains the seal.
    Present,
    /// The log was truncated before it, at the seal with this number.
    Cut { last: i64 },
    /// The seal with that number has a different hash.
    Differs,
}

/// Compares the log with a head that was stored elsewhere.
pub fn check_head(ctx: &Context, head: &Head) -> Result<HeadCheck, StorageError> {
    ctx.db.read(|conn| match seals::find(conn, head.number)? {
        Some(seal) if seal.begins_with(&head.digits) => Ok(HeadCheck::Present),
        Some(_) => Ok(HeadCheck::Differs),
        None => Ok(HeadCheck::Cut { last: seals::last(conn)?.map_or(0, |seal| seal.number) }),
    })
}

const BATCH: i64 = 1_000;

/// Verifies the whole log, from its first entry to its last.
pub fn verify_audit_log(ctx: &Context) -> Result<VerifiedAuditLog, VerifyAuditLogError> {
    verify_and_tell(ctx, &mut |_, _| ())
}

/// The same; `tell` is called with the number of sealed entries verified so far, and of all of them.
pub fn verify_and_tell(ctx: &Context, tell: &mut dyn FnMut(i64, i64)) -> Result<VerifiedAuditLog, VerifyAuditLogError> {
    ctx.db.read(|conn| {
        let mut log = VerifiedAuditLog { entries: 0, seals: 0, sealed_until: 0, unsealed: 0 };
        // Numbers start at 1; an entry with a lower number was planted.
        if let Some(entry) = seals::entries(conn, i64::MIN, 0, 1)?.first() {
            return Err(VerifyAuditLogError::Entry(entry.sequence));
        }
        // Read first, because entries written in the meantime have higher numbers.
        let gapless_until = dialect::gapless_until(conn)?;
        let sealed = seals::last(conn)?.map_or(0, |seal| seal.last_sequence);
        let mut previous: Option<Seal> = None;
        loop {
            let batch = seals::after(conn, log.seals, BATCH)?;
            if batch.is_empty() {
                break;
            }
            for seal in batch {
                log.entries += verify_seal(ctx, conn, previous.as_ref(), &seal, gapless_until.is_some())?;
                log.seals = seal.number;
                log.sealed_until = seal.last_sequence;
                tell(log.sealed_until, sealed);
                previous = Some(seal);
            }
        }
        log.unsealed = verify_tail(ctx, conn, log.sealed_until, gapless_until)?;
        log.entries += log.unsealed;
        Ok(log)
    })
}

fn verify_seal(
    ctx: &Context,
    conn: &mut Conn,
    previous: Option<&Seal>,
    seal: &Seal,
    is_gapless: bool,
) -> Result<i64, VerifyAuditLogError> {
    let after = previous.map_or(0, |seal| seal.last_sequence);
    let entries = seals::entries(conn, after, seal.last_sequence, i64::MAX)?;
    verify_entries(ctx, &entries)?;
    let (first, last) = (seal.first_sequence, seal.last_sequence);
    let found = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    if found != seal.entries {
        return Err(VerifyAuditLogError::Range { first, last, sealed: seal.entries, found });
    }
    let is_next = seal.number == previous.map_or(0, |seal| seal.number) + 1 && first == after + 1;
    let sealed = entries.iter().map(|entry| (entry.sequence, entry.mac.as_slice()));
    if !is_next || compute_mac(&ctx.keyring, previous, seal, sealed)[..] != seal.mac[..] {
        return Err(VerifyAuditLogError::Seal { number: seal.number, first, last });
    }
    if is_gapless {
        refuse_gap(after, &entries)?;
    }
    Ok(found)
}

fn verify_tail(
    ctx: &Context,
    conn: &mut Conn,
    sealed_until: i64,
    gapless_until: Option<i64>,
) -> Result<i64, VerifyAuditLogError> {
    let (mut after, mut count) = (sealed_until, 0);
    loop {
        let entries = seals::entries(conn, after, i64::MAX, BATCH)?;
        let Some(last) = entries.last() else {
            return match gapless_until {
                Some(given_out) if given_out > after => {
                    Err(VerifyAuditLogError::Gap { first: after + 1, last: given_out })
                }
                _ => Ok(count),
            };
        };
        verify_entries(ctx, &entries)?;
        if gapless_until.is_some() {
            refuse_gap(after, &entries)?;
        }
        after = last.sequence;
        count += i64::try_from(entries.len()).unwrap_or(BATCH);
    }
}

fn refuse_gap(after: i64, entries: &[SealedFields]) -> Result<(), VerifyAuditLogError> {
    match first_gap(after, entries.iter().map(|entry| entry.sequence)) {
        Some((first, last)) => Err(VerifyAuditLogError::Gap { first, last }),
        None => Ok(()),
    }
}

fn verify_entries(ctx: &Context, entries: &[SealedFields]) -> Result<(), VerifyAuditLogError> {
    match entries.iter().find(|entry| entry.compute_mac(&ctx.keyring)[..] != entry.mac[..]) {
        Some(entry) => Err(VerifyAuditLogError::Entry(entry.sequence)),
        None => Ok(()),
    }
}
