//! Signing in as an identity provider says. Whoever came before is known by issuer and subject; the
//! first time a verified address finds the person, or a role lets somebody new in.

use super::change_staff_role::change_role_in;
use super::context::Context;
use super::sign_in::{Method, SignedIn, UNKNOWN, note_failure, note_sign_in};
use super::staff_error::StaffError;
use crate::domain::actor::{Actor, Who};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry};
use crate::domain::customer::{EmailAddress, parse_name};
use crate::domain::ids::StaffId;
use crate::domain::staff::{Role, Staff};
use crate::storage::staff::NewStaff;
use crate::storage::{StorageError, Tx, audit, second_factors, staff, staff_identities, staff_links};

/// What the provider says of somebody; the address is verified.
#[derive(Debug, Clone)]
pub struct SignInWithProvider {
    pub issuer: String,
    pub subject: String,
    pub email: Option<String>,
    pub name: Option<String>,
    pub role: Option<Role>,
    pub actor: Actor,
}

#[derive(Debug)]
pub enum ProviderSignInError {
    /// Nobody here is meant, and nothing lets somebody new in.
    NoAccount,
    Storage(StorageError),
}

impl From<StorageError> for ProviderSignInError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Finds, binds or makes the person and says whether a code is still to be asked for.
pub fn sign_in_with_provider(ctx: &Context, command: &SignInWithProvider) -> Result<SignedIn, ProviderSignInError> {
    let signed_in = ctx.db.write(|tx| {
        let person = match staff_identities::find(tx, &command.issuer, &command.subject)? {
            Some(id) => staff::find(tx, &id)?,
            None => bind(ctx, tx, command)?,
        };
        let Some(person) = person.filter(|person| person.disabled_at.is_none()) else { return Ok(None) };
        if let Some(role) = command.role {
            match change_role_in(ctx, tx, &person.id, role, &Actor::system("identity-provider")) {
                // The last admin stays one, whatever the provider says.
                Ok(_) | Err(StaffError::LastAdmin) => {}
                Err(StaffError::Storage(error)) => return Err(error),
                Err(other) => return Err(StorageError::Corrupt(other.to_string())),
            }
        }
        // A new role has given the person a new stamp.
        let Some(person) = staff::lock(tx, &person.id)?.filter(|person| person.disabled_at.is_none()) else {
            return Ok(None);
        };
        let needs_code = !second_factors::of(tx, &person.id)?.is_empty();
        let actor = Actor { who: Who::Staff(person.id.clone()), ..command.actor.clone() };
        if !needs_code {
            note_sign_in(ctx, tx, &person.id, Method::Provider, &actor)?;
        }
        Ok(Some(SignedIn { staff_id: person.id, security_stamp: person.security_stamp, needs_code }))
    })?;
    if signed_in.is_none() {
        note_failure(ctx, &command.actor, UNKNOWN, "identity_provider", jiff::SignedDuration::ZERO)?;
    }
    signed_in.ok_or(ProviderSignInError::NoAccount)
}

/// The person with that address, or somebody new where a role lets them in; bound from now on.
fn bind(ctx: &Context, tx: &mut Tx<'_>, command: &SignInWithProvider) -> Result<Option<Staff>, StorageError> {
    let Some(email) = command.email.as_deref().and_then(|email| EmailAddress::parse(email).ok()) else {
        return Ok(None);
    };
    let now = ctx.clock.now();
    let known = staff::find_by_email(tx, &email)?;
    if known.as_ref().is_some_and(|person| person.disabled_at.is_some()) {
        return Ok(None);
    }
    let id = match (&known, command.role.or(ctx.config.oidc.as_ref().and_then(|oidc| oidc.default_role))) {
        (Some(person), _) => person.id.clone(),
        (None, Some(role)) => {
            let name = command.name.as_deref().and_then(|name| parse_name(name).ok());
            let name = name.unwrap_or_else(|| email.as_str().to_owned());
            let person = NewStaff { id: StaffId::random(), email, name, role, password_hash: None };
            staff::insert(tx, &person, now)?;
            person.id
        }
        (None, None) => return Ok(None),
    };
    staff::note_joined(tx, &id, now)?;
    staff_links::delete_of(tx, &id, None)?;
    staff_identities::insert(tx, &command.issuer, &command.subject, &id, now)?;
    let actor = Actor { who: Who::Staff(id.clone()), ..command.actor.clone() };
    let changes = vec![Change::set("issuer", &command.issuer), Change::set("is_new", known.is_none())];
    let entry = NewAuditEntry::on(&actor, AuditAction::StaffIdentityAdd, "staff", &id, changes);
    audit::append(tx, &ctx.keyring, &entry, now)?;
    staff::find(tx, &id)
}
