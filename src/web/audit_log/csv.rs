//! The audit log as a CSV file.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::filter::AuditQuery;
use crate::domain::audit::{AuditEntry, Change};
use crate::domain::list::List;
use crate::domain::page::PageStart;
use crate::storage::audit_log;
use crate::storage::audit_log::objects;
use crate::usecases::Context;
use crate::web::csv_file::{BATCH, CsvFile, harmless, optional, recorded};
use crate::web::{CheckedQuery, PageError, SignedInStaff};

const HEADINGS: [&str; 12] = [
    "sequence",
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "action",
    "object_kind",
    "object_id",
    "grant_id",
    "address",
    "request_id",
    "changes",
];

/// All entries that match the filter, newest first.
pub(crate) async fn index(
    staff: SignedInStaff,
    query: CheckedQuery<AuditQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let filter =
        query.parse(staff.localizer()).map_err(|_| PageError::Unprocessable { sentence: "audit-bad-filter" })?;
    let read = move |ctx: &Context, from| {
        let page = ctx.db.read(|conn| {
            let filter = objects::with_ids(conn, &filter)?;
            audit_log::list::list(conn, &filter, &from, BATCH)
        })?;
        let next = page.last_before_next().map(|entry| PageStart::After(entry.sequence));
        Ok((page.rows.iter().map(record).collect(), next))
    };
    let recorded = recorded(query.given());
    CsvFile { headings: HEADINGS, first: PageStart::Start, read }.send(ctx, &staff, List::Audit, recorded).await
}

fn record(entry: &AuditEntry) -> [String; 12] {
    [
        entry.sequence.to_string(),
        entry.at.to_string(),
        harmless(&entry.actor_kind),
        harmless(&entry.actor_id),
        optional(entry.actor_name.as_deref()),
        harmless(&entry.action),
        harmless(&entry.object_kind),
        harmless(&entry.object_id),
        optional(entry.grant_id.as_deref()),
        optional(entry.address.as_deref()),
        optional(entry.request_id.as_deref()),
        harmless(&changes(&entry.changes)),
    ]
}

/// The changes as text: `status: pending → delivered; activations_limit: 3`.
fn changes(changes: &[Change]) -> String {
    let one = |change: &Change| match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{}: {before} → {after}", change.field),
        (Some(before), None) => format!("{}: {before} →", change.field),
        (None, Some(after)) => format!("{}: {after}", change.field),
        (None, None) => change.field.clone(),
    };
    changes.iter().map(one).collect::<Vec<_>>().join("; ")
}
