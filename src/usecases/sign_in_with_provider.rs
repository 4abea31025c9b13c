//! Signing in with an identity provider. Somebody who came before is known by issuer and subject; the first time a
//! verified address finds the person, or a role lets somebody new in.

use jiff::SignedDuration;

use super::change_staff_role::{change_role_in, is_last_admin};
use super::context::Context;
use super::revoke_access::revoke_access;
use super::sign_in::{Method, SignedIn, UNKNOWN, note_failure_with, note_sign_in};
use super::staff_error::StaffError;
use crate::domain::actor::{Actor, Who};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::customer::{EmailAddress, parse_name};
use crate::domain::ids::StaffId;
use crate::domain::staff::Role;
use crate::storage::staff::NewStaff;
use crate::storage::{StorageError, Tx, audit, second_factors, staff, staff_identities, staff_links};

/// What the provider says about somebody.
#[derive(Debug, Clone)]
pub struct SignInWithProvider {
    pub issuer: String,
    pub subject: String,
    /// Only where the provider has verified it.
    pub email: Option<String>,
    pub name: Option<String>,
    /// The values of the role claim, where one is configured.
    pub roles: Vec<String>,
    pub actor: Actor,
}

#[derive(Debug)]
pub enum ProviderSignInError {
    /// The identity belongs to nobody here, and nothing lets somebody new in.
    NoAccount,
    /// The role claim is configured, names no role of ours, and there is no default.
    NoRole,
    Storage(StorageError),
}

impl From<StorageError> for ProviderSignInError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Why somebody is not let in; the audit log keeps the word.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    UnknownPerson,
    Disabled,
    /// The address belongs to somebody who is bound to another subject of this issuer.
    OtherSubject,
    NoRole,
}

impl Refusal {
    fn as_str(self) -> &'static str {
        match self {
            Self::UnknownPerson => "unknown_person",
            Self::Disabled => "disabled",
            Self::OtherSubject => "other_subject",
            Self::NoRole => "no_role",
        }
    }

    fn changes(self) -> Vec<Change> {
        vec![Change::set("failed", "identity_provider"), Change::set("reason", self.as_str())]
    }
}

/// Finds, binds or adds the person and says whether a code is still required.
pub fn sign_in_with_provider(ctx: &Context, command: &SignInWithProvider) -> Result<SignedIn, ProviderSignInError> {
    let decided = match ctx.db.write(|tx| decide(ctx, tx, command)) {
        // Two first sign-ins at once: the second one now finds what the first one wrote.
        Err(StorageError::Conflict) => ctx.db.write(|tx| decide(ctx, tx, command)),
        decided => decided,
    };
    let (person, admitted) = decided?;
    if let (None, Err(refusal)) = (&person, &admitted) {
        note_failure_with(ctx, &command.actor, UNKNOWN, refusal.changes(), SignedDuration::ZERO)?;
    }
    admitted.map_err(|refusal| match refusal {
        Refusal::NoRole => ProviderSignInError::NoRole,
        Refusal::UnknownPerson | Refusal::Disabled | Refusal::OtherSubject => ProviderSignInError::NoAccount,
    })
}

/// Whom the sign-in is about, where that is known, and whether they are let in. A refusal of somebody known is
/// written to the audit log with what it changes.
type Decision = (Option<StaffId>, Result<SignedIn, Refusal>);

fn decide(ctx: &Context, tx: &mut Tx<'_>, command: &SignInWithProvider) -> Result<Decision, StorageError> {
    let (person, admitted) = match staff_identities::find(tx, &command.issuer, &command.subject)? {
        Some(id) => {
            let admitted = admit(ctx, tx, command, &id)?;
            if matches!(admitted, Err(Refusal::NoRole)) {
                // What was taken away at the provider is taken away here.
                revoke_access(tx, &id, None)?;
            }
            (Some(id), admitted)
        }
        None => first_sign_in(ctx, tx, command)?,
    };
    if let (Some(id), Err(refusal)) = (&person, &admitted) {
        let entry = NewAuditEntry::on(&command.actor, AuditAction::StaffLoginFailed, "staff", id, refusal.changes());
        audit::append(tx, &ctx.keyring, &entry, ctx.clock.now())?;
    }
    Ok((person, admitted))
}

