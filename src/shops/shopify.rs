//! Shopify: the export of orders. An order's first row has its state and its id; rows that continue it have further
//! products.

use super::line::{ExportLine, Moment, Skip, SkipKind, skip_of_status};
use super::row::Row;
use super::{Export, Reads, Seen, Shop};
use crate::domain::text::rounded_number::is_rounded_number;

pub(super) static SHOP: Shop = Shop {
    key: "shopify",
    name: "Shopify",
    exports: &[Export {
        marks: &["Name", "Financial Status", "Lineitem name", "Lineitem quantity"],
        reads: Reads::Sales { look: None, read },
    }],
};

fn read(row: &Row<'_>, seen: &mut Seen) -> Vec<ExportLine> {
    let name = row.get("Name");
    let continues =
        row.get("Financial Status").is_empty() && seen.order.as_ref().is_some_and(|order| order.external_id == name);
    let order = match seen.order.take().filter(|_| continues) {
        Some(order) => order,
        None => first(row, name),
    };
    seen.order = Some(order.clone());
    if row.get("Lineitem name").is_empty() && row.get("Lineitem sku").is_empty() {
        return Vec::new();
    }
    vec![ExportLine {
        product: vec![row.get("Lineitem sku").to_owned(), row.get("Lineitem name").to_owned()],
        quantity: row.get("Lineitem quantity").to_owned(),
        ..order
    }]
}

fn first(row: &Row<'_>, name: &str) -> ExportLine {
    let status = row.get("Financial Status");
    let skip = if row.get("Cancelled at").is_empty() {
        skip_of_status(status)
    } else {
        Some(Skip::new(SkipKind::Refunded, "cancelled"))
    };
    ExportLine {
        customer_email: row.get("Email").to_owned(),
        customer_name: row.first_of(&["Billing Name", "Shipping Name"]).to_owned(),
        payment_id: order_id(row.get("Id")),
        external_id: name.to_owned(),
        created_at: Moment::Local(row.first_of(&["Paid at", "Created at"]).to_owned()),
        facts: vec![("shopify_id", row.get("Id").to_owned())],
        skip,
        ..ExportLine::default()
    }
}

/// The order's id, by which refunds name it; empty where a spreadsheet has rounded it.
fn order_id(text: &str) -> String {
    let is_id = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && !is_rounded_number(text);
    if is_id { text.to_owned() } else { String::new() }
}
