//! What shops send when something was sold or paid back: one file each. A shop says how it signs, which delivery this is,
//! and what the body means.

mod fastspring;
mod gumroad;
mod json;
mod lemonsqueezy;
mod paddle;
mod shopify;
mod stripe;
mod woocommerce;

use serde_json::Value;

use crate::crypto::signed_body::SignatureScheme;

/// What a shop sends.
#[derive(Debug)]
pub(crate) struct ShopHooks {
    /// The shop's key, as in [`super::find`].
    pub key: &'static str,
    /// `None` for a shop that signs nothing.
    pub scheme: Option<&'static SignatureScheme>,
    /// Which delivery this is, from what was verified.
    pub identify: fn(&Sent) -> Delivery,
    /// Whether this is a first contact, which is not signed and tells nothing.
    pub is_ping: fn(&Sent) -> bool,
    /// What a body tells, by the name of its event.
    pub read: fn(&str, &[u8]) -> Vec<Told>,
    /// Where the shop's API is; `None` if it is not asked anything.
    pub api_url: Option<&'static str>,
}

/// A request as it arrived; names of headers are in lower case.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Sent {
    /// A header's value; empty if it was not sent.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The first of these headers that was sent.
    pub(crate) fn first_header(&self, names: &[&str]) -> &str {
        names.iter().map(|name| self.header(name)).find(|value| !value.is_empty()).unwrap_or_default()
    }
}

/// Which delivery something is: a repeat has the same id. Without an id, the content is its id.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub id: String,
    /// The name of the event.
    pub event: String,
}

/// One thing that a body tells.
#[derive(Debug)]
pub(crate) enum Told {
    Order(Box<Order>),
    Refund(Refund),
    /// Nothing to be done; why, as a code.
    Nothing(&'static str),
}

/// An order as it is now.
#[expect(clippy::struct_excessive_bools, reason = "each says one thing about the order by itself")]
#[derive(Debug, Clone, Default)]
pub(crate) struct Order {
    /// How people call it, such as `#2001`.
    pub label: String,
    pub state: OrderState,
    pub is_test: bool,
    /// Whether a part of it was paid back.
    pub is_partly_refunded: bool,
    pub customer_email: String,
    pub customer_name: String,
    pub customer_locale: String,
    /// The ids of the shop's export.
    pub payment_id: String,
    pub subscription_id: String,
    pub external_id: String,
    /// With an offset, or in UTC.
    pub created_at: String,
    /// Empty for a further payment of what is known.
    pub lines: Vec<Line>,
    /// Whether the lines are known without their quantities.
    pub has_no_quantities: bool,
    /// Whether refunds name its lines, so that they are to be remembered.
    pub has_line_refunds: bool,
    /// Further facts for the grant's metadata; empty ones are left out.
    pub facts: Vec<(&'static str, String)>,
    /// What has to be asked of the shop.
    pub want: Option<Want>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum OrderState {
    #[default]
    Paid,
    /// Not paid, or not yet.
    Unpaid,
    /// Paid back, cancelled or not paid after all.
    Undone,
}

/// A line of an order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    /// The shop's id of the line; may be empty.
    pub id: String,
    /// What the shop calls the product, the most exact first.
    pub words: Vec<String>,
    /// How many there are now.
    pub quantity: u32,
    /// How many were ordered.
    pub ordered: u32,
}

/// A question to the shop whose answer completes an order.
#[derive(Debug, Clone)]
pub(crate) struct Want {
    /// The path of the call, below the API's address.
    pub path: String,
    /// Adds the answer; `None` if the shop knows nothing of it.
    pub add: fn(&mut Order, Option<&Value>),
}

/// Money that goes back, or may.
#[derive(Debug, Clone, Default)]
pub(crate) struct Refund {
    pub label: String,
    /// Any of these may be the payment that the sale is known by.
    pub payment_ids: Vec<String>,
    pub subscription_id: String,
    pub external_id: String,
    pub extent: Extent,
    pub is_test: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Extent {
    #[default]
    Full,
    Partial,
    /// So many of these lines of the order.
    Lines(Vec<(String, u32)>),
    /// The customer disputes the payment.
    Dispute,
    /// The order is not in the shop any more.
    Deleted,
}

static HOOKS: [&ShopHooks; 7] = [
    &shopify::HOOKS,
    &woocommerce::HOOKS,
    &stripe::HOOKS,
    &lemonsqueezy::HOOKS,
    &gumroad::HOOKS,
    &paddle::HOOKS,
    &fastspring::HOOKS,
];

/// What the shop with this key sends; `None` if it sends nothing.
pub(crate) fn find(key: &str) -> Option<&'static ShopHooks> {
    HOOKS.into_iter().find(|hooks| hooks.key == key)
}

/// For shops that sign all that they send.
fn no_ping(_: &Sent) -> bool {
    false
}
