//! Grants: the list, one of them, and what staff do with it.

mod channels;
mod claims;
mod emails;
mod exports;
mod fulfillment;
mod handling;
mod index;
mod key_endings;
mod key_warnings;
mod new;
mod pulse;
mod redirects;
mod replace;
mod reveals;
mod revocations;
mod saved_views;
mod show;
mod tabs;
mod undo;
