//! Stock: keys that were bought or generated in advance and wait to be issued.

pub(crate) mod forecast;
pub mod settings;

use jiff::{SignedDuration, Timestamp};

use self::settings::StockSettings;
use super::entitlement::{FulfillmentMode, IntegrationConfig};
use super::ids::{BatchId, EntitlementId};

/// The stored state of a stock key. An available key is reserved while a grant that is taken has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StockState {
    Available,
    /// It is a license key now; see there.
    Issued,
    /// Set aside with a reason; it can come back.
    Quarantined,
    /// Gone for good; its value never comes in again.
    Discarded,
}

impl StockState {
    pub const ALL: [Self; 4] = [Self::Available, Self::Issued, Self::Quarantined, Self::Discarded];

    /// The name used in the database, in queries and class names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Issued => "issued",
            Self::Quarantined => "quarantined",
            Self::Discarded => "discarded",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// Stock keys that came in together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub id: BatchId,
    pub entitlement_id: EntitlementId,
    pub supplier: Option<String>,
    /// The supplier's number, such as that of an invoice.
    pub reference: Option<String>,
    pub note: Option<String>,
    pub received_at: Timestamp,
    /// From then on its keys are no longer issued.
    pub use_before: Option<Timestamp>,
    pub recalled_at: Option<Timestamp>,
    pub recall_reason: Option<String>,
    pub created_at: Timestamp,
}

/// What is known of a batch before its keys are added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewBatch {
    pub supplier: Option<String>,
    pub reference: Option<String>,
    pub note: Option<String>,
    /// `None` for now.
    pub received_at: Option<Timestamp>,
    pub use_before: Option<Timestamp>,
}

impl NewBatch {
    /// The longest supplier and reference, and the longest note, in characters.
    pub const MAX_LINE: usize = 200;
    pub const MAX_NOTE: usize = 1_000;
}

/// How long an upload waits to be confirmed.
pub const UPLOAD_LIFETIME: SignedDuration = SignedDuration::from_mins(30);

/// How many days of use are counted.
pub const USED_DAYS: usize = 28;

/// How many keys a stock has in which state, and how fast it is used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StockFigures {
    /// Neither reserved nor past their date.
    pub available: i64,
    pub reserved: i64,
    /// Available in name, but past the date before which they were to be used; they are not issued.
    pub expired: i64,
    pub issued: i64,
    pub quarantined: i64,
    pub discarded: i64,
    /// Pending grants of the entitlement.
    pub waiting: i64,
    /// Keys issued from stock per local day, oldest first; the last is today.
    pub used: [i64; USED_DAYS],
}

/// Why an entitlement has no stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoStock {
    /// Its integration delivers neither license keys nor links.
    NoValue,
    /// It generates its keys automatically.
    NotManual,
    /// Its grants share their keys.
    SharedKey,
}

/// The stock settings of an entitlement; fails if it can have no stock.
pub fn settings_of(config: &IntegrationConfig) -> Result<StockSettings, NoStock> {
    if !config.delivers().is_value() {
        return Err(NoStock::NoValue);
    }
    let settings = config.issue();
    if settings.fulfillment_mode != FulfillmentMode::Manual {
        return Err(NoStock::NotManual);
    }
    if settings.key_is_shared { Err(NoStock::SharedKey) } else { Ok(settings.stock) }
}

/// The position of a stock key in a list in the order of drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockCursor {
    pub use_before: i64,
    pub position: i64,
    pub id: String,
}

impl StockCursor {
    /// Opaque text for a URL.
    pub fn encode(&self) -> String {
        format!("{:x}.{:x}.{}", self.use_before, self.position, self.id)
    }

    /// Decodes the output of [`Self::encode`]; `None` for anything else.
    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let mut number = || i64::from_str_radix(parts.next()?, 16).ok();
        let (use_before, position) = (number()?, number()?);
        let (id, rest) = (parts.next()?, parts.next());
        let is_word = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let is_good = rest.is_none() && !id.is_empty() && id.len() <= 80 && is_word;
        is_good.then(|| Self { use_before, position, id: id.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nonsense_does_not() {
        let cursor = StockCursor { use_before: i64::MAX, position: 7, id: "stk_abc".to_owned() };
        assert_eq!(StockCursor::decode(&cursor.encode()), Some(cursor));
        for text in ["", ".", "1.2", "1.2.", "1.2.a'b", "x.2.stk_a", "1.2.stk_a.3"] {
            assert_eq!(StockCursor::decode(text), None, "{text:?}");
        }
    }
}
