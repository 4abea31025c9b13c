//! `keydesk customers`: those who receive keys.

use std::sync::Arc;

use anyhow::{Context as _, anyhow};

use super::arguments::CustomersCommand;
use crate::config::Config;
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::clock::Clock;
use crate::domain::customer::EmailAddress;
use crate::domain::ids::CustomerId;
use crate::server;
use crate::storage::customers;
use crate::usecases::customers::erase::{Erasure, erase_customer};

/// Does one of the commands.
pub fn run(config: &Config, command: &CustomersCommand) -> anyhow::Result<()> {
    let CustomersCommand::Erase { email } = command;
    let address = EmailAddress::parse_for_lookup(email)
        .map_err(|_| anyhow!("got {email:?}, takes an e-mail address such as ada@example.com"))?;
    let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
    let customer = ctx.db.read(|conn| customers::find_by_email(conn, &address))?;
    let customer = customer.with_context(|| {
        let id = EmailAddress::of_erased(&CustomerId::stored("ID".to_owned()));
        format!("there is no customer with the address {address}; one who was erased is {id}")
    })?;
    let done = erase_customer(&ctx, &customer.id, &Actor::system(SystemPart::CommandLine));
    let done = done.with_context(|| {
        let id = EmailAddress::of_erased(&customer.id);
        format!("not all was erased; say `keydesk customers erase {address}` again, or with {id}")
    })?;
    match done {
        Erasure::WasDone => println!("{} was erased already; nothing has come in since", customer.id),
        Erasure::Done(erased) => {
            println!("erased {}:", customer.id);
            if erased.has_record {
                println!("  name, address, telephone number, language and metadata of the customer");
            }
            println!("  {} license keys, {} activations with their devices", erased.license_keys, erased.instances);
            println!("  notes, errors, reasons and metadata of {} grants", erased.texts);
            println!("  recipients and replies of {} e-mails, and kept e-mails", erased.messages);
            println!("  bodies of {} webhooks, reasons of {} reveals", erased.webhooks, erased.reasons);
            println!("kept:");
            println!("  {} grants with times, states and payment ids: the accounts need them", erased.grants);
            println!("  a keyed hash of each key, so that it is never issued again");
            println!("  the audit log, which holds ids and masked values; entries about activations that earlier");
            println!("  versions wrote also hold the network address of the device");
            println!("not reached from here: backups made before, mail that was sent, and files of sales,");
            println!("  which would bring the customer back");
        }
    }
    Ok(())
}
