//! The database itself.

mod migrations;
mod plans;
mod postgres_tls;
mod upgrade;
