//! `keydesk audit verify`: recomputes the audit chain.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;

use crate::config::Config;
use crate::domain::clock::Clock;
use crate::server;
use crate::storage::audit_log::seals;
use crate::usecases::Context;
use crate::usecases::audit_log::verify::{Head, HeadCheck, VerifyAuditLogError, check_head, verify_audit_log};

/// Says what the log amounts to, or names the first bad entry and exits with 1; likewise where the log does not contain
/// a head that was noted before.
pub fn verify(config: &Config, at_least: Option<&str>) -> anyhow::Result<ExitCode> {
    let head = at_least
        .map(|text| {
            Head::parse(text).with_context(|| {
                format!("--at-least: got {text:?}, takes a head such as 42:0123456789abcdef that was logged or printed before")
            })
        })
        .transpose()?;
    let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
    match verify_audit_log(&ctx) {
        Ok(log) => {
            println!(
                "{} entries are as they were written; {} seals cover them up to entry {}",
                log.entries, log.seals, log.sealed_until
            );
            match log.unsealed {
                0 => println!("no entry is unsealed"),
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
        Err(VerifyAuditLogError::Storage(error)) => Err(error).context("the audit log cannot be read"),
        Err(finding) => {
            eprintln!("keydesk: the audit log is damaged: {finding}");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn compare(ctx: &Context, head: &Head) -> anyhow::Result<ExitCode> {
    let number = head.number;
    match check_head(ctx, head).context("the audit log cannot be read")? {
        HeadCheck::Present => {
            println!("seal {number} is as it was noted");
            return Ok(ExitCode::SUCCESS);
        }
        HeadCheck::Cut { last } => {
            eprintln!("keydesk: the audit log was cut: it ends at seal {last}, and seal {number} was there");
        }
        HeadCheck::Differs => {
            eprintln!("keydesk: the audit log was replaced: seal {number} is not the one that was noted");
        }
    }
    Ok(ExitCode::FAILURE)
}
