//! A dry run: the import without writing. Remembers 16 bytes for each order, product and grant id of the file, so that a
//! sale that appears twice is reported as it would be loaded.

use std::collections::{HashMap, HashSet};

use super::catalog::Catalog;
use super::orders::{OrderMark, Orders, mark, mark_of};
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

/// What loading a line would do.
pub(crate) struct Tried<'a> {
    pub sale: Sale,
    pub entitlement: &'a Entitlement,
    /// Its order, if it has one.
    pub mark: Option<OrderMark>,
    pub added: u64,
    pub present: u64,
}

impl DryRun {
    /// What loading the line would do, with a description.
    pub(crate) fn play(
        &mut self,
        ctx: &Context,
        catalog: &Catalog,
        line: &SaleLine,
    ) -> Result<(Outcome, String), StorageError> {
        ctx.db.read(|conn| {
            let tried = match self.try_line(ctx, conn, catalog, line, &|_| true)? {
                Ok(tried) => tried,
                Err(outcome) => return Ok((outcome, String::new())),
            };
            let customer = customers::find_by_email(conn, &line.customer_email)?;
            let is_unnamed = customer.as_ref().is_some_and(|known| known.given_name().is_none());
            let about_customer = match &customer {
                None if tried.added > 0 => ", perhaps with a new customer",
                Some(_) if is_unnamed && line.customer_name.is_some() => ", and add the customer's name",
                _ => "",
            };
            let Tried { entitlement, added, present, .. } = tried;
            Ok((Outcome::Done { added, present }, words(entitlement, added, present, about_customer)))
        })
    }

    /// What loading the line would do; otherwise what becomes of the line. `is_known` says whether one of the sale's ids
    /// can be known, where that was looked up for many at once.
    pub(crate) fn try_line<'a>(
        &mut self,
        ctx: &Context,
        conn: &mut Conn,
        catalog: &'a Catalog,
        line: &SaleLine,
        is_known: &dyn Fn(&Sale) -> bool,
    ) -> Result<Result<Tried<'a>, Outcome>, StorageError> {
        let entitlement = match catalog.find(line) {
            Ok(entitlement) => entitlement,
            Err(outcome) => return Ok(Err(outcome)),
        };
        let mark = mark_of(ctx, line, entitlement);
        let quantity = self.orders.quantity(mark.as_ref(), &Orders::default(), line);
        let sale = to_sale(line, entitlement, quantity);
        let known = self.known(ctx, conn, &sale, is_known(&sale))?;
        let told = if known == 0 { quantity.at_first() } else { quantity.told().unwrap_or(known) };
        let added = told.saturating_sub(known);
        if added > 0
            && let Some(error) = self.refusal(ctx, conn, line, entitlement)?
        {
            return Ok(Err(Outcome::refused(problem(&error))));
        }
        self.orders.count(mark.as_ref(), line);
        for id in sale.ids() {
            let sold = self.sold.entry(sold_mark(ctx, &sale, id.kind.as_str(), &id.value)).or_default();
            *sold = (*sold).max(known.max(told));
        }
        if let Some(id) = &line.grant_id {
            self.grant_ids.insert(grant_mark(ctx, id.as_str()));
        }
        let (added, own) = (u64::from(added), u64::from(line.quantity.unwrap_or(1)));
        let present = own.saturating_sub(added);
        Ok(Ok(Tried { sale, entitlement, mark, added, present }))
    }

    /// How many of the entitlement the sale has, in the database or by earlier lines of the file.
    fn known(&self, ctx: &Context, conn: &mut Conn, sale: &Sale, in_database: bool) -> Result<u32, StorageError> {
        let ids = sale.ids();
        let marks = ids.iter().map(|id| sold_mark(ctx, sale, id.kind.as_str(), &id.value));
        let by_file = marks.filter_map(|mark| self.sold.get(&mark)).max().copied().unwrap_or(0);
        let stored = if in_database { known_quantity(conn, sale)? } else { 0 };
        Ok(stored.max(by_file))
    }

    fn refusal(
        &self,
        ctx: &Context,
        conn: &mut Conn,
        line: &SaleLine,
        entitlement: &Entitlement,
    ) -> Result<Option<IssueGrantError>, StorageError> {
        if let Some(id) = &line.grant_id
            && (self.grant_ids.contains(&grant_mark(ctx, id.as_str())) || grants::exists(conn, id)?)
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

fn grant_mark(ctx: &Context, id: &str) -> [u8; 16] {
    mark(ctx, &["grant", id])
}

fn sold_mark(ctx: &Context, sale: &Sale, kind: &str, id: &str) -> [u8; 16] {
    mark(ctx, &["sale", &sale.shop, kind, id, sale.entitlement_id.as_str()])
}
