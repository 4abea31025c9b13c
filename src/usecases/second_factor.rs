//! Setting up a second factor: an app gets a secret and shows that it has it; recovery codes are
//! given out, this once. And taking it away.

use super::check_second_factor::open;
use super::context::Context;
use super::end_sessions::end_other_sessions_in;
use crate::crypto::{TotpSecret, random_bytes};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::ids::{SessionId, StaffId};
use crate::domain::second_factor::{RECOVERY_CODES, TypedCode};
use crate::storage::{StorageError, Tx, audit, sessions, staff_passkeys, staff_totp};

/// Letters and digits that nobody confuses: 32 of them, so that a byte chooses evenly.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Recovery codes in clear, to be shown this once.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCodes(pub Vec<String>);

impl std::fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

#[derive(Debug)]
pub enum SecondFactorError {
    /// There is one already.
    IsThere,
    /// There is none to do this with.
    IsNotThere,
    WrongCode,
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

/// The secret that an app is to get: the one that waits to be confirmed, or a new one.
pub fn begin_totp(ctx: &Context, staff_id: &StaffId) -> Result<TotpSecret, SecondFactorError> {
    match ctx.db.read(|conn| staff_totp::find(conn, staff_id))? {
        Some(stored) if stored.confirmed_at.is_some() => return Err(SecondFactorError::IsThere),
        Some(stored) => return Ok(open(ctx, staff_id, &stored.sealed)?),
        None => {}
    }
    let secret = TotpSecret::random();
    let sealed = ctx.keyring.seal(&staff_totp::place(staff_id), secret.bytes());
    ctx.db.write(|tx| staff_totp::insert(tx, staff_id, &sealed, ctx.clock.now()))?;
    Ok(secret)
}

/// Takes the app's first code; from now on signing in asks for one. Sessions that began without end,
/// but for `keep`.
pub fn confirm_totp(
    ctx: &Context,
    staff_id: &StaffId,
    typed: &str,
    keep: Option<&SessionId>,
    actor: &Actor,
) -> Result<RecoveryCodes, SecondFactorError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        let stored = staff_totp::find(tx, staff_id)?.ok_or(SecondFactorError::IsNotThere)?;
        if stored.confirmed_at.is_some() {
            return Err(SecondFactorError::IsThere);
        }
        let Some(TypedCode::Totp(code)) = TypedCode::parse(typed) else { return Err(SecondFactorError::WrongCode) };
        let step = open(ctx, staff_id, &stored.sealed)?.matched_step(&code, now.as_second());
        let step = step.ok_or(SecondFactorError::WrongCode)?;
        if !staff_totp::confirm(tx, staff_id, step, now)? {
            return Err(SecondFactorError::IsThere);
        }
        end_other_sessions_in(tx, staff_id, keep)?;
        let entry = NewAuditEntry::on(actor, AuditAction::StaffFactorAdd, "staff", staff_id, vec![]);
        audit::append(tx, &ctx.keyring, &entry, now)?;
        Ok(renew_in(ctx, tx, staff_id)?)
    })
}

/// New recovery codes in place of those before.
pub fn renew_recovery_codes(
    ctx: &Context,
    staff_id: &StaffId,
    actor: &Actor,
) -> Result<RecoveryCodes, SecondFactorError> {
    ctx.db.write(|tx| {
        if !staff_totp::is_confirmed(tx, staff_id)? {
            return Err(SecondFactorError::IsNotThere);
        }
        let changes = vec![Change::set("codes", RECOVERY_CODES)];
        let entry = NewAuditEntry::on(actor, AuditAction::StaffRecoveryCodes, "staff", staff_id, changes);
        audit::append(tx, &ctx.keyring, &entry, ctx.clock.now())?;
        Ok(renew_in(ctx, tx, staff_id)?)
    })
}

/// Takes a person's second factor away; `false` where there is none. Done by somebody else it ends
/// the person's sessions.
pub fn remove_second_factor(ctx: &Context, staff_id: &StaffId, actor: &Actor) -> Result<bool, StorageError> {
    ctx.db.write(|tx| {
        let was_confirmed = staff_totp::is_confirmed(tx, staff_id)?;
        // Somebody else does it for a person who lost everything: passkeys go with it.
        let is_for_another = actor.staff_id() != Some(staff_id);
        let passkeys = if is_for_another { staff_passkeys::delete(tx, staff_id, None)? } else { 0 };
        if (!staff_totp::delete(tx, staff_id)? || !was_confirmed) && passkeys == 0 {
            return Ok(false);
        }
        if is_for_another {
            sessions::delete_all_of(tx, staff_id)?;
        }
        let entry = NewAuditEntry::on(actor, AuditAction::StaffFactorRemove, "staff", staff_id, vec![]);
        audit::append(tx, &ctx.keyring, &entry, ctx.clock.now())?;
        Ok(true)
    })
}

fn renew_in(ctx: &Context, tx: &mut Tx<'_>, staff_id: &StaffId) -> Result<RecoveryCodes, StorageError> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| random_code()).collect();
    let hashes: Vec<[u8; 32]> =
        codes.iter().map(|code| ctx.keyring.recovery_code_hash(staff_id.as_str(), &code.replace('-', ""))).collect();
    staff_totp::set_recovery_codes(tx, staff_id, &hashes, ctx.clock.now())?;
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
