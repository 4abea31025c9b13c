//! The lines of one order in a file: with the same product several times, each is a line of its own. Remembers 24 bytes
//! for each order and product.

use std::collections::HashMap;

use super::sale_line::SaleLine;
use crate::domain::entitlement::Entitlement;
use crate::domain::sale::Quantity;
use crate::usecases::Context;

/// An order and one of its products.
pub(crate) type OrderMark = [u8; 16];

#[derive(Debug, Clone, Copy, Default)]
struct Told {
    lines: u32,
    pieces: u32,
}

/// What the file has told so far of each order.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    told: HashMap<OrderMark, Told>,
}

impl Orders {
    /// The quantity that the line tells, given the lines before it, of which some are in `more`.
    pub(crate) fn quantity(&self, mark: Option<&OrderMark>, more: &Self, line: &SaleLine) -> Quantity {
        let told = |orders: &Self| mark.and_then(|mark| orders.told.get(mark)).copied().unwrap_or_default();
        let (before, more) = (told(self), told(more));
        Quantity::Line {
            own: line.quantity,
            lines_before: before.lines.saturating_add(more.lines),
            pieces_before: before.pieces.saturating_add(more.pieces),
        }
    }

    /// Counts the line, after it was read without an error.
    pub(crate) fn count(&mut self, mark: Option<&OrderMark>, line: &SaleLine) {
        if let Some(mark) = mark {
            let told = self.told.entry(*mark).or_default();
            told.lines = told.lines.saturating_add(1);
            told.pieces = told.pieces.saturating_add(line.quantity.unwrap_or(1));
        }
    }
}

/// The order of a line and its product: by the order number if there is one, or else by the payment. `None` if it has
/// only the id of a subscription, which each period has again.
pub(crate) fn mark_of(ctx: &Context, line: &SaleLine, entitlement: &Entitlement) -> Option<OrderMark> {
    let (kind, id) = match (&line.external_id, &line.payment_id) {
        (Some(id), _) => ("external", id),
        (None, Some(id)) => ("payment", id),
        (None, None) => return None,
    };
    Some(mark(ctx, &[line.shop, kind, id, entitlement.id.as_str()]))
}

/// A short fingerprint of texts.
pub(crate) fn mark(ctx: &Context, parts: &[&str]) -> [u8; 16] {
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    let whole = ctx.keyring.fingerprint(&parts);
    let mut half = [0; 16];
    half.copy_from_slice(whole.first_chunk::<16>().unwrap_or(&[0; 16]));
    half
}
