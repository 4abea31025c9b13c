//! A dry run: the import without writing. Remembers 16 bytes for each order, product and grant id of the file, so that a
//! sale that appears twice is reported as it would be loaded.

use std::collections::{HashMap, HashSet};

use super::catalog::Catalog;
use super::orders::{Orders, mark, mark_of};
use super::outcome::{Outcome, problem, to_sale};
use super::sale_line::SaleLine;
use crate::domain::entitlement::{Entitlement, FulfillmentMode};
use crate::domain::sale::Sale;
use crate::storage::{Conn, StorageError, customers, grants};
use crate::usecases::Context;
use crate::usecases::grants::create::IssueGrantError;
use crate::usecases::sales::report::known_quantity;

#[derive(Debug, Default)]
pub(crate) struct DryRun {
    orders: Orders,
    /// How many of an entitlement each sale of the file has by now, by each of its ids.
    sold: HashMap<[u8; 16], u32>,
    grant_ids: HashSet<[u8; 16]>,
}

impl DryRun {
    /// What loading the line would do, with a description.
    pub(crate) fn play(
        &mut self,
        ctx: &Context,
        catalog: &Catalog,
        line: &SaleLine,
    ) -> Result<(Outcome, String), StorageError> {
        let entitlement = match catalog.find(line) {
            Ok(entitlement) => entitlement,
            Err(outcome) => return Ok((outcome, String::new())),
        };
        let order = mark_of(ctx, line, entitlement);
        let quantity = self.orders.quantity(order.as_ref(), &Orders::default(), line);
        let sale = to_sale(line, entitlement, quantity);
        ctx.db.read(|conn| {
            let customer = customers::find_by_email(conn, &line.customer_email)?;
            let known = self.known(ctx, conn, &sale)?;
            let told = if known == 0 { quantity.at_first() } else { quantity.told().unwrap_or(known) };
            let added = told.saturating_sub(known);
            if added > 0
                && let Some(error) = self.refusal(ctx, conn, line, entitlement)?
            {
                return Ok((Outcome::refused(problem(&error)), String::new()));
            }
            self.orders.count(order.as_ref(), line);
            for id in sale.ids() {
                let sold = self.sold.entry(sold_mark(ctx, &sale, id.kind.as_str(), &id.value)).or_default();
                *sold = (*sold).max(known.max(told));
            }
            if let Some(id) = &line.grant_id {
                self.grant_ids.insert(mark(ctx, &["grant", id.as_str()]));
            }
            let is_unnamed = customer.as_ref().is_some_and(|known| known.given_name().is_none());
            let about_customer = match &customer {
                None if added > 0 => ", perhaps with a new customer",
                Some(_) if is_unnamed && line.customer_name.is_some() => ", and add the customer's name",
                _ => "",
            };
            let (added, own) = (u64::from(added), u64::from(line.quantity.unwrap_or(1)));
            let present = own.saturating_sub(added);
            Ok((Outcome::Done { added, present }, words(entitlement, added, present, about_customer)))
        })
    }

    /// How many of the entitlement the sale has, in the database or by earlier lines of the file.
    fn known(&self, ctx: &Context, conn: &mut Conn, sale: &Sale) -> Result<u32, StorageError> {
        let ids = sale.ids();
        let marks = ids.iter().map(|id| sold_mark(ctx, sale, id.kind.as_str(), &id.value));
        let by_file = marks.filter_map(|mark| self.sold.get(&mark)).max().copied().unwrap_or(0);
        Ok(known_quantity(conn, sale)?.max(by_file))
    }

    fn refusal(
        &self,
        ctx: &Context,
        conn: &mut Conn,
        line: &SaleLine,
        entitlement: &Entitlement,
    ) -> Result<Option<IssueGrantError>, StorageError> {
        if let Some(id) = &line.grant_id
            && (self.grant_ids.contains(&mark(ctx, &["grant", id.as_str()])) || grants::exists(conn, id)?)
        {
            return Ok(Some(IssueGrantError::GrantIdTaken));
        }
        Ok((!entitlement.is_active).then_some(IssueGrantError::EntitlementInactive))
    }
}

fn words(entitlement: &Entitlement, added: u64, present: u64, about_customer: &str) -> String {
    let is_auto =
        entitlement.config.license_key().is_some_and(|settings| settings.fulfillment_mode == FulfillmentMode::Auto);
    let how = if is_auto { ", delivered at once with a generated key" } else { "" };
    match (added, present) {
        (0, _) => format!("already exists ({})", entitlement.name),
        (added, 0) => format!("would add {added} of {}{how}{about_customer}", entitlement.name),
        (added, present) => {
            format!("would add {added} of {}{how}{about_customer}; {present} already exist", entitlement.name)
        }
    }
}

fn sold_mark(ctx: &Context, sale: &Sale, kind: &str, id: &str) -> [u8; 16] {
    mark(ctx, &["sale", &sale.shop, kind, id, sale.entitlement_id.as_str()])
}
