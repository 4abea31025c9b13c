//! The shops whose sales can be read: one file each. A shop says how its export is recognized and what each of its lines
//! means.

mod fastspring;
mod gumroad;
pub(crate) mod hooks;
mod lemonsqueezy;
pub(crate) mod line;
pub(crate) mod moment;
mod paddle;
mod paypal;
pub(crate) mod row;
mod shopify;
mod stripe;
mod woocommerce;
mod woocommerce_columns;

use self::line::ExportLine;
use self::moment::DayOrder;
use self::row::{Columns, Row};
use std::collections::HashMap;

/// A shop.
#[derive(Debug)]
pub(crate) struct Shop {
    /// Its name in the database and on the command line.
    pub key: &'static str,
    pub name: &'static str,
    pub exports: &'static [Export],
}

/// One kind of file that a shop writes.
#[derive(Debug)]
pub(crate) struct Export {
    /// Columns that no other export has together.
    pub marks: &'static [&'static str],
    pub reads: Reads,
}

/// What can be made of the file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reads {
    /// Sales; the first function looks at every row before any is read.
    Sales { look: Option<fn(&Row<'_>, &mut Seen)>, read: fn(&Row<'_>, &mut Seen) -> Vec<ExportLine> },
    /// Nothing, because something is missing; the sentence says what to do.
    Nothing(&'static str),
}

/// What is remembered of the rows of one file.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Whether dates with slashes begin with the day, where a row has shown it.
    pub day_order: Option<DayOrder>,
    /// What was paid back of each transaction, in hundredths.
    pub refunds: HashMap<String, i64>,
    /// The first row of the order that further rows continue.
    pub order: Option<ExportLine>,
}

pub(crate) static SHOPS: [&Shop; 8] = [
    &shopify::SHOP,
    &woocommerce::SHOP,
    &stripe::SHOP,
    &lemonsqueezy::SHOP,
    &gumroad::SHOP,
    &paddle::SHOP,
    &fastspring::SHOP,
    &paypal::SHOP,
];

/// The shop with this key; `None` if there is none.
pub(crate) fn find(key: &str) -> Option<&'static Shop> {
    SHOPS.into_iter().find(|shop| shop.key == key)
}

/// The shop and the export that a file with these columns is of.
pub(crate) fn recognize(columns: &Columns) -> Option<(&'static Shop, &'static Export)> {
    SHOPS.into_iter().find_map(|shop| shop.export_of(columns).map(|export| (shop, export)))
}

impl Shop {
    /// The kind of export that has these columns.
    pub(crate) fn export_of(&self, columns: &Columns) -> Option<&'static Export> {
        self.exports.iter().find(|export| export.marks.iter().all(|mark| columns.has(mark)))
    }
}
