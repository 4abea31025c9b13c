//! Sales: what needs a decision, and what came in last.

pub(crate) mod decisions;
pub(crate) mod rows;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use self::rows::{Act, DecisionRow, SoldRow, held_rows, shop_name, task_row};
use super::{CheckedQuery, FormErrors, Nav, PageContext, PageError, SignedInStaff, html, in_background, urls};
use crate::domain::entitlement::Entitlement;
use crate::domain::page::{Cursor, Page, PageStart};
use crate::storage::sales::newest::{self, SaleLine};
use crate::storage::sales::{held, tasks};
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;

/// How many sales are on a page.
const SALES: usize = 25;
/// How much that needs a decision is listed.
const DECISIONS: i64 = 500;

#[derive(Template)]
#[template(path = "sales/index.html")]
struct SalesPage {
    page: PageContext,
    needs_decision: bool,
    /// What needs a decision; empty on the list of sales.
    decisions: Vec<DecisionRow>,
    /// How many held sales there are, and since when the oldest waits.
    held: usize,
    oldest: Option<Timestamp>,
    sold: Page<SaleLine>,
    today: Vec<(String, i64)>,
    last: Option<(Timestamp, String)>,
    broken: i64,
    entitlements: Vec<Entitlement>,
    errors: FormErrors,
    /// Why nothing was decided.
    refusal: Option<String>,
    shop: String,
    shops: Vec<(String, String)>,
}

impl SalesPage {
    fn sold_today(&self) -> i64 {
        self.today.iter().map(|(_, count)| count).sum()
    }

    fn oldest_age(&self) -> Option<String> {
        self.oldest.map(|at| self.page.duration_between(at, self.page.now))
    }

    /// `58 Shopify, 9 Stripe`.
    fn shops_today(&self) -> String {
        let part =
            |(shop, count): &(String, i64)| format!("{} {}", self.page.number(*count), shop_name(&self.page, shop));
        self.today.iter().map(part).collect::<Vec<_>>().join(", ")
    }

    fn rows(&self) -> Vec<SoldRow> {
        self.sold.rows.iter().map(|line| SoldRow::of(&self.page, line)).collect()
    }

    fn newer(&self) -> String {
        self.sold.first_after_previous().map(|first| self.at("before", first)).unwrap_or_default()
    }

    fn older(&self) -> String {
        self.sold.last_before_next().map(|last| self.at("after", last)).unwrap_or_default()
    }

    fn at(&self, side: &'static str, line: &SaleLine) -> String {
        let mut query = vec![(side, line.cursor().encode())];
        if !self.shop.is_empty() {
            query.push(("source", self.shop.clone()));
        }
        urls::with_query(urls::SALES, &query)
    }
}

/// The query of the page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SalesQuery {
    needs: String,
    source: String,
    after: String,
    before: String,
}

impl SalesQuery {
    fn of_decisions() -> Self {
        Self { needs: "decision".to_owned(), ..Self::default() }
    }
}

/// What is wrong with a form on the page, and what was typed.
#[derive(Debug, Default)]
pub(super) struct Again {
    status: StatusCode,
    errors: FormErrors,
    /// The held sale that the form is about, and what was typed.
    typed: Option<(String, String)>,
    refusal: Option<String>,
}

/// Shows what needs a decision, or the last sales.
pub(crate) async fn index(
    staff: SignedInStaff,
    query: CheckedQuery<SalesQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let again = Again { status: StatusCode::OK, ..Again::default() };
    show(&staff, &ctx, query.clone(), again).await
}

async fn show(
    staff: &SignedInStaff,
    ctx: &Context,
    query: SalesQuery,
    again: Again,
) -> Result<HttpResponse, PageError> {
    let page = staff.page(Nav::Sales);
    let needs_decision = query.needs.trim() == "decision";
    let midnight = page.now.to_zoned(page.business_zone.clone()).start_of_day();
    let since = midnight.map_or(page.now - SignedDuration::from_hours(24), |at| at.timestamp());
    let from = PageStart::of(Cursor::decode(&query.after), Cursor::decode(&query.before));
    let shop = query.source.trim().to_owned();
    let only = shop.clone();
    let read = in_background(ctx, move |ctx| {
        ctx.db.read(|conn: &mut Conn| {
            let (waiting, open, sold) = if needs_decision {
                let open = tasks::open(conn, DECISIONS)?;
                (
                    held::open(conn, DECISIONS)?,
                    newest::with_sales(conn, open)?,
                    newest::page(conn, None, &PageStart::Start, 1)?,
                )
            } else {
                let shop = Some(only.as_str()).filter(|shop| !shop.is_empty());
                (Vec::new(), Vec::new(), newest::page(conn, shop, &from, SALES)?)
            };
            let today = newest::counts_since(conn, since)?;
            let entitlements = ctx.page_cache.entitlements(&ctx.db, conn)?;
            let shops = newest::shops(conn)?;
            Ok::<_, StorageError>((waiting, open, sold, today, entitlements, shops))
        })
    });
    let (waiting, open, sold, today, entitlements, shops) = read.await??;
    let mut decisions = held_rows(&page, &waiting, again.typed.as_ref());
    decisions.extend(open.iter().map(|line| task_row(&page, line)));
    let oldest = waiting.iter().map(|held| held.created_at).chain(open.iter().map(|line| line.shown.task.created_at));
    let view = SalesPage {
        needs_decision,
        held: waiting.len(),
        oldest: oldest.min(),
        last: sold.rows.first().map(|line| (line.created_at, shop_name(&page, &line.shop))),
        decisions,
        sold,
        today,
        broken: page.broken_connections,
        entitlements: entitlements.iter().filter(|one| one.is_active).cloned().collect(),
        errors: again.errors,
        refusal: again.refusal,
        shops: shops.into_iter().map(|shop| (shop_name(&page, &shop), shop)).map(|(name, shop)| (shop, name)).collect(),
        shop,
        page,
    };
    html(again.status, &view)
}
