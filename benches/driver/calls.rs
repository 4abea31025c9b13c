//! Calls of the API, and the database behind it.

// Each bench uses what it needs of it.
#![allow(dead_code)]

use std::net::SocketAddr;
use std::sync::Arc;

use keydesk::config::Config;
use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::domain::clock::Clock;
use keydesk::domain::staff::Role;
use keydesk::usecases::Context;
use keydesk::usecases::api_keys::create::{AddApiKey, add_api_key};

use super::load::Request;

/// The database of a data directory, or the one that is named.
pub fn open(data_dir: &str, database: Option<&str>) -> Context {
    let mut values = vec![("data_dir", data_dir), ("webhook_allow", "127.0.0.1")];
    values.extend(database.map(|url| ("database_url", url)));
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    keydesk::server::open(Config::parse(&values).unwrap(), Clock::system(), Arc::new(|| ())).unwrap()
}

/// A new API key.
pub fn token(ctx: &Context, role: Role) -> String {
    let command =
        AddApiKey { name: "bench".to_owned(), role, expires_at: None, actor: Actor::system(SystemPart::CommandLine) };
    add_api_key(ctx, &command).unwrap().token
}

pub fn post(address: SocketAddr, path: &str, token: Option<&str>, body: &str, status: u16) -> Request {
    let authorization = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let bytes = format!(
        "POST /api{path} HTTP/1.1\r\nhost: {address}\r\n{authorization}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    Request { bytes: bytes.into_bytes(), status }
}

pub fn get(address: SocketAddr, path: &str, token: &str) -> Request {
    let bytes = format!("GET /api{path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n");
    Request { bytes: bytes.into_bytes(), status: 200 }
}
