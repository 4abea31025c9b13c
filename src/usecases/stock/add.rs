//! Adding keys to stock: in one transaction for programs, in steps for files. A value comes into the business once:
//! whoever adds keys looks at what was issued and at what lies in stock, while nobody else adds or issues any.

use std::collections::HashSet;

use jiff::Timestamp;

use super::alerts;
use super::check::inspect_all;
use super::error::StockError;
use super::rejected::{Rejected, RejectedLines};
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::entitlement::{Entitlement, IntegrationConfig};
use crate::domain::ids::{BatchId, EntitlementId, StockKeyId};
use crate::domain::job::JobKind;
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::license_key::warnings::Inspection;
use crate::domain::stock::settings::{StockRefill, StockSettings};
use crate::domain::stock::{Batch, NewBatch, settings_of};
use crate::storage::catalog::entitlements;
use crate::storage::db::dialect;
use crate::storage::license_keys::KeyIndex;
use crate::storage::stock::keys::{self, NewStockKey};
use crate::storage::stock::{associated_data, batches, lookup};
use crate::storage::{Conn, StorageError, Tx, audit_log, grants, jobs};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IdempotencyKey, retried, run_once_in};
use crate::usecases::license_keys::inspect::note_similar;

/// Keys per transaction, where they are added in steps: as many as are added in some tenths of a second, because others
/// wait for that long. Each step writes most pages of the indexes anew, so that short ones take three times as long.
pub const STEP: usize = 2_000;

/// Keys with the lines they stand in, or their places in a request.
pub type NumberedKeys = Vec<(usize, LicenseKeyValue)>;

/// Keys to be added at once.
#[derive(Debug, Clone)]
pub struct AddKeys {
    pub entitlement_id: EntitlementId,
    pub batch: NewBatch,
    pub keys: NumberedKeys,
    pub idempotency_key: Option<IdempotencyKey>,
    pub actor: Actor,
}

/// What became of keys that were to be added.
#[derive(Debug, Clone)]
pub struct Added {
    /// `None` if none was added.
    pub batch_id: Option<BatchId>,
    pub added: usize,
    /// By number.
    pub rejected: Vec<(usize, Rejected)>,
    /// What looks wrong about keys that were added all the same.
    pub warnings: Vec<(usize, Inspection)>,
    /// The same request was processed before; nothing was changed.
    pub is_replay: bool,
}

/// Adds keys in one transaction, once per idempotency key; meant for at most some ten thousand. Keys that look wrong are
/// accepted. Fails if the entitlement can have no stock.
pub fn add_keys(ctx: &Context, command: &AddKeys) -> Result<Added, StockError> {
    let warnings = warnings(ctx, command)?;
    let made = retried(|| {
        ctx.db.write_alone(|tx| {
            // The same request at the same moment waits here, and is then known as a repeat.
            dialect::hold_values_for_adding(tx)?;
            run_once_in(ctx, tx, command.idempotency_key.as_ref(), |tx| add_in(ctx, tx, command, &warnings))
        })
    });
    let (batch_id, rejected, is_replay) = match made {
        Ok(made) => {
            let (batch_id, rejected) = made.id.split_once(' ').unwrap_or((&made.id, ""));
            (Some(BatchId::stored(batch_id.to_owned())), RejectedLines::parse(rejected), made.is_replay)
        }
        Err(StockError::NothingToAdd(rejected)) => (None, rejected, false),
        Err(error) => return Err(error),
    };
    Ok(report(batch_id, command, rejected, warnings, is_replay))
}

/// Adds the keys, and returns the batch with what was rejected.
fn add_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    command: &AddKeys,
    warnings: &[(usize, Inspection)],
) -> Result<String, StockError> {
    let now = ctx.clock.now();
    let entitlement = stocked(tx, &command.entitlement_id)?;
    let (firsts, mut rejected) = without_repeats(&command.keys);
    let adding = Adding::begin(ctx, tx, entitlement, &command.batch, firsts.len(), &command.actor)?;
    rejected.extend(adding.add(ctx, tx, 0, &firsts, now)?);
    rejected.sort_by_key(|(number, _)| *number);
    let rejected = RejectedLines(rejected);
    if rejected.count() == command.keys.len() {
        // No batch without keys: the transaction is undone.
        return Err(StockError::NothingToAdd(rejected));
    }
    for (_, found) in warnings {
        note_similar(ctx, tx, found, &command.actor)?;
    }
    adding.finish(ctx, tx, rejected.count(), Serve::AsSet, &command.actor, now)?;
    Ok(format!("{} {rejected}", adding.batch.id))
}

