//! Values that many pages show, read once for all of them.

pub mod page_cache;
mod ttl_cell;
