//! `keydesk customers`: manages the customers who receive keys.

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

/// Runs one of the customer commands.
pub(crate) fn run(config: &Config, command: &CustomersCommand) -> anyhow::Result<()> {
    let CustomersCommand::Erase { email } = command;
    let address = EmailAddress::parse_for_lookup(email)
        .map_err(|_| anyhow!("got {email:?}, expected an e-mail address such as ada@example.com"))?;
    let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
    let customer = ctx.db.read(|conn| customers::find_by_email(conn, &address))?;
    let customer = customer.with_context(|| {
        let id = EmailAddress::of_erased(&CustomerId::stored("ID".to_owned()));
        format!("no customer has the address {address}; an erased customer has the address {id}")
    })?;
    let done = erase_customer(&ctx, &customer.id, &Actor::system(SystemPart::CommandLine));
    let done = done.with_context(|| {
        let id = EmailAddress::of_erased(&customer.id);
        format!("not everything was erased; run `keydesk customers erase {address}` again, or with {id}")
    })?;
    match done {
        Erasure::WasDone => println!("{} was already erased; nothing was added since", customer.id),
        Erasure::Done(erased) => {
            println!("erased {}:", customer.id);
            if erased.has_record {
                println!("  the customer's name, address, phone number, language and metadata");
            }
            println!("  {} license keys, {} activations with their device data", erased.license_keys, erased.instances);
            println!("  notes, errors, reasons and metadata of {} grants", erased.texts);
            println!("  recipients and replies of {} e-mails, and e-mails in the local mailbox", erased.messages);
            println!("  bodies of {} webhooks, reasons of {} reveals", erased.webhooks, erased.reasons);
            println!("  {} notes of staff", erased.notes);
            println!("retained:");
            println!("  {} grants with times, states and payment ids, for accounting", erased.grants);
            println!("  a keyed hash of each key, so it is never issued again");
            println!("  the audit log, which contains only ids and masked values; entries about activations written");
            println!("  by earlier versions also contain the network address of the device");
            println!("not affected: existing backups, sent e-mails and import files; importing such a file again");
            println!("  would recreate the customer");
        }
    }
    Ok(())
}
