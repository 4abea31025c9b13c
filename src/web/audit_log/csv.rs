//! The audit log as a CSV file, read and sent in chunks, so that memory use does not depend on its length.

use std::io;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Data};
use futures_core::Stream;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::filter::{AuditQuery, day};
use crate::domain::audit::{AuditEntry, Change};
use crate::domain::page::PageStart;
use crate::storage::audit_log;
use crate::storage::audit_log::list::AuditFilter;
use crate::storage::audit_log::objects;
use crate::usecases::Context;
use crate::usecases::audit_log::export::export_audit_log;
use crate::web::{CheckedQuery, PageError, SignedInStaff, in_background};

const BATCH: usize = 1_000;

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
    let (changes, actor) = (query.changes(), staff.actor());
    let filter = in_background(&ctx, move |ctx| {
        export_audit_log(ctx, changes, &actor)?;
        ctx.db.read(|conn| objects::with_ids(conn, &filter))
    });
    let filter = filter.await??;
    let name = format!("audit-{}.csv", day(staff.localizer(), ctx.clock.now()));
    Ok(download(&name, |chunks| produce(ctx, filter, chunks)))
}

/// Where the chunks of a file go. Sending fails if the client has disconnected.
pub(in crate::web) type Chunks = Sender<io::Result<Bytes>>;

/// A file of that name, whose chunks `produce` sends.
pub(in crate::web) fn download<F>(name: &str, produce: impl FnOnce(Chunks) -> F) -> HttpResponse
where
    F: Future<Output = ()> + 'static,
{
    let (sender, receiver) = channel(2);
    actix_web::rt::spawn(produce(sender));
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(Pieces(receiver))
}

/// Aborts a download.
pub(in crate::web) async fn break_off(chunks: &Chunks, error: &PageError) {
    tracing::error!(%error, "an export broke off");
    // The client may already be gone.
    chunks.send(Err(io::Error::other(error.to_string()))).await.ok();
}

/// Sends the chunks. Stops early if the client disconnects; on an error, aborts the download.
async fn produce(ctx: Data<Context>, filter: AuditFilter, sender: Chunks) {
    let mut from = PageStart::Start;
    let mut is_first = true;
    loop {
        let (filter, place) = (filter.clone(), from.clone());
        let read =
            in_background(&ctx, move |ctx| ctx.db.read(|conn| audit_log::list::list(conn, &filter, &place, BATCH)));
        let piece = match read.await {
            Ok(Ok(page)) => to_csv(&page.rows, is_first).map(|text| (text, page)),
            Ok(Err(error)) => Err(error.into()),
            Err(error) => Err(error.into()),
        };
        match piece {
            Ok((text, page)) => {
                let last = page.rows.last().filter(|_| page.has_next).map(|entry| entry.sequence);
                if sender.send(Ok(text)).await.is_err() {
                    return;
                }
                let Some(sequence) = last else { return };
                from = PageStart::After(sequence);
                is_first = false;
            }
            Err(error) => {
                break_off(&sender, &error).await;
                return;
            }
        }
    }
}

fn to_csv(entries: &[AuditEntry], has_headings: bool) -> Result<Bytes, PageError> {
    let headings = has_headings.then(|| HEADINGS.map(str::to_owned));
    let records = entries.iter().map(|entry| {
        let optional = |text: &Option<String>| text.as_deref().map(harmless).unwrap_or_default();
        [
            entry.sequence.to_string(),
            entry.at.to_string(),
            harmless(&entry.actor_kind),
            harmless(&entry.actor_id),
            optional(&entry.actor_name),
            harmless(&entry.action),
            harmless(&entry.object_kind),
            harmless(&entry.object_id),
            optional(&entry.grant_id),
            optional(&entry.address),
            optional(&entry.request_id),
            harmless(&changes(&entry.changes)),
        ]
    });
    chunk(headings.into_iter().chain(records))
}

/// Records as CSV.
pub(in crate::web) fn chunk<const N: usize>(
    records: impl IntoIterator<Item = [String; N]>,
) -> Result<Bytes, PageError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for record in records {
        writer.write_record(record).map_err(PageError::internal)?;
    }
    writer.into_inner().map(Bytes::from).map_err(PageError::internal)
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

/// Escapes text that a spreadsheet would interpret as a formula.
pub(in crate::web) fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// The chunks of a file, as they come.
struct Pieces(Receiver<io::Result<Bytes>>);

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for text in ["=1+1", "+49", "-1", "@SUM(A1)", "\tx", "\r=1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "grant.fulfill", "a=b", "1"] {
            assert_eq!(harmless(text), text);
        }
    }
}
