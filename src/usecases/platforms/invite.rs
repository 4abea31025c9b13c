//! Inviting the customer of a grant to a repository, at a press. Pressing twice, or after an answer that got lost, is the
//! same invitation.

use jiff::SignedDuration;

use super::account::note_call;
use super::invited::{InvitedCustomer, note_invited};
use super::made::Made;
use super::reach::{Access, NotReached, Reached, access_of, reach};
use super::take_back::withdraw;
use super::username::github_username;
use crate::domain::actor::Actor;
use crate::domain::connection::invitation::{InvitationState, InvitationTrouble, PlatformInvitation};
use crate::domain::grant::{DeliverError, Grant, GrantStatus};
use crate::domain::ids::GrantId;
use crate::domain::integration::github_names::parse_username;
use crate::github::{CallError, Invited};
use crate::storage::catalog::entitlements;
use crate::storage::connections::invitations;
use crate::storage::{Conn, StorageError, grants};
use crate::usecases::context::Context;
use crate::usecases::grants::error::FulfillGrantError;
use crate::usecases::idempotent::retried;

/// What staff entered.
#[derive(Debug, Clone)]
pub(crate) struct InviteCustomer {
    pub grant_id: GrantId,
    /// `None` for the name that came with the sale.
    pub username: Option<String>,
    pub customer_note: Option<String>,
    pub actor: Actor,
}

/// Why nobody was invited. Nothing is lost: the grant is as it was.
#[derive(Debug)]
pub(crate) enum InviteError {
    /// The grant does not wait for it, or is gone.
    Refused(FulfillGrantError),
    /// Its entitlement names no repository.
    NotAutomatic,
    /// No name was entered, and none came with the sale.
    NoUsername,
    WrongUsername,
    NotInvited(NotInvited),
}

/// Why GitHub did not invite somebody.
#[derive(Debug)]
pub(crate) enum NotInvited {
    /// There is no connection in use.
    NoConnection,
    /// A person has to look at it; GitHub's words, if any.
    Trouble(InvitationTrouble, String),
    /// GitHub asks to wait.
    Busy(SignedDuration),
    /// GitHub does not accept the token.
    TokenRefused,
    /// There was no answer that tells what became of it.
    NoAnswer(String),
    Storage(StorageError),
}

