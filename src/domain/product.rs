//! The product: what was sold. It has one or more entitlements.

use jiff::Timestamp;

use super::entitlement::Entitlement;
use super::ids::ProductId;
use super::text::folded::fold;
use super::text::{self, TextError};

#[derive(Debug, Clone)]
pub(crate) struct Product {
    pub id: ProductId,
    pub name: String,
    /// The entitlements that are not deleted, ordered by name.
    pub entitlements: Vec<Entitlement>,
    pub created_at: Timestamp,
}

/// Parses a product's name: one line of 1 to 200 characters.
pub(crate) fn parse_name(input: &str) -> Result<String, TextError> {
    text::line(input, 200)
}

/// What a shop calls a product, as it is compared: without case, accents and extra blanks.
pub(crate) fn folded_word(word: &str) -> String {
    fold(&word.split_whitespace().collect::<Vec<_>>().join(" "))
}
