//! Adding a person with a password.

use super::error::StaffError;
use crate::crypto::{self, Password};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::EmailAddress;
use crate::domain::ids::StaffId;
use crate::domain::staff::Role;
use crate::storage::audit_log;
use crate::storage::staff::{self, NewStaff};
use crate::usecases::context::Context;

/// The properties of a new person.
#[derive(Clone)]
pub struct AddStaff {
    pub email: EmailAddress,
    pub name: String,
    pub role: Role,
    /// Checked against the person's own name and address; `None` if passwords are turned off.
    pub password: Option<String>,
    pub actor: Actor,
}

/// Adds the person; fails if the address is taken or the password is unsuitable.
pub fn add_staff(ctx: &Context, command: &AddStaff) -> Result<StaffId, StaffError> {
    if ctx.db.read(|conn| staff::find_by_email(conn, &command.email))?.is_some() {
        return Err(StaffError::EmailTaken);
    }
    let password_hash = match &command.password {
        Some(_) if !ctx.config.has_passwords => return Err(StaffError::PasswordsOff),
        Some(password) => Some(hash(password, &command.name, &command.email)?),
        None => None,
    };
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
        let entry = NewAuditEntry::on(&command.actor, AuditAction::StaffAdd, ObjectKind::Staff, &person.id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        Ok(person.id.clone())
    })
}

/// Hashes a new password; fails if it is unsuitable, for example based on the person's name or address.
pub(super) fn hash(password: &str, name: &str, email: &EmailAddress) -> Result<String, StaffError> {
    let password = Password::parse_new(password, &[name, email.as_str()]).map_err(StaffError::Password)?;
    crypto::hash_password(&password).map_err(|error| StaffError::Hashing(error.to_string()))
}
