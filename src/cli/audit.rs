//! `keydesk audit verify`: recomputes the audit chain.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;

use super::progress::Progress;
use crate::config::Config;
use crate::domain::clock::Clock;
use crate::server;
use crate::storage::audit_log::seals;
use crate::usecases::Context;
use crate::usecases::audit_log::verify::{Head, HeadCheck, VerifyAuditLogError, check_head, verify_and_tell};

/// Prints a summary of the log, or names the first bad entry and exits with 1; also exits with 1 if the log does not
/// contain a head that was recorded earlier.
pub(crate) fn verify(config: &Config, at_least: Option<&str>) -> anyhow::Result<ExitCode> {
    let head = at_least
        .map(|text| {
            Head::parse(text).with_context(|| {
                format!("--at-least: got {text:?}, expected a head that was logged or printed earlier, such as 42:0123456789abcdef")
            })
        })
        .transpose()?;
    let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
    let mut progress = Progress::begin("entries verified");
    let count = |number: i64| usize::try_from(number).unwrap_or_default();
    let verified = verify_and_tell(&ctx, &mut |done, total| progress.tell(count(done), count(total)));
    progress.clear();
    match verified {
        Ok(log) => {
            println!(
                "{} entries are intact; {} seals cover them up to entry {}",
                log.entries, log.seals, log.sealed_until
            );
            match log.unsealed {
                0 => println!("all entries are sealed"),
                1 => {
                    println!("entry {} is not sealed yet; a running portal seals within seconds", log.sealed_until + 1);
                }
                count => println!("the last {count} entries are not sealed yet; a running portal seals within seconds"),
            }
            if let Some(seal) = ctx.db.read(seals::last)? {
                println!("head: {}", seal.head());
            }
            match head {
                Some(head) => compare(&ctx, &head),
                None => Ok(ExitCode::SUCCESS),
            }
        }
        Err(VerifyAuditLogError::Storage(error)) => Err(error).context("cannot read the audit log"),
        Err(finding) => {
            eprintln!("keydesk: the audit log is damaged: {finding}");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn compare(ctx: &Context, head: &Head) -> anyhow::Result<ExitCode> {
    let number = head.number;
    match check_head(ctx, head).context("cannot read the audit log")? {
        HeadCheck::Present => {
            println!("seal {number} matches the given head");
            return Ok(ExitCode::SUCCESS);
        }
        HeadCheck::Cut { last } => {
            eprintln!("keydesk: the audit log was truncated: it ends at seal {last}, but seal {number} existed");
        }
        HeadCheck::Differs => {
            eprintln!("keydesk: the audit log was replaced: seal {number} does not match the given head");
        }
    }
    Ok(ExitCode::FAILURE)
}
