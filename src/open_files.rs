//! Files and directories that other users of the machine can read or enter.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::config::{Config, DatabaseUrl};

/// Warns about what others on this machine can read or enter: the data directory, the directory of SQLite's file, and
/// the file itself, which may all be older than this start.
pub(crate) fn warn(config: &Config) {
    let mut paths = vec![config.data_dir.clone()];
    if let DatabaseUrl::Sqlite(file) = &config.database_url {
        let directory = file.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if directory != config.data_dir {
            paths.push(directory.to_owned());
        }
        for suffix in ["", "-wal", "-shm"] {
            let mut path = file.clone().into_os_string();
            path.push(suffix);
            paths.push(path.into());
        }
    }
    for path in paths {
        let Ok(metadata) = std::fs::metadata(&path) else { continue };
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            let wanted = if metadata.is_dir() { 700 } else { 600 };
            tracing::warn!(
                "{} is open to other users of this machine (mode {mode:03o}): run chmod {wanted} on it",
                path.display()
            );
        }
    }
}
