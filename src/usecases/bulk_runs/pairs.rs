//! Pasted keys, each paired with a grant in the order of the list. They wait sealed until the person has seen the pairs.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::view::{RunLine, lines_of, own};
use super::{BulkError, digest};
use crate::domain::actor::Actor;
use crate::domain::bulk::{BulkAction, BulkOutcome, BulkReason, MAX_KEYS};
use crate::domain::ids::{BulkRunId, StaffId};
use crate::domain::integration::link::NotALink;
use crate::domain::integration::rules::Delivers;
use crate::domain::license_key::warnings::Inspection;
use crate::domain::license_key::{LicenseKeyValue, LicenseKeyValueError};
use crate::storage::bulk_runs::{self, BulkGrant, BulkRun, associated_data};
use crate::storage::catalog::entitlements;
use crate::storage::{Conn, StorageError, Tx};
use crate::usecases::context::Context;
use crate::usecases::stock::check::{Candidate, FirstLines, Outcome, Places, check};

/// A key as it was pasted, for the grant at a position. It is sealed under short names: there may be many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::usecases) struct KeyLine {
    #[serde(rename = "p")]
    pub position: i32,
    #[serde(rename = "t")]
    pub text: String,
    /// What the person chose; until then, keys that look wrong are not sent.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub is_sent: Option<bool>,
}

/// What is to be said about a pair.
#[derive(Debug, Clone)]
pub enum PairState {
    Ready,
    /// The key looks wrong; it can be sent as it is.
    Warned(Inspection),
    NoKey,
    Invalid(LicenseKeyValueError),
    NotALink(NotALink),
    /// The same key stands at an earlier place, from 1.
    Twice(usize),
    InStock,
    Issued,
    /// A colleague holds the grant.
    Held,
    /// The grant is not what it was when it was chosen.
    Changed,
    /// The grant takes no keys.
    OtherKind,
}

/// A grant with its key.
#[derive(Debug, Clone)]
pub struct Pair {
    pub line: RunLine,
    pub text: String,
    pub state: PairState,
    pub is_sent: bool,
}

impl Pair {
    pub fn is_ready(&self) -> bool {
        matches!(self.state, PairState::Ready)
    }

    pub fn is_warned(&self) -> bool {
        matches!(self.state, PairState::Warned(_))
    }
}

/// What a person changed about the pairs of a page, by position.
#[derive(Debug, Clone, Default)]
pub struct PairEdits {
    pub texts: HashMap<i32, String>,
    /// The positions that were shown, and whether each is ticked.
    pub ticked: HashMap<i32, bool>,
}

/// Pairs keys with the grants of a run, one after the other; an empty one skips a grant.
pub fn pair_keys(ctx: &Context, id: &BulkRunId, texts: Vec<String>, staff_id: &StaffId) -> Result<(), BulkError> {
    let line = |(text, position)| KeyLine { position, text, is_sent: None };
    let lines: Vec<KeyLine> = texts.into_iter().take(MAX_KEYS).zip(0..).map(line).collect();
    ctx.db.write(|tx| {
        bulk_runs::lock(tx, id)?;
        let run = own(bulk_runs::find(tx, id)?, staff_id, ctx)?;
        if run.confirmed_at.is_some() || run.action != BulkAction::Keys {
            return Err(BulkError::NotFound);
        }
        Ok(bulk_runs::set_content(tx, id, &seal(ctx, id, &lines)?)?)
    })
}

/// Pairs keys with the grants of a run by the grants' ids; returns how many grants have got one.
pub fn pair_by_grant(
    ctx: &Context,
    id: &BulkRunId,
    keys: &BTreeMap<String, String>,
    staff_id: &StaffId,
) -> Result<usize, BulkError> {
    let most = i64::try_from(MAX_KEYS).unwrap_or(i64::MAX);
    let grants = ctx.db.read(|conn| bulk_runs::grants_from(conn, id, 0, most))?;
    let text = |grant: &BulkGrant| keys.get(grant.grant_id.as_str()).cloned().unwrap_or_default();
    let texts: Vec<String> = grants.iter().map(text).collect();
    let paired = texts.iter().filter(|text| !text.is_empty()).count();
    pair_keys(ctx, id, texts, staff_id)?;
    Ok(paired)
}

