//! Looking at an account: its entitlements, their pending grants, and what became of those that are not pending any more.
//! One node looks at an account at a time, within a part of what the account allows.

use jiff::{SignedDuration, Timestamp};

use super::account::{self, account_of, breaks, note_broken, note_event};
use super::budget::{Budget, SPAN};
use super::read::{ReadError, Reader};
pub(crate) use super::report::PollReport;
use super::report::RoundError;
use super::round::Round;
use crate::dodo::CallError;
use crate::domain::connection::{Connection, ConnectionState};
use crate::domain::ids::{ConnectionId, EntitlementId, random_id};
use crate::storage::connections::{leases, progress, rows};
use crate::storage::{StorageError, Tx};
use crate::usecases::context::Context;

/// How much is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PollScope {
    /// Everything, because a person wants to see it.
    All,
    /// What is due.
    Due,
    /// The pending grants of one entitlement, because something was told about it.
    Entitlement(EntitlementId),
}

#[derive(Debug)]
pub(crate) enum PollError {
    /// The connection is paused or broken.
    NotActive(ConnectionState),
    /// Another node, or another thread of this one, looks at it at this moment.
    Busy,
    Call(CallError),
    Storage(StorageError),
}

impl From<StorageError> for PollError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// How soon a round that ran out of calls goes on.
const GOES_ON_AFTER: SignedDuration = SignedDuration::from_secs(15);
/// How often what was delivered or revoked is looked at again: webhooks tell of it sooner, but may be lost.
const SWEEP_EVERY: SignedDuration = SignedDuration::from_mins(15);

/// Looks at a connection's account.
pub(crate) fn poll_connection(ctx: &Context, id: &ConnectionId, scope: PollScope) -> Result<PollReport, PollError> {
    let connection = ctx.db.read(|conn| rows::find(conn, id))?;
    if connection.state != ConnectionState::Active {
        return Err(PollError::NotActive(connection.state));
    }
    let is_asked_for = scope == PollScope::All;
    if let PollScope::Entitlement(entitlement_id) = scope {
        let mut round = Round::new(ctx, &connection, Reader::new(account_of(ctx, &connection)?, None), None);
        let done = round.one(&entitlement_id);
        return note_targeted(ctx, &connection, &round, done);
    }
    let owner = random_id("poll_");
    if !ctx.db.write(|tx| leases::take(tx, id, &owner, ctx.clock.now()))? {
        return Err(PollError::Busy);
    }
    let polled = poll_all(ctx, &connection, &owner, is_asked_for);
    ctx.db.write(|tx| leases::release(tx, id, &owner))?;
    polled
}

fn poll_all(ctx: &Context, connection: &Connection, owner: &str, is_asked_for: bool) -> Result<PollReport, PollError> {
    let now = ctx.clock.now();
    let since = |span: SignedDuration| now.saturating_sub(span).unwrap_or(now);
    let (used, swept_at) = ctx.db.read(|conn| {
        let used = progress::calls_since(conn, &connection.id, since(SPAN))?;
        Ok::<_, StorageError>((used, progress::last_of(conn, &connection.id, SWEEP)?))
    })?;
    let budget = Budget::of(connection, used);
    if !is_asked_for && !budget.may_begin() {
        let next = now.saturating_add(GOES_ON_AFTER).unwrap_or(now);
        ctx.db.write(|tx| rows::note_poll(tx, &Connection { next_poll_at: next, ..connection.clone() }))?;
        return Ok(PollReport::default());
    }
    let reader = Reader::new(account_of(ctx, connection)?, Some(budget));
    let mut round = Round::new(ctx, connection, reader, Some(owner));
    let sweeps = is_asked_for || swept_at.is_none_or(|at| at <= since(SWEEP_EVERY));
    let done = round.all(sweeps);
    let report = PollReport { calls: round.calls(), is_complete: done.is_ok(), ..round.report };
    ctx.db.write(|tx| {
        note_account(tx, connection, &round)?;
        note_round(ctx, tx, (connection, &budget), (&report, &done), sweeps)
    })?;
    match done {
        Ok(()) | Err(RoundError::Read(ReadError::OutOfBudget)) => Ok(report),
        Err(RoundError::Read(ReadError::Call(error))) => Err(PollError::Call(error)),
        Err(RoundError::Storage(error)) => Err(error.into()),
    }
}

