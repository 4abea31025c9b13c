//! Opening what every command needs: the data directory, the secret and the database.

use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};

use crate::config::Config;
use crate::crypto::{Keyring, MasterSecret, create_secret, load_secret, random_token};
use crate::dodo::Dodo;
use crate::domain::clock::Clock;
use crate::domain::ids::{BrandId, BusinessId};
use crate::files::FileStore;
use crate::github::Github;
use crate::outbound::{AddressGuard, HttpClient};
use crate::storage::db::connection::Target;
use crate::storage::db::{checkpoint, left_log, migrations};
use crate::storage::encryption::keys::KeyReader;
use crate::storage::{Db, StorageError, installation};
use crate::usecases::Context;

/// Opens the data directory, the secret and the database, migrates the database, and checks that the secret belongs to it.
pub fn open(config: Config, clock: Clock, on_outbox: Arc<dyn Fn() + Send + Sync>) -> anyhow::Result<Context> {
    make_data_dir(&config)?;
    let target = target(&config);
    migrations::run(&target).map_err(unreachable_database)?;
    let db = Db::open(&target, on_outbox).map_err(unreachable_database)?;
    let noted = facts(&db)?;
    let keyring = Keyring::new(&secret(&config, noted.is_some())?);
    let [business_id, brand_id, check] = match noted {
        Some(noted) => noted,
        None => note_facts(&db, &keyring.check_value())?,
    };
    if check != keyring.check_value() {
        return Err(anyhow!(
            "KEYDESK_SECRET: this is not the secret that the database was created with; use that secret, or the data directory that contains it"
        ));
    }
    let (business_id, brand_id) = (BusinessId::stored(business_id), BrandId::stored(brand_id));
    let reader = KeyReader::new(target);
    keyring.set_key_source(Box::new(move || {
        let read = reader.read();
        read.inspect_err(|error| tracing::warn!(%error, "cannot read the encryption keys")).ok()
    }));
    let guard = AddressGuard::new(config.webhook_allow.clone());
    let http = HttpClient::new(guard.clone());
    Ok(Context {
        #[cfg(feature = "oidc")]
        provider: crate::oidc::Provider::from_config(&config, &clock),
        dodo: Dodo::new(http.clone(), clock.clone()),
        github: Github::new(http.clone(), clock.clone()),
        shops: http,
        files: FileStore::new(config.files_dir(), config.files_store.as_ref(), &guard)
            .map_err(|error| anyhow!("KEYDESK_FILES_STORE: {error}"))?,
        db,
        clock,
        keyring: Arc::new(keyring),
        config: Arc::new(config),
        business_id,
        brand_id,
        page_cache: Arc::default(),
    })
}

/// The installation recorded at the first start. Later starts only read it, so that a command such as `backup` does not
/// wait for the write lock of a busy portal.
fn facts(db: &Db) -> Result<Option<[String; 3]>, StorageError> {
    db.read(|conn| {
        let business_id = installation::get(conn, installation::BUSINESS_ID)?;
        let brand_id = installation::get(conn, installation::BRAND_ID)?;
        let check = installation::get(conn, installation::SECRET_CHECK)?;
        Ok(business_id.zip(brand_id).zip(check).map(|((business_id, brand_id), check)| [business_id, brand_id, check]))
    })
}

/// Records the installation and which secret belongs to it.
fn note_facts(db: &Db, check: &str) -> Result<[String; 3], StorageError> {
    let note = || {
        db.write(|tx| {
            let business_id = installation::get_or_set(tx, installation::BUSINESS_ID, BusinessId::random().as_str())?;
            let brand_id = installation::get_or_set(tx, installation::BRAND_ID, BrandId::random().as_str())?;
            let check = installation::get_or_set(tx, installation::SECRET_CHECK, check)?;
            Ok([business_id, brand_id, check])
        })
    };
    match note() {
        // Another node started at the same moment and was quicker.
        Err(StorageError::Conflict) => note(),
        noted => noted,
    }
}

/// Fails if a write-ahead log lies beside the SQLite file that does not belong to it. For the start of a portal: commands
/// find the log of the running one.
pub(super) fn check_left_log(config: &Config) -> anyhow::Result<()> {
    left_log::check(&target(config)).map_err(unreachable_database)
}

/// Records which start the SQLite file and its log belong to, so that the next one need not check the whole file if this
/// one is killed.
pub(super) fn note_start(ctx: &Context) -> anyhow::Result<()> {
    let target = target(&ctx.config);
    if matches!(target, Target::Sqlite(_)) {
        let id = random_token();
        ctx.db.write(|tx| installation::set(tx, left_log::LAST_START, &id))?;
        ctx.db.read(checkpoint::empty)?;
        left_log::note_start(&target, &id)?;
    }
    Ok(())
}

/// Migrates the database, and makes the secret of a new one. Returns the names of the migrations that ran.
pub fn migrate(config: &Config) -> anyhow::Result<Vec<String>> {
    make_data_dir(config)?;
    let target = target(config);
    let applied = migrations::run(&target).map_err(unreachable_database)?;
    if facts(&Db::open(&target, Arc::new(|| ())).map_err(unreachable_database)?)?.is_none() {
        secret(config, false)?;
    }
    Ok(applied)
}

/// The installation's secret. A new one is only created for a database that belongs to none yet.
fn secret(config: &Config, is_noted: bool) -> anyhow::Result<MasterSecret> {
    // Read after the database: whoever has recorded the secret there has written the file before.
    match load_secret(&config.data_dir, config.secret.as_ref())? {
        Some(secret) => Ok(secret),
        None if !is_noted => create_secret(&config.data_dir),
        None => Err(anyhow!(
            "KEYDESK_SECRET: the database was created with a secret, but none is set and {} has no secret.key; put that file back or set KEYDESK_SECRET",
            config.data_dir.display()
        )),
    }
}

fn unreachable_database(error: StorageError) -> anyhow::Error {
    match error {
        StorageError::Busy(cause) => match ailment(&cause) {
            Some(words) => anyhow!("DATABASE_URL: {words}"),
            None => anyhow!("DATABASE_URL: the database cannot be reached: {cause}"),
        },
        StorageError::Database(cause) => match ailment(&cause) {
            Some(words) => anyhow!("DATABASE_URL: {words}"),
            None => anyhow!("DATABASE_URL: {cause}"),
        },
        other => anyhow!("DATABASE_URL: {other}"),
    }
}

/// What is wrong with a file that SQLite cannot use, and what to do.
fn ailment(cause: &str) -> Option<&'static str> {
    const SIGNS: [(&str, &str); 5] = [
        (
            "file is not a database",
            "the file is not a SQLite database, or is damaged; name Keydesk's own, or restore a backup",
        ),
        (
            "malformed",
            "the database file is damaged; if it was restored from a backup, remove the files ending in -wal and -shm beside it, which belong to the one before; else restore a backup",
        ),
        ("database or disk is full", "the disk of the database is full; make room and start again"),
        (
            "readonly database",
            "the database file or its directory is read-only; let the user that runs Keydesk write both",
        ),
        ("disk I/O error", "the disk of the database reports errors"),
    ];
    SIGNS.into_iter().find(|(sign, _)| cause.contains(sign)).map(|(_, words)| words)
}

/// Readable by its owner only: the directory contains the secret, customers' data and mail.
fn make_data_dir(config: &Config) -> anyhow::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&config.data_dir)
        .with_context(|| format!("KEYDESK_DATA_DIR: cannot create the directory {}", config.data_dir.display()))
}

/// Where the configured database is.
pub fn target(config: &Config) -> Target {
    Target::from(&config.database_url)
}
