//! All stocks as a CSV file, with the keys masked.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::web::Data;
use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::entitlement::Entitlement;
use crate::domain::ids::EntitlementId;
use crate::domain::license_key::masked;
use crate::domain::page::PageStart;
use crate::domain::stock::{Batch, StockState};
use crate::storage::catalog::entitlements;
use crate::storage::stock::keys::{self, KeysOf, StockKeyLine};
use crate::storage::stock::{batches, figures};
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::web::audit_log::csv::{Chunks, break_off, chunk, download, harmless};
use crate::web::{CheckedQuery, PageError, SignedInStaff, in_background};

const BATCH: usize = 1_000;

const HEADINGS: [&str; 13] = [
    "id",
    "entitlement_id",
    "entitlement",
    "batch_id",
    "supplier",
    "reference",
    "received_at",
    "state",
    "key",
    "use_before",
    "issued_at",
    "license_key_id",
    "reason",
];

/// The query as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct StockQuery {
    /// Of this entitlement alone; empty for all.
    entitlement_id: String,
}

/// The stock of an entitlement, with the batches that its keys are of.
#[derive(Clone)]
struct Stock {
    entitlement: Entitlement,
    batches: HashMap<String, Batch>,
}

/// All stock keys, by entitlement, state, and the order in which they are issued.
pub(crate) async fn index(
    _staff: SignedInStaff,
    query: CheckedQuery<StockQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let only = query.0.entitlement_id;
    let stocks = in_background(&ctx, move |ctx| ctx.db.read(|conn| stocks(conn, &only))).await??;
    let day = ctx.clock.now().to_zoned(ctx.config.time_zone.clone()).date();
    Ok(download(&format!("stock-{day}.csv"), |sender| async move {
        if let Err(error) = produce(&ctx, stocks, &sender).await {
            break_off(&sender, &error).await;
        }
    }))
}

fn stocks(conn: &mut Conn, only: &str) -> Result<Vec<Stock>, StorageError> {
    let ids = figures::stocked(conn)?.into_iter().filter(|id| only.is_empty() || only == id.as_str());
    let stock = |id: EntitlementId| {
        let lines = batches::of_entitlement(conn, &id)?;
        let batches = lines.into_iter().map(|line| (line.batch.id.to_string(), line.batch)).collect();
        Ok::<_, StorageError>(Stock { entitlement: entitlements::find(conn, &id)?, batches })
    };
    ids.map(stock).collect()
}

/// Sends the chunks. Stops early if the client disconnects.
async fn produce(ctx: &Data<Context>, stocks: Vec<Stock>, sender: &Chunks) -> Result<(), PageError> {
    sender.send(Ok(chunk([HEADINGS.map(str::to_owned)])?)).await.ok();
    for stock in stocks {
        for state in StockState::ALL {
            let mut from = Some(PageStart::Start);
            while let Some(place) = from {
                let id = stock.entitlement.id.clone();
                let read = move |ctx: &Context| {
                    ctx.db.read(|conn| keys::page(conn, KeysOf::Entitlement(&id), state, &place, BATCH))
                };
                let page = in_background(ctx, read).await??;
                let now = ctx.clock.now();
                let text = chunk(page.rows.iter().map(|line| record(&stock, line, now)))?;
                if sender.send(Ok(text)).await.is_err() {
                    return Ok(());
                }
                from = page.rows.last().filter(|_| page.has_next).map(|line| PageStart::After(line.cursor()));
            }
        }
    }
    Ok(())
}

fn record(stock: &Stock, line: &StockKeyLine, now: Timestamp) -> [String; 13] {
    let batch = stock.batches.get(line.batch_id.as_str());
    let optional = |text: Option<&str>| text.map(harmless).unwrap_or_default();
    let moment = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    [
        line.id.to_string(),
        stock.entitlement.id.to_string(),
        harmless(&stock.entitlement.name),
        line.batch_id.to_string(),
        optional(batch.and_then(|batch| batch.supplier.as_deref())),
        optional(batch.and_then(|batch| batch.reference.as_deref())),
        moment(batch.map(|batch| batch.received_at)),
        if line.is_reserved(now) { "reserved" } else { line.state.as_str() }.to_owned(),
        masked(&line.last_four),
        moment(line.use_before),
        moment(line.issued_at),
        line.license_key_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        optional(line.reason.as_deref()),
    ]
}