/// What a round was called in the connection's events: one that looked at everything again is noted twice.
const POLL: &str = "poll";
const SWEEP: &str = "sweep";

fn note_account(tx: &mut Tx<'_>, connection: &Connection, round: &Round<'_>) -> Result<(), StorageError> {
    if let Some(budget) = round.budget() {
        rows::note_budget(tx, &connection.id, budget)?;
    }
    let Some(account) = &round.business_id else { return Ok(()) };
    let mut present = rows::lock(tx, &connection.id)?;
    if present.account.as_ref() != Some(account) {
        present.account = Some(account.clone());
        rows::update(tx, &present)?;
    }
    Ok(())
}

fn note_round(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (connection, budget): (&Connection, &Budget),
    (report, done): (&PollReport, &Result<(), RoundError>),
    sweeps: bool,
) -> Result<(), StorageError> {
    let now = ctx.clock.now();
    let soon = |pause: SignedDuration| now.saturating_add(pause).unwrap_or(now);
    let mut noted = Connection { poll_error: None, ..connection.clone() };
    match done {
        Ok(()) => {
            noted.polled_at = Some(now);
            noted.next_poll_at = budget.next_poll(connection.poll_every, report.calls, now);
        }
        Err(RoundError::Read(ReadError::OutOfBudget)) => noted.next_poll_at = soon(GOES_ON_AFTER),
        Err(RoundError::Read(ReadError::Call(CallError::Busy { after }))) => noted.next_poll_at = soon(*after),
        Err(error) => {
            noted.poll_error = Some(error.explain());
            noted.next_poll_at = soon(connection.poll_every);
        }
    }
    rows::note_poll(tx, &noted)?;
    let detail = match done {
        Ok(()) | Err(RoundError::Read(ReadError::OutOfBudget)) => {
            format!("entitlements={} new={} changed={}", report.entitlements, report.created, report.changed)
        }
        Err(error) => error.explain(),
    };
    let is_ok = matches!(done, Ok(()) | Err(RoundError::Read(ReadError::OutOfBudget)));
    note_event(tx, &connection.id, (POLL, Some(detail), is_ok), report.calls, None, now)?;
    if sweeps && done.is_ok() {
        note_event(tx, &connection.id, (SWEEP, None, true), 0, None, now)?;
    }
    if let Err(RoundError::Read(ReadError::Call(error))) = done
        && let Some(reason) = breaks(error)
    {
        note_broken(ctx, tx, &connection.id, reason)?;
    }
    Ok(())
}

fn note_targeted(
    ctx: &Context,
    connection: &Connection,
    round: &Round<'_>,
    done: Result<(), RoundError>,
) -> Result<PollReport, PollError> {
    let now: Timestamp = ctx.clock.now();
    let report = PollReport { calls: round.calls(), is_complete: done.is_ok(), ..round.report };
    let detail = match &done {
        Ok(()) => format!("entitlements=1 new={} changed={}", report.created, report.changed),
        Err(error) => error.explain(),
    };
    ctx.db.write(|tx| {
        note_account(tx, connection, round)?;
        if let Err(RoundError::Read(ReadError::Call(error))) = &done
            && let Some(reason) = account::breaks(error)
        {
            note_broken(ctx, tx, &connection.id, reason)?;
        }
        note_event(tx, &connection.id, (POLL, Some(detail.clone()), done.is_ok()), report.calls, None, now)
    })?;
    match done {
        Ok(()) => Ok(report),
        Err(RoundError::Read(ReadError::Call(error))) => Err(PollError::Call(error)),
        Err(RoundError::Read(ReadError::OutOfBudget)) => Err(PollError::Busy),
        Err(RoundError::Storage(error)) => Err(error.into()),
    }
}
