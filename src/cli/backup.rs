//! `keydesk backup`: a consistent copy of the SQLite database while the portal runs.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use anyhow::{Context as _, bail};

use super::progress::Progress;
use crate::config::{Config, DatabaseUrl};
use crate::domain::clock::Clock;
use crate::server;
use crate::storage::db::dialect::{BackUpError, back_up};
use crate::storage::{StorageError, files};

const WATCHED_EVERY: Duration = Duration::from_millis(500);

/// Writes the copy; an existing file is never overwritten.
pub(crate) fn run(config: &Config, file: &Path) -> anyhow::Result<()> {
    if let DatabaseUrl::Postgres(_) = config.database_url {
        bail!("the database is PostgreSQL; use its own tool: pg_dump --format=custom --file=FILE");
    }
    let path = std::path::absolute(file).with_context(|| format!("cannot resolve the path {}", file.display()))?;
    let Some(name) = path.to_str() else { bail!("{}: the file name must be UTF-8", file.display()) };
    let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
    reserve(&path)?;
    let copied = while_watching(&path, database_size(config), || copy(&ctx.db, &path, name));
    if let Err(error) = copied {
        // The incomplete file was created by us.
        drop(std::fs::remove_file(&path));
        return Err(error);
    }
    let size = std::fs::metadata(&path)?.len();
    println!("wrote {} ({})", file.display(), readable(size));
    println!(
        "the backup does not contain the secret, without which its keys cannot be decrypted: store a copy of secret.key elsewhere"
    );
    if ctx.db.read(files::exist)? {
        println!(
            "the backup does not contain the files for customers: copy {} as well, after this backup",
            config.files_dir().display()
        );
    }
    Ok(())
}

fn database_size(config: &Config) -> u64 {
    match &config.database_url {
        DatabaseUrl::Sqlite(file) => std::fs::metadata(file).map_or(0, |data| data.len()),
        DatabaseUrl::Postgres(_) => 0,
    }
}

/// Tells how far the copy has come, by its size: SQLite writes it in one statement.
fn while_watching<T>(path: &Path, total: u64, work: impl FnOnce() -> T) -> T {
    let megabytes = |bytes: u64| usize::try_from(bytes / 1_000_000).unwrap_or_default();
    let mut progress = Progress::begin("MB written");
    let (ends, ended) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            while ended.recv_timeout(WATCHED_EVERY) == Err(mpsc::RecvTimeoutError::Timeout) {
                let written = std::fs::metadata(path).map_or(0, |data| data.len());
                progress.tell(megabytes(written), megabytes(total));
            }
            progress.clear();
        });
        let done = work();
        drop(ends);
        done
    })
}

fn reserve(path: &Path) -> anyhow::Result<()> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{} already exists; choose another name", path.display())
        }
        Err(error) => Err(error).with_context(|| format!("cannot write {}", path.display())),
    }
}

fn copy(db: &crate::storage::Db, path: &Path, name: &str) -> anyhow::Result<()> {
    let copied = db.read(|conn| Ok::<_, StorageError>(back_up(conn, name)))?;
    match copied {
        Ok(()) => {}
        Err(BackUpError::NotSqlite) => bail!("the database is not SQLite"),
        Err(BackUpError::Storage(error)) => {
            return Err(error).with_context(|| format!("cannot write {}", path.display()));
        }
    }
    File::open(path)?.sync_all().with_context(|| format!("cannot write {} to the disk", path.display()))?;
    if let Some(directory) = path.parent() {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a rounded size for display")]
fn readable(bytes: u64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
