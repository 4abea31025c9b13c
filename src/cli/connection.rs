//! `keydesk connection`: the accounts that Keydesk is connected to.

use std::io::BufRead;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use jiff::{SignedDuration, Timestamp};

use super::arguments::ConnectionCommand;
use crate::config::{BaseUrl, Config};
use crate::dodo::signature::decode_secret;
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::clock::Clock;
use crate::domain::connection::{
    ConnectionKind, GITHUB_URL, LIVE_URL, TEST_URL, parse_api_key, parse_name, parse_poll_every, parse_shop_secret,
};
use crate::domain::ids::ConnectionId;
use crate::outbound::AddressGuard;
use crate::server;
use crate::shops::hooks as shop_hooks;
use crate::storage::connections::{figures, rows};
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::usecases::connections::add::{AddConnection, AddConnectionError, AddedConnection, add_connection};
use crate::usecases::connections::change_key::check_connection;
use crate::usecases::connections::hook_url;
use crate::usecases::connections::remove::{RemoveConnectionError, remove_connection};
use crate::usecases::connections::try_key::KeyRefused;
use crate::usecases::connections::webhook::{CreateWebhookError, create_webhook};

/// Runs one of the connection commands; exit code 1 if a key is not accepted.
pub(crate) fn run(config: &Config, command: &ConnectionCommand) -> anyhow::Result<ExitCode> {
    let ctx = server::open(config.clone(), Clock::system(), Arc::new(|| ()))?;
    let actor = Actor::system(SystemPart::CommandLine);
    match command {
        ConnectionCommand::Add { .. } => add(&ctx, &parse(&ctx, command, actor)?)?,
        ConnectionCommand::List => list(&ctx)?,
        ConnectionCommand::Check { id } => return check(&ctx, &connection_id(id)?),
        ConnectionCommand::Remove { id } => remove(&ctx, &connection_id(id)?, &actor)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn parse(ctx: &Context, command: &ConnectionCommand, actor: Actor) -> anyhow::Result<AddConnection> {
    let ConnectionCommand::Add { kind, name, secret_stdin, api_key_stdin, url, poll } = command else {
        bail!("not a new connection");
    };
    let kind = ConnectionKind::parse(kind).with_context(|| format!("KIND: got {kind:?}, expected {}", kinds()))?;
    let name = parse_name(name).map_err(|_| anyhow!("NAME: expected one line of 1 to 60 characters"))?;
    let api_url = match url.as_deref() {
        None if kind == ConnectionKind::Github => GITHUB_URL.to_owned(),
        None | Some("live") if kind.is_shop() => {
            shop_hooks::find(kind.as_str()).and_then(|shop| shop.api_url).unwrap_or_default().to_owned()
        }
        None | Some("live") => LIVE_URL.to_owned(),
        Some("test") => TEST_URL.to_owned(),
        Some(url) => {
            let guard = AddressGuard::new(ctx.config.webhook_allow.clone());
            let url = guard.check(url).map_err(|error| anyhow!("--url: {}", error.explain()))?;
            url.as_str().trim_end_matches('/').to_owned()
        }
    };
    let poll_every = poll_every(poll)
        .with_context(|| format!("--poll: got {poll:?}, expected a time from 15s to 60m, such as 60s"))?;
    let mut lines = std::io::stdin().lock().lines();
    let mut line = |what: &str| lines.next().transpose().with_context(|| format!("cannot read the {what}"));
    let webhook_secret = if *secret_stdin { Some(line("secret")?.unwrap_or_default().trim().to_owned()) } else { None };
    let is_secret = |secret: &str| {
        if kind.is_shop() { parse_shop_secret(secret).is_ok() } else { decode_secret(secret).is_some() }
    };
    if webhook_secret.as_deref().is_some_and(|secret| !is_secret(secret)) {
        let example = if kind.is_shop() { "" } else { " such as whsec_…" };
        bail!("--secret-stdin: the first line is not a secret{example}");
    }
    if kind == ConnectionKind::FastSpring && webhook_secret.is_none() {
        bail!("--secret-stdin: FastSpring signs nothing without a secret; enter the same one there and here");
    }
    if kind.is_shop() && !api_key_stdin {
        let api_key = String::new();
        return Ok(AddConnection { kind, name, api_url, api_key, webhook_secret, poll_every, actor });
    }
    if !api_key_stdin {
        bail!("--api-key-stdin: {} needs an API key, which is read from standard input", kind.service());
    }
    let api_key = parse_api_key(&line("API key")?.unwrap_or_default())
        .map_err(|_| anyhow!("--api-key-stdin: expected the API key as it was shown, on a line of its own"))?;
    Ok(AddConnection { kind, name, api_url, api_key, webhook_secret, poll_every, actor })
}

/// `90`, `90s` or `2m`.
fn poll_every(text: &str) -> Option<SignedDuration> {
    let (number, unit) = match (text.strip_suffix('m'), text.strip_suffix('s')) {
        (Some(minutes), _) => (minutes, 60),
        (None, Some(seconds)) => (seconds, 1),
        (None, None) => (text, 1),
    };
    number.parse::<i64>().ok()?.checked_mul(unit).and_then(parse_poll_every)
}

fn add(ctx: &Context, command: &AddConnection) -> anyhow::Result<()> {
    let (service, is_shop) = (command.kind.service(), command.kind.is_shop());
    let added = add_connection(ctx, command).map_err(|error| match error {
        AddConnectionError::KeyRefused(refused) => anyhow!("{}", refusal(service, &refused)),
        AddConnectionError::AlreadyConnected(name) => anyhow!("this account is already connected as {name:?}"),
        AddConnectionError::Storage(error) => error.into(),
    })?;
    let AddedConnection { id, may_supply, is_known, has_webhooks } = &added;
    if *is_known {
        println!("{id} has this API key already; nothing was changed");
    } else {
        let at = if is_shop { String::new() } else { format!(" at {}", command.api_url) };
        println!("added {id} {:?}{at}", command.name);
    }
    if is_shop {
        if command.webhook_secret.is_none() && command.kind.has_secret() {
            println!("nothing is taken until its secret is entered on the page of the connection");
        }
        print_url(ctx, id);
        return Ok(());
    }
    println!("the API key may {}", rights(command.kind, *may_supply));
    if !has_webhooks {
        return Ok(());
    }
    if !is_known && command.webhook_secret.is_none() && *may_supply != Some(false) {
        match create_webhook(ctx, id, &command.actor) {
            Ok(()) => println!("created its webhook"),
            Err(error) => println!("no webhook was created: {}", no_webhook(&error)),
        }
    }
    print_url(ctx, id);
    Ok(())
}

fn print_url(ctx: &Context, id: &ConnectionId) {
    let origin = ctx.config.base_url.as_ref().map(BaseUrl::origin).unwrap_or_default();
    println!("the URL for its webhooks:");
    println!("{}", hook_url(&origin, id));
}

/// All kinds, for messages.
fn kinds() -> String {
    ConnectionKind::ALL.map(ConnectionKind::as_str).join(", ")
}

fn no_webhook(error: &CreateWebhookError) -> String {
    match error {
        CreateWebhookError::NotPublic => "KEYDESK_BASE_URL is not a public https address".to_owned(),
        CreateWebhookError::NotAllowed => "the API key may not create webhooks".to_owned(),
        CreateWebhookError::Refused(cause) => cause.clone(),
        CreateWebhookError::Storage(error) => error.to_string(),
    }
}

fn rights(kind: ConnectionKind, may_supply: Option<bool>) -> &'static str {
    match (kind, may_supply) {
        _ if kind.is_shop() => "be used; it is tried when something has to be asked",
        (ConnectionKind::Github, Some(true)) => "invite to repositories that entitlements name",
        (ConnectionKind::Github, Some(false)) => "not invite to any repository that an entitlement names",
        (ConnectionKind::Github, None) => "be used; no entitlement names a repository yet",
        (_, Some(true)) => "read grants and supply license keys",
        (_, Some(false)) => "read grants, but not supply license keys",
        (_, None) => "read grants; whether it may supply license keys is not known yet",
    }
}

fn refusal(service: &str, refused: &KeyRefused) -> String {
    match refused {
        KeyRefused::Unauthorized => format!("{service} does not accept the API key"),
        KeyRefused::Forbidden => format!("{service} does not let the API key read entitlements"),
        KeyRefused::Unreachable(why) => format!("{service} cannot be asked about the API key: {why}"),
    }
}

fn list(ctx: &Context) -> anyhow::Result<()> {
    let connections = ctx.db.read(|conn: &mut Conn| {
        let all = rows::all(conn)?.into_iter();
        all.map(|connection| Ok((figures::of(conn, &connection.id)?.out_of_step(), connection)))
            .collect::<Result<Vec<_>, StorageError>>()
    })?;
    if connections.is_empty() {
        println!("there are no connections; add one with: keydesk connection add dodo NAME --api-key-stdin");
    }
    for (out_of_step, connection) in connections {
        let (id, kind, name) = (&connection.id, connection.kind.as_str(), &connection.name);
        let (state, polled) = (connection.state.as_str(), moment(connection.polled_at));
        println!("{id}\t{kind}\t{name}\t{state}\t{polled}\t{out_of_step}");
    }
    Ok(())
}

fn check(ctx: &Context, id: &ConnectionId) -> anyhow::Result<ExitCode> {
    let connection = ctx.db.read(|conn| rows::find(conn, id)).map_err(|error| unknown(id, error))?;
    match check_connection(ctx, id)? {
        Ok(found) => {
            println!(
                "{} accepts the API key, which may {}",
                connection.kind.service(),
                rights(connection.kind, found.may_supply)
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(refused) => {
            println!("{}", refusal(connection.kind.service(), &refused));
            Ok(ExitCode::FAILURE)
        }
    }
}

fn remove(ctx: &Context, id: &ConnectionId, actor: &Actor) -> anyhow::Result<()> {
    match remove_connection(ctx, id, actor) {
        Ok(connection) => println!("removed {id} {:?}; its grants stay", connection.name),
        Err(RemoveConnectionError::OnTheWay(count)) => {
            bail!("{count} license keys are on their way there; remove the connection once they have arrived")
        }
        Err(RemoveConnectionError::Storage(error)) => return Err(unknown(id, error)),
    }
    Ok(())
}

fn connection_id(text: &str) -> anyhow::Result<ConnectionId> {
    ConnectionId::parse(text).map_err(|_| anyhow!("no connection has the id {text:?}"))
}

fn unknown(id: &ConnectionId, error: StorageError) -> anyhow::Error {
    match error {
        StorageError::NotFound => anyhow!("no connection has the id {:?}", id.as_str()),
        error => error.into(),
    }
}

/// The timestamp as `2027-01-31T18:00:00Z`, or `never`.
fn moment(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "never".to_owned(), |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}
