//! The database itself.

mod jobs;
pub mod migrations;
mod plans;
mod postgres_tls;
mod sales_migration;
mod upgrade;
