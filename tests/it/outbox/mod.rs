//! The queue of e-mails.

mod backlog;
mod delivery;
mod kinds;
