//! PayPal: the activity report, in English or German. A refund is a row of its own that names the payment.

use super::line::{ExportLine, Moment, Skip, SkipKind};
use super::moment::DayOrder;
use super::row::{Row, amount};
use super::{Export, Reads, Seen, Shop};

pub(super) static SHOP: Shop = Shop {
    key: "paypal",
    name: "PayPal",
    exports: &[
        Export {
            marks: &["Transaction ID", "Gross", "Type", "From Email Address"],
            reads: Reads::Sales { look: Some(look), read },
        },
        Export {
            marks: &["Transaktionscode", "Brutto", "Typ", "Absender E-Mail-Adresse"],
            reads: Reads::Sales { look: Some(look), read },
        },
    ],
};

const DATE: [&str; 2] = ["Date", "Datum"];
const TYPE: [&str; 2] = ["Type", "Typ"];
const STATUS: [&str; 1] = ["Status"];
const GROSS: [&str; 2] = ["Gross", "Brutto"];
const ID: [&str; 2] = ["Transaction ID", "Transaktionscode"];
const PAYMENT: [&str; 3] = ["Reference Txn ID", "Zugehöriger Transaktionscode", "Referenz-Txn-Code"];

fn look(row: &Row<'_>, seen: &mut Seen) {
    seen.day_order = seen.day_order.or_else(|| DayOrder::shown_by(row.first_of(&DATE)));
    let gross = amount(row.first_of(&GROSS)).unwrap_or(0);
    let payment = row.first_of(&PAYMENT);
    if gross < 0 && !payment.is_empty() && is_completed(row) {
        *seen.refunds.entry(payment.to_owned()).or_default() -= gross;
    }
}

fn is_completed(row: &Row<'_>) -> bool {
    matches!(row.first_of(&STATUS).to_lowercase().as_str(), "completed" | "abgeschlossen")
}

fn read(row: &Row<'_>, seen: &mut Seen) -> Vec<ExportLine> {
    let kind = row.first_of(&TYPE);
    let gross = amount(row.first_of(&GROSS)).unwrap_or(0);
    let is_credit = match row.first_of(&["Balance Impact", "Auswirkung auf Guthaben"]).to_lowercase().as_str() {
        "" | "memo" => gross > 0,
        impact => matches!(impact, "credit" | "haben"),
    };
    let refunded = seen.refunds.get(row.first_of(&ID)).copied().unwrap_or(0);
    let skip = if !is_credit || !is_payment(kind) {
        Some(Skip::new(SkipKind::NoSale, kind))
    } else if !is_completed(row) {
        Some(Skip::new(SkipKind::Unpaid, row.first_of(&STATUS)))
    } else if refunded > 0 && refunded >= gross {
        Some(Skip::new(SkipKind::Refunded, "refunded"))
    } else {
        None
    };
    let day = format!("{} {}", row.first_of(&DATE), row.first_of(&["Time", "Uhrzeit"]));
    let zone = row.first_of(&["TimeZone", "Time Zone", "Zeitzone"]);
    vec![ExportLine {
        customer_email: row.first_of(&["From Email Address", "Absender E-Mail-Adresse"]).to_owned(),
        customer_name: row.get("Name").to_owned(),
        payment_id: row.first_of(&ID).to_owned(),
        created_at: if zone.is_empty() { Moment::Local(day) } else { Moment::In(day, zone.to_owned()) },
        product: vec![
            row.first_of(&["Item ID", "Artikelnummer"]).to_owned(),
            row.first_of(&["Item Title", "Artikelbezeichnung"]).to_owned(),
            row.first_of(&["Subject", "Betreff"]).to_owned(),
        ],
        quantity: row.first_of(&["Quantity", "Anzahl"]).to_owned(),
        facts: vec![("invoice_number", row.first_of(&["Invoice Number", "Rechnungsnummer"]).to_owned())],
        skip,
        ..ExportLine::default()
    }]
}

/// Whether a row of this type is a customer's payment: not a refund, a payout, a fee or a conversion.
fn is_payment(kind: &str) -> bool {
    let kind = kind.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    has(&["payment", "checkout", "zahlung", "sale"])
        && !has(&["refund", "rückzahlung", "reversal", "payout", "withdrawal", "abbuchung", "fee", "gebühr"])
}
