//! FastSpring: the revenue report, whose columns users choose; one row for each product of an order.

use super::line::{ExportLine, Moment, Skip, SkipKind};
use super::row::{Row, amount};
use super::{Export, Reads, Seen, Shop};

pub(super) static SHOP: Shop = Shop {
    key: "fastspring",
    name: "FastSpring",
    exports: &[Export {
        marks: &["Order_ID", "Product_Name", "Buyer_Email"],
        reads: Reads::Sales { look: None, read },
    }],
};

fn read(row: &Row<'_>, _: &mut Seen) -> Vec<ExportLine> {
    let is_negative = amount(row.get("Transaction_Amount")).is_some_and(|amount| amount < 0);
    let skip = if row.get("Live").eq_ignore_ascii_case("false") {
        Some(Skip::new(SkipKind::Test, "test order"))
    } else if row.is_set("Refund_True_False") || is_negative {
        Some(Skip::new(SkipKind::Refunded, "refund"))
    } else if row.is_set("Chargeback_True_False") {
        Some(Skip::new(SkipKind::Refunded, "chargeback"))
    } else {
        None
    };
    vec![ExportLine {
        customer_email: row.get("Buyer_Email").to_owned(),
        customer_name: row.joined("Buyer_First_Name", "Buyer_Last_Name"),
        customer_locale: row.get("Language").to_owned(),
        external_id: row.first_of(&["Order_Reference", "Order_ID"]).to_owned(),
        created_at: Moment::Local(row.get("Transaction_Date").to_owned()),
        product: vec![
            row.get("SKU").to_owned(),
            row.get("Product_Path").to_owned(),
            row.get("Product_Name").to_owned(),
        ],
        quantity: row.get("Quantity").to_owned(),
        facts: vec![("fastspring_id", row.get("Order_ID").to_owned())],
        skip,
        ..ExportLine::default()
    }]
}
