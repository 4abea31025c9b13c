//! What tests stand on: a running portal with its own database and mail server, visitors, and pages.

pub mod api;
pub mod app;
pub mod client;
pub mod database;
pub mod github;
pub mod given;
pub mod mail;
pub mod outbox;
pub mod page;
pub mod process;
#[cfg(feature = "oidc")]
pub mod provider;
pub mod proxy;
pub mod receiver;
pub mod smtp;
pub mod smtp_tls;
pub mod statements;
pub mod stock;
pub mod vendor;

pub use api::Program;
pub use app::{TestApp, spawn_app};
pub use client::Visitor;
pub use github::Github;
pub use page::Page;
pub use receiver::Receiver;
pub use smtp_tls::tls_file;
pub use vendor::Vendor;
