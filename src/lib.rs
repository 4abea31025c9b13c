//! Keydesk: a portal in which staff hand out license keys by hand.
//! The modules stand in layer order; imports go up this list only. `pub` is what the tests, benches and the program use;
//! all else is `pub(crate)`.

#![warn(unreachable_pub)]

pub mod domain;

pub mod crypto;

pub mod config;

pub(crate) mod logging;

pub(crate) mod i18n;

pub mod outbound;

pub mod storage;

pub mod mail;

pub mod files;

pub mod webhooks;

pub(crate) mod dodo;

pub(crate) mod github;

pub(crate) mod shops;

#[cfg(feature = "oidc")]
pub(crate) mod oidc;

#[cfg(feature = "passkeys")]
pub(crate) mod passkeys;

pub mod usecases;

pub(crate) mod wire;

pub mod outbox;

pub mod housekeeping;

pub(crate) mod poller;

pub mod import;

pub mod demo;

pub(crate) mod http;

pub mod api;

pub mod web;

pub(crate) mod open_files;

pub mod server;

pub mod cli;
