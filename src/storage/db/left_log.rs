//! A write-ahead log that lies beside a SQLite file at the start: left by a process that was killed, or by another file
//! that stood there before a backup was restored. SQLite cannot tell, and would mix the two.
//!
//! Each start leaves a random id in the database, and in a file beside it whose name ends in `-start`. If both are the
//! same, the file is the one that the last portal had open; otherwise the whole of it is checked. Backups contain no id.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::SqliteConnection;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::connection::Target;
use super::error::StorageError;
use crate::storage::schema::installation;

const IN_PATHS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');

#[derive(QueryableByName)]
struct Checked {
    #[diesel(sql_type = Text)]
    quick_check: String,
}

/// The name of the id of the last start in `installation`.
pub(crate) const LAST_START: &str = "last_start";

/// Notes the id of this start beside the file, after it was written to the database and its log was emptied.
pub(crate) fn note_start(target: &Target, id: &str) -> std::io::Result<()> {
    let Target::Sqlite(path) = target else { return Ok(()) };
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(note_beside(path))?;
    file.write_all(id.as_bytes())?;
    file.sync_all()
}

fn note_beside(path: &Path) -> PathBuf {
    format!("{}-start", path.display()).into()
}

/// Fails if the log beside the file does not belong to it. Reads the whole database, but only if there is a log and the
/// file is not known to be that of the last start. Changes nothing: not even what closing the last connection would do,
/// which is to write the log into the file.
pub(crate) fn check(target: &Target) -> Result<(), StorageError> {
    let Target::Sqlite(path) = target else { return Ok(()) };
    let log = format!("{}-wal", path.display());
    let has_log = std::fs::metadata(Path::new(&log)).is_ok_and(|log| log.len() > 0) && path.exists();
    if !has_log || is_of_last_start(path).unwrap_or(false) {
        return Ok(());
    }
    // What else is wrong with the file is told when it is opened to be used.
    let Some(mut conn) = open(path, "mode=ro") else { return Ok(()) };
    let checked = conn
        .batch_execute("PRAGMA busy_timeout = 5000; PRAGMA trusted_schema = OFF")
        .and_then(|()| diesel::sql_query("PRAGMA quick_check(1)").get_result::<Checked>(&mut conn));
    match checked {
        Ok(checked) if checked.quick_check == "ok" => Ok(()),
        Ok(_) => Err(StorageError::Database("the write-ahead log makes the database malformed".to_owned())),
        Err(error) if error.to_string().contains("malformed") => Err(StorageError::Database(error.to_string())),
        Err(_) => Ok(()),
    }
}

/// Whether the file without its log has the id that lies beside it; `None` if one of them cannot be read.
fn is_of_last_start(path: &Path) -> Option<bool> {
    let noted = std::fs::read_to_string(note_beside(path)).ok()?;
    let id: String =
        installation::table.find(LAST_START).select(installation::value).first(&mut open(path, "immutable=1")?).ok()?;
    Some(noted == id)
}

fn open(path: &Path, how: &str) -> Option<SqliteConnection> {
    let absolute = std::path::absolute(path).ok()?;
    let encoded = utf8_percent_encode(&absolute.to_string_lossy(), IN_PATHS).to_string();
    SqliteConnection::establish(&format!("file:{encoded}?{how}")).ok()
}
