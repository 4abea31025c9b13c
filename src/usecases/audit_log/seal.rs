//! Sealing: one seal covers the entries written since the previous seal, and that seal. Writers never wait for it.

use crate::crypto::Keyring;
use crate::storage::StorageError;
use crate::storage::audit_log::seals::{self, Seal};
use crate::storage::db::dialect::{self, Horizon};
use crate::usecases::context::Context;

/// The maximum number of entries covered by one seal.
const MAX_BATCH: i64 = 5_000;

/// Remembers the last state seen, to know up to which number no transaction can add an entry any more.
#[derive(Debug, Default)]
pub struct Sealer {
    seen: Option<(Horizon, i64)>,
}

impl Sealer {
    /// Seals what can be sealed and returns the number of entries. On PostgreSQL an assigned number may become visible
    /// late, so numbers are sealed once every transaction that was open when they were seen has ended.
    pub fn run(&mut self, ctx: &Context) -> Result<i64, StorageError> {
        let unsealed = ctx.db.read(|conn| {
            let last_sequence = seals::last_sequence(conn)?;
            if seals::last(conn)?.is_some_and(|seal| seal.last_sequence >= last_sequence) {
                return Ok(None);
            }
            Ok::<_, StorageError>(Some((dialect::horizon(conn)?, last_sequence)))
        })?;
        let Some((horizon, last_sequence)) = unsealed else { return Ok(0) };
        let settled = match self.seen {
            _ if horizon.next == 0 => last_sequence,
            Some((seen, sequence)) if horizon.ended >= seen.next => sequence,
            _ => 0,
        };
        if self.seen.is_none_or(|(seen, _)| horizon.ended >= seen.next) {
            self.seen = Some((horizon, last_sequence));
        }
        let mut sealed = 0;
        loop {
            let entries = seal_once(ctx, settled)?;
            sealed += entries;
            if entries < MAX_BATCH {
                return Ok(sealed);
            }
        }
    }
}

fn seal_once(ctx: &Context, settled: i64) -> Result<i64, StorageError> {
    let last_sealed = ctx.db.read(seals::last)?.map_or(0, |seal| seal.last_sequence);
    if last_sealed >= settled {
        return Ok(0);
    }
    let sealed = ctx.db.write_alone(|tx| {
        dialect::lock_for_sealing(tx)?;
        let previous = seals::last(tx)?;
        let after = previous.as_ref().map_or(0, |seal| seal.last_sequence);
        let macs = seals::macs(tx, after, settled, MAX_BATCH)?;
        let Some((last_sequence, _)) = macs.last() else { return Ok(None) };
        let mut seal = Seal {
            number: previous.as_ref().map_or(0, |seal| seal.number) + 1,
            first_sequence: after + 1,
            last_sequence: *last_sequence,
            entries: i64::try_from(macs.len()).unwrap_or(i64::MAX),
            sealed_at: ctx.clock.now(),
            mac: Vec::new(),
        };
        let sealed = macs.iter().map(|(sequence, mac)| (*sequence, mac.as_slice()));
        seal.mac = compute_mac(&ctx.keyring, previous.as_ref(), &seal, sealed).to_vec();
        seals::insert(tx, &seal)?;
        let gap = if dialect::gapless_until(tx)?.is_some() {
            first_gap(after, macs.iter().map(|(sequence, _)| *sequence))
        } else {
            None
        };
        Ok::<_, StorageError>(Some((seal, gap)))
    })?;
    let Some((seal, gap)) = sealed else { return Ok(0) };
    if let Some((first, last)) = gap {
        // The seal covers the existing entries; its range and its count now document the gap.
        tracing::warn!(first, last, seal = seal.number, "entries are missing from the audit log");
    }
    // If the log is shipped off this machine, it contains the heads for `audit verify --at-least`.
    tracing::info!(seal = seal.number, last_sequence = seal.last_sequence, head = seal.head(), "sealed the audit log");
    Ok(seal.entries)
}

/// The first missing range of numbers between `after` and the last of `sequences`, which are in order.
pub(super) fn first_gap(after: i64, sequences: impl Iterator<Item = i64>) -> Option<(i64, i64)> {
    (after + 1..)
        .zip(sequences)
        .find(|(expected, found)| expected != found)
        .map(|(expected, found)| (expected, found - 1))
}

/// The keyed hash of a seal's own fields, the previous seal, and the number and hash of each entry.
pub(super) fn compute_mac<'a>(
    keyring: &Keyring,
    previous: Option<&Seal>,
    seal: &Seal,
    entries: impl ExactSizeIterator<Item = (i64, &'a [u8])>,
) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(64 + entries.len() * 40);
    bytes.extend_from_slice(previous.map_or(&[0_u8; 32][..], |seal| &seal.mac));
    for number in [seal.number, seal.first_sequence, seal.last_sequence, seal.entries, seal.sealed_at.as_microsecond()]
    {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    for (sequence, mac) in entries {
        bytes.extend_from_slice(&sequence.to_be_bytes());
        bytes.extend_from_slice(mac);
    }
    keyring.seal_mac(&bytes)
}
