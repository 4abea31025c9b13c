//! Words, numbers and times as a person reads them, in English and German.
//! The texts are the Fluent files under `locales/`, built into the binary. What a page or a
//! mail says belongs there; this room only looks texts up and writes values into them.

mod arg;
mod catalog;
mod language;
mod localizer;
mod numbers;
#[cfg(test)]
mod tests;

pub use arg::{Arg, AsArg};
pub use language::Language;
pub use localizer::Localizer;
