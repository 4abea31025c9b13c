//! `keydesk demo`: the portal with a throwaway database of realistic data.

use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::serve::{StopSignal, announce, say};
use crate::config::{Config, DatabaseUrl};
use crate::demo::{self, DemoPerson};
use crate::domain::clock::Clock;
use crate::server::{self, Server};

/// Fills a fresh database, prints how to sign in, and serves until it is stopped. A database that
/// was named on purpose is taken if it is empty; all else is gone at the end.
pub fn run(mut config: Config, has_database: bool, grants: u32) -> anyhow::Result<()> {
    let stop = StopSignal::listen()?;
    let dir =
        tempfile::Builder::new().prefix("keydesk-demo-").tempdir().context("cannot make a directory for the demo")?;
    config.data_dir = dir.path().to_path_buf();
    if !has_database {
        config.database_url = DatabaseUrl::Sqlite(dir.path().join("keydesk.db"));
    }
    // Invented customers get no real mail.
    config.smtp_url = None;
    let ctx = if has_database {
        server::open(config.clone(), Clock::system(), Arc::new(|| ()))?
    } else {
        server::open_alone(config.clone(), Clock::system())?
    };
    if has_database && !demo::is_empty(&ctx)? {
        bail!("DATABASE_URL: the demo makes up data, and this database holds some already; give an empty one, or none");
    }
    let people = demo::fill(&ctx, &demo::Extent::of(grants), demo::SEED)?;
    drop(ctx);
    let server = Server::start(config, Clock::system())?;
    greet(&server, &people, grants);
    announce(&server);
    stop.wait()?;
    server.stop();
    dir.close().context("the demo's directory could not be removed")
}

fn greet(server: &Server, people: &[DemoPerson], grants: u32) {
    say(&format!("Keydesk demo with {grants} made-up grants; everything is thrown away at the end."));
    say("Mail to customers is kept on this machine and never sent; admins find it under Mail.");
    say("");
    say(&format!("  open      http://{}/", server.address()));
    for person in people {
        say(&format!("  {:<8}  {}  password: {}", person.role.as_str(), person.email, person.password));
    }
    say("");
}
