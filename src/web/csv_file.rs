//! A list as a CSV file, read and sent in batches, so that memory use does not depend on its length.

use std::io;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Data};
use futures_core::Stream;
use jiff::Timestamp;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::{PageError, SignedInStaff, in_background};
use crate::domain::audit::Change;
use crate::domain::list::List;
use crate::i18n::Localizer;
use crate::storage::StorageError;
use crate::usecases::Context;
use crate::usecases::audit_log::export::export_list;

/// The number of records that are read at once.
pub(in crate::web) const BATCH: usize = 1_000;

/// Records, and where the next ones begin; `None` after the last.
pub(in crate::web) type Batch<P, const N: usize> = Result<(Vec<[String; N]>, Option<P>), StorageError>;

/// What a file consists of: its headings, where it begins, and how the records from a place on are read.
pub(in crate::web) struct CsvFile<P, F, const N: usize> {
    pub headings: [&'static str; N],
    pub first: P,
    pub read: F,
}

impl<P, F, const N: usize> CsvFile<P, F, N>
where
    P: Send + 'static,
    F: Fn(&Context, P) -> Batch<P, N> + Clone + Send + 'static,
{
    /// Records the export, then sends the file.
    pub(in crate::web) async fn send(
        self,
        ctx: Data<Context>,
        staff: &SignedInStaff,
        list: List,
        filter: Vec<Change>,
    ) -> Result<HttpResponse, PageError> {
        let actor = staff.actor();
        in_background(&ctx, move |ctx| export_list(ctx, list, filter, &actor)).await??;
        let name = format!("{}-{}.csv", list.as_str(), day(staff.localizer(), ctx.clock.now()));
        Ok(download(&name, |chunks| async move {
            if let Err(error) = self.produce(&ctx, &chunks).await {
                tracing::error!(%error, "an export broke off");
                // The client may already be gone.
                chunks.send(Err(io::Error::other(error.to_string()))).await.ok();
            }
        }))
    }

    /// Sends the batches. Stops early if the client disconnects.
    async fn produce(self, ctx: &Data<Context>, chunks: &Chunks) -> Result<(), PageError> {
        chunks.send(Ok(chunk([self.headings.map(str::to_owned)])?)).await.ok();
        let mut place = Some(self.first);
        while let Some(here) = place {
            let read = self.read.clone();
            let (records, next) = in_background(ctx, move |ctx| read(ctx, here)).await??;
            if !records.is_empty() && chunks.send(Ok(chunk(records)?)).await.is_err() {
                return Ok(());
            }
            place = next;
        }
        Ok(())
    }
}

/// Where the chunks of a file go. Sending fails if the client has disconnected.
type Chunks = Sender<io::Result<Bytes>>;

/// A file of that name, whose chunks `produce` sends.
fn download<F>(name: &str, produce: impl FnOnce(Chunks) -> F) -> HttpResponse
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

/// A file of a few records.
pub(in crate::web) fn download_text<const N: usize>(
    name: &str,
    records: impl IntoIterator<Item = [String; N]>,
) -> Result<HttpResponse, PageError> {
    download_rows(name, records)
}

/// The same with as many columns as the records have.
pub(in crate::web) fn download_rows<R: IntoIterator<Item = String>>(
    name: &str,
    records: impl IntoIterator<Item = R>,
) -> Result<HttpResponse, PageError> {
    let text = chunk(records)?;
    Ok(download(name, |chunks| async move {
        // The client may already be gone.
        chunks.send(Ok(text)).await.ok();
    }))
}

/// Records as CSV.
fn chunk<R: IntoIterator<Item = String>>(records: impl IntoIterator<Item = R>) -> Result<Bytes, PageError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for record in records {
        writer.write_record(record).map_err(PageError::internal)?;
    }
    writer.into_inner().map(Bytes::from).map_err(PageError::internal)
}

/// Escapes text that a spreadsheet would interpret as a formula.
pub(in crate::web) fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// The same for what may be absent.
pub(in crate::web) fn optional(text: Option<&str>) -> String {
    text.map(harmless).unwrap_or_default()
}

/// A moment in UTC, or nothing.
pub(in crate::web) fn moment(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}

/// The day of a timestamp, as used in file names.
fn day(l: &Localizer, at: Timestamp) -> String {
    at.to_zoned(l.time_zone.clone()).date().to_string()
}

/// A filter as recorded in the audit log, without searches and values that could be a name, an address or a key.
pub(in crate::web) fn recorded<'n, 'v>(pairs: impl IntoIterator<Item = (&'n str, &'v str)>) -> Vec<Change> {
    let is_plain =
        |value: &str| value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b)) && value.len() <= 80;
    let record = |(name, value): (&str, &str)| {
        Change::set(name, if name != "q" && is_plain(value) { value } else { "(hidden)" })
    };
    pairs.into_iter().map(record).collect()
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

    #[test]
    fn the_log_of_an_export_names_nobody() {
        let pairs = [("object", "ada@example.com"), ("action", "grant.fulfill"), ("q", "Ada")];
        let values: Vec<_> = recorded(pairs).into_iter().filter_map(|change| change.after).collect();
        assert_eq!(values, ["(hidden)", "grant.fulfill", "(hidden)"]);
    }
}
