//! Erasing a customer's personal data.

mod erasure;
mod erasure_moves;
mod erasure_races;