/// Keeps what a person changed; returns whether a key was changed, which then has to be looked at first.
pub fn edit_pairs(ctx: &Context, id: &BulkRunId, edits: &PairEdits, staff_id: &StaffId) -> Result<bool, BulkError> {
    ctx.db.write(|tx| {
        bulk_runs::lock(tx, id)?;
        let run = own(bulk_runs::find(tx, id)?, staff_id, ctx)?;
        if run.confirmed_at.is_some() {
            return Ok(false);
        }
        let mut lines: HashMap<i32, KeyLine> = open(ctx, &run)?.into_iter().map(|line| (line.position, line)).collect();
        let mut changed = HashSet::new();
        for (position, text) in &edits.texts {
            let line = lines.entry(*position).or_insert_with(|| blank(*position));
            if line.text.trim() != text.trim() {
                (line.text, line.is_sent) = (text.clone(), None);
                changed.insert(*position);
            }
        }
        // Whether a new key is to be sent is decided once it was looked at.
        for (position, is_ticked) in edits.ticked.iter().filter(|(position, _)| !changed.contains(*position)) {
            if let Some(line) = lines.get_mut(position) {
                line.is_sent = Some(*is_ticked);
            }
        }
        let mut lines: Vec<KeyLine> = lines.into_values().collect();
        lines.sort_by_key(|line| line.position);
        bulk_runs::set_content(tx, id, &seal(ctx, id, &lines)?)?;
        Ok(!changed.is_empty())
    })
}

fn blank(position: i32) -> KeyLine {
    KeyLine { position, text: String::new(), is_sent: None }
}

/// The pairs of a run as they are now.
pub fn read_pairs(
    ctx: &Context,
    id: &BulkRunId,
    staff_id: &StaffId,
    actor: &Actor,
) -> Result<(BulkRun, Vec<Pair>), BulkError> {
    ctx.db.read(|conn| {
        let run = own(bulk_runs::find(conn, id)?, staff_id, ctx)?;
        let pairs = pairs_of(ctx, conn, &run, actor)?;
        Ok((run, pairs))
    })
}

fn pairs_of(ctx: &Context, conn: &mut Conn, run: &BulkRun, actor: &Actor) -> Result<Vec<Pair>, StorageError> {
    let most = i64::try_from(MAX_KEYS).unwrap_or(i64::MAX);
    let grants = bulk_runs::grants_from(conn, &run.id, 0, most)?;
    let lines = lines_of(conn, grants)?;
    let mut keys: HashMap<i32, KeyLine> = open(ctx, run)?.into_iter().map(|line| (line.position, line)).collect();
    let states = states_of(ctx, conn, &lines, &keys, actor)?;
    let now = ctx.clock.now();
    let pair = |(line, state): (RunLine, PairState)| {
        let KeyLine { text, is_sent, .. } =
            keys.remove(&line.grant.position).unwrap_or_else(|| blank(line.grant.position));
        let is_held = line.look.held.as_ref().is_some_and(|(by, until)| *by != run.staff_id && *until > now);
        let state = if digest(&ctx.keyring, &line.look).as_slice() != line.grant.seen {
            PairState::Changed
        } else if is_held {
            PairState::Held
        } else {
            state
        };
        let is_sent = match state {
            PairState::Ready => is_sent.unwrap_or(true),
            PairState::Warned(_) => is_sent.unwrap_or(false),
            _ => false,
        };
        Pair { line, text, state, is_sent }
    };
    Ok(lines.into_iter().zip(states).map(pair).collect())
}

/// What is to be said about each key, looked at together with the others of its entitlement.
fn states_of(
    ctx: &Context,
    conn: &mut Conn,
    lines: &[RunLine],
    keys: &HashMap<i32, KeyLine>,
    actor: &Actor,
) -> Result<Vec<PairState>, StorageError> {
    let mut states: Vec<PairState> = vec![PairState::NoKey; lines.len()];
    let mut first_lines = FirstLines::new();
    let mut done: HashSet<&str> = HashSet::new();
    for line in lines {
        let id = &line.look.entitlement_id;
        if !done.insert(id.as_str()) {
            continue;
        }
        let entitlement = entitlements::find(conn, id)?;
        let own = lines.iter().enumerate().filter(|(_, line)| line.look.entitlement_id == *id);
        let takes_values = entitlement.config.delivers() == Delivers::Key || entitlement.config.delivers().is_link();
        let mut candidates = Vec::new();
        for (place, line) in own {
            match keys.get(&line.grant.position).map(|key| key.text.trim()).unwrap_or_default() {
                "" => {}
                _ if !takes_values => set(&mut states, place, PairState::OtherKind),
                text => candidates.push(Candidate { line: place + 1, text: text.to_owned() }),
            }
        }
        for checked in check(ctx, conn, &entitlement, &candidates, (actor, Places::Hidden), &mut first_lines)? {
            let state = match checked.outcome {
                Outcome::New { found, .. } if found.warnings.is_empty() => PairState::Ready,
                Outcome::New { found, .. } => PairState::Warned(found),
                Outcome::TwiceInFile { first_line } => PairState::Twice(first_line),
                Outcome::InStock => PairState::InStock,
                Outcome::Issued(_) => PairState::Issued,
                Outcome::Invalid(error) => PairState::Invalid(error),
                Outcome::NotALink(why) => PairState::NotALink(why),
            };
            set(&mut states, checked.line.saturating_sub(1), state);
        }
    }
    Ok(states)
}

