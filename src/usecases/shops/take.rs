//! What taking something from a shop leads to.

use jiff::Timestamp;

use crate::domain::actor::Actor;
use crate::domain::connection::Connection;
use crate::domain::customer::EmailAddress;
use crate::domain::ids::{GrantId, HookId};
use crate::domain::sale::{SaleIdKind, SaleReference};
use crate::domain::text;
use crate::storage::connections::hooks::Ended;
use crate::usecases::context::Context;

/// Something that is being taken.
pub(super) struct Take<'a> {
    pub ctx: &'a Context,
    pub connection: &'a Connection,
    /// The shop that numbers the orders.
    pub shop: &'a str,
    pub hook_id: &'a HookId,
    pub decided: &'a Decided,
    pub actor: &'a Actor,
    pub received_at: Timestamp,
    pub now: Timestamp,
}

/// What a person has decided about an order.
#[derive(Debug, Clone, Default)]
pub(super) struct Decided {
    /// The customer's address.
    pub email: Option<EmailAddress>,
    /// A test order is treated as a real one.
    pub is_real: bool,
}

/// The outcomes, from what needs a look to what does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Became {
    /// Not possible as things are.
    Refused,
    Held,
    Asked,
    Applied,
    Refunded,
    Remembered,
    Known,
    Skipped,
}

impl Became {
    fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Held => "held",
            Self::Asked => "asked",
            Self::Applied => "applied",
            Self::Refunded => "refunded",
            Self::Remembered => "remembered",
            Self::Known => "known",
            Self::Skipped => "skipped",
        }
    }

    /// Whether another try may have another outcome.
    fn may_change(self) -> bool {
        matches!(self, Self::Refused | Self::Held)
    }
}

/// What became of one thing that a shop told.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub result: Became,
    pub about: String,
    /// A code, perhaps with a number or a word after it.
    pub detail: String,
    pub grant_id: Option<GrantId>,
    /// Whether it may be skipped for a reason that can end.
    pub may_change: bool,
}

impl Outcome {
    pub(super) fn new(result: Became, about: &str, detail: impl Into<String>) -> Self {
        let about = about.chars().filter(|c| !c.is_control()).take(100).collect();
        Self { result, about, detail: detail.into(), grant_id: None, may_change: result.may_change() }
    }

    pub(super) fn with_grant(self, grant_id: Option<GrantId>) -> Self {
        Self { grant_id, ..self }
    }

    /// Skipped for a reason that can end.
    pub(super) fn skipped_for_now(about: &str, detail: &str) -> Self {
        Self { may_change: true, ..Self::new(Became::Skipped, about, detail) }
    }
}

/// What became of a delivery, by the outcome that matters most.
pub(super) fn ended(outcomes: Vec<Outcome>) -> Ended {
    let keeps_body = outcomes.iter().any(|outcome| outcome.may_change);
    let first = outcomes.into_iter().min_by_key(|outcome| outcome.result);
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    first.map_or_else(Ended::default, |first| Ended {
        result: first.result.as_str(),
        about: some(first.about),
        detail: some(first.detail),
        grant_id: first.grant_id,
        keeps_body,
    })
}

/// An id as it is stored; `None` if there is none that can be one.
pub(super) fn id(text: &str) -> Option<String> {
    text::reference(text).ok()
}

/// The ids that are there, by kind.
pub(super) fn references(payments: &[String], subscription: &str, external: &str) -> Vec<SaleReference> {
    let payments = payments.iter().map(|payment| (SaleIdKind::Payment, payment.as_str()));
    let others = [(SaleIdKind::Subscription, subscription), (SaleIdKind::External, external)];
    let all = payments.chain(others);
    let mut found: Vec<SaleReference> =
        all.filter_map(|(kind, value)| Some(SaleReference { kind, value: id(value)? })).collect();
    found.dedup();
    found
}
