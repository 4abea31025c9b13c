//! Goes through the grants of a bulk run, in the order of the list. A grant that is not what the person saw is left out; a
//! step that fails as a whole is repeated grant by grant, and one that fails alone is named.

use std::collections::HashMap;

use super::Step;
use crate::domain::actor::Actor;
use crate::domain::bulk::{BulkAction, BulkOutcome, BulkReason};
use crate::domain::grant::DeliverError;
use crate::domain::ids::{BulkRunId, GrantId};
use crate::domain::job::Job;
use crate::domain::license_key::LicenseKeyValue;
use crate::storage::bulk_runs::{self, BulkRun, GrantLook};
use crate::storage::catalog::entitlements;
use crate::storage::stock::draw::Held;
use crate::storage::{StorageError, Tx, jobs};
use crate::usecases::bulk_runs::digest;
use crate::usecases::bulk_runs::pairs::confirmed_keys;
use crate::usecases::bulk_runs::select::looks_of;
use crate::usecases::context::Context;
use crate::usecases::grants::assign::{AssignGrantError, assign_in};
use crate::usecases::grants::error::FulfillGrantError;
use crate::usecases::grants::fulfill::{FulfillGrant, KeyChoice, fulfill_with};
use crate::usecases::grants::pause::{PauseGrant, PauseGrantError, pause_in};
use crate::usecases::grants::resend_email::{Moves, ResendEmail, ResendEmailError, resend_in};
use crate::usecases::grants::revoke::{Reason, RevokeGrantError, revoke_own};
use crate::usecases::grants::undo::{UndoError, undo_in};

/// Grants per step.
const BATCH: i64 = 50;

/// What became of a grant, and why.
type Outcome = (BulkOutcome, Option<BulkReason>);

const DONE: Outcome = (BulkOutcome::Done, None);

fn failed(reason: BulkReason) -> Outcome {
    (BulkOutcome::Failed, Some(reason))
}

fn skipped(reason: BulkReason) -> Outcome {
    (BulkOutcome::Skipped, Some(reason))
}

fn run_of(job: &Job) -> BulkRunId {
    BulkRunId::stored(job.subject.clone().unwrap_or_default())
}

/// How many grants are still done one by one.
fn alone(job: &Job) -> i64 {
    job.cursor.parse().unwrap_or(0)
}

