//! Managing one's own second factors: confirming an authenticator app, issuing recovery codes with the first factor,
//! and removing factors.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::revoke_access::revoke_access;
use crate::crypto::{AssociatedData, TotpSecret, random_bytes};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::clock::is_within;
use crate::domain::ids::{SessionId, StaffId};
use crate::domain::staff::Staff;
use crate::domain::staff::second_factor::{Factors, RECOVERY_CODES, TypedCode};
use crate::storage::staff::{self, recovery_codes, second_factors};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;

/// How long a displayed secret can be confirmed.
const CONFIRM_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// 32 letters and digits that are hard to confuse. 32 divides 256, so a random byte gives an even choice.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Recovery codes in plaintext, to be shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCodes(pub Vec<String>);

impl std::fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A person who changes their own second factors.
#[derive(Debug, Clone)]
pub struct FactorOwner {
    /// As loaded with the session.
    pub person: Staff,
    /// The session that stays valid when the others end.
    pub session: Option<SessionId>,
    /// Whether the session began with two factors.
    pub is_strong: bool,
    pub actor: Actor,
}

/// The result of adding a factor.
#[derive(Debug)]
pub struct AddedFactor {
    /// The recovery codes, if the person had no factor before.
    pub codes: Option<RecoveryCodes>,
    /// The person's new security stamp.
    pub security_stamp: i64,
}

/// A secret that waits for its first code, as stored in the session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PendingTotp {
    /// The encrypted secret, as text.
    sealed: String,
    /// Seconds since 1970.
    shown_at: i64,
    security_stamp: i64,
}

#[derive(Debug)]
pub enum SecondFactorError {
    /// The factor already exists.
    IsThere,
    /// The factor does not exist.
    IsNotThere,
    /// The installation requires a second factor, and this is the last one.
    Demanded,
    /// The session was not signed in with the person's second factor, or all access was ended in the meantime.
    StartAgain,
    WrongCode,
    /// The secret is too old, or was not shown in this session.
    Expired,
    Storage(StorageError),
}

impl From<StorageError> for SecondFactorError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Conflict => Self::IsThere,
            other => Self::Storage(other),
        }
    }
}

/// Creates a secret for an app, and what the session stores of it until a first code confirms it.
pub fn begin_totp(ctx: &Context, owner: &FactorOwner) -> Result<(TotpSecret, PendingTotp), SecondFactorError> {
    let factors = ctx.db.read(|conn| second_factors::of(conn, &owner.person.id))?;
    owner.check(factors)?;
    if factors.has_app {
        return Err(SecondFactorError::IsThere);
    }
    let secret = TotpSecret::random();
    let sealed = ctx.keyring.seal(&pending_data(&owner.person.id), secret.bytes());
    let sealed = URL_SAFE_NO_PAD.encode(sealed);
    let pending =
        PendingTotp { sealed, shown_at: ctx.clock.now().as_second(), security_stamp: owner.person.security_stamp };
    Ok((secret, pending))
}

/// The secret shown in this session, if it can still be confirmed.
pub fn open_pending(ctx: &Context, person: &Staff, pending: &PendingTotp) -> Option<TotpSecret> {
    let is_recent = is_within(pending.shown_at, CONFIRM_WITHIN, ctx.clock.now());
    if !is_recent || pending.security_stamp != person.security_stamp {
        return None;
    }
    let sealed = URL_SAFE_NO_PAD.decode(&pending.sealed).ok()?;
    let opened = ctx.keyring.open(&pending_data(&person.id), &sealed).ok()?;
    TotpSecret::from_bytes(&opened)
}

/// Confirms the app with its first code; from then on sign-in requires a code. Ends other sessions.
pub fn confirm_totp(
    ctx: &Context,
    owner: &FactorOwner,
    pending: &PendingTotp,
    typed: &str,
) -> Result<AddedFactor, SecondFactorError> {
    let id = &owner.person.id;
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let person = owner.lock(tx)?;
        let factors = second_factors::of(tx, id)?;
        owner.check(factors)?;
        if factors.has_app {
            return Err(SecondFactorError::IsThere);
        }
        let secret = open_pending(ctx, &person, pending).ok_or(SecondFactorError::Expired)?;
        let Some(TypedCode::Totp(code)) = TypedCode::parse(typed) else { return Err(SecondFactorError::WrongCode) };
        let step = secret.matched_step(&code, now.as_second()).ok_or(SecondFactorError::WrongCode)?;
        let sealed = ctx.keyring.seal(&staff::totp::associated_data(id), secret.bytes());
        staff::totp::insert(tx, id, &sealed, step, now)?;
        let entry = NewAuditEntry::on(&owner.actor, AuditAction::StaffFactorAdd, ObjectKind::Staff, id, vec![]);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        let security_stamp = revoke_access(tx, id, owner.session.as_ref())?;
        Ok(AddedFactor { codes: first_codes(ctx, tx, id)?, security_stamp })
    })
}

