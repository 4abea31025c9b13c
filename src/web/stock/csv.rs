//! Stock as a CSV file: a line per key, masked. Read and sent in chunks, so that memory use does not depend on its length.

use std::collections::HashMap;
use std::io;

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Data};
use serde::Deserialize;
use tokio::sync::mpsc::{Sender, channel};

use crate::domain::entitlement::Entitlement;
use crate::domain::ids::EntitlementId;
use crate::domain::license_key::masked;
use crate::domain::page::{Page, PageStart};
use crate::domain::stock::{Batch, StockCursor, StockState};
use crate::storage::catalog::entitlements;
use crate::storage::stock::keys::{KeysOf, StockKeyLine, page};
use crate::storage::stock::{batches, figures};
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::web::audit_log::csv::{Pieces, harmless};
use crate::web::{CheckedQuery, PageError, SignedInStaff, in_background};

const CHUNK: usize = 1_000;

const HEADINGS: [&str; 12] = [
    "stock_key_id",
    "entitlement_id",
    "entitlement",
    "key",
    "state",
    "batch_id",
    "supplier",
    "reference",
    "received_at",
    "use_before",
    "issued_at",
    "license_key_id",
];

/// The query: one entitlement, or all.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CsvQuery {
    entitlement_id: String,
}

/// The keys of one stock or of all, in the order in which they are given out.
pub(crate) async fn index(
    _staff: SignedInStaff,
    query: CheckedQuery<CsvQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let asked = Some(query.entitlement_id.trim()).filter(|id| !id.is_empty());
    let asked = asked.map(EntitlementId::parse).transpose().map_err(|_| PageError::NotFound)?;
    let read = in_background(&ctx, move |ctx| {
        ctx.db.read(|conn: &mut Conn| {
            let ids = match &asked {
                Some(id) => vec![id.clone()],
                None => figures::stocked(conn)?,
            };
            ids.iter().map(|id| entitlements::find(conn, id)).collect::<Result<Vec<_>, StorageError>>()
        })
    });
    let stocks = read.await??;
    let (sender, receiver) = channel(2);
    actix_web::rt::spawn(produce(ctx, stocks, sender));
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"stock.csv\""))
        .streaming(Pieces(receiver)))
}

/// Sends the chunks. Stops early if the client disconnects; on an error, aborts the download.
async fn produce(ctx: Data<Context>, stocks: Vec<Entitlement>, sender: Sender<io::Result<Bytes>>) {
    if let Err(error) = send_all(&ctx, stocks, &sender).await {
        tracing::error!(%error, "an export of stock broke off");
        // The client may already be gone.
        sender.send(Err(io::Error::other(error.to_string()))).await.ok();
    }
}

async fn send_all(
    ctx: &Data<Context>,
    stocks: Vec<Entitlement>,
    sender: &Sender<io::Result<Bytes>>,
) -> Result<(), PageError> {
    let mut next = Some(to_csv([HEADINGS.map(str::to_owned)])?);
    for stock in stocks {
        let id = stock.id.clone();
        let lines = in_background(ctx, move |ctx| ctx.db.read(|conn| batches::of_entitlement(conn, &id))).await??;
        let batches: HashMap<String, Batch> =
            lines.into_iter().map(|line| (line.batch.id.to_string(), line.batch)).collect();
        for state in StockState::ALL {
            let mut from = PageStart::Start;
            loop {
                if let Some(text) = next.take()
                    && sender.send(Ok(text)).await.is_err()
                {
                    return Ok(());
                }
                let found = chunk(ctx, &stock.id, state, from).await?;
                next = Some(to_csv(found.rows.iter().map(|key| record(&stock, &batches, key)))?);
                match found.rows.last().filter(|_| found.has_next) {
                    Some(last) => from = PageStart::After(last.cursor()),
                    None => break,
                }
            }
        }
    }
    if let Some(text) = next {
        sender.send(Ok(text)).await.ok();
    }
    Ok(())
}

async fn chunk(
    ctx: &Data<Context>,
    id: &EntitlementId,
    state: StockState,
    from: PageStart<StockCursor>,
) -> Result<Page<StockKeyLine>, PageError> {
    let id = id.clone();
    let read = move |ctx: &Context| ctx.db.read(|conn| page(conn, KeysOf::Entitlement(&id), state, &from, CHUNK));
    Ok(in_background(ctx, read).await??)
}

fn record(stock: &Entitlement, batches: &HashMap<String, Batch>, key: &StockKeyLine) -> [String; 12] {
    let batch = batches.get(key.batch_id.as_str());
    let of_batch =
        |text: fn(&Batch) -> Option<&String>| batch.and_then(text).map(|text| harmless(text)).unwrap_or_default();
    let at = |moment: Option<jiff::Timestamp>| moment.map(|at| at.to_string()).unwrap_or_default();
    [
        key.id.to_string(),
        stock.id.to_string(),
        harmless(&stock.name),
        masked(&key.last_four),
        key.state.as_str().to_owned(),
        key.batch_id.to_string(),
        of_batch(|batch| batch.supplier.as_ref()),
        of_batch(|batch| batch.reference.as_ref()),
        at(batch.map(|batch| batch.received_at)),
        at(key.use_before),
        at(key.issued_at),
        key.license_key_id.as_ref().map(ToString::to_string).unwrap_or_default(),
    ]
}

fn to_csv(records: impl IntoIterator<Item = [String; 12]>) -> Result<Bytes, PageError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for record in records {
        writer.write_record(record).map_err(PageError::internal)?;
    }
    writer.into_inner().map(Bytes::from).map_err(PageError::internal)
}
