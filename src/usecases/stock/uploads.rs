//! Uploads: a list of keys waits, sealed, until the person who brought it has seen what it is and confirms it. Then a job
//! adds its keys.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::add::{Adding, NumberedKeys, Serve, stocked};
use super::check::{Candidate, Checked, FirstLines, Outcome, Places, check, check_keys};
use super::content;
use super::error::StockError;
use super::rejected::{Rejected, RejectedLines};
use crate::domain::actor::Actor;
use crate::domain::ids::{BatchId, EntitlementId, StaffId, StockUploadId};
use crate::domain::job::{Job, JobKind};
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::stock::{NewBatch, UPLOAD_LIFETIME, settings_of};
use crate::storage::catalog::entitlements;
use crate::storage::stock::uploads::{self, StoredUpload};
use crate::storage::{StorageError, Tx, jobs};
use crate::usecases::context::Context;
use crate::usecases::license_keys::find::note_found;

/// Lines that are looked at together: what is found out about 100,000 at once takes tens of megabytes.
const PART: usize = 5_000;

/// A list of keys that a person has brought.
#[derive(Debug, Clone)]
pub struct StoreUpload {
    pub staff_id: StaffId,
    pub entitlement_id: EntitlementId,
    pub batch: NewBatch,
    pub candidates: Vec<Candidate>,
    pub actor: Actor,
}

/// What a line of an upload was when it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    New,
    /// A key that can be added but looks wrong.
    Warned,
    Twice,
    InStock,
    Issued,
    Invalid,
}

/// What the line is, and where the same key stands already.
fn kind_of(outcome: &Outcome) -> (LineKind, Option<usize>) {
    let kind = match outcome {
        Outcome::New { found, .. } if found.warnings.is_empty() => LineKind::New,
        Outcome::New { .. } => LineKind::Warned,
        Outcome::TwiceInFile { first_line } => return (LineKind::Twice, Some(*first_line)),
        Outcome::InStock => LineKind::InStock,
        Outcome::Issued(_) => LineKind::Issued,
        Outcome::Invalid(_) | Outcome::NotALink(_) => LineKind::Invalid,
    };
    (kind, None)
}

/// A line of an upload. It is sealed under short names, without what is absent: there may be many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadLine {
    #[serde(rename = "l")]
    pub line: usize,
    /// As it came in.
    #[serde(rename = "t")]
    pub text: String,
    #[serde(rename = "k")]
    pub kind: LineKind,
    /// Where the same key stands already.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub first_line: Option<usize>,
}

/// An upload as its person sees it.
#[derive(Debug, Clone)]
pub struct Upload {
    pub stored: StoredUpload,
    /// The lines in their order; empty once it is confirmed.
    pub lines: Vec<UploadLine>,
    /// Lines that were confirmed and could not be added after all.
    pub rejected: Vec<(usize, Rejected)>,
    /// The job that adds the keys.
    pub job: Option<Job>,
}

/// What happens to a line that looks wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Corrected,
    AsItIs,
    Skip,
}

/// A person's confirmation.
#[derive(Debug, Clone)]
pub struct ConfirmUpload {
    pub id: StockUploadId,
    pub staff_id: StaffId,
    /// By line; other lines are left out too if `Skip` says so.
    pub decisions: HashMap<usize, Decision>,
    /// For lines that look wrong and have no decision. `Corrected` adds those that have a correction.
    pub otherwise: Decision,
    pub serve: Serve,
    pub actor: Actor,
}

/// A confirmed upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedUpload {
    pub batch_id: BatchId,
    /// Whether it was confirmed before; nothing was changed.
    pub is_replay: bool,
}