impl From<StorageError> for NotInvited {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<FulfillGrantError> for InviteError {
    fn from(error: FulfillGrantError) -> Self {
        Self::Refused(error)
    }
}

impl From<StorageError> for InviteError {
    fn from(error: StorageError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<DeliverError> for InviteError {
    fn from(error: DeliverError) -> Self {
        Self::Refused(error.into())
    }
}

/// What is known of a grant that somebody is to be invited for.
pub(crate) struct Invitable {
    pub grant: Grant,
    /// `None` if its entitlement names no repository.
    pub access: Option<Access>,
    pub invitation: Option<PlatformInvitation>,
}

impl Invitable {
    pub(crate) fn load(conn: &mut Conn, id: &GrantId) -> Result<Self, StorageError> {
        let grant = grants::find(conn, id)?;
        let entitlement = entitlements::find(conn, &grant.entitlement_id)?;
        let invitation = invitations::find(conn, id)?;
        Ok(Self { access: access_of(&entitlement.config), grant, invitation })
    }

    /// The name that was invited before, or else came with the sale.
    pub(crate) fn username(&self) -> Option<String> {
        let before = self.invitation.as_ref().map(|invitation| invitation.username.clone());
        before.filter(|name| !name.is_empty()).or_else(|| github_username(&self.grant.metadata))
    }

    /// Whether it can be invited for: it waits, or was delivered by an invitation that expired.
    pub(crate) fn is_awaited(&self) -> bool {
        self.grant.is_waiting() || self.is_to_repeat()
    }

    /// Whether it was delivered by an invitation that the customer did not accept.
    pub(crate) fn is_to_repeat(&self) -> bool {
        let is_delivered = matches!(self.grant.status, GrantStatus::Delivered | GrantStatus::Failed);
        let is_lost = |invitation: &PlatformInvitation| {
            invitation.trouble.is_some()
                && matches!(invitation.state, InvitationState::Expired | InvitationState::Wanted)
        };
        is_delivered && self.invitation.as_ref().is_some_and(is_lost)
    }

    /// Whether this very user was invited a moment ago.
    fn is_done(&self, username: &str) -> bool {
        let is_open = |invitation: &&PlatformInvitation| {
            matches!(invitation.state, InvitationState::Invited | InvitationState::Accepted)
        };
        self.grant.status == GrantStatus::Delivered
            && self.invitation.as_ref().filter(is_open).is_some_and(|i| i.username.eq_ignore_ascii_case(username))
    }
}

/// Invites the customer and delivers the grant with the invitation.
pub(crate) fn invite_customer(ctx: &Context, command: &InviteCustomer) -> Result<(), InviteError> {
    let invitable = ctx.db.read(|conn| Invitable::load(conn, &command.grant_id))?;
    let username = match command.username.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => parse_username(text).ok_or(InviteError::WrongUsername),
        None => invitable.username().ok_or(InviteError::NoUsername),
    };
    let Some(access) = invitable.access.clone() else { return Err(InviteError::NotAutomatic) };
    if let Ok(username) = &username
        && invitable.is_done(username)
    {
        return Ok(());
    }
    if !invitable.is_awaited() {
        return Err(DeliverError::NotPending.into());
    }
    let made = call(ctx, access, username?, &command.grant_id).map_err(InviteError::NotInvited)?;
    let invited = InvitedCustomer {
        grant_id: &command.grant_id,
        made: &made,
        customer_note: command.customer_note.as_deref(),
        is_press: true,
    };
    let noted = retried(|| ctx.db.write(|tx| note_invited(ctx, tx, &invited, &command.actor)));
    if noted.is_err() {
        withdraw(ctx, &made, &command.grant_id)?;
    }
    Ok(noted?)
}

/// Invites a user, and notes the call. Nothing else is written.
pub(super) fn call(ctx: &Context, access: Access, username: String, grant_id: &GrantId) -> Result<Made, NotInvited> {
    let Reached { connection, account } = match reach(ctx, &access.repository) {
        Ok(reached) => reached,
        Err(NotReached::NoConnection) => return Err(NotInvited::NoConnection),
        Err(NotReached::UnknownRepository) => {
            return Err(NotInvited::Trouble(InvitationTrouble::UnknownRepository, String::new()));
        }
        Err(NotReached::NotAllowed) => {
            return Err(NotInvited::Trouble(InvitationTrouble::NotAllowed, String::new()));
        }
        Err(NotReached::Call(connection, calls, error)) => {
            let noted = ("invite", Err(&error));
            ctx.db.write(|tx| note_call(ctx, tx, &connection, noted, calls, Some(grant_id)))?;
            return Err(refusal(&error));
        }
        Err(NotReached::Storage(error)) => return Err(error.into()),
    };
    let called = account.invite(&access.repository, &username, &access.permission);
    let outcome = match &called {
        Ok(Invited::Waits { .. }) => Ok("201"),
        Ok(Invited::HasAccess) => Ok("204"),
        Err(error) => Err(error),
    };
    ctx.db.write(|tx| note_call(ctx, tx, &connection, ("invite", outcome), account.calls(), Some(grant_id)))?;
    match called {
        Ok(invited) => Ok(Made { connection, access, username, invited }),
        Err(error) => Err(refusal(&error)),
    }
}

fn refusal(error: &CallError) -> NotInvited {
    match error {
        // The repository was reached just before.
        CallError::NotFound => NotInvited::Trouble(InvitationTrouble::UnknownUser, String::new()),
        CallError::Forbidden => NotInvited::Trouble(InvitationTrouble::NotAllowed, String::new()),
        CallError::Rejected { words, .. } => NotInvited::Trouble(InvitationTrouble::Refused, words.clone()),
        CallError::Busy { after } => NotInvited::Busy(*after),
        CallError::Unauthorized => NotInvited::TokenRefused,
        CallError::Failed { .. } | CallError::NoAnswer { .. } | CallError::Unreadable => {
            NotInvited::NoAnswer(error.explain())
        }
    }
}
