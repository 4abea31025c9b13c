//! Who has a second factor. Authenticator apps and passkeys count equally, and all callers ask here.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::domain::ids::StaffId;
use crate::domain::staff::second_factor::Factors;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::schema::{staff_passkeys, staff_totp};

/// A person's second factors.
pub fn of(conn: &mut Conn, staff_id: &StaffId) -> Result<Factors, StorageError> {
    let apps: i64 = staff_totp::table.filter(staff_totp::staff_id.eq(staff_id.as_str())).count().get_result(conn)?;
    let passkeys: i64 =
        staff_passkeys::table.filter(staff_passkeys::staff_id.eq(staff_id.as_str())).count().get_result(conn)?;
    Ok(Factors { has_app: apps > 0, passkeys: usize::try_from(passkeys).unwrap_or_default() })
}

/// The ids of all people who have a second factor.
pub fn everybody(conn: &mut Conn) -> Result<HashSet<String>, StorageError> {
    let mut ids: HashSet<String> =
        staff_totp::table.select(staff_totp::staff_id).load::<String>(conn)?.into_iter().collect();
    ids.extend(staff_passkeys::table.select(staff_passkeys::staff_id).distinct().load::<String>(conn)?);
    Ok(ids)
}
