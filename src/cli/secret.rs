//! `keydesk secret`: the keys that values are sealed with.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;

use super::arguments::SecretCommand;
use crate::config::Config;
use crate::crypto::KEYS_ARE_KNOWN_WITHIN;
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::clock::Clock;
use crate::server;
use crate::usecases::rotate_encryption_key::{Walk, begin, complete, walk};

/// Between walks: by then every node has learned of the new key, and what it wrote before is committed.
const NODES_LEARN: Duration = Duration::from_secs(KEYS_ARE_KNOWN_WITHIN.as_secs() + 4);
/// How many are sealed anew between two lines of progress.
const TELL_EVERY: u64 = 10_000;

/// Does one of the commands.
pub fn run(config: &Config, command: &SecretCommand) -> anyhow::Result<()> {
    let SecretCommand::Rotate = command;
    let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
    let actor = Actor::system(SystemPart::CommandLine);
    let rotation = begin(&ctx, &actor)?;
    if rotation.is_resumed {
        println!("going on with key {}, which an earlier run began at {:.0}", rotation.key_id, rotation.began_at);
    } else {
        println!("made key {}; what was sealed before stays readable", rotation.key_id);
    }
    let mut total = 0;
    let mut told = 0;
    let done = loop {
        // A walk counts as the last one by when it began: what a node wrote behind it is not seen.
        let age = Duration::try_from(rotation.began_at.duration_until(ctx.clock.now())).unwrap_or(Duration::ZERO);
        let done = walk(&ctx, |count| {
            if (total + count) / TELL_EVERY > told {
                told = (total + count) / TELL_EVERY;
                println!("{} sealed anew", total + count);
            }
            true
        })?;
        total += done.sealed_anew;
        if done.sealed_anew == 0 && age >= NODES_LEARN {
            break Walk { sealed_anew: total, ..done };
        }
        // A node that had not heard of the new key may have written one more under the old.
        std::thread::sleep(NODES_LEARN.saturating_sub(age));
    };
    complete(&ctx, &rotation, &done, &actor)?;
    println!("done: {total} sealed anew under key {}", rotation.key_id);
    if !done.unreadable.is_empty() {
        for row in &done.unreadable {
            println!("left as it was: {row}");
        }
        let first = done.unreadable.first().map(String::as_str).unwrap_or_default();
        bail!("{} values do not open and were left as they were, the first: {first}", done.unreadable.len());
    }
    Ok(())
}
