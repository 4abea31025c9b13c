//! Stock: keys that wait to be issued.

pub mod csv;
