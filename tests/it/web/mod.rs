//! The pages.

mod security;
mod sessions;
