//! The people who sign in.

pub mod identities;
pub mod links;
pub mod passkeys;
pub mod recovery_codes;
pub(crate) mod report;
pub mod second_factors;
pub mod sessions;
pub(crate) mod sign_in_failures;
pub mod totp;

use diesel::prelude::*;
use jiff::Timestamp;

use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::db::time::{from_micros, from_optional, to_micros};
use super::schema::{installation, staff};
use crate::domain::customer::EmailAddress;
use crate::domain::ids::StaffId;
use crate::domain::staff::{Role, Staff, Theme};

#[derive(Queryable, Selectable)]
#[diesel(table_name = staff)]
pub(super) struct StaffRow {
    id: String,
    email: String,
    name: String,
    role: String,
    language: Option<String>,
    theme: String,
    has_shortcuts: bool,
    time_zone: Option<String>,
    disabled_at: Option<i64>,
    password_set_at: Option<i64>,
    last_signed_in_at: Option<i64>,
    created_at: i64,
    security_stamp: i64,
    disabled_reason: Option<String>,
}

impl TryFrom<StaffRow> for Staff {
    type Error = StorageError;

    fn try_from(row: StaffRow) -> Result<Self, StorageError> {
        let role = Role::parse(&row.role).ok_or_else(|| StorageError::Corrupt(format!("role of {}", row.id)))?;
        Ok(Self {
            id: StaffId::stored(row.id),
            email: EmailAddress::stored(row.email),
            name: row.name,
            role,
            language: row.language,
            theme: Theme::parse(&row.theme).unwrap_or(Theme::Auto),
            has_shortcuts: row.has_shortcuts,
            time_zone: row.time_zone,
            disabled_at: from_optional(row.disabled_at),
            password_set_at: from_optional(row.password_set_at),
            last_signed_in_at: from_optional(row.last_signed_in_at),
            created_at: from_micros(row.created_at),
            security_stamp: row.security_stamp,
            disabled_reason: row.disabled_reason,
        })
    }
}

/// A person to be added.
#[derive(Debug, Clone)]
pub struct NewStaff {
    pub id: StaffId,
    pub email: EmailAddress,
    pub name: String,
    pub role: Role,
    /// `None` if the person is invited and sets a password through a link.
    pub password_hash: Option<String>,
}

/// A person's own settings.
#[derive(Debug, Clone)]
pub struct Preferences {
    pub language: Option<String>,
    pub theme: Theme,
    pub has_shortcuts: bool,
    pub time_zone: Option<String>,
}

/// The person with this id.
pub fn find(conn: &mut Conn, id: &StaffId) -> Result<Option<Staff>, StorageError> {
    let row = staff::table.find(id.as_str()).select(StaffRow::as_select()).first(conn).optional()?;
    row.map(Staff::try_from).transpose()
}

/// Reads the person's row and locks it until the transaction ends. Every decision about a person's access takes this
/// lock before those on sessions, links and failures.
pub fn lock(tx: &mut Tx<'_>, id: &StaffId) -> Result<Option<Staff>, StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(staff::table.find(id.as_str())).set(staff::updated_at.eq(staff::updated_at)).execute(conn)?;
    find(conn, id)
}

/// Like [`lock`], but `None` if the person is not active or their security stamp has changed.
pub fn lock_active(tx: &mut Tx<'_>, id: &StaffId, security_stamp: i64) -> Result<Option<Staff>, StorageError> {
    let person = lock(tx, id)?;
    Ok(person.filter(|person| person.disabled_at.is_none() && person.security_stamp == security_stamp))
}

/// Replaces the person's security stamp and returns the new one.
pub fn renew_security_stamp(tx: &mut Tx<'_>, id: &StaffId) -> Result<i64, StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(staff::table.find(id.as_str()))
        .set(staff::security_stamp.eq(staff::security_stamp + 1))
        .execute(conn)?;
    Ok(staff::table.find(id.as_str()).select(staff::security_stamp).first(conn)?)
}

/// The person with this address, compared case-insensitively.
pub fn find_by_email(conn: &mut Conn, email: &EmailAddress) -> Result<Option<Staff>, StorageError> {
    let row =
        staff::table.filter(staff::email_key.eq(email.key())).select(StaffRow::as_select()).first(conn).optional()?;
    row.map(Staff::try_from).transpose()
}

/// The hash of a person's password; `None` if none is set yet.
pub fn password_hash(conn: &mut Conn, id: &StaffId) -> Result<Option<String>, StorageError> {
    let hash: String = staff::table.find(id.as_str()).select(staff::password_hash).first(conn)?;
    Ok(Some(hash).filter(|hash| !hash.is_empty()))
}

/// All staff, by name.
pub fn list(conn: &mut Conn) -> Result<Vec<Staff>, StorageError> {
    let rows = staff::table.order((staff::name, staff::id)).select(StaffRow::as_select()).load(conn)?;
    rows.into_iter().map(Staff::try_from).collect()
}

