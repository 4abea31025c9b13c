//! `keydesk backup`: a consistent copy of the SQLite database while the portal runs.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::config::{Config, DatabaseUrl};
use crate::domain::clock::Clock;
use crate::server;
use crate::storage::StorageError;
use crate::storage::db::dialect::{BackUpError, back_up};

/// Writes the copy; an existing file is never touched.
pub fn run(config: &Config, file: &Path) -> anyhow::Result<()> {
    if let DatabaseUrl::Postgres(_) = config.database_url {
        bail!("the database is PostgreSQL, which brings its own tool: pg_dump --format=custom --file=FILE");
    }
    let path = std::path::absolute(file).with_context(|| format!("cannot tell where {} is", file.display()))?;
    let Some(name) = path.to_str() else { bail!("{}: the name of the copy takes UTF-8", file.display()) };
    let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
    reserve(&path)?;
    if let Err(error) = copy(&ctx.db, &path, name) {
        // The file is ours and half written.
        drop(std::fs::remove_file(&path));
        return Err(error);
    }
    let size = std::fs::metadata(&path)?.len();
    println!("wrote {} ({})", file.display(), readable(size));
    println!("it does not hold the secret, without which nothing in it opens: keep a copy of secret.key elsewhere");
    Ok(())
}

fn reserve(path: &Path) -> anyhow::Result<()> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{} exists already; give a new name", path.display())
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

#[expect(clippy::cast_precision_loss, reason = "a size that people read")]
fn readable(bytes: u64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
