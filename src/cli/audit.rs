//! `keydesk audit verify`: recomputes the audit chain.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;

use crate::config::Config;
use crate::domain::clock::Clock;
use crate::server;
use crate::usecases::verify_audit_log::{VerifyAuditLogError, verify_audit_log};

/// Says what the log amounts to, or names the first bad entry and exits with 1.
pub fn verify(config: &Config) -> anyhow::Result<ExitCode> {
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
            Ok(ExitCode::SUCCESS)
        }
        Err(VerifyAuditLogError::Storage(error)) => Err(error).context("the audit log cannot be read"),
        Err(finding) => {
            eprintln!("keydesk: the audit log is damaged: {finding}");
            Ok(ExitCode::FAILURE)
        }
    }
}
