//! Sealing: the entries written since the last seal get one seal over all of them and over the seal
//! before. Writers never wait for it.

use crate::crypto::Keyring;
use crate::storage::StorageError;
use crate::storage::audit_log::seals::{self, Seal};
use crate::storage::db::dialect::{self, Horizon};
use crate::usecases::context::Context;

/// The most entries that one seal covers.
const MOST: i64 = 5_000;

/// Remembers what it saw last, to know which entries no transaction can slip in between any more.
#[derive(Debug, Default)]
pub struct Sealer {
    seen: Option<(Horizon, i64)>,
}

impl Sealer {
    /// Seals what can be sealed and tells how many entries that was. On PostgreSQL a number that was
    /// drawn may become visible late: numbers are sealed once every transaction that was open when
    /// they were seen has ended.
    pub fn run(&mut self, ctx: &Context) -> Result<i64, StorageError> {
        let (horizon, last_sequence) = ctx.db.read(|conn| {
            let last_sequence = seals::last_sequence(conn)?;
            Ok::<_, StorageError>((dialect::horizon(conn)?, last_sequence))
        })?;
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
            if entries < MOST {
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
        let macs = seals::macs(tx, after, settled, MOST)?;
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
        // The seal covers what is there; its range and its number of entries show the gap from now on.
        tracing::warn!(first, last, seal = seal.number, "entries are missing from the audit log");
    }
    // A log that leaves this machine holds the heads that `audit verify --at-least` compares with.
    tracing::info!(seal = seal.number, last_sequence = seal.last_sequence, head = seal.head(), "sealed the audit log");
    Ok(seal.entries)
}

/// The first numbers that are missing between `after` and the last of the given ones, which are in order.
pub(super) fn first_gap(after: i64, sequences: impl Iterator<Item = i64>) -> Option<(i64, i64)> {
    (after + 1..)
        .zip(sequences)
        .find(|(expected, found)| expected != found)
        .map(|(expected, found)| (expected, found - 1))
}

/// The keyed hash over a seal's own fields, the seal before it, and each entry's number and hash.
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
