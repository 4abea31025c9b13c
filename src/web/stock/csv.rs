//! All stocks as a CSV file, with the keys masked.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::Data;
use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::entitlement::Entitlement;
use crate::domain::ids::EntitlementId;
use crate::domain::license_key::masked;
use crate::domain::list::List;
use crate::domain::page::PageStart;
use crate::domain::stock::{Batch, StockCursor, StockState};
use crate::storage::catalog::entitlements;
use crate::storage::stock::keys::{self, KeysOf, StockKeyLine};
use crate::storage::stock::{batches, figures};
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::web::csv_file::{self, BATCH, CsvFile, harmless, moment, optional, recorded};
use crate::web::{CheckedQuery, PageError, SignedInStaff, in_background};

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
    staff: SignedInStaff,
    query: CheckedQuery<StockQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let only = query.0.entitlement_id;
    let filter = recorded([("entitlement_id", only.as_str())].into_iter().filter(|(_, id)| !id.is_empty()));
    let stocks = Arc::new(in_background(&ctx, move |ctx| ctx.db.read(|conn| stocks(conn, &only))).await??);
    let read = move |ctx: &Context, place| read(ctx, &stocks, place);
    let file = CsvFile { headings: HEADINGS, first: Place::default(), read };
    file.send(ctx, &staff, List::Stock, filter).await
}

/// Where the records of a stock's state go on.
#[derive(Default)]
struct Place {
    stock: usize,
    state: usize,
    after: Option<StockCursor>,
}

fn read(ctx: &Context, stocks: &[Stock], place: Place) -> csv_file::Batch<Place, 13> {
    let Some((stock, state)) = stocks.get(place.stock).zip(StockState::ALL.get(place.state)) else {
        let is_over = place.stock >= stocks.len();
        return Ok((Vec::new(), (!is_over).then_some(Place { stock: place.stock + 1, ..Place::default() })));
    };
    let start = PageStart::of(place.after, None);
    let id = &stock.entitlement.id;
    let page = ctx.db.read(|conn| keys::page(conn, KeysOf::Entitlement(id), *state, &start, BATCH))?;
    let now = ctx.clock.now();
    let records = page.rows.iter().map(|line| record(stock, line, now)).collect();
    let next = match page.last_before_next() {
        Some(line) => Place { after: Some(line.cursor()), ..place },
        None => Place { state: place.state + 1, after: None, ..place },
    };
    Ok((records, Some(next)))
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

fn record(stock: &Stock, line: &StockKeyLine, now: Timestamp) -> [String; 13] {
    let batch = stock.batches.get(line.batch_id.as_str());
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