/// Adds any number of keys, some per transaction; `progress` is called with how many are done. A run that is interrupted
/// has added those before: the same file again adds the rest.
pub fn add_keys_in_steps(
    ctx: &Context,
    command: &AddKeys,
    mut progress: impl FnMut(usize),
) -> Result<Added, StockError> {
    let warnings = warnings(ctx, command)?;
    let (mut keys, mut rejected) = without_repeats(&command.keys);
    let known = ctx.db.read(|conn| {
        let config = stocked(conn, &command.entitlement_id)?.config;
        let parts = keys.chunks(STEP).map(|part| Ok(split(ctx, conn, &config, part)?.1));
        parts.collect::<Result<Vec<_>, StockError>>()
    })?;
    rejected.extend(known.into_iter().flatten());
    let left_out: HashSet<usize> = rejected.iter().map(|(number, _)| *number).collect();
    keys.retain(|(number, _)| !left_out.contains(number));
    if keys.is_empty() {
        rejected.sort_by_key(|(number, _)| *number);
        return Ok(report(None, command, RejectedLines(rejected), Vec::new(), false));
    }
    let batch_id = ctx.db.write(|tx| {
        let entitlement = stocked(tx, &command.entitlement_id)?;
        for (_, found) in &warnings {
            note_similar(ctx, tx, found, &command.actor)?;
        }
        let adding = Adding::begin(ctx, tx, entitlement, &command.batch, keys.len(), &command.actor)?;
        Ok::<_, StockError>(adding.batch.id)
    })?;
    let mut late = Vec::new();
    for (number, part) in keys.chunks(STEP).enumerate() {
        let add = |tx: &mut Tx<'_>| Adding::find(tx, &batch_id)?.add(ctx, tx, number * STEP, part, ctx.clock.now());
        let more = retried(|| ctx.db.write_alone(add))?;
        late.extend(more);
        progress(number * STEP + part.len());
    }
    ctx.db.write(|tx| {
        Adding::find(tx, &batch_id)?.finish(ctx, tx, late.len(), Serve::AsSet, &command.actor, ctx.clock.now())
    })?;
    rejected.extend(late);
    rejected.sort_by_key(|(number, _)| *number);
    Ok(report(Some(batch_id), command, RejectedLines(rejected), warnings, false))
}

fn report(
    batch_id: Option<BatchId>,
    command: &AddKeys,
    RejectedLines(rejected): RejectedLines,
    mut warnings: Vec<(usize, Inspection)>,
    is_replay: bool,
) -> Added {
    let left_out: HashSet<usize> = rejected.iter().map(|(number, _)| *number).collect();
    warnings.retain(|(number, _)| !left_out.contains(number));
    let added = command.keys.len().saturating_sub(rejected.len());
    Added { batch_id, added, rejected, warnings, is_replay }
}

/// What looks wrong about the keys, by number.
fn warnings(ctx: &Context, command: &AddKeys) -> Result<Vec<(usize, Inspection)>, StockError> {
    let values: Vec<&LicenseKeyValue> = command.keys.iter().map(|(_, key)| key).collect();
    let may_know = command.actor.may(ctx.config.reveal);
    let found = ctx.db.read(|conn| {
        let entitlement = stocked(conn, &command.entitlement_id)?;
        Ok::<_, StockError>(inspect_all(ctx, conn, &entitlement, &values, may_know)?)
    })?;
    let numbered = command.keys.iter().map(|(number, _)| *number).zip(found);
    Ok(numbered.filter(|(_, found)| !found.warnings.is_empty()).collect())
}

/// The entitlement, if it is there and can have stock.
pub(super) fn stocked(conn: &mut Conn, id: &EntitlementId) -> Result<Entitlement, StockError> {
    let entitlement = entitlements::find_active(conn, id)?;
    settings_of(&entitlement.config)?;
    Ok(entitlement)
}

/// The first of each value, and the others.
fn without_repeats(keys: &[(usize, LicenseKeyValue)]) -> (NumberedKeys, Vec<(usize, Rejected)>) {
    let mut seen = HashSet::new();
    let (firsts, repeats): (Vec<_>, Vec<_>) = keys.iter().partition(|(_, key)| seen.insert(key.expose()));
    (firsts.into_iter().cloned().collect(), repeats.into_iter().map(|(number, _)| (*number, Rejected::Twice)).collect())
}

/// Keys with what they are found by.
type NewKeys<'a> = Vec<(&'a LicenseKeyValue, KeyIndex)>;

/// The keys of a part that can be issued and whose value is new in the business, with what they are found by, and the others.
fn split<'a>(
    ctx: &Context,
    conn: &mut Conn,
    config: &IntegrationConfig,
    part: &'a [(usize, LicenseKeyValue)],
) -> Result<(NewKeys<'a>, Vec<(usize, Rejected)>), StorageError> {
    let is_link = config.delivers().is_link();
    let indexes: Vec<KeyIndex> = part.iter().map(|(_, key)| KeyIndex::of(&ctx.keyring, key, is_link)).collect();
    let hashes: Vec<Vec<u8>> = indexes.iter().map(|index| index.value_hash.to_vec()).collect();
    // Stock first: a value moves from there to the license keys.
    let mut in_stock = lookup::in_stock(conn, &hashes)?;
    let issued = lookup::issued(conn, &hashes)?;
    let (mut new, mut rejected) = (Vec::new(), Vec::new());
    for (((number, key), index), hash) in part.iter().zip(indexes).zip(hashes) {
        if config.check_value(key).is_err() {
            rejected.push((*number, Rejected::NotALink));
        } else if issued.contains_key(&hash) {
            rejected.push((*number, Rejected::Issued));
        } else if in_stock.insert(hash) {
            new.push((key, index));
        } else {
            rejected.push((*number, Rejected::InStock));
        }
    }
    Ok((new, rejected))
}

