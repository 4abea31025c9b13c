//! Looking at what became of invitations: each with growing pauses, until the customer has access or the invitation is
//! gone.

use jiff::Timestamp;

use super::account::{github_of, note_call};
use super::invited::accept;
use super::lost::ask_for_person;
use super::repositories::{repositories, rights};
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::connection::invitation::{InvitationState, InvitationTrouble, PlatformInvitation, check_after};
use crate::domain::connection::{Connection, ConnectionState};
use crate::domain::ids::random_id;
use crate::domain::integration::github_names::Repository;
use crate::github::{CallError, GithubAccount};
use crate::storage::connections::{invitations, leases, rows};
use crate::storage::{StorageError, Tx, audit_log, grants};
use crate::usecases::context::Context;

/// How many invitations are looked at in one round.
const MOST: i64 = 30;

#[derive(Debug)]
pub(crate) enum LookError {
    /// The connection is paused or broken.
    NotActive(ConnectionState),
    /// Another thread or node looks at it.
    Busy,
    Call(CallError),
    Storage(StorageError),
}

impl From<StorageError> for LookError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Where an invitation stands.
enum Seen {
    Accepted,
    Open,
    Gone,
}

/// Looks at the invitations of a connection that are due; at a press also at the token and its repositories. Returns how
/// many were accepted.
pub(crate) fn look_at(ctx: &Context, connection: &Connection, is_press: bool) -> Result<i64, LookError> {
    if connection.state != ConnectionState::Active {
        return Err(LookError::NotActive(connection.state));
    }
    let owner = random_id("poll_");
    if !ctx.db.write(|tx| leases::take(tx, &connection.id, &owner, ctx.clock.now()))? {
        return Err(LookError::Busy);
    }
    let looked = round(ctx, connection, is_press);
    ctx.db.write(|tx| leases::release(tx, &connection.id, &owner))?;
    looked
}

fn round(ctx: &Context, connection: &Connection, is_press: bool) -> Result<i64, LookError> {
    let now = ctx.clock.now();
    let due = ctx.db.read(|conn| invitations::due(conn, &connection.id, now, MOST))?;
    let github = github_of(ctx, connection)?;
    let mut accepted = 0;
    let mut look = || -> Result<(), LookError> {
        if is_press {
            check(ctx, connection, &github)?;
        }
        for invitation in &due {
            let seen = seen(&github, invitation).map_err(LookError::Call)?;
            if ctx.db.write(|tx| note(ctx, tx, invitation, &seen))? {
                accepted += 1;
            }
        }
        Ok(())
    };
    let done = look();
    let error = match &done {
        Err(LookError::Call(error)) => Some(error),
        _ => None,
    };
    ctx.db.write(|tx| note_round(ctx, tx, connection, (error, github.calls(), now)))?;
    done.map(|()| accepted)
}

/// Asks whose token it is, and which repositories it may invite to.
fn check(ctx: &Context, connection: &Connection, github: &GithubAccount) -> Result<(), LookError> {
    let login = github.login().map_err(LookError::Call)?;
    let rights = rights(github, &repositories(ctx)?).map_err(LookError::Call)?;
    ctx.db.write(|tx| {
        let mut present = rows::lock(tx, &connection.id)?;
        present.account = Some(login.clone());
        present.may_supply = (!rights.is_empty()).then(|| rights.iter().any(|(_, may)| *may == Some(true)));
        rows::update(tx, &present)?;
        for (repository, may) in &rights {
            let detail = format!("{repository} {}", word(*may));
            let outcome = ("repository", Ok(detail.as_str()));
            note_call(ctx, tx, connection, outcome, 1, None)?;
        }
        Ok::<_, StorageError>(())
    })?;
    Ok(())
}

/// What a token may do in a repository, as events say it.
fn word(may: Option<bool>) -> &'static str {
    match may {
        Some(true) => "may_invite",
        Some(false) => "may_not_invite",
        None => "not_found",
    }
}

fn seen(github: &GithubAccount, invitation: &PlatformInvitation) -> Result<Seen, CallError> {
    let Some(repository) = Repository::parse(&invitation.target) else { return Ok(Seen::Gone) };
    if github.has_access(&repository, &invitation.username)? {
        return Ok(Seen::Accepted);
    }
    let open = github.invitation_of(&repository, &invitation.username)?;
    Ok(if open.is_some_and(|open| !open.is_expired) { Seen::Open } else { Seen::Gone })
}

/// Notes where an invitation stands, unless something else happened to it meanwhile; whether it was accepted.
fn note(ctx: &Context, tx: &mut Tx<'_>, looked_at: &PlatformInvitation, seen: &Seen) -> Result<bool, StorageError> {
    let id = &looked_at.grant_id;
    grants::lock(tx, id)?;
    let Some(present) = invitations::find(tx, id)?.filter(|present| present == looked_at) else { return Ok(false) };
    let (now, actor) = (ctx.clock.now(), Actor::system(SystemPart::Connection));
    match seen {
        Seen::Accepted => {
            accept(ctx, tx, &present)?;
            return Ok(true);
        }
        Seen::Open => {
            let pause = check_after(present.created_at.duration_until(now));
            let next = now.saturating_add(pause).unwrap_or(now);
            invitations::save(tx, &PlatformInvitation { next_check_at: Some(next), ..present })?;
        }
        Seen::Gone => {
            let expired = PlatformInvitation {
                state: InvitationState::Expired,
                trouble: Some(InvitationTrouble::Expired),
                next_check_at: None,
                updated_at: now,
                ..present
            };
            invitations::save(tx, &expired)?;
            ask_for_person(ctx, tx, id, now)?;
            let changes =
                vec![Change::set("repository", &expired.target), Change::set("state", expired.state.as_str())];
            let entry = NewAuditEntry::on_grant(&actor, AuditAction::GrantInvite, id, changes);
            audit_log::append(tx, &ctx.keyring, &entry, now)?;
        }
    }
    Ok(false)
}

fn note_round(
    ctx: &Context,
    tx: &mut Tx<'_>,
    connection: &Connection,
    (error, calls, now): (Option<&CallError>, i32, Timestamp),
) -> Result<(), StorageError> {
    let pause = match error {
        Some(CallError::Busy { after }) => (*after).max(connection.poll_every),
        _ => connection.poll_every,
    };
    let mut noted = Connection { poll_error: None, ..rows::lock(tx, &connection.id)? };
    noted.next_poll_at = now.saturating_add(pause).unwrap_or(now);
    match error {
        None => noted.polled_at = Some(now),
        Some(CallError::Busy { .. }) => {}
        Some(error) => noted.poll_error = Some(error.explain()),
    }
    rows::note_poll(tx, &noted)?;
    if calls > 0 {
        let outcome = error.map_or(Ok("200"), Err);
        note_call(ctx, tx, connection, ("look", outcome), calls, None)?;
    }
    Ok(())
}
