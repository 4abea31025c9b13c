//! `keydesk demo`: the portal with a temporary database of realistic data.

use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::serve::{StopSignal, announce, say};
use crate::config::{Config, DatabaseUrl};
use crate::demo::{self, DemoPerson};
use crate::domain::clock::Clock;
use crate::server::{self, Server};

/// Fills an empty database, prints the sign-ins, and serves until it is stopped. A database that was configured
/// explicitly is used if it is empty, and is not removed; everything else is deleted at the end.
pub(crate) fn run(mut config: Config, has_database: bool, grants: u32) -> anyhow::Result<()> {
    let stop = StopSignal::listen()?;
    let dir =
        tempfile::Builder::new().prefix("keydesk-demo-").tempdir().context("cannot create a directory for the demo")?;
    config.data_dir = dir.path().to_path_buf();
    if !has_database {
        config.database_url = DatabaseUrl::Sqlite(dir.path().join("keydesk.db"));
    }
    // Invented customers must not get real mail.
    config.smtp_url = None;
    let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
    if has_database && !demo::is_empty(&ctx)? {
        bail!(
            "DATABASE_URL: the demo generates data, but this database already contains some; use an empty one, or leave the setting out"
        );
    }
    let people = demo::fill(&ctx, &demo::Extent::of(grants), demo::SEED)?;
    drop(ctx);
    let server = Server::start(config, Clock::system())?;
    greet(&server, &people, grants);
    announce(&server);
    stop.wait()?;
    server.stop();
    dir.close().context("cannot remove the demo's directory")
}

fn greet(server: &Server, people: &[DemoPerson], grants: u32) {
    say(&format!("Keydesk demo with {grants} generated grants; everything is deleted at the end."));
    say("Mail to customers is stored on this machine and never sent; admins can read it under Settings, Kept mail.");
    say("");
    say(&format!("  open      http://{}/", server.address()));
    for person in people {
        say(&format!("  {:<8}  {}  password: {}", person.role.as_str(), person.email, person.password));
    }
    say("");
}
