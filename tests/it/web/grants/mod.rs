//! Grants: the list, one of them, and what staff do with it.

mod claims;
mod emails;
mod fulfillment;
mod index;
mod new;
mod redirects;
mod reveals;
mod revocations;
mod show;
