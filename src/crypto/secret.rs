//! The installation's secret: configured, or created at the first start in the data directory. Everything that is sealed
//! or signed depends on it.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::random::random_bytes;

/// Its file in the data directory.
const FILE: &str = "secret.key";

/// 32 secret bytes.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct MasterSecret([u8; 32]);

impl MasterSecret {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 32 bytes in base64.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).ok()?);
        Some(Self(bytes.as_slice().try_into().ok()?))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for MasterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The configured secret, else the one in `data_dir/secret.key`; `None` if there is neither.
pub fn load_secret(data_dir: &Path, configured: Option<&MasterSecret>) -> anyhow::Result<Option<MasterSecret>> {
    match configured {
        Some(secret) => Ok(Some(secret.clone())),
        None => read(&data_dir.join(FILE)),
    }
}

/// Creates the secret in `data_dir/secret.key`; if another process was faster, returns that one's.
pub fn create_secret(data_dir: &Path) -> anyhow::Result<MasterSecret> {
    let path = data_dir.join(FILE);
    let secret = create(data_dir, &path)?;
    let file = path.display();
    tracing::info!(%file, "created the secret; back it up apart from the database, which cannot be read without it");
    Ok(secret)
}

fn read(path: &Path) -> anyhow::Result<Option<MasterSecret>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read the secret in {}", path.display())),
    };
    let mode = file.metadata()?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        bail!("{} can be read by others (mode {mode:03o}): chmod 600 it", path.display());
    }
    let mut text = Zeroizing::new(String::new());
    file.read_to_string(&mut text).with_context(|| format!("cannot read the secret in {}", path.display()))?;
    MasterSecret::parse(&text).map(Some).with_context(|| {
        format!(
            "{} holds no secret: it takes 32 bytes in base64; put back the one this database was made with",
            path.display()
        )
    })
}

/// Writes a whole file under another name first and links it into place, so that of two processes
/// that start at once both end with the same secret.
fn create(data_dir: &Path, path: &Path) -> anyhow::Result<MasterSecret> {
    let secret = MasterSecret(random_bytes());
    let draft = data_dir.join(format!(".secret.{}", super::random_base62(12)));
    let linked = write(&draft, &secret).map(|()| fs::hard_link(&draft, path));
    // Also half a draft is a secret that nobody needs; that it is not there is no news.
    drop(fs::remove_file(&draft));
    let linked = linked.with_context(|| format!("cannot write to the data directory {}", data_dir.display()))?;
    match linked {
        Ok(()) => {
            File::open(data_dir)?.sync_all()?;
            Ok(secret)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            read(path)?.with_context(|| format!("{} came and went", path.display()))
        }
        Err(error) => Err(error).with_context(|| format!("cannot write {}", path.display())),
    }
}

fn write(draft: &Path, secret: &MasterSecret) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    writeln!(file, "{}", *Zeroizing::new(STANDARD.encode(secret.0)))?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_and_kept() {
        let dir = tempfile::tempdir().expect("a directory");
        assert_eq!(load_secret(dir.path(), None).expect("none"), None);
        let first = create_secret(dir.path()).expect("made");
        assert_eq!(load_secret(dir.path(), None).expect("read"), Some(first.clone()));
        assert_eq!(create_secret(dir.path()).expect("the other's"), first);
        let mode = fs::metadata(dir.path().join("secret.key")).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_readable_or_broken_file_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("secret.key");
        fs::write(&path, "nonsense").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("set");
        assert!(load_secret(dir.path(), None).is_err_and(|e| e.to_string().contains("chmod 600")));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
        assert!(load_secret(dir.path(), None).is_err_and(|e| e.to_string().contains("32 bytes")));
    }

    #[test]
    fn many_that_start_at_once_end_with_one_secret() {
        let dir = tempfile::tempdir().expect("a directory");
        let secrets: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..16).map(|_| scope.spawn(|| create_secret(dir.path()))).collect();
            starts.into_iter().map(|start| start.join().expect("no panic").expect("a secret")).collect()
        });
        assert!(secrets.windows(2).all(|pair| pair.first() == pair.last()));
        assert_eq!(fs::read_dir(dir.path()).expect("listed").count(), 1);
    }
}
