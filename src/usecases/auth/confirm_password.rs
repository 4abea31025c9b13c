//! Asking for the password again before actions that must not be possible with a stolen session.

use jiff::SignedDuration;

use super::sign_in::is_password;
use super::sign_in_log::note_failure;
use super::throttle::{self, Throttled};
use crate::crypto::Password;
use crate::domain::actor::Actor;
use crate::domain::staff::Staff;
use crate::storage::{StorageError, staff};
use crate::usecases::context::Context;

#[derive(Debug)]
pub(crate) enum ConfirmPasswordError {
    WrongPassword,
    TooManyAttempts {
        retry_after: SignedDuration,
    },
    /// A recent sign-in with the identity provider is required instead.
    ProviderFirst,
    Storage(StorageError),
}

impl From<StorageError> for ConfirmPasswordError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<Throttled> for ConfirmPasswordError {
    fn from(error: Throttled) -> Self {
        match error {
            Throttled::TooManyAttempts { retry_after } => Self::TooManyAttempts { retry_after },
            Throttled::Storage(error) => Self::Storage(error),
        }
    }
}

/// Checks the password of a signed-in person. Failures are counted separately from those on the sign-in page, so that
/// strangers there cannot keep anyone from changing their password.
pub(crate) fn confirm_password(
    ctx: &Context,
    person: &Staff,
    password: &Password,
    actor: &Actor,
) -> Result<(), ConfirmPasswordError> {
    let subjects = throttle::confirmation_subjects(ctx, &person.id, person.security_stamp);
    let delay = throttle::reserve(ctx, &subjects)?;
    let hash = ctx.db.read(|conn| staff::password_hash(conn, &person.id))?;
    if !is_password(hash.as_deref(), password) {
        note_failure(ctx, actor, person.id.as_str(), "confirmation", delay)?;
        return Err(ConfirmPasswordError::WrongPassword);
    }
    Ok(ctx.db.write(|tx| throttle::succeed(tx, &subjects))?)
}
