//! `keydesk api-key`: the programs that call the API.

use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::arguments::ApiKeyCommand;
use crate::config::Config;
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::api_key::parse_name;
use crate::domain::clock::Clock;
use crate::domain::clock::local_time::{LocalTimeError, parse_end};
use crate::domain::ids::ApiKeyId;
use crate::domain::license_key::expiry::{ExpiryError, in_future};
use crate::domain::staff::Role;
use crate::server;
use crate::storage::{StorageError, api_keys};
use crate::usecases::Context;
use crate::usecases::api_keys::create::{AddApiKey, add_api_key};
use crate::usecases::api_keys::revoke::revoke_api_key;

/// Runs one of the API key commands.
pub(crate) fn run(config: &Config, command: &ApiKeyCommand) -> anyhow::Result<()> {
    let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
    let actor = Actor::system(SystemPart::CommandLine);
    match command {
        ApiKeyCommand::Add { name, role, expires } => {
            let name = parse_name(name).map_err(|_| anyhow!("NAME: expected one line of 1 to 100 characters"))?;
            let role =
                Role::parse(role).with_context(|| format!("--role: got {role:?}, expected viewer, agent or admin"))?;
            let expires_at = expires.as_deref().map(|text| parse_expires(text, ctx.clock.now())).transpose()?;
            let added = add_api_key(&ctx, &AddApiKey { name, role, expires_at, actor })?;
            println!("added {} {:?} as {}", added.key.id, added.key.name, added.key.role.as_str());
            println!("the token, shown only once:");
            println!("{}", added.token);
        }
        ApiKeyCommand::List => list(&ctx)?,
        ApiKeyCommand::Revoke { id } => {
            let unknown = || anyhow!("no API key has the id {id:?}");
            let key_id = ApiKeyId::parse(id).map_err(|_| unknown())?;
            match revoke_api_key(&ctx, &key_id, &actor) {
                Ok(true) => println!("revoked {key_id}; its requests are rejected from now on"),
                Ok(false) => println!("{key_id} was already revoked"),
                Err(StorageError::NotFound) => return Err(unknown()),
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}

/// Parses the end of a key's validity: a date means the end of that day in UTC, a timestamp is as in RFC 3339.
fn parse_expires(text: &str, now: Timestamp) -> anyhow::Result<Timestamp> {
    let malformed = || anyhow!("--expires: got {text:?}, expected a date such as 2027-01-31 or 2027-01-31T18:00:00Z");
    let parsed = if text.len() == 10 {
        match parse_end(text, "", &TimeZone::UTC, now) {
            Ok(at) => Ok(at.ok_or_else(malformed)?),
            Err(LocalTimeError::NotInFuture) => Err(ExpiryError::NotInFuture),
            Err(_) => return Err(malformed()),
        }
    } else {
        in_future(text.parse().map_err(|_| malformed())?, now)
    };
    parsed.map_err(|_| anyhow!("--expires: got {text:?}, expected a date in the future"))
}

fn list(ctx: &Context) -> anyhow::Result<()> {
    let keys = ctx.db.read(api_keys::list)?;
    if keys.is_empty() {
        println!("there are no API keys; add one with: keydesk api-key add NAME --role agent");
    }
    let now = ctx.clock.now();
    for key in keys {
        let (id, name, role, status) = (&key.id, &key.name, key.role.as_str(), key.status(now).as_str());
        println!("{id}\t{name}\t{role}\t{status}\t{}\t{}", moment(key.last_used_at), moment(key.expires_at));
    }
    Ok(())
}

/// The timestamp as `2027-01-31T18:00:00Z`, or `never`.
fn moment(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "never".to_owned(), |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}
