//! One's own new password. The other sessions end: whoever had the old one is out.

use super::add_staff::hash;
use super::confirm_password::{ConfirmPasswordError, confirm_password};
use super::context::Context;
use super::end_sessions::end_other_sessions_in;
use super::staff_error::StaffError;
use crate::crypto::{Password, PasswordError};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, NewAuditEntry};
use crate::domain::ids::SessionId;
use crate::domain::staff::Staff;
use crate::storage::{StorageError, audit, staff, staff_links};

#[derive(Debug)]
pub enum ChangePasswordError {
    Current(ConfirmPasswordError),
    New(PasswordError),
    Hashing(String),
    Storage(StorageError),
}

impl From<StorageError> for ChangePasswordError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Sets the new password where the current one is right; `keep` is the session that goes on.
pub fn change_password(
    ctx: &Context,
    person: &Staff,
    current: &Password,
    new: &str,
    keep: Option<&SessionId>,
    actor: &Actor,
) -> Result<(), ChangePasswordError> {
    let password_hash = hash(new, &person.name, &person.email).map_err(|error| match error {
        StaffError::Password(error) => ChangePasswordError::New(error),
        other => ChangePasswordError::Hashing(other.to_string()),
    })?;
    confirm_password(ctx, person, current, actor).map_err(ChangePasswordError::Current)?;
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        staff::set_password_hash(tx, &person.id, &password_hash, now)?;
        staff_links::delete_of(tx, &person.id, None)?;
        end_other_sessions_in(tx, &person.id, keep)?;
        let entry = NewAuditEntry::on(actor, AuditAction::StaffChangePassword, "staff", &person.id, vec![]);
        audit::append(tx, &ctx.keyring, &entry, now)?;
        Ok(())
    })
}
