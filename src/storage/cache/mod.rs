//! Values that many pages show, read once for all of them.

pub(crate) mod page_cache;
mod ttl_cell;
