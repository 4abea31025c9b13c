//! `keydesk migrate`: brings the database up to date.

use crate::config::Config;
use crate::server;

/// Applies the missing migrations and prints their names.
pub(crate) fn run(config: &Config) -> anyhow::Result<()> {
    let applied = server::migrate(config)?;
    if applied.is_empty() {
        println!("the database is up to date");
    }
    for name in applied {
        println!("applied {name}");
    }
    Ok(())
}
