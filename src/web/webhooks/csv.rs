//! The webhook endpoints as a CSV file, without their secrets.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::domain::list::List;
use crate::domain::page::{Cursor, PageStart};
use crate::domain::webhook::WebhookEndpoint;
use crate::storage::webhooks::endpoints;
use crate::usecases::Context;
use crate::web::csv_file::{BATCH, CsvFile, harmless, moment};
use crate::web::{PageError, SignedInStaff};

const HEADINGS: [&str; 8] =
    ["id", "url", "description", "events", "is_disabled", "failing_since", "switched_off_at", "created_at"];

/// All endpoints.
pub(crate) async fn index(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let read = |ctx: &Context, from| {
        let page = ctx.db.read(|conn| endpoints::list(conn, &from, BATCH))?;
        let cursor = |last: &WebhookEndpoint| Cursor { at: last.created_at, id: last.id.to_string() };
        let next = page.last_before_next().map(|last| PageStart::After(cursor(last)));
        Ok((page.rows.iter().map(record).collect(), next))
    };
    CsvFile { headings: HEADINGS, first: PageStart::Start, read }.send(ctx, &staff, List::Webhooks, Vec::new()).await
}

fn record(endpoint: &WebhookEndpoint) -> [String; 8] {
    let events = endpoint.filter_types.as_ref().map(|types| types.join(" "));
    [
        endpoint.id.to_string(),
        harmless(&endpoint.url),
        harmless(&endpoint.description),
        events.unwrap_or_default(),
        endpoint.is_disabled.to_string(),
        moment(endpoint.failing_since),
        moment(endpoint.switched_off_at),
        endpoint.created_at.to_string(),
    ]
}
