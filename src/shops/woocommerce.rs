//! WooCommerce: the exports of the plugins *Advanced Order Export* (a row for each product) and *WebToffee* (a row for
//! each order). What WooCommerce itself exports has no addresses.

use super::line::{ExportLine, Moment, skip_of_status};
use super::row::Row;
use super::woocommerce_columns::product;
use super::{Export, Reads, Seen, Shop};

pub(super) static SHOP: Shop = Shop {
    key: "woocommerce",
    name: "WooCommerce",
    exports: &[
        Export {
            marks: &["Order Number", "Order Status", "Email (Billing)", "Item Name"],
            reads: Reads::Sales { look: None, read: read_items },
        },
        Export {
            marks: &["order_number", "status", "billing_email", "line_item_1"],
            reads: Reads::Sales { look: None, read: read_order },
        },
        Export {
            marks: &["Order #", "N. Revenue (formatted)", "Product(s)"],
            reads: Reads::Nothing(
                "WooCommerce's own list of orders has neither addresses nor SKUs; export the orders with a plugin such as Advanced Order Export",
            ),
        },
    ],
};

fn read_items(row: &Row<'_>, seen: &mut Seen) -> Vec<ExportLine> {
    let number = row.get("Order Number");
    // The plugin can leave the columns of the order blank in further rows.
    let continues = number.is_empty() || row.get("Order Status").is_empty();
    let order = match seen.order.take().filter(|order| continues && (number.is_empty() || order.external_id == number))
    {
        Some(order) => order,
        None => ExportLine {
            customer_email: row.get("Email (Billing)").to_owned(),
            customer_name: row.joined("First Name (Billing)", "Last Name (Billing)"),
            external_id: number.to_owned(),
            created_at: Moment::Local(row.get("Order Date").to_owned()),
            skip: skip_of_status(row.get("Order Status")),
            ..ExportLine::default()
        },
    };
    seen.order = Some(order.clone());
    vec![ExportLine {
        product: vec![row.get("SKU").to_owned(), row.get("Item Name").to_owned()],
        quantity: row.first_of(&["Quantity (- Refund)", "Quantity"]).to_owned(),
        ..order
    }]
}

fn read_order(row: &Row<'_>, _: &mut Seen) -> Vec<ExportLine> {
    let order = ExportLine {
        customer_email: row.first_of(&["billing_email", "customer_email"]).to_owned(),
        customer_name: row.joined("billing_first_name", "billing_last_name"),
        external_id: row.first_of(&["order_number", "order_id"]).to_owned(),
        created_at: Moment::Local(row.first_of(&["paid_date", "order_date"]).to_owned()),
        skip: skip_of_status(row.get("status").trim_start_matches("wc-")),
        ..ExportLine::default()
    };
    (1..=row.columns.names().len())
        .map_while(|number| {
            let name = format!("line_item_{number}");
            row.columns.has(&name).then(|| product(row.get(&name)))
        })
        .flatten()
        .map(|(product, quantity)| ExportLine { product, quantity, ..order.clone() })
        .collect()
}
