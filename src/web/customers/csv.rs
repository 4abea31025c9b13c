//! The list of customers as a CSV file, with its search and filters.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::erasures::name_erased;
use super::index::CustomersQuery;
use crate::domain::list::List;
use crate::domain::page::PageStart;
use crate::i18n::Localizer;
use crate::storage::customers::list::{self, CustomerLine};
use crate::usecases::Context;
use crate::web::csv_file::{BATCH, CsvFile, harmless, moment, recorded};
use crate::web::{CheckedQuery, PageError, SignedInStaff};

const HEADINGS: [&str; 8] = ["id", "name", "email", "live_keys", "grants", "pending", "failed", "last_sale_at"];

/// All customers of the list.
pub(crate) async fn index(
    staff: SignedInStaff,
    query: CheckedQuery<CustomersQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let search = query.search().map_err(|_| PageError::Unprocessable { sentence: "csv-bad-filter" })?;
    let (narrowed, is_understood) = query.filter();
    if !is_understood {
        return Err(PageError::Unprocessable { sentence: "csv-bad-filter" });
    }
    let pairs = query.pairs();
    let filter = recorded(pairs.iter().map(|(name, value)| (*name, value.as_str())));
    let localizer = staff.localizer().clone();
    let read = move |ctx: &Context, from| {
        let now = ctx.clock.now();
        let page = ctx.db.read(|conn| match &search {
            Some(text) => list::search(conn, &narrowed, text, &from, BATCH, now).map(|found| found.page),
            None => list::list(conn, &narrowed, &from, BATCH, now),
        })?;
        let next = page.last_before_next().map(|line| PageStart::After(line.place.clone()));
        Ok((page.rows.into_iter().map(|line| record(&localizer, line)).collect(), next))
    };
    CsvFile { headings: HEADINGS, first: PageStart::Start, read }.send(ctx, &staff, List::Customers, filter).await
}

fn record(localizer: &Localizer, mut line: CustomerLine) -> [String; 8] {
    name_erased(localizer, &line.email, &mut line.name);
    [
        line.id.to_string(),
        harmless(&line.name),
        harmless(line.email.as_str()),
        line.figures.live_keys.to_string(),
        line.figures.grants.to_string(),
        line.figures.pending.to_string(),
        line.figures.failed.to_string(),
        moment(line.last_sale),
    ]
}
