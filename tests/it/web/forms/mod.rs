//! What all forms promise.

mod ends;
