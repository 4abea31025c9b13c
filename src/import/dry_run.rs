//! A dry run: the import without writing. Remembers 16 bytes for each grant that the file itself would have added, so
//! that a sale that appears twice is reported as a duplicate.

use std::collections::HashSet;

use super::catalog::Catalog;
use super::outcome::{Outcome, problem, to_sale};
use super::sale_line::SaleLine;
use crate::domain::entitlement::{Entitlement, FulfillmentMode};
use crate::storage::{Conn, StorageError, customers, grants};
use crate::usecases::Context;
use crate::usecases::grants::create::IssueGrantError;

#[derive(Debug, Default)]
pub struct DryRun {
    seen: HashSet<[u8; 16]>,
}

impl DryRun {
    /// What loading the line would do, with a description.
    pub fn play(
        &mut self,
        ctx: &Context,
        catalog: &Catalog,
        line: &SaleLine,
    ) -> Result<(Outcome, String), StorageError> {
        let entitlement = match catalog.find(line) {
            Ok(entitlement) => entitlement,
            Err(problem) => return Ok((Outcome::refused(problem), String::new())),
        };
        ctx.db.read(|conn| {
            let customer = customers::find_by_email(conn, &line.customer_email)?;
            let (mut added, mut present) = (0, 0);
            for ordinal in 1..=line.quantity {
                let is_known = match &customer {
                    Some(customer) => match to_sale(line, entitlement, ordinal).identity(&customer.id) {
                        Some(key) => grants::find_by_sale(conn, &key)?.is_some(),
                        None => false,
                    },
                    None => false,
                };
                if is_known || self.seen.contains(&sale_mark(ctx, line, entitlement, ordinal)) {
                    present += 1;
                    continue;
                }
                if let Some(error) = self.refusal(ctx, conn, line, entitlement)? {
                    return Ok((Outcome::refused(problem(&error)), String::new()));
                }
                self.seen.insert(sale_mark(ctx, line, entitlement, ordinal));
                added += 1;
            }
            if let Some(id) = &line.grant_id {
                self.seen.insert(mark(ctx, &["grant", id.as_str()]));
            }
            let has_new_name = |known: &String| line.customer_name.as_ref().is_some_and(|name| name != known);
            let about_customer = match &customer {
                None if added > 0 => ", perhaps with a new customer",
                Some(known) if added > 0 && has_new_name(&known.name) => ", and change the customer's name",
                _ => "",
            };
            Ok((Outcome::Done { added, present }, words(entitlement, added, present, about_customer)))
        })
    }

    fn refusal(
        &self,
        ctx: &Context,
        conn: &mut Conn,
        line: &SaleLine,
        entitlement: &Entitlement,
    ) -> Result<Option<IssueGrantError>, StorageError> {
        if let Some(id) = &line.grant_id
            && (self.seen.contains(&mark(ctx, &["grant", id.as_str()])) || grants::exists(conn, id)?)
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

fn sale_mark(ctx: &Context, line: &SaleLine, entitlement: &Entitlement, ordinal: u32) -> [u8; 16] {
    let reference = match (&line.payment_id, &line.subscription_id, &line.external_id) {
        (Some(id), _, _) => ["payment", id.as_str()],
        (None, Some(id), _) => ["subscription", id],
        (None, None, id) => ["external", id.as_deref().unwrap_or_default()],
    };
    let [kind, id] = reference;
    mark(ctx, &[kind, id, entitlement.id.as_str(), &line.customer_email.key(), &ordinal.to_string()])
}

fn mark(ctx: &Context, parts: &[&str]) -> [u8; 16] {
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    let whole = ctx.keyring.fingerprint(&parts);
    let mut half = [0; 16];
    half.copy_from_slice(whole.first_chunk::<16>().unwrap_or(&[0; 16]));
    half
}
