//! The database itself.

mod jobs;
mod migrations;
mod plans;
mod postgres_tls;
mod sales_migration;
mod upgrade;