/// Replaces the recovery codes of a person with a second factor.
pub fn renew_recovery_codes(ctx: &Context, owner: &FactorOwner) -> Result<RecoveryCodes, SecondFactorError> {
    let id = &owner.person.id;
    ctx.db.write(|tx| {
        owner.lock(tx)?;
        let factors = second_factors::of(tx, id)?;
        if factors.is_empty() {
            return Err(SecondFactorError::IsNotThere);
        }
        owner.check(factors)?;
        let changes = vec![Change::set("codes", RECOVERY_CODES)];
        let entry = NewAuditEntry::on(&owner.actor, AuditAction::StaffRecoveryCodes, ObjectKind::Staff, id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())?;
        Ok(renew_in(ctx, tx, id)?)
    })
}

/// Removes one's own authenticator app.
pub fn remove_totp(ctx: &Context, owner: &FactorOwner) -> Result<(), SecondFactorError> {
    let id = &owner.person.id;
    ctx.db.write(|tx| {
        let factors = owner.lock_for_removal(tx)?;
        if !factors.has_app {
            return Err(SecondFactorError::IsNotThere);
        }
        owner.check_removal(ctx, Factors { has_app: false, ..factors })?;
        staff::totp::delete(tx, id)?;
        delete_codes_without_factor(tx, id)?;
        let entry = NewAuditEntry::on(&owner.actor, AuditAction::StaffFactorRemove, ObjectKind::Staff, id, vec![]);
        Ok(audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())?)
    })
}

/// Removes all second factors of another person, who has lost them, and ends all their access; `false` if they had
/// none.
pub fn remove_all_factors(ctx: &Context, staff_id: &StaffId, actor: &Actor) -> Result<bool, StorageError> {
    ctx.db.write(|tx| {
        staff::lock_admins(tx)?;
        staff::lock(tx, staff_id)?.ok_or(StorageError::NotFound)?;
        let factors = second_factors::of(tx, staff_id)?;
        revoke_access(tx, staff_id, None)?;
        if factors.is_empty() {
            return Ok(false);
        }
        staff::passkeys::delete(tx, staff_id, None)?;
        staff::totp::delete(tx, staff_id)?;
        delete_codes_without_factor(tx, staff_id)?;
        let entry = NewAuditEntry::on(actor, AuditAction::StaffFactorRemove, ObjectKind::Staff, staff_id, vec![]);
        audit_log::append(tx, &ctx.keyring, &entry, ctx.clock.now())?;
        Ok(true)
    })
}

impl FactorOwner {
    /// Locks the person; fails if their access has been ended in the meantime.
    pub(super) fn lock(&self, tx: &mut Tx<'_>) -> Result<Staff, SecondFactorError> {
        let person = staff::lock_active(tx, &self.person.id, self.person.security_stamp)?;
        person.ok_or(SecondFactorError::StartAgain)
    }

    /// Requires that the session was signed in with a second factor if the person has one: a password alone must not
    /// change factors.
    pub(super) fn check(&self, factors: Factors) -> Result<(), SecondFactorError> {
        if factors.is_empty() || self.is_strong { Ok(()) } else { Err(SecondFactorError::StartAgain) }
    }

    /// Locks the person and returns their factors before one is removed.
    pub(super) fn lock_for_removal(&self, tx: &mut Tx<'_>) -> Result<Factors, SecondFactorError> {
        self.lock(tx)?;
        let factors = second_factors::of(tx, &self.person.id)?;
        self.check(factors)?;
        Ok(factors)
    }

    /// Fails if the installation requires a second factor and none is left.
    pub(super) fn check_removal(&self, ctx: &Context, left: Factors) -> Result<(), SecondFactorError> {
        let is_demanded = ctx.config.second_factor.is_demanded_of(self.person.role);
        if left.is_empty() && is_demanded { Err(SecondFactorError::Demanded) } else { Ok(()) }
    }
}

/// Creates recovery codes for a person who has just added a factor and has no codes.
pub(super) fn first_codes(
    ctx: &Context,
    tx: &mut Tx<'_>,
    staff_id: &StaffId,
) -> Result<Option<RecoveryCodes>, StorageError> {
    if recovery_codes::count(tx, staff_id)? > 0 {
        return Ok(None);
    }
    renew_in(ctx, tx, staff_id).map(Some)
}

/// Deletes the recovery codes when the last factor is removed.
pub(super) fn delete_codes_without_factor(tx: &mut Tx<'_>, staff_id: &StaffId) -> Result<(), StorageError> {
    if second_factors::of(tx, staff_id)?.is_empty() { recovery_codes::delete_all(tx, staff_id) } else { Ok(()) }
}

fn pending_data(staff_id: &StaffId) -> AssociatedData<'_> {
    AssociatedData { table: "sessions", column: "state", row: staff_id.as_str() }
}

fn renew_in(ctx: &Context, tx: &mut Tx<'_>, staff_id: &StaffId) -> Result<RecoveryCodes, StorageError> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| random_code()).collect();
    let hashes: Vec<[u8; 32]> =
        codes.iter().map(|code| ctx.keyring.recovery_code_hash(staff_id.as_str(), &code.replace('-', ""))).collect();
    recovery_codes::replace(tx, staff_id, &hashes, ctx.clock.now())?;
    Ok(RecoveryCodes(codes))
}

/// `ABCDE-FGH23`: 50 random bits.
fn random_code() -> String {
    let letters: Vec<char> = random_bytes::<10>()
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
        .map(|letter| char::from(*letter))
        .collect();
    let (first, second) = letters.split_at(letters.len() / 2);
    format!("{}-{}", first.iter().collect::<String>(), second.iter().collect::<String>())
}
