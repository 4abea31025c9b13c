//! Customers: their names, and erasing their personal data.

mod erasure;
mod erasure_moves;
pub mod erasure_races;
mod names;
