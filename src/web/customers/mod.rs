//! Pages about customers.

pub(crate) mod erasures;
