//! What all forms promise.

mod ends;
mod versions;