pub(super) fn prepare(ctx: &Context, job: &Job) -> Step {
    let (ctx, id) = (ctx.clone(), run_of(job));
    Box::new(move |tx: &mut Tx<'_>, job: &mut Job| step(&ctx, tx, &id, job))
}

fn step(ctx: &Context, tx: &mut Tx<'_>, id: &BulkRunId, job: &mut Job) -> Result<bool, StorageError> {
    let alone = alone(job);
    let open = bulk_runs::open(tx, id, if alone > 0 { 1 } else { BATCH })?;
    if open.is_empty() {
        bulk_runs::empty(tx, id)?;
        return Ok(false);
    }
    let run = bulk_runs::find(tx, id)?;
    let actor = job.started_by.clone().ok_or_else(|| StorageError::Corrupt(format!("who started {}", job.id)))?;
    let keys = if run.action == BulkAction::Keys { confirmed_keys(ctx, &run)? } else { HashMap::new() };
    let ids: Vec<&GrantId> = open.iter().map(|grant| &grant.grant_id).collect();
    let looks = looks_of(tx, &ids)?;
    for grant in &open {
        let is_same = |look: &&GrantLook| digest(&ctx.keyring, look).as_slice() == grant.seen;
        let outcome = match looks.get(grant.grant_id.as_str()).filter(is_same) {
            Some(look) => act(ctx, tx, &run, look, keys.get(&grant.position), &actor)?,
            None => skipped(BulkReason::Changed),
        };
        bulk_runs::settle(tx, id, grant.position, outcome, ctx.clock.now())?;
        job.done += 1;
    }
    job.cursor = (alone - 1).max(0).to_string();
    Ok(true)
}

fn act(
    ctx: &Context,
    tx: &mut Tx<'_>,
    run: &BulkRun,
    look: &GrantLook,
    key: Option<&(LicenseKeyValue, bool)>,
    actor: &Actor,
) -> Result<Outcome, StorageError> {
    let now = ctx.clock.now();
    let is_held = look.held.as_ref().is_some_and(|(by, until)| *by != run.staff_id && *until > now);
    match run.action {
        BulkAction::Stock | BulkAction::Keys if is_held => Ok(failed(BulkReason::Held)),
        BulkAction::Stock => fulfill(ctx, tx, look, (KeyChoice::FromStock, true), actor),
        BulkAction::Keys => {
            // The value was erased meanwhile.
            let Some((value, is_confirmed)) = key else { return Ok(skipped(BulkReason::LeftOut)) };
            let is_link = entitlements::find(tx, &look.entitlement_id)?.config.delivers().is_link();
            let choice = if is_link { KeyChoice::Link(value.clone()) } else { KeyChoice::Typed(value.clone()) };
            fulfill(ctx, tx, look, (choice, *is_confirmed), actor)
        }
        BulkAction::Claim => assign(ctx, tx, run, look, actor),
        BulkAction::Hold => pause(ctx, tx, run, look, actor),
        BulkAction::Emails => resend(ctx, tx, look, actor),
        BulkAction::Revocation => revoke(ctx, tx, run, look, actor),
        BulkAction::Undo => undo(ctx, tx, look, actor),
    }
}

fn fulfill(
    ctx: &Context,
    tx: &mut Tx<'_>,
    look: &GrantLook,
    (key, is_confirmed): (KeyChoice, bool),
    actor: &Actor,
) -> Result<Outcome, StorageError> {
    let command = FulfillGrant {
        grant_id: look.id.clone(),
        key,
        activations_limit: None,
        expires_at: None,
        expires_zone: None,
        customer_note: None,
        is_confirmed,
        idempotency_key: None,
        actor: actor.clone(),
    };
    Ok(match fulfill_with(ctx, tx, &command, Held::Skip) {
        Ok(_) => DONE,
        Err(FulfillGrantError::Storage(error)) => return Err(error),
        Err(FulfillGrantError::OutOfStock) => failed(BulkReason::OutOfStock),
        Err(FulfillGrantError::KeyAlreadyUsed(_)) => failed(BulkReason::KeyUsed),
        Err(FulfillGrantError::KeyInStock) => failed(BulkReason::KeyInStock),
        Err(FulfillGrantError::Unconfirmed) => failed(BulkReason::LooksWrong),
        Err(FulfillGrantError::Refused(DeliverError::Takes(_)) | FulfillGrantError::NotALink(_)) => {
            failed(BulkReason::OtherKind)
        }
        Err(
            FulfillGrantError::Refused(_)
            | FulfillGrantError::GrantNotFound
            | FulfillGrantError::IdempotencyMismatch
            | FulfillGrantError::Undone,
        ) => failed(BulkReason::WrongStatus),
    })
}

fn assign(
    ctx: &Context,
    tx: &mut Tx<'_>,
    run: &BulkRun,
    look: &GrantLook,
    actor: &Actor,
) -> Result<Outcome, StorageError> {
    Ok(match assign_in(ctx, tx, &look.id, Some(&run.staff_id), actor) {
        Ok(_) => DONE,
        Err(AssignGrantError::Storage(error)) => return Err(error),
        Err(AssignGrantError::NoAssignee) => failed(BulkReason::Error),
        Err(AssignGrantError::GrantNotFound | AssignGrantError::NotPending) => failed(BulkReason::WrongStatus),
    })
}

fn pause(
    ctx: &Context,
    tx: &mut Tx<'_>,
    run: &BulkRun,
    look: &GrantLook,
    actor: &Actor,
) -> Result<Outcome, StorageError> {
    let Some((reason, until)) = run.settings.pause else {
        return Err(StorageError::Corrupt(format!("the pause of {}", run.id)));
    };
    let command = PauseGrant {
        grant_id: look.id.clone(),
        reason,
        note: run.settings.reason.clone(),
        until,
        staff: run.staff_id.clone(),
        actor: actor.clone(),
    };
    Ok(match pause_in(ctx, tx, &command) {
        Ok(()) => DONE,
        Err(PauseGrantError::Storage(error)) => return Err(error),
        Err(PauseGrantError::Held) => failed(BulkReason::Held),
        Err(PauseGrantError::GrantNotFound | PauseGrantError::NotPending) => failed(BulkReason::WrongStatus),
    })
}

fn resend(ctx: &Context, tx: &mut Tx<'_>, look: &GrantLook, actor: &Actor) -> Result<Outcome, StorageError> {
    let command = ResendEmail {
        grant_id: look.id.clone(),
        email: None,
        moves: Moves::Confirmed(None),
        idempotency_key: None,
        actor: actor.clone(),
    };
    Ok(match resend_in(ctx, tx, &command) {
        Ok(_) => DONE,
        Err(ResendEmailError::Storage(error)) => return Err(error),
        Err(ResendEmailError::Erased) => failed(BulkReason::Erased),
        Err(_) => failed(BulkReason::NothingToSend),
    })
}

fn revoke(
    ctx: &Context,
    tx: &mut Tx<'_>,
    run: &BulkRun,
    look: &GrantLook,
    actor: &Actor,
) -> Result<Outcome, StorageError> {
    let text = run.settings.reason.as_deref().unwrap_or_default();
    let reason = Reason::parse(text).map_err(|_| StorageError::Corrupt(format!("the reason of {}", run.id)))?;
    Ok(match revoke_own(ctx, tx, &look.id, &reason, actor) {
        Ok(true) => DONE,
        Ok(false) => skipped(BulkReason::Changed),
        Err(RevokeGrantError::Storage(error)) => return Err(error),
        Err(RevokeGrantError::Mirrored) => failed(BulkReason::Mirrored),
        Err(RevokeGrantError::GrantNotFound) => failed(BulkReason::WrongStatus),
    })
}

fn undo(ctx: &Context, tx: &mut Tx<'_>, look: &GrantLook, actor: &Actor) -> Result<Outcome, StorageError> {
    Ok(match undo_in(ctx, tx, &look.id, actor, None) {
        Ok(_) => DONE,
        Err(UndoError::Storage(error)) => return Err(error),
        Err(UndoError::TooLate(_)) => failed(BulkReason::TooLate),
        Err(UndoError::InUse) => failed(BulkReason::InUse),
        Err(UndoError::AlreadyUndone) => skipped(BulkReason::Changed),
        Err(UndoError::GrantNotFound | UndoError::NotDelivered) => failed(BulkReason::WrongStatus),
    })
}

/// Decides what follows a step that failed as a whole: its grants are done one by one, and one that fails alone is named.
/// Whatever concerns the database stops here, and the end of the person's rights ends the run.
pub(super) fn settle(ctx: &Context, mut job: Job, owner: &str, error: StorageError) -> Result<bool, StorageError> {
    if matches!(error, StorageError::Busy(_) | StorageError::Unwritable(_)) {
        return Err(error);
    }
    tracing::warn!(%error, job = job.id, "a step of a bulk run failed");
    let id = run_of(&job);
    let is_alone = alone(&job) > 0;
    job.last_error = Some(error.to_string());
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        if !jobs::advance(tx, &job, owner, now)? {
            return Ok(false);
        }
        if matches!(error, StorageError::NoLongerAllowed) {
            bulk_runs::empty(tx, &id)?;
            jobs::finish(tx, &job.id, now)?;
            return Ok(true);
        }
        if !is_alone {
            job.cursor = BATCH.to_string();
        } else if let Some(grant) = bulk_runs::open(tx, &id, 1)?.first() {
            bulk_runs::settle(tx, &id, grant.position, failed(BulkReason::Error), now)?;
            job.done += 1;
        }
        jobs::record(tx, &job)?;
        Ok(true)
    })
}
