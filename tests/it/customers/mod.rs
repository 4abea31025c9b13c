//! Customers: their names, and erasing their personal data.

mod erasure;
pub mod erasure_moves;
pub mod erasure_races;
mod names;
