//! Signing in with an identity provider. Returning people are recognized by issuer and subject. The first time, they
//! are found by a verified address, or added if the provider gives them a role.

use jiff::SignedDuration;

use super::revoke_access::revoke_access;
use super::second_step::SecondStep;
use super::sign_in_log::{UNKNOWN, note_failure_with, note_sign_in};
use super::signed_in::{Method, PendingIdentity, SignedIn};
use crate::domain::actor::{Actor, SystemPart, Who};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::{EmailAddress, parse_name};
use crate::domain::ids::StaffId;
use crate::domain::staff::{Role, Staff};
use crate::storage::staff::{self, NewStaff, second_factors};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;
use crate::usecases::staff::change_role::{change_role_in, is_last_admin};
use crate::usecases::staff::error::StaffError;

/// The provider's claims about a person.
#[derive(Debug, Clone)]
pub struct SignInWithProvider {
    pub issuer: String,
    pub subject: String,
    /// Present only if the provider has verified it.
    pub email: Option<String>,
    pub name: Option<String>,
    /// The values of the role claim, if one is configured.
    pub roles: Vec<String>,
    pub actor: Actor,
}

impl SignInWithProvider {
    fn identity(&self) -> PendingIdentity {
        PendingIdentity { issuer: self.issuer.clone(), subject: self.subject.clone(), role: None }
    }
}

#[derive(Debug)]
pub enum ProviderSignInError {
    /// The identity belongs to nobody, and no new person may be added for it.
    NoAccount,
    /// A role claim is configured, but it names none of our roles and there is no default.
    NoRole,
    Storage(StorageError),
}

impl From<StorageError> for ProviderSignInError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Why a sign-in is rejected; the name is stored in the audit log.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    UnknownPerson,
    Disabled,
    /// The address belongs to a person who is bound to another subject of this issuer.
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

/// Finds, binds or adds the person, and returns whether a second factor is still required.
pub fn sign_in_with_provider(ctx: &Context, command: &SignInWithProvider) -> Result<SignedIn, ProviderSignInError> {
    let decided = match ctx.db.write(|tx| decide(ctx, tx, command)) {
        // Two first sign-ins at once, or an identity unbound in between: the second attempt sees what was written.
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

/// The person the sign-in is about, if known, and whether it is accepted. A rejected sign-in of a known person is
/// recorded in the audit log with the reason.
type Decision = (Option<StaffId>, Result<SignedIn, Refusal>);

/// How the person was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FoundBy {
    Subject,
    Address,
}

fn decide(ctx: &Context, tx: &mut Tx<'_>, command: &SignInWithProvider) -> Result<Decision, StorageError> {
    let (person, admitted) = match staff::identities::find(tx, &command.issuer, &command.subject)? {
        Some(id) => {
            let admitted = admit(ctx, tx, command, &id, FoundBy::Subject)?;
            (Some(id), admitted)
        }
        None => first_sign_in(ctx, tx, command)?,
    };
    if let (Some(id), Err(refusal)) = (&person, &admitted) {
        let entry =
            NewAuditEntry::on(&command.actor, AuditAction::StaffLoginFailed, ObjectKind::Staff, id, refusal.changes());
        audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())?;
    }
    Ok((person, admitted))
}

