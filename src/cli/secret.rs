//! `keydesk secret`: manages the encryption keys.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;

use super::arguments::SecretCommand;
use super::progress::Progress;
use crate::config::Config;
use crate::crypto::KEYS_ARE_KNOWN_WITHIN;
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::clock::Clock;
use crate::server;
use crate::usecases::rotate_encryption_key::{Walk, begin, complete, walk};

/// Time between passes: by then every node knows the new key, and everything it wrote before is committed.
const NODES_LEARN: Duration = Duration::from_secs(KEYS_ARE_KNOWN_WITHIN.as_secs() + 4);

/// Runs one of the secret commands.
pub(crate) fn run(config: &Config, command: &SecretCommand) -> anyhow::Result<()> {
    let SecretCommand::Rotate = command;
    let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
    let actor = Actor::system(SystemPart::CommandLine);
    let rotation = begin(&ctx, &actor)?;
    if rotation.is_resumed {
        println!("continuing with key {}, which an earlier run created at {:.0}", rotation.key_id, rotation.began_at);
    } else {
        println!("created key {}; existing data stays readable", rotation.key_id);
    }
    let mut total = 0;
    let mut progress = Progress::begin("values re-encrypted");
    let done = loop {
        // Whether this is the last pass depends on when it began: it misses what a node writes behind it.
        let age = Duration::try_from(rotation.began_at.duration_until(ctx.clock.now())).unwrap_or(Duration::ZERO);
        let done = walk(&ctx, |count| {
            progress.tell(usize::try_from(total + count).unwrap_or(usize::MAX), 0);
            true
        })?;
        total += done.sealed_anew;
        if done.sealed_anew == 0 && age >= NODES_LEARN {
            break Walk { sealed_anew: total, ..done };
        }
        // A node that did not know the new key yet may have written another value under the old one.
        std::thread::sleep(NODES_LEARN.saturating_sub(age));
    };
    progress.clear();
    complete(&ctx, &rotation, &done, &actor)?;
    println!("done: {total} values re-encrypted under key {}", rotation.key_id);
    if !done.unreadable.is_empty() {
        for row in &done.unreadable {
            println!("left unchanged: {row}");
        }
        let first = done.unreadable.first().map(String::as_str).unwrap_or_default();
        bail!("{} values cannot be decrypted and were left unchanged; the first is {first}", done.unreadable.len());
    }
    Ok(())
}
