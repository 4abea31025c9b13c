//! Lemon Squeezy: the export of orders, one row each.

use super::line::{ExportLine, Moment, Skip, SkipKind, skip_of_status};
use super::row::Row;
use super::{Export, Reads, Seen, Shop};

pub(super) static SHOP: Shop = Shop {
    key: "lemonsqueezy",
    name: "Lemon Squeezy",
    exports: &[Export {
        marks: &["identifier", "order_number", "user_email", "product_name", "variant_name"],
        reads: Reads::Sales { look: None, read },
    }],
};

fn read(row: &Row<'_>, _: &mut Seen) -> Vec<ExportLine> {
    let skip = if row.is_set("test_mode") {
        Some(Skip::new(SkipKind::Test, "test mode"))
    } else if row.is_set("refunded") {
        Some(Skip::new(SkipKind::Refunded, row.get("status")))
    } else {
        skip_of_status(row.get("status"))
    };
    let (product, variant) = (row.get("product_name"), row.get("variant_name"));
    // A product without variants has one that is called Default.
    let whole = match variant {
        "" | "Default" => product.to_owned(),
        variant => format!("{product} - {variant}"),
    };
    vec![ExportLine {
        customer_email: row.get("user_email").to_owned(),
        customer_name: row.get("user_name").to_owned(),
        external_id: row.first_of(&["identifier", "order_number"]).to_owned(),
        created_at: Moment::In(row.first_of(&["date_utc", "created_at"]).to_owned(), "UTC".to_owned()),
        product: vec![row.get("sku").to_owned(), whole, product.to_owned()],
        quantity: row.get("quantity").to_owned(),
        facts: vec![("order_number", row.get("order_number").to_owned())],
        skip,
        ..ExportLine::default()
    }]
}
