//! The list of grants as a CSV file, with its search and filters; keys are masked.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::found::Found;
use super::query::{GrantsQuery, ReadQuery};
use crate::domain::license_key::masked;
use crate::domain::list::List;
use crate::domain::page::PageStart;
use crate::storage::grants::list::GrantLine;
use crate::storage::license_keys::last_fours;
use crate::storage::{StorageError, grants};
use crate::usecases::Context;
use crate::web::csv_file::{BATCH, CsvFile, harmless, moment, optional, recorded};
use crate::web::customers::erasures::name_erased;
use crate::web::{CheckedQuery, PageError, SignedInStaff};

const HEADINGS: [&str; 19] = [
    "id",
    "status",
    "customer_name",
    "customer_email",
    "entitlement",
    "integration_type",
    "payment_id",
    "subscription_id",
    "key",
    "e_mail",
    "by_id",
    "by",
    "error_code",
    "error_message",
    "revocation_reason",
    "created_at",
    "delivered_at",
    "failed_at",
    "revoked_at",
];

/// All grants of the list.
pub(crate) async fn index(
    staff: SignedInStaff,
    query: CheckedQuery<GrantsQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let asked = query.read(&staff);
    if !asked.errors.is_empty() || !asked.is_understood {
        return Err(PageError::Unprocessable { sentence: "csv-bad-filter" });
    }
    let pairs = asked.pairs();
    let filter = recorded(pairs.iter().map(|(name, value)| (*name, value.as_str())));
    let (localizer, may_reveal) = (staff.localizer().clone(), staff.may(ctx.config.reveal));
    let read = move |ctx: &Context, start| {
        let asked = ReadQuery { start, ..asked.clone() };
        let (mut page, keys) = ctx.db.read(|conn| {
            let page = match &asked.search {
                Some(search) => Found::matches(ctx, conn, &asked, (search, None), may_reveal, BATCH)?.0.page,
                None => grants::list::list(conn, &asked.filter, &asked.start, BATCH)?,
            };
            let ids: Vec<String> = page.rows.iter().map(|line| line.id.to_string()).collect();
            let keys = last_fours(conn, ids)?;
            Ok::<_, StorageError>((page, keys))
        })?;
        for line in &mut page.rows {
            name_erased(&localizer, &line.customer_email, &mut line.customer_name);
        }
        let next = page.last_before_next().map(|line| PageStart::After(line.cursor(asked.filter.status)));
        Ok((page.rows.iter().map(|line| record(line, &keys)).collect(), next))
    };
    CsvFile { headings: HEADINGS, first: PageStart::Start, read }.send(ctx, &staff, List::Grants, filter).await
}

fn record(line: &GrantLine, keys: &HashMap<String, String>) -> [String; 19] {
    let by = line.by.as_ref();
    let by_name = by.and_then(|by| by.staff_name.as_deref().or(by.api_key_name.as_deref()));
    [
        line.id.to_string(),
        line.status.as_str().to_owned(),
        harmless(&line.customer_name),
        harmless(line.customer_email.as_str()),
        harmless(&line.entitlement_name),
        line.integration_type.as_str().to_owned(),
        optional(line.payment_id.as_deref()),
        optional(line.subscription_id.as_deref()),
        keys.get(line.id.as_str()).map(|last_four| masked(last_four)).unwrap_or_default(),
        match line.supply_state {
            Some(state) => state.as_str().to_owned(),
            None => line.email_state.map(|state| state.as_str().to_owned()).unwrap_or_default(),
        },
        optional(by.map(|by| by.id.as_str())),
        optional(by_name),
        optional(line.error_code.as_deref()),
        optional(line.error_message.as_deref()),
        optional(line.revocation_reason.as_deref()),
        line.created_at.to_string(),
        moment(line.delivered_at),
        moment(line.failed_at),
        moment(line.revoked_at),
    ]
}