/// Whether the grants that wait are served once keys were added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serve {
    /// The entitlement's setting decides.
    AsSet,
    Yes,
    No,
}

impl Serve {
    pub(super) fn is_wanted(self, settings: StockSettings) -> bool {
        match self {
            Self::AsSet => settings.refill == StockRefill::Auto,
            Self::Yes => true,
            Self::No => false,
        }
    }
}

/// A batch that keys are being added to.
pub(in crate::usecases) struct Adding {
    entitlement: Entitlement,
    pub(super) batch: Batch,
}

impl Adding {
    /// Creates the batch, and records who adds how many keys.
    pub(super) fn begin(
        ctx: &Context,
        tx: &mut Tx<'_>,
        entitlement: Entitlement,
        batch: &NewBatch,
        count: usize,
        actor: &Actor,
    ) -> Result<Self, StorageError> {
        let now = ctx.clock.now();
        let NewBatch { supplier, reference, note, received_at, use_before } = batch.clone();
        let batch = Batch {
            id: BatchId::random(),
            entitlement_id: entitlement.id.clone(),
            supplier,
            reference,
            note,
            received_at: received_at.unwrap_or(now),
            use_before,
            recalled_at: None,
            recall_reason: None,
            created_at: now,
        };
        batches::insert(tx, &batch)?;
        let mut changes = vec![Change::set("entitlement_id", &entitlement.id), Change::set("keys", count)];
        changes.extend(use_before.map(|at| Change::set("use_before", at)));
        let entry = NewAuditEntry::on(actor, AuditAction::StockAdd, ObjectKind::Batch, &batch.id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(Self { entitlement, batch })
    }

    /// The batch with this id, which was begun in another transaction. It is locked until this one ends.
    pub(in crate::usecases) fn find(tx: &mut Tx<'_>, id: &BatchId) -> Result<Self, StorageError> {
        batches::lock(tx, id)?;
        let batch = batches::find(tx, id)?;
        Ok(Self { entitlement: entitlements::find(tx, &batch.entitlement_id)?, batch })
    }

    /// Adds keys, of which `first` came before in the same batch. Returns those whose value is in the business already.
    /// Keys of a batch that was recalled meanwhile are quarantined at once.
    pub(in crate::usecases) fn add(
        &self,
        ctx: &Context,
        tx: &mut Tx<'_>,
        first: usize,
        keys: &[(usize, LicenseKeyValue)],
        now: Timestamp,
    ) -> Result<Vec<(usize, Rejected)>, StorageError> {
        dialect::hold_values_for_adding(tx)?;
        let mut rejected = Vec::new();
        let mut position = self.batch.created_at.as_microsecond() + i64::try_from(first).unwrap_or(0);
        for part in keys.chunks(STEP) {
            let (new, more) = split(ctx, tx, &self.entitlement.config, part)?;
            rejected.extend(more);
            let mut sealed = Vec::new();
            for (key, index) in new {
                let id = StockKeyId::random();
                let ciphertext = ctx.keyring.seal(&associated_data(&id), key.expose().as_bytes());
                sealed.push(NewStockKey { id, ciphertext, index, position });
                position += 1;
            }
            keys::insert(tx, (&self.entitlement.id, &self.batch.id, self.batch.use_before), &sealed, now)?;
        }
        if let Some(reason) = &self.batch.recall_reason {
            batches::quarantine_available(tx, &self.batch.id, reason, now)?;
        }
        Ok(rejected)
    }

    /// Records what could not be added, clears an alert that is over, and serves the grants that wait if that was
    /// chosen.
    pub(in crate::usecases) fn finish(
        &self,
        ctx: &Context,
        tx: &mut Tx<'_>,
        rejected: usize,
        serve: Serve,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        if rejected > 0 {
            let by = Actor::system(SystemPart::Stock);
            let changes = vec![Change::set("rejected", rejected)];
            let entry = NewAuditEntry::on(&by, AuditAction::StockAdd, ObjectKind::Batch, &self.batch.id, changes);
            audit_log::append(tx, &ctx.keyring, &entry, now)?;
        }
        alerts::clear_if_refilled(ctx, tx, &self.entitlement)?;
        let Ok(settings) = settings_of(&self.entitlement.config) else { return Ok(()) };
        if serve.is_wanted(settings) {
            let waiting = grants::stats::waiting_of(tx, &self.entitlement.id)?;
            if waiting > 0 {
                jobs::start(tx, (JobKind::ServeFromStock, self.entitlement.id.as_str()), waiting, actor, now)?;
            }
        }
        Ok(())
    }
}
