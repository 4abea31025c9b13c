//! The second step of signing in: a code from the app, or a recovery code. Each works once.

use jiff::SignedDuration;

use super::context::Context;
use super::sign_in::{Method, note_failure, note_sign_in};
use super::throttle::{self, Subject, Throttled};
use crate::crypto::TotpSecret;
use crate::domain::actor::{Actor, Who};
use crate::domain::ids::StaffId;
use crate::domain::second_factor::TypedCode;
use crate::storage::{StorageError, Tx, staff, staff_totp};

/// A code was typed after the password.
#[derive(Debug, Clone)]
pub struct CheckSecondFactor {
    pub staff_id: StaffId,
    /// What was shown before.
    pub first: Method,
    pub code: String,
    pub address: Option<String>,
    pub request_id: Option<String>,
}

/// Both factors were right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub method: Method,
    /// How many recovery codes are left, where one was used.
    pub recovery_codes_left: Option<i64>,
}

#[derive(Debug)]
pub enum CheckSecondFactorError {
    WrongCode,
    TooManyAttempts {
        retry_after: SignedDuration,
    },
    /// The person was disabled or lost the second factor meanwhile: the first step counts no more.
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

/// Checks the code and writes down that the person is in.
pub fn check_second_factor(ctx: &Context, command: &CheckSecondFactor) -> Result<Checked, CheckSecondFactorError> {
    let subject = Subject::new(ctx, "code", command.staff_id.as_str(), 5);
    let delay = throttle::reserve(ctx, &[&subject])?;
    let actor = |who| Actor { who, address: command.address.clone(), request_id: command.request_id.clone() };
    let checked = ctx.db.write(|tx| {
        let person = staff::find(tx, &command.staff_id)?.filter(|person| person.disabled_at.is_none());
        if person.is_none() {
            return Err(CheckSecondFactorError::StartAgain);
        }
        let Some(used) = use_code(ctx, tx, &command.staff_id, &command.code)? else { return Ok(None) };
        throttle::forgive(tx, &subject)?;
        let (method, recovery_codes_left) = match (used, command.first) {
            (Used::Totp, Method::Provider) => (Method::ProviderAndCode, None),
            (Used::Totp, _) => (Method::PasswordAndCode, None),
            (Used::Recovery { left }, Method::Provider) => (Method::ProviderAndRecoveryCode, Some(left)),
            (Used::Recovery { left }, _) => (Method::PasswordAndRecoveryCode, Some(left)),
        };
        note_sign_in(ctx, tx, &command.staff_id, method, &actor(Who::Staff(command.staff_id.clone())))?;
        Ok(Some(Checked { method, recovery_codes_left }))
    })?;
    let Some(checked) = checked else {
        note_failure(ctx, &actor(Who::Unknown), command.staff_id.as_str(), "code", delay)?;
        return Err(CheckSecondFactorError::WrongCode);
    };
    Ok(checked)
}

enum Used {
    Totp,
    Recovery { left: i64 },
}

/// Uses a code up; `None` for one that is wrong or was used before.
fn use_code(
    ctx: &Context,
    tx: &mut Tx<'_>,
    staff_id: &StaffId,
    typed: &str,
) -> Result<Option<Used>, CheckSecondFactorError> {
    let stored = staff_totp::find(tx, staff_id)?.filter(|totp| totp.confirmed_at.is_some());
    let stored = stored.ok_or(CheckSecondFactorError::StartAgain)?;
    match TypedCode::parse(typed) {
        Some(TypedCode::Totp(code)) => {
            let step = open(ctx, staff_id, &stored.sealed)?.matched_step(&code, ctx.clock.now().as_second());
            let is_used = match step {
                Some(step) => staff_totp::use_step(tx, staff_id, step)?,
                None => false,
            };
            Ok(is_used.then_some(Used::Totp))
        }
        Some(TypedCode::Recovery(code)) => {
            let hash = ctx.keyring.recovery_code_hash(staff_id.as_str(), &code);
            if !staff_totp::use_recovery_code(tx, staff_id, &hash)? {
                return Ok(None);
            }
            Ok(Some(Used::Recovery { left: staff_totp::recovery_codes_left(tx, staff_id)? }))
        }
        None => Ok(None),
    }
}

/// Opens a person's stored secret.
pub(super) fn open(ctx: &Context, staff_id: &StaffId, sealed: &[u8]) -> Result<TotpSecret, StorageError> {
    let opened = ctx.keyring.open(&staff_totp::place(staff_id), sealed);
    let secret = opened.ok().and_then(|bytes| TotpSecret::from_bytes(&bytes));
    secret.ok_or_else(|| StorageError::Corrupt(format!("the second factor of {staff_id}")))
}
