//! Pages about customers.

pub mod erasures;
