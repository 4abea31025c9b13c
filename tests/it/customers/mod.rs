//! Erasing a customer's personal data.

mod erasure;
mod erasure_moves;
pub mod erasure_races;
