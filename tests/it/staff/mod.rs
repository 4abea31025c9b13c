//! What staff may do, while their rights change.

mod races;
mod rights;
