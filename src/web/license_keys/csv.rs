//! The list of issued license keys as a CSV file, with its filters; keys are masked.

use actix_web::HttpResponse;
use actix_web::web::Data;
use jiff::Timestamp;

use super::index::{KeysQuery, ReadQuery};
use crate::domain::license_key::masked;
use crate::domain::list::List;
use crate::domain::page::PageStart;
use crate::storage::license_keys::list::KeyLine;
use crate::usecases::Context;
use crate::web::csv_file::{BATCH, CsvFile, harmless, moment, recorded};
use crate::web::customers::erasures::name_erased;
use crate::web::{CheckedQuery, PageError, SignedInStaff};

const HEADINGS: [&str; 14] = [
    "id",
    "key",
    "status",
    "source",
    "entitlement",
    "entitlement_id",
    "grant_id",
    "customer_id",
    "customer_name",
    "customer_email",
    "activations_used",
    "activations_limit",
    "expires_at",
    "created_at",
];

/// All keys of the list.
pub(crate) async fn index(
    staff: SignedInStaff,
    query: CheckedQuery<KeysQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let asked = query.read();
    if !asked.is_understood {
        return Err(PageError::Unprocessable { sentence: "csv-bad-filter" });
    }
    let pairs = asked.pairs();
    // The log holds nothing of a key that was searched for.
    let filter =
        recorded(pairs.iter().map(|(name, value)| if *name == "last" { ("q", "") } else { (*name, value.as_str()) }));
    let (localizer, may_reveal) = (staff.localizer().clone(), staff.may(ctx.config.reveal));
    let read = move |ctx: &Context, from| {
        let asked = ReadQuery { from, ..asked.clone() };
        let (mut page, _) = ctx.db.read(|conn| asked.keys(ctx, conn, may_reveal, BATCH))?;
        for line in &mut page.rows {
            name_erased(&localizer, &line.customer_email, &mut line.customer_name);
        }
        let next = page.last_before_next().map(|line| PageStart::After(line.cursor()));
        let now = ctx.clock.now();
        Ok((page.rows.iter().map(|line| record(line, now)).collect(), next))
    };
    CsvFile { headings: HEADINGS, first: PageStart::Start, read }.send(ctx, &staff, List::LicenseKeys, filter).await
}

fn record(line: &KeyLine, now: Timestamp) -> [String; 14] {
    let key = &line.key;
    [
        key.id.to_string(),
        masked(&key.last_four),
        key.status(now).as_str().to_owned(),
        key.source.as_str().to_owned(),
        harmless(&line.name),
        line.entitlement_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        line.grant_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        line.customer_id.to_string(),
        harmless(&line.customer_name),
        harmless(line.customer_email.as_str()),
        key.activations_used.to_string(),
        key.activations_limit.map(|limit| limit.to_string()).unwrap_or_default(),
        moment(key.expires_at),
        key.created_at.to_string(),
    ]
}
