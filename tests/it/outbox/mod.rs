//! The queue of e-mails.

mod backlog;
mod delivery;
mod kept;
mod kinds;
mod letters;
mod mail_server;
