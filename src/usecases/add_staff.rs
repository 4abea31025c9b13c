//! Adding a person who may sign in.

use super::context::Context;
use crate::crypto;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::customer::EmailAddress;
use crate::domain::ids::StaffId;
use crate::domain::staff::Role;
use crate::storage::staff::NewStaff;
use crate::storage::{StorageError, audit, staff};

/// Somebody new.
#[derive(Clone)]
pub struct AddStaff {
    pub email: EmailAddress,
    pub name: String,
    pub role: Role,
    pub password: String,
    pub actor: Actor,
}

#[derive(Debug)]
pub enum AddStaffError {
    EmailTaken,
    Password(PasswordError),
    Storage(StorageError),
}

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordError {
    TooShort,
    TooLong,
}

impl std::fmt::Display for PasswordError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TooShort => "the password has fewer than 15 characters",
            Self::TooLong => "the password has more than 128 characters",
        })
    }
}

impl From<StorageError> for AddStaffError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Conflict => Self::EmailTaken,
            other => Self::Storage(other),
        }
    }
}

/// 15 to 128 characters of any kind.
pub fn check_password(password: &str) -> Result<(), PasswordError> {
    match password.chars().count() {
        ..15 => Err(PasswordError::TooShort),
        15..=128 => Ok(()),
        _ => Err(PasswordError::TooLong),
    }
}

/// Adds the person; fails where the address is taken or the password unfit.
pub fn add_staff(ctx: &Context, command: &AddStaff) -> Result<StaffId, AddStaffError> {
    check_password(&command.password).map_err(AddStaffError::Password)?;
    let person = NewStaff {
        id: StaffId::random(),
        email: command.email.clone(),
        name: command.name.clone(),
        role: command.role,
        password_hash: crypto::hash_password(&command.password),
    };
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        staff::insert(tx, &person, now)?;
        let changes = vec![Change::set("role", person.role.as_str())];
        let entry = NewAuditEntry::on(&command.actor, AuditAction::StaffAdd, "staff", &person.id, changes);
        audit::append(tx, &ctx.keyring, &entry, now)?;
        Ok(person.id.clone())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_have_15_to_128_characters() {
        assert_eq!(check_password(&"x".repeat(14)), Err(PasswordError::TooShort));
        assert_eq!(check_password(&"ä".repeat(15)), Ok(()));
        assert_eq!(check_password(&" ".repeat(128)), Ok(()));
        assert_eq!(check_password(&"x".repeat(129)), Err(PasswordError::TooLong));
    }
}
