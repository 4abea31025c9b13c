//! Localized texts, numbers and times, in English and German. The texts are the Fluent files under `locales/`, built
//! into the binary. This layer looks texts up and inserts values; wording belongs in those files.

mod arg;
mod catalog;
mod key_sentences;
mod language;
mod localizer;
mod numbers;
#[cfg(test)]
mod tests;

pub use arg::{Arg, AsArg};
pub(crate) use key_sentences::no_stock;
pub use key_sentences::{key_error, key_error_of_field, key_warning};
pub use language::Language;
pub use localizer::Localizer;
