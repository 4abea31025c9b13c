//! Stripe: the export of payments. What was bought is a text such as `Pro (2), Texture pack (1)`, or, where the column is
//! not there, an SKU in the metadata or the payment's description.

use super::line::{ExportLine, Moment, Skip, SkipKind, skip_of_status};
use super::row::{Row, amount};
use super::{Export, Reads, Seen, Shop};

pub(super) static SHOP: Shop = Shop {
    key: "stripe",
    name: "Stripe",
    exports: &[
        Export {
            marks: &["id", "Created date (UTC)", "Amount", "Status", "Customer Email"],
            reads: Reads::Sales { look: None, read },
        },
        Export {
            marks: &["id", "Created (UTC)", "Amount", "Status", "Customer Email"],
            reads: Reads::Sales { look: None, read },
        },
    ],
};

fn read(row: &Row<'_>, _: &mut Seen) -> Vec<ExportLine> {
    let refunded = amount(row.get("Amount Refunded")).unwrap_or(0);
    let skip = if row.get("Mode").eq_ignore_ascii_case("test") {
        Some(Skip::new(SkipKind::Test, "test mode"))
    } else if refunded > 0 && Some(refunded) >= amount(row.get("Amount")) {
        Some(Skip::new(SkipKind::Refunded, row.get("Status")))
    } else {
        skip_of_status(row.get("Status"))
    };
    let payment = ExportLine {
        customer_email: row.get("Customer Email").to_owned(),
        customer_name: row.first_of(&["Customer Name", "Shipping Name", "Card Name"]).to_owned(),
        payment_id: row.first_of(&["PaymentIntent ID", "id"]).to_owned(),
        external_id: row.get("Checkout Session ID").to_owned(),
        created_at: Moment::In(row.first_of(&["Created date (UTC)", "Created (UTC)"]).to_owned(), "UTC".to_owned()),
        facts: vec![
            ("stripe_charge", row.get("id").to_owned()),
            ("stripe_invoice", row.get("Invoice ID").to_owned()),
            ("client_reference_id", row.get("Client Reference ID").to_owned()),
        ],
        skip,
        ..ExportLine::default()
    };
    let sku = row.get("sku (metadata)");
    let items = items(row.get("Checkout Line Item Summary"));
    match items.as_slice() {
        [] => vec![ExportLine { product: vec![sku.to_owned(), row.get("Description").to_owned()], ..payment }],
        [(name, quantity)] => {
            vec![ExportLine { product: vec![sku.to_owned(), name.clone()], quantity: quantity.clone(), ..payment }]
        }
        several => several
            .iter()
            .map(|(name, quantity)| ExportLine {
                product: vec![name.clone()],
                quantity: quantity.clone(),
                ..payment.clone()
            })
            .collect(),
    }
}

/// The products of a summary with their quantities. A comma within a name does not divide: each product ends with its
/// quantity in brackets.
fn items(summary: &str) -> Vec<(String, String)> {
    let (mut items, mut rest) = (Vec::new(), summary.trim());
    while !rest.is_empty() {
        let end = rest.find("), ").map_or(rest.len(), |place| place + 1);
        let (item, after) = rest.split_at(end);
        let parts = item.trim().strip_suffix(')').and_then(|item| item.rsplit_once(" ("));
        match parts.filter(|(_, quantity)| quantity.bytes().all(|b| b.is_ascii_digit())) {
            Some((name, quantity)) => items.push((name.to_owned(), quantity.to_owned())),
            None => items.push((item.trim().to_owned(), String::new())),
        }
        rest = after.trim_start_matches([',', ' ']);
    }
    items
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_summary_is_divided_after_each_quantity() {
        let of = |text: &str| super::items(text).into_iter().map(|(name, n)| format!("{name}={n}")).collect::<Vec<_>>();
        assert_eq!(of("Pixelforge Pro (1), Texture pack (2)"), ["Pixelforge Pro=1", "Texture pack=2"]);
        assert_eq!(of("Brushes, deluxe (3)"), ["Brushes, deluxe=3"]);
        assert_eq!(of("Pro (Mac) (1), Pro (Mac)"), ["Pro (Mac)=1", "Pro (Mac)="]);
        assert!(of(" ").is_empty());
    }
}
