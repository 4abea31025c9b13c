//! The demo's earlier import: an export of a shop whose paid orders were all known, with lines that came back.

use super::team::Team;
use crate::domain::actor::Actor;
use crate::domain::grant::GrantStatus;
use crate::domain::page::PageStart;
use crate::domain::sale::import::LineKind;
use crate::domain::sale::{NO_SHOP, Quantity, Sale};
use crate::storage::grants::list::{GrantFilter, list};
use crate::storage::{StorageError, customers, grants};
use crate::usecases::Context;
use crate::usecases::sales::imports::confirm::{ConfirmImport, confirm};
use crate::usecases::sales::imports::line::{ImportLine, LineSale, OtherLine};
use crate::usecases::sales::imports::reading::{Settings, Writer, keep};

/// Known sales in the file.
const KNOWN: usize = 9;

const COLUMNS: [&str; 5] = ["external_id", "customer_email", "customer_name", "product", "status"];

/// Lines that were left out: kind, state, and the columns.
const LEFT_OUT: [(LineKind, &str, [&str; 5]); 3] = [
    (
        LineKind::Unpaid,
        "pending",
        ["#4380", "oliver.schmidt@posteo.example", "Oliver Schmidt", "Nordwind Studio Pro", "pending"],
    ),
    (
        LineKind::Refunded,
        "refunded",
        ["#4381", "hej@studiolindqvist.example", "Studio Lindqvist AB", "Nordwind Studio Team", "refunded"],
    ),
    (LineKind::NoEmail, "", ["#4382", "", "Bäckerei Knusperstübchen OHG", "Nordwind Studio Pro", "paid"]),
];

/// Confirms the file; the job that goes through it is done once the portal runs.
pub(super) fn confirm_one(ctx: &Context, team: &Team) -> anyhow::Result<()> {
    let Some((actor, staff_id)) = team.agents.iter().find_map(|actor| Some((actor, Actor::staff_id(actor)?))) else {
        return Ok(());
    };
    let known = known_sales(ctx)?;
    if known.is_empty() {
        return Ok(());
    }
    let names = COLUMNS.map(str::to_owned).to_vec();
    let settings = Settings { names, zone: "UTC".to_owned(), ..Settings::default() };
    let import = keep(ctx, staff_id, "orders_export.csv", b"-", &settings)?;
    let mut writer = Writer::new(ctx, &import);
    let mut line = 1;
    for sale in &known {
        line += 1;
        writer.push(ImportLine { sale: Some(LineSale::of(sale, 0)), ..ImportLine::new(line, LineKind::Known) })?;
    }
    for (kind, why, cells) in LEFT_OUT {
        line += 1;
        let [order, email, name, product, _] = cells.map(str::to_owned);
        let other = Some(OtherLine { email, name, order, words: vec![product], quantity: String::new() });
        let cells = cells.map(str::to_owned).to_vec();
        writer.push(ImportLine { why: why.to_owned(), other, cells, ..ImportLine::new(line, kind) })?;
    }
    writer.finish("Shopify", &settings, &[])?;
    let command = ConfirmImport { id: import.id, staff_id: staff_id.clone(), version: None, actor: actor.clone() };
    confirm(ctx, &command)?;
    Ok(())
}

/// Sales of grants that were delivered, as a file would tell them again.
fn known_sales(ctx: &Context) -> Result<Vec<Sale>, StorageError> {
    let filter = GrantFilter { status: Some(GrantStatus::Delivered), ..GrantFilter::default() };
    ctx.db.read(|conn| {
        let lines = list(conn, &filter, &PageStart::Start, 50)?.rows;
        let mut sales = Vec::new();
        for line in lines {
            let grant = grants::find(conn, &line.id)?;
            if grant.payment_id.is_none() || sales.len() == KNOWN {
                continue;
            }
            let customer = customers::find(conn, &grant.customer_id)?;
            if customer.erased_at.is_some() {
                continue;
            }
            sales.push(Sale {
                shop: NO_SHOP.to_owned(),
                grant_id: None,
                entitlement_id: grant.entitlement_id,
                customer_email: customer.email,
                customer_name: None,
                customer_locale: None,
                payment_id: grant.payment_id,
                subscription_id: None,
                external_id: None,
                quantity: Quantity::Line { own: None, lines_before: 0, pieces_before: 0 },
                metadata: "{}".to_owned(),
                created_at: None,
            });
        }
        Ok(sales)
    })
}
