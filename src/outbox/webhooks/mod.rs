//! Webhooks: claimed under a lease as e-mail is, built when they are sent, and worked off endpoint by
//! endpoint, so that one that answers slowly holds up nobody else.

pub mod lanes;
pub mod payload;
pub mod record;
pub mod send;

pub use lanes::{Handle, start};
