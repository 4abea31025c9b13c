//! The fields of a sale in a file, by name, as text.

use crate::domain::sale::NO_SHOP;
use crate::shops::line::Skip;
use crate::shops::moment::DayOrder;
use crate::shops::row::unguarded;

macro_rules! fields {
    ($($variant:ident = $name:literal,)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Field { $($variant,)* }

        impl Field {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

fields! {
    EntitlementId = "entitlement_id",
    Entitlement = "entitlement",
    CustomerEmail = "customer_email",
    CustomerName = "customer_name",
    CustomerLocale = "customer_locale",
    PaymentId = "payment_id",
    SubscriptionId = "subscription_id",
    ExternalId = "external_id",
    Quantity = "quantity",
    GrantId = "grant_id",
    CreatedAt = "created_at",
    Metadata = "metadata",
}

impl Field {
    /// All field names, for messages.
    pub fn names() -> String {
        Self::ALL.iter().map(|field| field.name()).collect::<Vec<_>>().join(", ")
    }
}

/// The texts of one line; a missing field is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RawSale {
    pub(super) texts: Vec<(Field, String)>,
    pub shop: &'static str,
    /// What the shop calls the product, the most exact first.
    pub words: Vec<String>,
    pub day_order: DayOrder,
    /// Why it is no sale to be served; `None` if it is one.
    pub skip: Option<Skip>,
}

impl Default for RawSale {
    fn default() -> Self {
        Self { texts: Vec::new(), shop: NO_SHOP, words: Vec::new(), day_order: DayOrder::default(), skip: None }
    }
}

impl RawSale {
    pub(crate) fn set(&mut self, field: Field, text: String) {
        self.texts.push((field, text));
    }

    /// The first text that is not empty.
    pub(crate) fn first_text(&self) -> &str {
        self.texts.iter().map(|(_, text)| text.trim()).find(|text| !text.is_empty()).unwrap_or_default()
    }

    pub(crate) fn get(&self, field: Field) -> &str {
        self.texts.iter().find(|(other, _)| *other == field).map_or("", |(_, text)| unguarded(text))
    }
}

/// A name from the file in a form for messages: short, and without terminal control characters.
pub(crate) fn quoted(name: &str) -> String {
    let short: String = name.chars().take(40).collect();
    format!("{:?}{}", short, if short.len() < name.len() { "…" } else { "" })
}
