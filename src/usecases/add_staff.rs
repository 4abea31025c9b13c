//! Adding a person who may sign in.

use super::context::Context;
use crate::crypto::{self, Password, PasswordError};
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
    /// Checked against the person's own name and address.
    pub password: String,
    pub actor: Actor,
}

#[derive(Debug)]
pub enum AddStaffError {
    EmailTaken,
    Password(PasswordError),
    Hashing(String),
    Storage(StorageError),
}

impl std::fmt::Display for AddStaffError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::EmailTaken => f.write_str("somebody with this address is there already"),
            Self::Password(error) => error.fmt(f),
            Self::Hashing(cause) => f.write_str(cause),
            Self::Storage(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AddStaffError {}

impl From<StorageError> for AddStaffError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Conflict => Self::EmailTaken,
            other => Self::Storage(other),
        }
    }
}

/// Adds the person; fails where the address is taken or the password unfit.
pub fn add_staff(ctx: &Context, command: &AddStaff) -> Result<StaffId, AddStaffError> {
    let password_hash = hash(&command.password, &command.name, &command.email)?;
    let person = NewStaff {
        id: StaffId::random(),
        email: command.email.clone(),
        name: command.name.clone(),
        role: command.role,
        password_hash,
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

/// The hash of a new password that does not lean on the person's name or address.
pub(super) fn hash(password: &str, name: &str, email: &EmailAddress) -> Result<String, AddStaffError> {
    let password = Password::parse_new(password, &[name, email.as_str()]).map_err(AddStaffError::Password)?;
    crypto::hash_password(&password).map_err(|error| AddStaffError::Hashing(error.to_string()))
}
