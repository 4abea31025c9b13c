//! Webhooks: claimed under a lease like e-mails, built at the time of sending, and processed per endpoint, so that a
//! slow one does not delay others.

pub mod lanes;
pub mod payload;
pub mod record;
pub mod send;

pub use lanes::{Handle, start};
