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

pub(crate) use arg::Arg;
pub(crate) use key_sentences::no_stock;
pub(crate) use key_sentences::{key_error, key_error_of_field, key_warning, link_error};
pub(crate) use language::Language;
pub(crate) use localizer::Localizer;
