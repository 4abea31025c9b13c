//! The queue of e-mails.

mod addresses;
mod backlog;
mod delivery;
mod kept;
mod kinds;
mod leases;
mod letters;
mod mail_server;
mod tls;
