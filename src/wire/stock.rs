//! The stock of an entitlement.

use serde::Serialize;
use utoipa::ToSchema;

use super::license_key::KeyWarning;
use crate::domain::ids::EntitlementId;
use crate::domain::stock::StockFigures;
use crate::domain::stock::forecast::{runs_out_on, used_per_day};
use crate::usecases::Context;
use crate::usecases::stock::alerts::local_now;
use crate::usecases::stock::rejected::Rejected;

/// How many keys an entitlement has in stock, and how long they last (Keydesk extension).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Stock {
    pub(crate) entitlement_id: String,
    /// Keys that can be issued now.
    pub(crate) available: i64,
    /// Keys that are held for grants that somebody works on.
    pub(crate) reserved: i64,
    /// Keys past the date before which they were to be used; they are not issued.
    pub(crate) expired: i64,
    pub(crate) issued: i64,
    pub(crate) quarantined: i64,
    pub(crate) discarded: i64,
    /// Pending grants of the entitlement.
    pub(crate) waiting: i64,
    /// The average of the last 28 days.
    pub(crate) used_per_day: f64,
    /// Counted with what waits and with how much each day of the week usually takes; `null` if no end is in sight.
    #[schema(format = Date, required)]
    pub(crate) runs_out_on: Option<String>,
}

impl Stock {
    pub(crate) fn new(ctx: &Context, entitlement_id: &EntitlementId, figures: &StockFigures) -> Self {
        Self {
            entitlement_id: entitlement_id.to_string(),
            available: figures.available,
            reserved: figures.reserved,
            expired: figures.expired,
            issued: figures.issued,
            quarantined: figures.quarantined,
            discarded: figures.discarded,
            waiting: figures.waiting,
            used_per_day: (used_per_day(figures) * 100.0).round() / 100.0,
            runs_out_on: runs_out_on(figures, local_now(ctx).date()).map(|day| day.to_string()),
        }
    }
}

/// What became of keys that were added to a stock (Keydesk extension).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct StockAddition {
    #[schema(required)]
    pub(crate) batch_id: Option<String>,
    /// The number of keys that are now in stock.
    pub(crate) added: usize,
    /// The keys that were left out.
    pub(crate) rejected: Vec<RejectedKey>,
    /// What looks wrong about keys that were added all the same.
    pub(crate) warnings: Vec<StockKeyWarning>,
}

/// A key that was left out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RejectedKey {
    /// Its place in `keys`, from 0.
    pub(crate) index: usize,
    pub(crate) reason: Rejection,
    pub(crate) message: String,
}

/// Why a key was left out: `duplicate_in_request`: an earlier one is the same. `in_stock`: it is in stock, or was discarded
/// from it. `issued`: it was issued before. `invalid`: it is no key. `not_a_link`: it is no link of the entitlement's
/// platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(rename_all = "snake_case")]
pub(crate) enum Rejection {
    DuplicateInRequest,
    InStock,
    Issued,
    Invalid,
    NotALink,
}

impl From<Rejected> for Rejection {
    fn from(reason: Rejected) -> Self {
        match reason {
            Rejected::Twice => Self::DuplicateInRequest,
            Rejected::InStock => Self::InStock,
            Rejected::Issued => Self::Issued,
            Rejected::Invalid => Self::Invalid,
            Rejected::NotALink => Self::NotALink,
        }
    }
}

/// Something that looks wrong about one of several keys.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct StockKeyWarning {
    /// Its place in `keys`, from 0.
    pub(crate) index: usize,
    #[serde(flatten)]
    pub(crate) warning: KeyWarning,
}
