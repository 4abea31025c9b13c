//! Inviting without staff: a new sale that names the customer's user, where the entitlement delivers by itself, and a
//! grant that was restored. The outbox calls GitHub.

use jiff::{SignedDuration, Timestamp};

use super::invite::{NotInvited, call};
use super::invited::{InvitedCustomer, note_invited};
use super::lost::ask_for_person;
use super::reach::{access_of, candidates};
use super::take_back::withdraw;
use super::username::github_username;
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::connection::invitation::{InvitationState, InvitationTrouble, PlatformInvitation};
use crate::domain::entitlement::Entitlement;
use crate::domain::grant::Grant;
use crate::domain::ids::GrantId;
use crate::domain::outbox::NewMessage;
use crate::domain::stock::settings::StockDelivery;
use crate::storage::catalog::entitlements;
use crate::storage::connections::invitations;
use crate::storage::{Conn, StorageError, Tx, grants, outbox};
use crate::usecases::context::Context;
use crate::usecases::grants::error::FulfillGrantError;
use crate::usecases::idempotent::retried;

/// Queues the invitation of a new grant, if its entitlement delivers by itself, a connection is in use and the sale names
/// the user; `false` if not.
pub(in crate::usecases) fn invite_if_auto(
    tx: &mut Tx<'_>,
    grant: &Grant,
    entitlement: &Entitlement,
    now: Timestamp,
) -> Result<bool, StorageError> {
    if entitlement.config.issue().stock.delivery != StockDelivery::Auto {
        return Ok(false);
    }
    let Some((access, username)) = access_of(&entitlement.config).zip(github_username(&grant.metadata)) else {
        return Ok(false);
    };
    let Some(connection) = candidates(tx, &access.repository)?.into_iter().next() else { return Ok(false) };
    let invitation = PlatformInvitation {
        grant_id: grant.id.clone(),
        connection_id: connection.id.clone(),
        target: access.repository.to_string(),
        username,
        invitation_id: None,
        state: InvitationState::Wanted,
        trouble: None,
        trouble_detail: None,
        next_check_at: None,
        created_at: now,
        updated_at: now,
    };
    invitations::save(tx, &invitation)?;
    outbox::enqueue(tx, &NewMessage::github_invited(&connection.id, &grant.id), now)?;
    Ok(true)
}

/// What became of an attempt.
pub(crate) enum Automatic {
    Invited,
    /// The grant was delivered or revoked meanwhile.
    NotAwaited,
    /// A person has to look at it; the trouble is noted on the invitation.
    Refused(String),
    /// The connection does not work.
    Stopped(String),
    /// It may work later, or after this pause.
    Later(String, Option<SignedDuration>),
}

/// Invites the customer of a grant whose invitation is wanted.
pub(crate) fn invite_automatically(ctx: &Context, id: &GrantId) -> Result<Automatic, StorageError> {
    let found = ctx.db.read(|conn: &mut Conn| {
        let grant = grants::find(conn, id)?;
        let entitlement = entitlements::find(conn, &grant.entitlement_id)?;
        Ok::<_, StorageError>((invitations::find(conn, id)?, access_of(&entitlement.config)))
    })?;
    let (Some(invitation), Some(access)) = found else { return Ok(Automatic::NotAwaited) };
    if invitation.state != InvitationState::Wanted || invitation.username.is_empty() {
        return Ok(Automatic::NotAwaited);
    }
    let made = match call(ctx, access, invitation.username.clone(), id) {
        Ok(made) => made,
        Err(NotInvited::Busy(after)) => return Ok(Automatic::Later("429".to_owned(), Some(after))),
        Err(NotInvited::NoAnswer(cause)) => return Ok(Automatic::Later(cause, None)),
        Err(NotInvited::NoConnection) => return Ok(Automatic::Stopped(String::new())),
        Err(NotInvited::TokenRefused) => return Ok(Automatic::Stopped("401".to_owned())),
        Err(NotInvited::Storage(error)) => return Err(error),
        Err(NotInvited::Trouble(trouble, words)) => {
            ctx.db.write(|tx| note_trouble(ctx, tx, &invitation, (trouble, &words)))?;
            return Ok(Automatic::Refused(trouble.as_str().to_owned()));
        }
    };
    let actor = Actor::system(SystemPart::Connection);
    let invited = InvitedCustomer { grant_id: id, made: &made, customer_note: None, is_press: false };
    match retried(|| ctx.db.write(|tx| note_invited(ctx, tx, &invited, &actor))) {
        Ok(()) => Ok(Automatic::Invited),
        Err(FulfillGrantError::Storage(error)) => Err(error),
        Err(_) => {
            withdraw(ctx, &made, id)?;
            Ok(Automatic::NotAwaited)
        }
    }
}

/// Notes why nobody was invited, unless something else became of the invitation.
fn note_trouble(
    ctx: &Context,
    tx: &mut Tx<'_>,
    looked_at: &PlatformInvitation,
    (trouble, words): (InvitationTrouble, &str),
) -> Result<(), StorageError> {
    grants::lock(tx, &looked_at.grant_id)?;
    let Some(present) = invitations::find(tx, &looked_at.grant_id)?.filter(|present| present == looked_at) else {
        return Ok(());
    };
    let noted = PlatformInvitation {
        trouble: Some(trouble),
        trouble_detail: Some(words.to_owned()).filter(|words| !words.is_empty()),
        updated_at: ctx.clock.now(),
        ..present
    };
    ask_for_person(ctx, tx, &noted.grant_id, noted.updated_at)?;
    invitations::save(tx, &noted)
}
