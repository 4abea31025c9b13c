//! Gumroad: the export of sales, one row each; the last row has the totals.

use super::line::{ExportLine, Moment, Skip, SkipKind};
use super::row::Row;
use super::{Export, Reads, Seen, Shop};

pub(super) static SHOP: Shop = Shop {
    key: "gumroad",
    name: "Gumroad",
    exports: &[Export {
        marks: &["Purchase ID", "Item Name", "Purchase Email", "Fully Refunded?"],
        reads: Reads::Sales { look: None, read },
    }],
};

fn read(row: &Row<'_>, _: &mut Seen) -> Vec<ExportLine> {
    if row.get("Purchase ID") == "Totals" {
        return vec![ExportLine { skip: Some(Skip::new(SkipKind::NoSale, "Totals")), ..ExportLine::default() }];
    }
    let (item, variants) = (row.get("Item Name"), row.get("Variants").trim_matches(['(', ')']));
    let whole = if variants.is_empty() { item.to_owned() } else { format!("{item} - {variants}") };
    vec![ExportLine {
        // A gift goes to whom it was given.
        customer_email: row.first_of(&["Giftee Email", "Purchase Email", "Buyer Email"]).to_owned(),
        customer_name: if row.get("Giftee Email").is_empty() {
            row.get("Buyer Name").to_owned()
        } else {
            String::new()
        },
        payment_id: row.get("Purchase ID").to_owned(),
        external_id: row.get("Order Number").to_owned(),
        created_at: Moment::In(
            row.first_of(&["Purchase Time (UTC timezone)", "Purchase Date"]).trim_end_matches(" UTC").to_owned(),
            "UTC".to_owned(),
        ),
        product: vec![row.get("SKU ID").to_owned(), whole, row.get("Product ID").to_owned(), item.to_owned()],
        quantity: row.get("Quantity").to_owned(),
        skip: skip(row),
        ..ExportLine::default()
    }]
}

fn skip(row: &Row<'_>) -> Option<Skip> {
    if row.is_set("Fully Refunded?") {
        Some(Skip::new(SkipKind::Refunded, "fully refunded"))
    } else if row.is_set("Disputed?") && !row.is_set("Dispute Won?") {
        Some(Skip::new(SkipKind::Refunded, "disputed"))
    } else if row.is_set("Pre-order authorization?") {
        Some(Skip::new(SkipKind::Unpaid, "pre-order"))
    } else if row.is_set("Recurring Charge?") {
        Some(Skip::new(SkipKind::Renewal, row.get("Recurrence")))
    } else {
        None
    }
}