/// Looks at a list of keys and keeps it for 30 minutes, sealed.
pub fn store(ctx: &Context, command: StoreUpload) -> Result<StockUploadId, StockError> {
    let kinds = ctx.db.read(|conn| {
        let entitlement = stocked(conn, &command.entitlement_id)?;
        let (mut kinds, mut first_lines) = (Vec::with_capacity(command.candidates.len()), FirstLines::new());
        for part in command.candidates.chunks(PART) {
            let checked = check(ctx, conn, &entitlement, part, (&command.actor, Places::Hidden), &mut first_lines)?;
            kinds.extend(checked.iter().map(|line| kind_of(&line.outcome)));
        }
        Ok::<_, StockError>(kinds)
    })?;
    let line = |(Candidate { line, text }, (kind, first_line))| UploadLine { line, text, kind, first_line };
    let lines: Vec<UploadLine> = command.candidates.into_iter().zip(kinds).map(line).collect();
    let (id, now) = (StockUploadId::random(), ctx.clock.now());
    let upload = StoredUpload {
        content: content::seal(ctx, &id, &lines)?,
        id,
        staff_id: command.staff_id,
        entitlement_id: command.entitlement_id,
        batch: command.batch,
        serve: false,
        rejected: None,
        created_at: now,
        expires_at: now.saturating_add(UPLOAD_LIFETIME).unwrap_or(now),
        confirmed_at: None,
        batch_id: None,
    };
    ctx.db.write_alone(|tx| uploads::insert(tx, &upload))?;
    Ok(upload.id)
}

/// An upload of that person's; `NotFound` for others, and once it has expired.
pub fn find(ctx: &Context, id: &StockUploadId, staff_id: &StaffId) -> Result<Upload, StorageError> {
    let (stored, job) = ctx.db.read(|conn| {
        let stored = own(uploads::find(conn, id)?, staff_id, ctx)?;
        Ok::<_, StorageError>((stored, jobs::newest(conn, JobKind::AddStockKeys, id.as_str())?))
    })?;
    let lines = match stored.confirmed_at {
        Some(_) => Vec::new(),
        None => content::open(ctx, &stored)?,
    };
    let RejectedLines(rejected) = RejectedLines::parse(stored.rejected.as_deref().unwrap_or_default());
    Ok(Upload { stored, lines, rejected, job })
}

fn own(upload: StoredUpload, staff_id: &StaffId, ctx: &Context) -> Result<StoredUpload, StorageError> {
    let is_over = upload.confirmed_at.is_none() && upload.expires_at <= ctx.clock.now();
    if upload.staff_id != *staff_id || is_over { Err(StorageError::NotFound) } else { Ok(upload) }
}

/// Looks at some lines of an upload again, for a page: what is wrong with each, and where issued keys went if the actor
/// may know, which is recorded. Lines that repeat another are left out; they say so themselves.
pub fn page(
    ctx: &Context,
    upload: &Upload,
    lines: &[&UploadLine],
    actor: &Actor,
) -> Result<Vec<Checked>, StorageError> {
    let candidates: Vec<Candidate> = lines
        .iter()
        .filter(|line| line.kind != LineKind::Twice)
        .map(|line| Candidate { line: line.line, text: line.text.clone() })
        .collect();
    let checked = ctx.db.read(|conn| {
        let entitlement = entitlements::find(conn, &upload.stored.entitlement_id)?;
        check_keys(ctx, conn, &entitlement, &candidates, actor)
    })?;
    if checked.iter().any(|line| line.disclosed().is_some()) {
        ctx.db.write(|tx| {
            for place in checked.iter().filter_map(Checked::disclosed) {
                note_found(ctx, tx, &place.id, place.grant_id.as_ref(), actor)?;
            }
            Ok::<_, StorageError>(())
        })?;
    }
    Ok(checked)
}

