//! Whether the database takes changes, without making one.

use diesel::prelude::*;
use diesel::sql_types::Text;
use rustix::fs::{Access, access, statvfs};

use super::connection::{Conn, Target};
use super::error::StorageError;

/// With less free space than this, in bytes, SQLite's disk counts as full.
const LEAST_SPACE: u64 = 1 << 20;

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    transaction_read_only: String,
}

/// Why the database takes no changes; `None` if it does.
pub(crate) fn obstacle(conn: &mut Conn, target: &Target) -> Result<Option<&'static str>, StorageError> {
    match (conn, target) {
        (Conn::Postgres(conn), _) => {
            let setting: Setting = diesel::sql_query("SHOW transaction_read_only").get_result(conn)?;
            Ok((setting.transaction_read_only == "on").then_some("it is read-only"))
        }
        (Conn::Sqlite(_), Target::Sqlite(path)) => {
            let is_full = statvfs(path).is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < LEAST_SPACE);
            let is_read_only = access(path, Access::WRITE_OK).is_err();
            Ok(match (is_full, is_read_only) {
                (true, _) => Some("its disk is full"),
                (false, true) => Some("its file is read-only"),
                (false, false) => None,
            })
        }
        (Conn::Sqlite(_), Target::Postgres(_)) => Ok(None),
    }
}