/// Id and name of everybody who may fulfill grants, by name.
pub(crate) fn assignable(conn: &mut Conn) -> Result<Vec<(StaffId, String)>, StorageError> {
    let rows: Vec<(String, String)> = staff::table
        .filter(staff::disabled_at.is_null())
        .filter(staff::role.ne(Role::Viewer.as_str()))
        .order((staff::name, staff::id))
        .select((staff::id, staff::name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name)| (StaffId::stored(id), name)).collect())
}

/// Whether any staff account is not disabled.
pub fn has_any(conn: &mut Conn) -> Result<bool, StorageError> {
    let first: Option<String> =
        staff::table.filter(staff::disabled_at.is_null()).select(staff::id).first(conn).optional()?;
    Ok(first.is_some())
}

/// Adds a person; `Conflict` if the address is taken.
pub fn insert(tx: &mut Tx<'_>, person: &NewStaff, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(staff::table)
        .values((
            staff::id.eq(person.id.as_str()),
            staff::email.eq(person.email.as_str()),
            staff::email_key.eq(person.email.key()),
            staff::name.eq(&person.name),
            staff::role.eq(person.role.as_str()),
            staff::password_hash.eq(person.password_hash.as_deref().unwrap_or_default()),
            staff::password_set_at.eq(person.password_hash.as_ref().map(|_| to_micros(now))),
            staff::theme.eq(Theme::Auto.as_str()),
            staff::has_shortcuts.eq(true),
            staff::created_at.eq(to_micros(now)),
            staff::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Prevents a person from signing in; `false` if they already could not.
pub fn disable(tx: &mut Tx<'_>, id: &StaffId, reason: Option<&str>, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(staff::table.find(id.as_str()).filter(staff::disabled_at.is_null()))
        .set((
            staff::disabled_at.eq(to_micros(now)),
            staff::disabled_reason.eq(reason),
            staff::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(changed > 0)
}

/// Allows a disabled person to sign in again; `false` if they already could.
pub fn enable(tx: &mut Tx<'_>, id: &StaffId, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(staff::table.find(id.as_str()).filter(staff::disabled_at.is_not_null()))
        .set((
            staff::disabled_at.eq(None::<i64>),
            staff::disabled_reason.eq(None::<String>),
            staff::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(changed > 0)
}

/// Serializes changes to other people's rights or access until the transaction ends. Each change also locks the
/// actor's own row, so two admins changing each other would otherwise deadlock.
pub fn lock_admins(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let row = installation::table.find(super::installation::BUSINESS_ID);
    diesel::update(row).set(installation::value.eq(installation::value)).execute(conn)?;
    Ok(())
}

/// Whether another person is an admin who can sign in.
pub fn has_other_admin(conn: &mut Conn, id: &StaffId) -> Result<bool, StorageError> {
    let other: Option<String> = staff::table
        .filter(staff::id.ne(id.as_str()))
        .filter(staff::role.eq(Role::Admin.as_str()))
        .filter(staff::disabled_at.is_null())
        .filter(staff::password_set_at.is_not_null())
        .select(staff::id)
        .first(conn)
        .optional()?;
    Ok(other.is_some())
}

/// Sets a person's role.
pub fn set_role(tx: &mut Tx<'_>, id: &StaffId, role: Role, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(staff::table.find(id.as_str()))
        .set((staff::role.eq(role.as_str()), staff::updated_at.eq(to_micros(now))))
        .execute(conn)?;
    Ok(())
}

/// Sets a person's name.
pub fn set_name(tx: &mut Tx<'_>, id: &StaffId, name: &str, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(staff::table.find(id.as_str()))
        .set((staff::name.eq(name), staff::updated_at.eq(to_micros(now))))
        .execute(conn)?;
    Ok(())
}

/// Records that an invited person has joined through an identity provider; has no effect if they had joined before.
pub fn note_joined(tx: &mut Tx<'_>, id: &StaffId, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(staff::table.find(id.as_str()).filter(staff::password_set_at.is_null()))
        .set(staff::password_set_at.eq(to_micros(now)))
        .execute(conn)?;
    Ok(())
}

/// Records when a person signed in.
pub fn note_signed_in(tx: &mut Tx<'_>, id: &StaffId, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(staff::table.find(id.as_str())).set(staff::last_signed_in_at.eq(to_micros(now))).execute(conn)?;
    Ok(())
}

/// Sets the hash of a new password.
pub fn set_password_hash(tx: &mut Tx<'_>, id: &StaffId, hash: &str, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(staff::table.find(id.as_str()))
        .set((
            staff::password_hash.eq(hash),
            staff::password_set_at.eq(to_micros(now)),
            staff::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Sets a person's preferences.
pub fn set_preferences(
    tx: &mut Tx<'_>,
    id: &StaffId,
    chosen: &Preferences,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(staff::table.find(id.as_str()))
        .set((
            staff::language.eq(chosen.language.as_deref()),
            staff::theme.eq(chosen.theme.as_str()),
            staff::has_shortcuts.eq(chosen.has_shortcuts),
            staff::time_zone.eq(chosen.time_zone.as_deref()),
            staff::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}