/// The first sign-in of a subject, and the person it is about where one is known: a verified address finds them, or a
/// role lets somebody new in.
fn first_sign_in(ctx: &Context, tx: &mut Tx<'_>, command: &SignInWithProvider) -> Result<Decision, StorageError> {
    let Some(email) = command.email.as_deref().and_then(|email| EmailAddress::parse(email).ok()) else {
        return Ok((None, Err(Refusal::UnknownPerson)));
    };
    if let Some(person) = staff::find_by_email(tx, &email)? {
        let bindings = staff_identities::of_staff(tx, &person.id)?;
        let binding = bindings.iter().find(|binding| binding.issuer == command.issuer);
        if binding.is_some_and(|binding| binding.subject != command.subject) {
            return Ok((Some(person.id), Err(Refusal::OtherSubject)));
        }
        let admitted = admit(ctx, tx, command, &person.id)?;
        // The same subject may have been bound by another request a moment ago.
        if admitted.is_ok() && binding.is_none() {
            bind(ctx, tx, command, &person.id, false)?;
        }
        return Ok((Some(person.id), admitted));
    }
    let role = match claimed_role(ctx, command) {
        ClaimedRole::Role(role) => role,
        ClaimedRole::Nothing => return Ok((None, Err(Refusal::NoRole))),
        ClaimedRole::NotAsked => match ctx.config.oidc.as_ref().and_then(|oidc| oidc.default_role) {
            Some(role) => role,
            None => return Ok((None, Err(Refusal::UnknownPerson))),
        },
    };
    let name = command.name.as_deref().and_then(|name| parse_name(name).ok());
    let name = name.unwrap_or_else(|| email.as_str().to_owned());
    let person = NewStaff { id: StaffId::random(), email, name, role, password_hash: None };
    staff::insert(tx, &person, ctx.clock.now())?;
    bind(ctx, tx, command, &person.id, true)?;
    let entered = enter(ctx, tx, command, &person.id)?;
    Ok((Some(person.id), entered))
}

/// Lets a known person in with the role that the provider gives them.
fn admit(
    ctx: &Context,
    tx: &mut Tx<'_>,
    command: &SignInWithProvider,
    staff_id: &StaffId,
) -> Result<Result<SignedIn, Refusal>, StorageError> {
    // The order of locks everywhere: the admins, then the person.
    staff::lock_admins(tx)?;
    let Some(person) = staff::lock(tx, staff_id)?.filter(|person| person.disabled_at.is_none()) else {
        return Ok(Err(Refusal::Disabled));
    };
    match claimed_role(ctx, command) {
        ClaimedRole::NotAsked => {}
        ClaimedRole::Role(role) => match change_role_in(ctx, tx, &person.id, role, &Actor::system("identity-provider"))
        {
            // The last admin stays one, whatever the provider says.
            Ok(_) | Err(StaffError::LastAdmin) => {}
            Err(StaffError::Storage(error)) => return Err(error),
            Err(other) => return Err(StorageError::Corrupt(other.to_string())),
        },
        ClaimedRole::Nothing if is_last_admin(tx, &person.id)? => {}
        ClaimedRole::Nothing => return Ok(Err(Refusal::NoRole)),
    }
    enter(ctx, tx, command, staff_id)
}

/// Notes the sign-in, unless a code is still required.
fn enter(
    ctx: &Context,
    tx: &mut Tx<'_>,
    command: &SignInWithProvider,
    staff_id: &StaffId,
) -> Result<Result<SignedIn, Refusal>, StorageError> {
    // A new role has given the person a new stamp.
    let Some(person) = staff::lock(tx, staff_id)? else { return Ok(Err(Refusal::UnknownPerson)) };
    let needs_code = !second_factors::of(tx, staff_id)?.is_empty();
    if !needs_code {
        let actor = Actor { who: Who::Staff(staff_id.clone()), ..command.actor.clone() };
        note_sign_in(ctx, tx, staff_id, Method::Provider, &actor)?;
    }
    Ok(Ok(SignedIn { staff_id: staff_id.clone(), security_stamp: person.security_stamp, needs_code }))
}

/// Binds the subject to the person, who has joined with that.
fn bind(
    ctx: &Context,
    tx: &mut Tx<'_>,
    command: &SignInWithProvider,
    staff_id: &StaffId,
    is_new: bool,
) -> Result<(), StorageError> {
    let now = ctx.clock.now();
    staff::note_joined(tx, staff_id, now)?;
    staff_links::delete_of(tx, staff_id, None)?;
    staff_identities::insert(tx, &command.issuer, &command.subject, staff_id, now)?;
    let actor = Actor { who: Who::Staff(staff_id.clone()), ..command.actor.clone() };
    let changes = vec![Change::set("issuer", &command.issuer), Change::set("is_new", is_new)];
    let entry = NewAuditEntry::on(&actor, AuditAction::StaffIdentityAdd, "staff", staff_id, changes);
    audit::append(tx, &ctx.keyring, &entry, now)
}

/// What the role claim says.
enum ClaimedRole {
    /// No claim is configured: roles are managed here.
    NotAsked,
    Role(Role),
    Nothing,
}

/// The highest role that the claim names, else the default one.
fn claimed_role(ctx: &Context, command: &SignInWithProvider) -> ClaimedRole {
    let Some(oidc) = ctx.config.oidc.as_ref().filter(|oidc| oidc.role_claim.is_some()) else {
        return ClaimedRole::NotAsked;
    };
    let highest = command.roles.iter().filter_map(|role| Role::parse(role)).max();
    highest.or(oidc.default_role).map_or(ClaimedRole::Nothing, ClaimedRole::Role)
}
