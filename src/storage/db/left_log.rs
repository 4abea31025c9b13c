//! A write-ahead log that lies beside a SQLite file at the start: left by a process that was killed, or by another file
//! that stood there before a backup was restored. SQLite cannot tell, and would mix the two.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::SqliteConnection;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::connection::Target;
use super::error::StorageError;

const IN_PATHS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');

#[derive(QueryableByName)]
struct Checked {
    #[diesel(sql_type = Text)]
    quick_check: String,
}

/// Fails if the log beside the file does not belong to it. Reads the whole database, but only if there is a log. Changes
/// nothing: not even what closing the last connection would do, which is to write the log into the file.
pub fn check(target: &Target) -> Result<(), StorageError> {
    let Target::Sqlite(path) = target else { return Ok(()) };
    let log = format!("{}-wal", path.display());
    let has_log = std::fs::metadata(Path::new(&log)).is_ok_and(|log| log.len() > 0) && path.exists();
    if !has_log {
        return Ok(());
    }
    let absolute = std::path::absolute(path).map_err(|error| StorageError::Busy(error.to_string()))?;
    let encoded = utf8_percent_encode(&absolute.to_string_lossy(), IN_PATHS).to_string();
    // What else is wrong with the file is told when it is opened to be used.
    let Ok(mut conn) = SqliteConnection::establish(&format!("file:{encoded}?mode=ro")) else { return Ok(()) };
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