/// Makes the batch and the job that adds the keys, once. Fails with `NotFound` if the upload is another person's or has
/// expired, and with `NothingToAdd` if no line is left.
pub fn confirm(ctx: &Context, command: &ConfirmUpload) -> Result<ConfirmedUpload, StockError> {
    let upload = find(ctx, &command.id, &command.staff_id)?;
    if let Some(batch_id) = upload.stored.batch_id {
        return Ok(ConfirmedUpload { batch_id, is_replay: true });
    }
    let keys = chosen(ctx, upload, command)?;
    if keys.is_empty() {
        return Err(StockError::NothingToAdd(RejectedLines::default()));
    }
    let content = content::seal_keys(ctx, &command.id, &keys)?;
    ctx.db.write_alone(|tx| {
        let now = ctx.clock.now();
        uploads::lock(tx, &command.id)?;
        let stored = own(uploads::find(tx, &command.id)?, &command.staff_id, ctx)?;
        if let Some(batch_id) = stored.batch_id {
            return Ok(ConfirmedUpload { batch_id, is_replay: true });
        }
        let entitlement = stocked(tx, &stored.entitlement_id)?;
        let serve = command.serve.is_wanted(settings_of(&entitlement.config)?);
        let adding = Adding::begin(ctx, tx, entitlement, &stored.batch, keys.len(), &command.actor)?;
        let batch_id = adding.batch.id;
        uploads::confirm(tx, &command.id, (&content, &batch_id, serve), now)?;
        let total = i64::try_from(keys.len()).unwrap_or(i64::MAX);
        jobs::start(tx, (JobKind::AddStockKeys, command.id.as_str()), total, &command.actor, now)?;
        Ok(ConfirmedUpload { batch_id, is_replay: false })
    })
}

/// The keys that are to be added, each once.
fn chosen(ctx: &Context, upload: Upload, command: &ConfirmUpload) -> Result<NumberedKeys, StorageError> {
    let is_key = |line: &UploadLine| matches!(line.kind, LineKind::New | LineKind::Warned);
    let warned: Vec<Candidate> = upload
        .lines
        .iter()
        .filter(|line| line.kind == LineKind::Warned)
        .map(|line| Candidate { line: line.line, text: line.text.clone() })
        .collect();
    let mut corrected: HashMap<usize, LicenseKeyValue> = HashMap::new();
    if !warned.is_empty() {
        let checked = ctx.db.read(|conn| {
            let entitlement = entitlements::find(conn, &upload.stored.entitlement_id)?;
            check(ctx, conn, &entitlement, &warned, (&command.actor, Places::Hidden), &mut FirstLines::new())
        })?;
        for line in checked {
            if let Outcome::New { found, .. } = line.outcome {
                corrected.extend(found.corrected.map(|key| (line.line, key)));
            }
        }
    }
    let mut keys = Vec::new();
    for line in upload.lines.into_iter().filter(is_key) {
        let decision = match (command.decisions.get(&line.line), line.kind) {
            (Some(decision), _) => *decision,
            (None, LineKind::Warned) => command.otherwise,
            (None, _) => Decision::AsItIs,
        };
        let key = match decision {
            Decision::Skip => None,
            Decision::Corrected => corrected.remove(&line.line),
            Decision::AsItIs => LicenseKeyValue::parse(&line.text).ok(),
        };
        keys.extend(key.map(|key| (line.line, key)));
    }
    Ok(keys)
}

/// Empties the lines of uploads that wait whose keys have these values, because their customer is being erased. What is
/// confirmed already is emptied by its job.
pub(in crate::usecases) fn erase_from_uploads(
    ctx: &Context,
    tx: &mut Tx<'_>,
    values: &[Vec<u8>],
) -> Result<(), StorageError> {
    let values: HashSet<&[u8]> = values.iter().map(Vec::as_slice).collect();
    if values.is_empty() {
        return Ok(());
    }
    for id in uploads::waiting(tx)? {
        // One that is confirmed or purged at this moment is left out.
        match uploads::lock(tx, &id) {
            Err(StorageError::NotFound) => continue,
            locked => locked?,
        }
        // Nobody can read one that does not open.
        let Ok(mut lines) = content::open::<UploadLine>(ctx, &uploads::find(tx, &id)?) else { continue };
        let mut is_changed = false;
        for UploadLine { text, .. } in &mut lines {
            let key = LicenseKeyValue::parse(text);
            if key.is_ok_and(|key| values.contains(ctx.keyring.lookup_hash(key.expose()).as_slice())) {
                text.clear();
                is_changed = true;
            }
        }
        if is_changed {
            uploads::set_content(tx, &id, &content::seal(ctx, &id, &lines)?)?;
        }
    }
    Ok(())
}
