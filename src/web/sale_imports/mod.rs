//! Importing sales from a file: choosing it, saying what its columns are, seeing what each line becomes, and the result.

pub(crate) mod files;
pub(crate) mod index;
mod lines;
pub(crate) mod map;
pub(crate) mod preview;
mod reasons;
mod receive;
mod result;
mod view;

pub(crate) use index::{create, index};
