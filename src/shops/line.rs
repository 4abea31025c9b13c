//! What a line of an export says about a sale.

/// A line of an export, as text; what it means is checked like a line in our own columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct ExportLine {
    pub customer_email: String,
    pub customer_name: String,
    pub customer_locale: String,
    pub payment_id: String,
    pub subscription_id: String,
    pub external_id: String,
    /// What the shop calls the product, the most exact first: SKU, id, name.
    pub product: Vec<String>,
    /// Empty for one.
    pub quantity: String,
    pub created_at: Moment,
    /// Further facts for the grant's metadata, by name; empty ones are left out.
    pub facts: Vec<(&'static str, String)>,
    /// Why the line makes no grant; `None` if it does.
    pub skip: Option<Skip>,
}

/// When a sale took place, as the shop writes it.
#[derive(Debug, Clone, Default)]
pub(crate) enum Moment {
    #[default]
    Unsaid,
    /// With an offset, or in the zone that the import was told.
    Local(String),
    /// Without an offset, in this zone or abbreviation.
    In(String, String),
}

/// A line that is no sale to be served, which is no error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Skip {
    pub kind: SkipKind,
    /// What the line says, in the shop's own word; may be empty.
    pub word: String,
}

impl Skip {
    pub(crate) fn new(kind: SkipKind, word: &str) -> Self {
        Self { kind, word: word.to_owned() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SkipKind {
    Unpaid,
    Refunded,
    Test,
    /// A further payment of a subscription that the file does not name.
    Renewal,
    /// A payout, a sum, or another line without a sale.
    NoSale,
    /// A product that needs no key.
    NeedsNoKey,
}

impl SkipKind {
    pub const ALL: [Self; 6] =
        [Self::Unpaid, Self::Refunded, Self::Test, Self::Renewal, Self::NoSale, Self::NeedsNoKey];

    /// In words, for messages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Refunded => "refunded",
            Self::Test => "test",
            Self::Renewal => "renewal",
            Self::NoSale => "not a sale",
            Self::NeedsNoKey => "needs no key",
        }
    }
}

/// Whether a state of an order is one in which it has been paid, in the words that shops use, in English or German.
pub(crate) fn skip_of_status(status: &str) -> Option<Skip> {
    let kind = match status.trim().to_lowercase().as_str() {
        "paid" | "partially_refunded" | "partially refunded" | "completed" | "processing" | "succeeded"
        | "complete" | "abgeschlossen" | "in bearbeitung" | "bezahlt" | "fertiggestellt" => return None,
        "refunded" | "voided" | "reversed" | "rückerstattet" | "rückgezahlt" | "erstattet" | "cancelled"
        | "canceled" | "storniert" | "chargeback" => SkipKind::Refunded,
        _ => SkipKind::Unpaid,
    };
    Some(Skip::new(kind, status))
}
