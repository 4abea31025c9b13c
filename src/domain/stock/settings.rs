//! How the stock of an entitlement is used, and when it counts as low.

/// Who delivers from stock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StockDelivery {
    /// A grant waits until staff fulfill it.
    #[default]
    Staff,
    /// A new grant is delivered at once, while the stock lasts.
    Auto,
}

/// What happens to waiting grants when keys are added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StockRefill {
    /// They wait until somebody serves them.
    #[default]
    Press,
    /// They are served at once, oldest first.
    Auto,
}

macro_rules! words {
    ($name:ident { $($variant:ident = $text:literal,)* }) => {
        impl $name {
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words!(StockDelivery { Staff = "staff", Auto = "auto", });
words!(StockRefill { Press = "press", Auto = "auto", });

/// How the stock of an entitlement is used, and when it counts as low.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StockSettings {
    pub delivery: StockDelivery,
    pub refill: StockRefill,
    /// The stock is low with fewer available keys than this.
    pub alert_count: Option<i32>,
    /// The stock is low if it runs out within this many days.
    pub alert_days: Option<i32>,
}

impl StockSettings {
    /// The largest threshold of keys, and of days.
    pub const MAX_ALERT_COUNT: i32 = 1_000_000;
    pub const MAX_ALERT_DAYS: i32 = 365;
}