fn set(states: &mut [PairState], place: usize, state: PairState) {
    if let Some(slot) = states.get_mut(place) {
        *slot = state;
    }
}

/// Leaves out the grants whose key is not sent, and keeps the other keys for the job.
pub(super) fn settle_rest(ctx: &Context, tx: &mut Tx<'_>, run: &BulkRun, actor: &Actor) -> Result<(), BulkError> {
    let now = ctx.clock.now();
    let mut kept = Vec::new();
    for pair in pairs_of(ctx, tx, run, actor)? {
        let position = pair.line.grant.position;
        if pair.is_sent {
            // From here on: whether the person sends it although it looks wrong.
            kept.push(KeyLine { position, is_sent: Some(pair.is_warned()), text: pair.text });
        } else {
            bulk_runs::settle(tx, &run.id, position, (BulkOutcome::Skipped, Some(BulkReason::LeftOut)), now)?;
        }
    }
    Ok(bulk_runs::set_content(tx, &run.id, &seal(ctx, &run.id, &kept)?)?)
}

/// The keys of a confirmed run by position, and whether each is sent although it looks wrong.
pub(in crate::usecases) fn confirmed_keys(
    ctx: &Context,
    run: &BulkRun,
) -> Result<HashMap<i32, (LicenseKeyValue, bool)>, StorageError> {
    let key = |line: KeyLine| {
        let value = LicenseKeyValue::parse(&line.text).ok()?;
        Some((line.position, (value, line.is_sent == Some(true))))
    };
    Ok(open(ctx, run)?.into_iter().filter_map(key).collect())
}

fn seal(ctx: &Context, id: &BulkRunId, lines: &[KeyLine]) -> Result<Vec<u8>, StorageError> {
    let bytes = serde_json::to_vec(lines).map_err(|error| StorageError::Corrupt(error.to_string()))?;
    Ok(ctx.keyring.seal(&associated_data(id), &bytes))
}

fn open(ctx: &Context, run: &BulkRun) -> Result<Vec<KeyLine>, StorageError> {
    if run.content.is_empty() {
        return Ok(Vec::new());
    }
    let unreadable = |cause: String| StorageError::Corrupt(format!("the sealed content of {}: {cause}", run.id));
    let bytes = ctx.keyring.open(&associated_data(&run.id), &run.content).map_err(|e| unreadable(e.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))
}

/// Empties the lines whose keys have these values, because their customer is being erased.
pub(in crate::usecases) fn erase_from_runs(
    ctx: &Context,
    tx: &mut Tx<'_>,
    values: &[Vec<u8>],
) -> Result<(), StorageError> {
    let values: HashSet<&[u8]> = values.iter().map(Vec::as_slice).collect();
    if values.is_empty() {
        return Ok(());
    }
    for id in bulk_runs::with_keys(tx)? {
        // One that is purged at this moment is left out.
        match bulk_runs::lock(tx, &id) {
            Err(StorageError::NotFound) => continue,
            locked => locked?,
        }
        // Nobody can read one that does not open.
        let Ok(mut lines) = open(ctx, &bulk_runs::find(tx, &id)?) else { continue };
        let mut is_changed = false;
        for line in &mut lines {
            let key = LicenseKeyValue::parse(&line.text);
            if key.is_ok_and(|key| values.contains(ctx.keyring.lookup_hash(key.expose()).as_slice())) {
                line.text.clear();
                is_changed = true;
            }
        }
        if is_changed {
            bulk_runs::set_content(tx, &id, &seal(ctx, &id, &lines)?)?;
        }
    }
    Ok(())
}
