//! The suite: the real server, real databases, a real SMTP conversation. A folder per layer
//! or noun; each file is a page, an endpoint or a promise.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation)]

mod api;
mod audit_log;
mod bad_input;
mod bulk;
mod cli;
mod clock_jumps;
mod companion;
mod connections;
mod customers;
mod deliveries;
mod documents;
mod files;
mod nodes;
mod outbox;
mod sales;
mod second_keydesk;
mod shops;
mod staff;
mod stock;
mod storage;
mod structure;
mod support;
mod web;
mod webhook_queues;
mod webhooks;
