//! Grants: creating, claiming, skipping, pausing, assigning, fulfilling, undoing that, replacing keys, revoking and
//! restoring them, and their e-mails.

pub(crate) mod assign;
pub(crate) mod claim;
pub(crate) mod compose_email;
pub mod create;
pub mod deliver_files;
mod deliver_from_stock;
pub(crate) mod deliver_key;
pub(crate) mod error;
pub mod fulfill;
mod hold;
pub(crate) mod note_acceptance;
pub(crate) mod pause;
pub(crate) mod release;
pub(crate) mod replace;
pub(crate) mod report_sale;
pub mod resend_email;
pub(crate) mod restore;
pub mod revoke;
pub(crate) mod skip;
pub(crate) mod take_next;
pub(crate) mod undo;
