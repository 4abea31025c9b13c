//! Connections, their sealed secrets, what is mirrored through them, and what arrived and happened.

pub(crate) mod deliveries;
pub(crate) mod events;
pub(crate) mod figures;
pub(crate) mod hooks;
pub(crate) mod invitations;
pub(crate) mod leases;
pub(crate) mod mirrored;
pub(crate) mod progress;
pub(crate) mod rows;
pub(crate) mod secrets;
pub(crate) mod troubles;
