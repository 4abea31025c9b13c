//! The second step of signing in: a code from the app, or a recovery code. Each code can be used once.

use jiff::SignedDuration;

use super::second_step::SecondStep;
use super::sign_in_log::{note_failure, note_sign_in};
use super::sign_in_with_provider::{bind_pending, lock_for_second_step};
use super::signed_in::Method;
use super::throttle::{self, Throttled};
use crate::crypto::TotpSecret;
use crate::domain::actor::Who;
use crate::domain::ids::StaffId;
use crate::domain::staff::second_factor::TypedCode;
use crate::storage::staff::{self, recovery_codes, second_factors};
use crate::storage::{StorageError, Tx};
use crate::usecases::context::Context;

/// Both factors were right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checked {
    pub method: Method,
    /// The person's new security stamp.
    pub security_stamp: i64,
    /// The number of remaining recovery codes, if one was used.
    pub recovery_codes_left: Option<i64>,
}

#[derive(Debug)]
pub(crate) enum CheckSecondFactorError {
    WrongCode,
    TooManyAttempts {
        retry_after: SignedDuration,
    },
    /// The first step is no longer valid: all access was ended in the meantime, the second factor was removed, or the
    /// person was bound to another subject.
    StartAgain,
    Storage(StorageError),
}

impl From<StorageError> for CheckSecondFactorError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<Throttled> for CheckSecondFactorError {
    fn from(error: Throttled) -> Self {
        match error {
            Throttled::TooManyAttempts { retry_after } => Self::TooManyAttempts { retry_after },
            Throttled::Storage(error) => Self::Storage(error),
        }
    }
}

/// Verifies a code entered after the first factor, and records the sign-in.
pub(crate) fn check_second_factor(
    ctx: &Context,
    step: &SecondStep,
    code: &str,
) -> Result<Checked, CheckSecondFactorError> {
    let subjects = step.subjects(ctx);
    let delay = throttle::reserve(ctx, &subjects)?;
    let checked = ctx.db.write(|tx| {
        let person = lock_for_second_step(tx, step)?;
        if person.is_none() || second_factors::of(tx, &step.staff_id)?.is_empty() {
            return Err(CheckSecondFactorError::StartAgain);
        }
        let Some(used) = use_code(ctx, tx, &step.staff_id, code)? else { return Ok(None) };
        let security_stamp = bind_pending(ctx, tx, step)?.ok_or(CheckSecondFactorError::StartAgain)?;
        throttle::succeed(tx, &subjects)?;
        let (method, recovery_codes_left) = match (used, step.first) {
            (Used::Totp, Method::Provider) => (Method::ProviderAndCode, None),
            (Used::Totp, _) => (Method::PasswordAndCode, None),
            (Used::Recovery { left }, Method::Provider) => (Method::ProviderAndRecoveryCode, Some(left)),
            (Used::Recovery { left }, _) => (Method::PasswordAndRecoveryCode, Some(left)),
        };
        note_sign_in(ctx, tx, &step.staff_id, method, &step.actor(Who::Staff(step.staff_id.clone())))?;
        Ok(Some(Checked { method, security_stamp, recovery_codes_left }))
    })?;
    let Some(checked) = checked else {
        note_failure(ctx, &step.actor(Who::Unknown), step.staff_id.as_str(), "code", delay)?;
        return Err(CheckSecondFactorError::WrongCode);
    };
    Ok(checked)
}

enum Used {
    Totp,
    Recovery { left: i64 },
}

/// Uses up a code; `None` if it is wrong or was used before.
fn use_code(ctx: &Context, tx: &mut Tx<'_>, staff_id: &StaffId, typed: &str) -> Result<Option<Used>, StorageError> {
    match TypedCode::parse(typed) {
        Some(TypedCode::Totp(code)) => {
            let Some(stored) = staff::totp::find(tx, staff_id)? else { return Ok(None) };
            let step = open(ctx, staff_id, &stored.sealed)?.matched_step(&code, ctx.clock.now().as_second());
            let is_used = match step {
                Some(step) => staff::totp::use_step(tx, staff_id, step)?,
                None => false,
            };
            Ok(is_used.then_some(Used::Totp))
        }
        Some(TypedCode::Recovery(code)) => {
            let hash = ctx.keyring.recovery_code_hash(staff_id.as_str(), &code);
            if !recovery_codes::use_up(tx, staff_id, &hash)? {
                return Ok(None);
            }
            Ok(Some(Used::Recovery { left: recovery_codes::count(tx, staff_id)? }))
        }
        None => Ok(None),
    }
}

/// Decrypts a person's stored secret.
pub(super) fn open(ctx: &Context, staff_id: &StaffId, sealed: &[u8]) -> Result<TotpSecret, StorageError> {
    let opened = ctx.keyring.open(&staff::totp::associated_data(staff_id), sealed);
    let secret = opened.ok().and_then(|bytes| TotpSecret::from_bytes(&bytes));
    secret.ok_or_else(|| StorageError::Corrupt(format!("the second factor of {staff_id}")))
}
