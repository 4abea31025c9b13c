//! Grants: creating, claiming, fulfilling, revoking and restoring them, and their e-mails.

pub mod claim;
pub mod compose_email;
pub mod create;
mod deliver_from_stock;
pub mod deliver_key;
pub mod error;
pub mod fulfill;
pub mod release;
pub mod report_sale;
pub mod resend_email;
pub mod restore;
pub mod revoke;
pub mod take_next;
