//! `keydesk product`: what shops call the products.

use std::io::Write;
use std::sync::Arc;

use anyhow::anyhow;

use super::arguments::ProductCommand;
use crate::config::Config;
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::clock::Clock;
use crate::import::find_entitlement;
use crate::server;
use crate::storage::catalog::product_words;
use crate::usecases::catalog::map_product_word::{map_product_word, parse_word};

/// Runs one of the product commands.
pub(crate) fn run(config: &Config, command: &ProductCommand) -> anyhow::Result<()> {
    let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
    match command {
        ProductCommand::List => {
            for (word, entitlement) in ctx.db.read(product_words::list)? {
                let meaning = entitlement.as_deref().unwrap_or("needs no key");
                drop(writeln!(std::io::stdout(), "{word}\t{meaning}"));
            }
        }
        ProductCommand::Map { word, entitlement, no_key: _ } => {
            let word = parse_word(word).map_err(|_| anyhow!("the word must be one line of 1 to 300 characters"))?;
            let entitlement = entitlement.as_deref().map(|name| find_entitlement(&ctx, name)).transpose();
            let entitlement = entitlement.map_err(|reason| anyhow!("--entitlement: {reason}"))?;
            map_product_word(&ctx, &word, entitlement.as_ref(), &Actor::system(SystemPart::CommandLine))?;
            let meaning = entitlement.map_or_else(|| "needs no key".to_owned(), |found| format!("is {}", found.name));
            drop(writeln!(std::io::stdout(), "{word:?} {meaning}"));
        }
    }
    Ok(())
}
