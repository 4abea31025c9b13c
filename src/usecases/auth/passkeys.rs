//! Staff passkeys: adding, removing, and signing in. The caller verifies the authenticator's response beforehand.

use super::manage_second_factor::first_codes;
use super::manage_second_factor::{AddedFactor, FactorOwner, SecondFactorError, delete_codes_without_factor};
use super::revoke_access::revoke_access;
use super::second_step::SecondStep;
use super::sign_in_log::{UNKNOWN, note_failure, note_sign_in};
use super::sign_in_with_provider::{bind_pending, lock_for_second_step};
use super::signed_in::{Method, SignedIn};
use super::throttle::{self, Subject, Throttled};
use crate::domain::actor::{Actor, Who};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{PasskeyId, StaffId};
use crate::domain::staff::second_factor::Factors;
use crate::storage::staff::passkeys::StoredPasskey;
use crate::storage::staff::{self, second_factors};
use crate::storage::{StorageError, audit_log};
use crate::usecases::context::Context;

/// A passkey that a device has just created.
#[derive(Debug, Clone)]
pub struct NewPasskey {
    pub name: String,
    pub credential_id: Vec<u8>,
    pub credential: String,
}

/// Adds a passkey; `IsThere` if the credential already exists. Adding the first factor ends other sessions.
pub fn add_passkey(ctx: &Context, owner: &FactorOwner, passkey: &NewPasskey) -> Result<AddedFactor, SecondFactorError> {
    let staff_id = &owner.person.id;
    ctx.db.write(|tx| {
        let person = owner.lock(tx)?;
        let factors = second_factors::of(tx, staff_id)?;
        owner.check(factors)?;
        let (id, now) = (PasskeyId::random(), ctx.clock.now());
        staff::passkeys::insert(tx, &id, staff_id, &passkey.name, &passkey.credential_id, &passkey.credential, now)?;
        let changes = vec![Change::set("passkey_id", &id)];
        let entry = NewAuditEntry::on(&owner.actor, AuditAction::StaffFactorAdd, ObjectKind::Staff, staff_id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        let security_stamp = if factors.is_empty() {
            revoke_access(tx, staff_id, owner.session.as_ref())?
        } else {
            person.security_stamp
        };
        Ok(AddedFactor { codes: first_codes(ctx, tx, staff_id)?, security_stamp })
    })
}

/// Removes one of one's own passkeys; `IsNotThere` if it is not the person's.
pub fn remove_passkey(ctx: &Context, owner: &FactorOwner, id: &PasskeyId) -> Result<(), SecondFactorError> {
    let staff_id = &owner.person.id;
    ctx.db.write(|tx| {
        let factors = owner.lock_for_removal(tx)?;
        if !staff::passkeys::is_of_staff(tx, staff_id, id)? {
            return Err(SecondFactorError::IsNotThere);
        }
        owner.check_removal(ctx, Factors { passkeys: factors.passkeys.saturating_sub(1), ..factors })?;
        staff::passkeys::delete(tx, staff_id, Some(id))?;
        delete_codes_without_factor(tx, staff_id)?;
        let changes = vec![Change::set("passkey_id", id)];
        let entry =
            NewAuditEntry::on(&owner.actor, AuditAction::StaffFactorRemove, ObjectKind::Staff, staff_id, changes);
        Ok(audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())?)
    })
}

/// Who is responding with a passkey.
#[derive(Debug, Clone)]
pub enum PasskeyCaller {
    /// Someone who signs in with the passkey alone.
    Stranger(Actor),
    /// Someone who has passed the first factor; only their own passkeys are accepted.
    SecondStep(SecondStep),
}

impl PasskeyCaller {
    fn actor(&self, who: Who) -> Actor {
        match self {
            Self::Stranger(actor) => Actor { who, ..actor.clone() },
            Self::SecondStep(step) => step.actor(who),
        }
    }

    fn subjects(&self, ctx: &Context) -> Vec<Subject> {
        let (mut subjects, address) = match self {
            Self::Stranger(actor) => (vec![], actor.address.as_deref()),
            Self::SecondStep(step) => (step.subjects(ctx), step.address.as_deref()),
        };
        subjects.push(Subject::sign_in_network(ctx, address));
        subjects
    }
}

/// An attempt to sign in with a passkey, counted as failed until [`sign_in_with_passkey`] succeeds.
#[derive(Debug)]
pub struct PasskeyTry {
    subjects: Vec<Subject>,
    delay: jiff::SignedDuration,
}

/// Counts an attempt before the response is verified.
pub fn reserve_passkey_try(ctx: &Context, caller: &PasskeyCaller) -> Result<PasskeyTry, Throttled> {
    let subjects = caller.subjects(ctx);
    let delay = throttle::reserve(ctx, &subjects)?;
    Ok(PasskeyTry { subjects, delay })
}

/// Signs in the owner of a verified passkey and records it. `None` if the person is disabled, if the passkey is gone
/// or belongs to someone other than the person of the first factor, or if since the first factor all access was ended
/// or another subject was bound.
pub fn sign_in_with_passkey(
    ctx: &Context,
    caller: &PasskeyCaller,
    attempt: &PasskeyTry,
    passkey: &StoredPasskey,
    credential: &str,
) -> Result<Option<SignedIn>, StorageError> {
    ctx.db.write(|tx| {
        let person = match caller {
            PasskeyCaller::Stranger(_) => {
                staff::lock(tx, &passkey.staff_id)?.filter(|person| person.disabled_at.is_none())
            }
            PasskeyCaller::SecondStep(step) if step.staff_id == passkey.staff_id => lock_for_second_step(tx, step)?,
            PasskeyCaller::SecondStep(_) => None,
        };
        let Some(person) = person else { return Ok(None) };
        if !staff::passkeys::note_use(tx, &passkey.id, credential, ctx.clock.now())? {
            return Ok(None);
        }
        let security_stamp = match caller {
            PasskeyCaller::Stranger(_) => Some(person.security_stamp),
            PasskeyCaller::SecondStep(step) => bind_pending(ctx, tx, step)?,
        };
        let Some(security_stamp) = security_stamp else { return Ok(None) };
        throttle::succeed(tx, &attempt.subjects)?;
        let actor = caller.actor(Who::Staff(person.id.clone()));
        note_sign_in(ctx, tx, &person.id, Method::Passkey, &actor)?;
        Ok(Some(SignedIn { staff_id: person.id, security_stamp, needs_code: false, pending_identity: None }))
    })
}

/// Records that a passkey was rejected, for the person of the first factor or else the passkey's owner.
pub fn note_refused_passkey(
    ctx: &Context,
    caller: &PasskeyCaller,
    attempt: &PasskeyTry,
    owner: Option<&StaffId>,
) -> Result<(), StorageError> {
    let person = match caller {
        PasskeyCaller::SecondStep(step) => Some(&step.staff_id),
        PasskeyCaller::Stranger(_) => owner,
    };
    let object = person.map_or(UNKNOWN, StaffId::as_str);
    note_failure(ctx, &caller.actor(Who::Unknown), object, "passkey", attempt.delay)
}
