//! Choosing the grants of a run.

use std::collections::{HashMap, HashSet};

use super::begin::begin;
use super::{BulkError, digest};
use crate::domain::actor::Actor;
use crate::domain::bulk::{BulkAction, RUN_LIFETIME};
use crate::domain::ids::{BulkRunId, GrantId, StaffId};
use crate::storage::bulk_runs::{self, BulkRun, BulkSettings, GrantLook};
use crate::storage::{Conn, StorageError};
use crate::usecases::context::Context;

/// Grants that are looked at with one query.
const CHUNK: usize = 500;

/// What a person chose.
#[derive(Debug, Clone)]
pub struct SelectGrants {
    pub action: BulkAction,
    /// In the order of the list; those that the action is not for are left out.
    pub grant_ids: Vec<GrantId>,
    /// The query of the list.
    pub list: String,
    pub staff_id: StaffId,
    pub actor: Actor,
}

/// Keeps what was chosen as a run; begins it if its action asks for nothing else.
pub fn select_grants(ctx: &Context, command: &SelectGrants) -> Result<BulkRunId, BulkError> {
    let SelectGrants { action, list, staff_id, actor, .. } = command;
    let mut seen = HashSet::new();
    let ids: Vec<&GrantId> = command.grant_ids.iter().filter(|id| seen.insert(id.as_str())).collect();
    let now = ctx.clock.now();
    let run = BulkRun {
        id: BulkRunId::random(),
        staff_id: staff_id.clone(),
        action: *action,
        list: list.clone(),
        content: Vec::new(),
        settings: BulkSettings::default(),
        created_at: now,
        expires_at: now.saturating_add(RUN_LIFETIME).unwrap_or(now),
        confirmed_at: None,
    };
    ctx.db.write_alone(|tx| {
        let looks = looks_of(tx, &ids)?;
        let fits = |id: &&GrantId| looks.get(id.as_str()).filter(|look| action.takes(look.status));
        let chosen: Vec<(GrantId, [u8; 32])> =
            ids.iter().filter_map(|id| Some(((*id).clone(), digest(&ctx.keyring, fits(id)?)))).collect();
        if chosen.is_empty() {
            return Err(BulkError::NothingChosen);
        }
        if chosen.len() > action.max() {
            return Err(BulkError::TooMany);
        }
        bulk_runs::insert(tx, &run, &chosen)?;
        if action.is_immediate() {
            begin(ctx, tx, (&run, chosen.len()), &BulkSettings::default(), actor)?;
        }
        Ok(run.id.clone())
    })
}

/// How these grants look now, by id.
pub(in crate::usecases) fn looks_of(
    conn: &mut Conn,
    ids: &[&GrantId],
) -> Result<HashMap<String, GrantLook>, StorageError> {
    let mut looks = HashMap::with_capacity(ids.len());
    for part in ids.chunks(CHUNK) {
        let part: Vec<&str> = part.iter().map(|id| id.as_str()).collect();
        looks.extend(bulk_runs::looks(conn, &part)?.into_iter().map(|look| (look.id.to_string(), look)));
    }
    Ok(looks)
}
