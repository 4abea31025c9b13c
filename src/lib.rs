//! Keydesk: a portal in which staff hand out license keys by hand.
//! The modules stand in layer order; imports go up this list only.

pub mod domain;

pub mod crypto;

pub mod config;

pub mod logging;

pub mod i18n;

pub mod storage;

pub mod mail;

pub mod webhooks;

#[cfg(feature = "oidc")]
pub mod oidc;

#[cfg(feature = "passkeys")]
pub mod passkeys;

pub mod usecases;

pub mod wire;

pub mod outbox;

pub mod housekeeping;

pub mod import;

pub mod demo;

pub mod http;

pub mod api;

pub mod web;

pub mod open_files;

pub mod server;

pub mod cli;
