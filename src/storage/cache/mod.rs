//! Values cached in memory for a short time.

pub mod nav_counts;
pub mod recent_deliveries;
pub mod ttl_cell;
