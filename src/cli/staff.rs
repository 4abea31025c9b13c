//! `keydesk staff`: manages the people who sign in.

use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};

use super::arguments::StaffCommand;
use crate::config::Config;
use crate::crypto::random_base62;
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::clock::Clock;
use crate::domain::customer::{EmailAddress, parse_name};
use crate::domain::network::Network;
use crate::domain::staff::{Role, Staff, StaffStatus};
use crate::server;
use crate::storage::{api_keys, staff};
use crate::usecases::Context;
use crate::usecases::auth::manage_second_factor::remove_all_factors;
use crate::usecases::staff::add::{AddStaff, add_staff};
use crate::usecases::staff::disable::{disable_staff, enable_staff};
use crate::usecases::staff::error::StaffError;
use crate::usecases::staff::forget_identity::forget_identity;
use crate::usecases::staff::reset_password::reset_staff_password;
use crate::usecases::staff::unlock::lift_delays;

/// Runs one of the staff commands.
pub(crate) fn run(config: &Config, command: &StaffCommand) -> anyhow::Result<()> {
    let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
    let actor = Actor::system(SystemPart::CommandLine);
    match command {
        StaffCommand::Add { email, name, role, password_stdin } => {
            let password = match (ctx.config.has_passwords, *password_stdin) {
                (true, from_stdin) => Some(Password::take(from_stdin)?),
                (false, true) => bail!("--password-stdin: {}", StaffError::PasswordsOff),
                (false, false) => None,
            };
            let role =
                Role::parse(role).with_context(|| format!("--role: got {role:?}, expected viewer, agent or admin"))?;
            let name = parse_name(name).map_err(|_| anyhow!("--name: expected one line of 1 to 200 characters"))?;
            let email = address(email)?;
            let text = password.as_ref().map(|password| password.text.clone());
            let command = AddStaff { email, name, role, password: text, actor };
            add_staff(&ctx, &command)?;
            println!("added {} as {}", command.email, role.as_str());
            match password {
                Some(password) => password.print(),
                None => println!("they sign in with the identity provider"),
            }
        }
        StaffCommand::List => list(&ctx)?,
        StaffCommand::Disable { email } => {
            let person = find(&ctx, email)?;
            if disable_staff(&ctx, &person.id, &actor)? {
                println!("disabled {}; their sessions were ended", person.email);
            } else {
                println!("{} was already disabled", person.email);
            }
            let keys = ctx.db.read(|conn| api_keys::active_of(conn, &person.id, ctx.clock.now()))?;
            if !keys.is_empty() {
                println!("{} API keys they created still work; revoke those nobody else needs:", keys.len());
            }
            for key in keys {
                println!("  keydesk api-key revoke {}\t{}", key.id, key.name);
            }
        }
        StaffCommand::Enable { email } => {
            let person = find(&ctx, email)?;
            let is_new = enable_staff(&ctx, &person.id, &actor)?;
            println!("{} {}", person.email, if is_new { "can sign in again" } else { "was not disabled" });
        }
        StaffCommand::Reset { email, remove_second_factor: true, .. } => {
            let person = find(&ctx, email)?;
            if remove_all_factors(&ctx, &person.id, &actor)? {
                println!("removed the second factor of {}; their sessions were ended", person.email);
            } else {
                println!("{} had no second factor; their sessions were ended", person.email);
            }
        }
        StaffCommand::Reset { email, forget_identity: true, .. } => {
            let person = find(&ctx, email)?;
            if forget_identity(&ctx, &person.id, &actor)? {
                println!("forgot the identity of {}; their sessions were ended", person.email);
            } else {
                println!("{} was not linked to an identity provider", person.email);
            }
        }
        StaffCommand::Reset { email, password_stdin, .. } => {
            if !ctx.config.has_passwords {
                bail!("passwords are turned off; in an emergency turn them on temporarily with KEYDESK_PASSWORDS=on");
            }
            let person = find(&ctx, email)?;
            let password = Password::take(*password_stdin)?;
            reset_staff_password(&ctx, &person, &password.text, &actor)?;
            lift_delays(&ctx, None, &actor)?;
            println!(
                "reset the password of {}; their sessions were ended, and all delays after wrong passwords lifted",
                person.email
            );
            password.print();
        }
        StaffCommand::Unlock { address } => {
            let network = address.as_deref().map(network).transpose()?;
            lift_delays(&ctx, network, &actor)?;
            match network {
                Some(network) => println!("lifted the delay of {network} on the sign-in pages"),
                None => println!("lifted all delays after wrong passwords and codes"),
            }
        }
    }
    Ok(())
}

fn network(address: &str) -> anyhow::Result<Network> {
    let expected = "expected an IP address such as 203.0.113.9, or none to lift all delays";
    Network::parse(address).with_context(|| format!("got {address:?}, {expected}"))
}

/// A password, and whether it was generated here.
struct Password {
    text: String,
    is_generated: bool,
}

impl Password {
    fn take(from_stdin: bool) -> anyhow::Result<Self> {
        if !from_stdin {
            return Ok(Self { text: random_base62(20), is_generated: true });
        }
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).context("cannot read the password from standard input")?;
        let text = line.trim_end_matches(['\r', '\n']).to_owned();
        if text.is_empty() {
            bail!("--password-stdin: got an empty line, expected a password of 15 to 128 characters");
        }
        Ok(Self { text, is_generated: false })
    }

    /// Prints a generated password, once.
    fn print(&self) {
        if self.is_generated {
            println!("password: {}", self.text);
        }
    }
}

fn address(email: &str) -> anyhow::Result<EmailAddress> {
    EmailAddress::parse(email).map_err(|_| anyhow!("got {email:?}, expected an e-mail address such as ada@example.com"))
}

fn find(ctx: &Context, email: &str) -> anyhow::Result<Staff> {
    let email = address(email)?;
    let found = ctx.db.read(|conn| staff::find_by_email(conn, &email))?;
    found.with_context(|| format!("nobody has the address {email}"))
}

fn list(ctx: &Context) -> anyhow::Result<()> {
    let people = ctx.db.read(staff::list)?;
    if people.is_empty() {
        println!("there are no accounts; add one with: keydesk staff add EMAIL --name NAME --role admin");
    }
    for person in people {
        let state = match person.status() {
            StaffStatus::Active => "",
            StaffStatus::Invited => "\tinvited",
            StaffStatus::Disabled => "\tdisabled",
        };
        println!("{}\t{}\t{}{state}", person.email, person.role.as_str(), person.name);
    }
    Ok(())
}
