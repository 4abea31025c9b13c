//! The suite: the real server, real databases, a real SMTP conversation. Each file is a page, an
//! endpoint or a promise.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation)]

mod api;
mod api_key_command;
mod audit_seal;
mod backup;
mod bad_input;
mod cli;
mod concurrency;
mod crash;
mod demo;
mod documents;
mod erasure;
mod erasure_moves;
mod erasure_races;
mod failover;
mod files;
mod import;
mod migrations;
mod nodes;
mod outbox;
mod outbox_backlog;
mod outbox_kinds;
mod plans;
mod postgres_tls;
mod rights;
mod rotation;
mod staff_command;
mod staff_races;
mod structure;
mod support;
mod upgrade;
mod web;
mod webhooks;
