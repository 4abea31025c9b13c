//! A line of a file of sales, as it is sealed: under short names, because there may be many.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::customer::EmailAddress;
use crate::domain::ids::{EntitlementId, GrantId};
use crate::domain::sale::import::LineKind;
use crate::domain::sale::{Quantity, Sale};

/// A line, and what it becomes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportLine {
    /// Where it stands in the file.
    #[serde(rename = "l")]
    pub line: u64,
    #[serde(rename = "k")]
    pub(crate) letter: String,
    /// What the file says of its state, or what is wrong with it.
    #[serde(rename = "w", skip_serializing_if = "String::is_empty")]
    pub why: String,
    #[serde(rename = "s", skip_serializing_if = "Option::is_none")]
    pub sale: Option<LineSale>,
    /// What is known of a line that is no sale.
    #[serde(rename = "o", skip_serializing_if = "Option::is_none")]
    pub other: Option<OtherLine>,
    /// As it stands in the file, if it is not imported.
    #[serde(rename = "c", skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<String>,
}

/// What is known of a line that is not imported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OtherLine {
    #[serde(rename = "e")]
    pub email: String,
    #[serde(rename = "n")]
    pub name: String,
    #[serde(rename = "o")]
    pub order: String,
    /// What the file calls the product, the most exact first.
    #[serde(rename = "p")]
    pub words: Vec<String>,
    #[serde(rename = "q")]
    pub quantity: String,
}

/// A sale as it is reported once the file is confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineSale {
    #[serde(rename = "h")]
    shop: String,
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    grant_id: Option<String>,
    #[serde(rename = "t")]
    pub entitlement_id: String,
    #[serde(rename = "e")]
    pub email: String,
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<String>,
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<String>,
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// How many the line says; the lines and pieces of the order before it.
    #[serde(rename = "q")]
    pub quantity: (Option<u32>, u32, u32),
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    metadata: Option<String>,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    created_at: Option<i64>,
    /// How many grants it comes to.
    #[serde(rename = "a", default)]
    pub added: u64,
}

const NO_METADATA: &str = "{}";

impl LineSale {
    pub fn of(sale: &Sale, added: u64) -> Self {
        let quantity = match sale.quantity {
            Quantity::Line { own, lines_before, pieces_before } => (own, lines_before, pieces_before),
            Quantity::All(count) => (Some(count), 0, 0),
            Quantity::Unsaid => (None, 0, 0),
        };
        Self {
            shop: sale.shop.clone(),
            grant_id: sale.grant_id.as_ref().map(ToString::to_string),
            entitlement_id: sale.entitlement_id.to_string(),
            email: sale.customer_email.to_string(),
            name: sale.customer_name.clone(),
            locale: sale.customer_locale.clone(),
            payment_id: sale.payment_id.clone(),
            subscription_id: sale.subscription_id.clone(),
            external_id: sale.external_id.clone(),
            quantity,
            metadata: Some(sale.metadata.clone()).filter(|metadata| metadata != NO_METADATA),
            created_at: sale.created_at.map(Timestamp::as_microsecond),
            added,
        }
    }

    /// The report; `None` if the address is none, which was checked before it was sealed.
    pub fn report(&self) -> Option<Sale> {
        let (own, lines_before, pieces_before) = self.quantity;
        Some(Sale {
            shop: self.shop.clone(),
            grant_id: self.grant_id.clone().map(GrantId::stored),
            entitlement_id: EntitlementId::stored(self.entitlement_id.clone()),
            customer_email: EmailAddress::parse(&self.email).ok()?,
            customer_name: self.name.clone(),
            customer_locale: self.locale.clone(),
            payment_id: self.payment_id.clone(),
            subscription_id: self.subscription_id.clone(),
            external_id: self.external_id.clone(),
            quantity: Quantity::Line { own, lines_before, pieces_before },
            metadata: self.metadata.clone().unwrap_or_else(|| NO_METADATA.to_owned()),
            created_at: self.created_at.and_then(|at| Timestamp::from_microsecond(at).ok()),
        })
    }

    /// The ids that the sale is known by, the one of the order first.
    pub fn order(&self) -> &str {
        [&self.external_id, &self.payment_id, &self.subscription_id]
            .into_iter()
            .flatten()
            .next()
            .map_or("", String::as_str)
    }
}

impl ImportLine {
    /// A line without anything but its place and kind.
    pub fn new(line: u64, kind: LineKind) -> Self {
        Self { line, letter: kind.letter().to_string(), ..Self::default() }
    }

    pub fn kind(&self) -> LineKind {
        self.letter.chars().next().and_then(LineKind::of_letter).unwrap_or(LineKind::Refused)
    }

    /// What was imported is not kept here.
    #[must_use]
    pub fn done(&self) -> Self {
        Self::new(self.line, LineKind::Done)
    }

    /// The same line, which could not be imported after all.
    #[must_use]
    pub fn refused(&self, why: &str) -> Self {
        let Some(sale) = &self.sale else { return Self { why: why.to_owned(), ..self.clone() } };
        let other = OtherLine {
            email: sale.email.clone(),
            name: sale.name.clone().unwrap_or_default(),
            order: sale.order().to_owned(),
            words: Vec::new(),
            quantity: sale.quantity.0.map(|own| own.to_string()).unwrap_or_default(),
        };
        let (why, cells) = (why.to_owned(), self.cells.clone());
        Self { why, other: Some(other), cells, ..Self::new(self.line, LineKind::Refused) }
    }

    /// Whether it names somebody by this address, which is in small letters.
    pub fn names(&self, address: &str) -> bool {
        let sale = self.sale.as_ref().map_or("", |sale| &sale.email);
        let other = self.other.as_ref().map_or("", |other| &other.email);
        let texts = [sale, other, &self.why].into_iter().chain(self.cells.iter().map(String::as_str));
        texts.into_iter().any(|text| text.to_lowercase().contains(address))
    }
}
