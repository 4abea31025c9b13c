//! Paddle: the report of transactions' line items, one row each.

use super::line::{ExportLine, Moment, Skip, SkipKind};
use super::row::Row;
use super::{Export, Reads, Seen, Shop};

pub(super) static SHOP: Shop = Shop {
    key: "paddle",
    name: "Paddle",
    exports: &[Export {
        marks: &["transaction_id", "transaction_status", "customer_email", "price_id"],
        reads: Reads::Sales { look: None, read },
    }],
};

fn read(row: &Row<'_>, _: &mut Seen) -> Vec<ExportLine> {
    let status = row.get("transaction_status");
    let skip = match status {
        "completed" if row.get("origin") == "subscription_payment_method_change" => {
            Some(Skip::new(SkipKind::NoSale, "change of the payment method"))
        }
        "completed" => None,
        "canceled" | "cancelled" => Some(Skip::new(SkipKind::Refunded, status)),
        _ => Some(Skip::new(SkipKind::Unpaid, status)),
    };
    vec![ExportLine {
        customer_email: row.get("customer_email").to_owned(),
        customer_name: row.first_of(&["customer_name", "business_name"]).to_owned(),
        payment_id: row.get("transaction_id").to_owned(),
        subscription_id: row.get("subscription_id").to_owned(),
        created_at: Moment::Local(row.first_of(&["billed_at", "created_at"]).to_owned()),
        product: vec![
            row.get("price_id").to_owned(),
            row.get("product_id").to_owned(),
            row.joined("product_name", "price_name"),
            row.get("product_name").to_owned(),
        ],
        quantity: row.get("quantity").to_owned(),
        facts: vec![("invoice_number", row.get("invoice_number").to_owned())],
        skip,
        ..ExportLine::default()
    }]
}
