//! What all forms promise.

mod ends;
mod unsent;
mod versions;