/// The first sign-in of a subject: finds the person by a verified address, or adds a new one if the provider gives
/// them a role. Returns the person concerned, if known.
fn first_sign_in(ctx: &Context, tx: &mut Tx<'_>, command: &SignInWithProvider) -> Result<Decision, StorageError> {
    let Some(email) = command.email.as_deref().and_then(|email| EmailAddress::parse(email).ok()) else {
        return Ok((None, Err(Refusal::UnknownPerson)));
    };
    if let Some(person) = staff::find_by_email(tx, &email)? {
        let admitted = admit(ctx, tx, command, &person.id, FoundBy::Address)?;
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
    bind(ctx, tx, &command.identity(), &person.id, &command.actor, true)?;
    let entered = enter(ctx, tx, command, &person.id)?;
    Ok((Some(person.id), entered))
}

/// Signs in a known person with the role from the provider. If the subject is new and the person has a second factor,
/// nothing changes until that has been verified.
fn admit(
    ctx: &Context,
    tx: &mut Tx<'_>,
    command: &SignInWithProvider,
    staff_id: &StaffId,
    found_by: FoundBy,
) -> Result<Result<SignedIn, Refusal>, StorageError> {
    // The same lock order everywhere: first the admins, then the person.
    staff::lock_admins(tx)?;
    let Some(person) = staff::lock(tx, staff_id)? else { return Ok(Err(Refusal::UnknownPerson)) };
    let is_bound = match bound_subject(tx, staff_id, &command.issuer)? {
        Some(subject) if subject != command.subject => return Ok(Err(Refusal::OtherSubject)),
        bound => bound.is_some(),
    };
    if found_by == FoundBy::Subject && !is_bound {
        return Err(StorageError::Conflict);
    }
    if person.disabled_at.is_some() {
        return Ok(Err(Refusal::Disabled));
    }
    let role = match claimed_role(ctx, command) {
        ClaimedRole::NotAsked => None,
        ClaimedRole::Role(role) => Some(role),
        ClaimedRole::Nothing if is_last_admin(tx, staff_id)? => None,
        ClaimedRole::Nothing => {
            if is_bound {
                // Access withdrawn at the provider is withdrawn here too.
                revoke_access(tx, staff_id, None)?;
            }
            return Ok(Err(Refusal::NoRole));
        }
    };
    if !is_bound && !second_factors::of(tx, staff_id)?.is_empty() {
        let pending_identity =
            Some(PendingIdentity { role: role.map(|role| role.as_str().into()), ..command.identity() });
        let (staff_id, security_stamp) = (staff_id.clone(), person.security_stamp);
        return Ok(Ok(SignedIn { staff_id, security_stamp, needs_code: true, pending_identity }));
    }
    take_role(ctx, tx, staff_id, role)?;
    if !is_bound {
        bind(ctx, tx, &command.identity(), staff_id, &command.actor, false)?;
    }
    enter(ctx, tx, command, staff_id)
}

/// The subject that a person is bound to at an issuer.
fn bound_subject(tx: &mut Tx<'_>, staff_id: &StaffId, issuer: &str) -> Result<Option<String>, StorageError> {
    let bindings = staff::identities::of_staff(tx, staff_id)?;
    Ok(bindings.into_iter().find(|binding| binding.issuer == issuer).map(|binding| binding.subject))
}

/// Assigns the provider's role to the person. The last admin remains one, whatever the provider says.
fn take_role(ctx: &Context, tx: &mut Tx<'_>, staff_id: &StaffId, role: Option<Role>) -> Result<(), StorageError> {
    let Some(role) = role else { return Ok(()) };
    match change_role_in(ctx, tx, staff_id, role, &Actor::system(SystemPart::IdentityProvider)) {
        Ok(_) | Err(StaffError::LastAdmin) => Ok(()),
        Err(StaffError::Storage(error)) => Err(error),
        Err(other) => Err(StorageError::Corrupt(other.to_string())),
    }
}

/// Takes the locks for completing a second step and returns the person if the first step is still valid.
pub(super) fn lock_for_second_step(tx: &mut Tx<'_>, step: &SecondStep) -> Result<Option<Staff>, StorageError> {
    if step.pending_identity.is_some() {
        // The role may change, and admins are locked before the person.
        staff::lock_admins(tx)?;
    }
    staff::lock_active(tx, &step.staff_id, step.security_stamp)
}

/// Binds the pending identity after the second factor was verified, with the role from the provider. Returns the
/// person's security stamp from then on; `None` if another subject was bound to the person in the meantime.
pub(super) fn bind_pending(ctx: &Context, tx: &mut Tx<'_>, step: &SecondStep) -> Result<Option<i64>, StorageError> {
    let Some(identity) = &step.pending_identity else { return Ok(Some(step.security_stamp)) };
    let is_bound = match bound_subject(tx, &step.staff_id, &identity.issuer)? {
        Some(subject) if subject != identity.subject => return Ok(None),
        bound => bound.is_some(),
    };
    take_role(ctx, tx, &step.staff_id, identity.role.as_deref().and_then(Role::parse))?;
    if !is_bound {
        bind(ctx, tx, identity, &step.staff_id, &step.actor(Who::Unknown), false)?;
    }
    // A new role has changed the person's stamp.
    Ok(staff::find(tx, &step.staff_id)?.map(|person| person.security_stamp))
}

/// Records the sign-in, unless a second factor is still required.
fn enter(
    ctx: &Context,
    tx: &mut Tx<'_>,
    command: &SignInWithProvider,
    staff_id: &StaffId,
) -> Result<Result<SignedIn, Refusal>, StorageError> {
    // A new role has changed the person's stamp.
    let Some(person) = staff::lock(tx, staff_id)? else { return Ok(Err(Refusal::UnknownPerson)) };
    let needs_code = !second_factors::of(tx, staff_id)?.is_empty();
    if !needs_code {
        let actor = Actor { who: Who::Staff(staff_id.clone()), ..command.actor.clone() };
        note_sign_in(ctx, tx, staff_id, Method::Provider, &actor)?;
    }
    let (staff_id, security_stamp) = (staff_id.clone(), person.security_stamp);
    Ok(Ok(SignedIn { staff_id, security_stamp, needs_code, pending_identity: None }))
}

/// Binds the subject to the person and marks them as joined.
fn bind(
    ctx: &Context,
    tx: &mut Tx<'_>,
    identity: &PendingIdentity,
    staff_id: &StaffId,
    actor: &Actor,
    is_new: bool,
) -> Result<(), StorageError> {
    let now = ctx.clock.now();
    staff::note_joined(tx, staff_id, now)?;
    staff::links::delete_of(tx, staff_id, None)?;
    staff::identities::insert(tx, &identity.issuer, &identity.subject, staff_id, now)?;
    let actor = Actor { who: Who::Staff(staff_id.clone()), ..actor.clone() };
    let changes = vec![Change::set("issuer", &identity.issuer), Change::set("is_new", is_new)];
    let entry = NewAuditEntry::on(&actor, AuditAction::StaffIdentityAdd, ObjectKind::Staff, staff_id, changes);
    audit_log::append(tx, &ctx.keyring, &entry, now)
}

/// The content of the role claim.
enum ClaimedRole {
    /// No claim is configured: roles are managed in Keydesk.
    NotAsked,
    Role(Role),
    Nothing,
}

/// The highest role named by the claim, or else the default role.
fn claimed_role(ctx: &Context, command: &SignInWithProvider) -> ClaimedRole {
    let Some(oidc) = ctx.config.oidc.as_ref().filter(|oidc| oidc.role_claim.is_some()) else {
        return ClaimedRole::NotAsked;
    };
    let highest = command.roles.iter().filter_map(|role| Role::parse(role)).max();
    highest.or(oidc.default_role).map_or(ClaimedRole::Nothing, ClaimedRole::Role)
}
