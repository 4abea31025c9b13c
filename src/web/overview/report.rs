//! The report: what was delivered in a period, by product and by person, and the share within the target.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::domain::list::List;
use crate::i18n::Localizer;
use crate::storage::grants::list::Doer;
use crate::storage::grants::report::{self, Deliveries, ProductLine, Report};
use crate::usecases::Context;
use crate::web::csv_file::{CsvFile, harmless, recorded};
use crate::web::{CheckedQuery, Nav, PageContext, PageError, SignedInStaff, html, in_background};

/// The periods to choose from, in days including today.
const PERIODS: [i64; 4] = [1, 7, 30, 90];

/// How far back the report goes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReportQuery {
    days: String,
}

impl ReportQuery {
    fn days(&self) -> i64 {
        self.days.trim().parse().ok().filter(|days| PERIODS.contains(days)).unwrap_or(30)
    }
}

#[derive(Template)]
#[template(path = "overview/report.html")]
struct ReportPage {
    page: PageContext,
    days: i64,
    report: Report,
}

impl ReportPage {
    fn periods(&self) -> Vec<(i64, Cow<'static, str>)> {
        let name = |days| match days {
            1 => self.page.t("report-today"),
            _ => Cow::Owned(self.page.t1("staff-days", "count", days)),
        };
        PERIODS.map(|days| (days, name(days))).to_vec()
    }

    fn target(&self) -> String {
        self.page.duration(self.page.target.duration)
    }

    /// The first day of the period, as the list of grants takes it.
    fn first_day(&self) -> Date {
        first_day(&self.page.localizer, self.days)
    }

    fn percent(&self, deliveries: &Deliveries) -> String {
        deliveries
            .percent_within()
            .map_or_else(|| "–".to_owned(), |percent| self.page.t1("report-percent", "number", percent))
    }

    fn median(&self, deliveries: &Deliveries) -> String {
        let median = deliveries.median();
        median.map_or_else(|| "–".to_owned(), |seconds| self.page.duration(SignedDuration::from_secs(seconds)))
    }

    fn name(&self, doer: Option<&Doer>) -> String {
        doer.map_or_else(|| self.page.localizer.t("report-nobody"), |doer| self.page.doer_name(doer))
    }
}

/// Shows the report.
pub(crate) async fn show(
    staff: SignedInStaff,
    query: CheckedQuery<ReportQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let days = query.days();
    let since = beginning(staff.localizer(), days);
    let read = move |ctx: &Context| ctx.db.read(|conn| report::read(conn, since, &ctx.config.target));
    let report = in_background(&ctx, read).await??;
    html(StatusCode::OK, &ReportPage { page: staff.page(Nav::Overview), days, report })
}

/// The report as a CSV file: a record for each product, then one for each person.
pub(crate) async fn csv(
    staff: SignedInStaff,
    query: CheckedQuery<ReportQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let days = query.days();
    let since = beginning(staff.localizer(), days);
    let read = move |ctx: &Context, ()| {
        let report = ctx.db.read(|conn| report::read(conn, since, &ctx.config.target))?;
        let products = report.products.iter().map(|line| {
            let ProductLine { id, name, deliveries, waiting } = line;
            record("entitlement", id.as_str(), name, deliveries, waiting.to_string())
        });
        let people = report.people.iter().map(|(doer, deliveries)| {
            let name = doer.as_ref().and_then(|doer| doer.staff_name.as_ref().or(doer.api_key_name.as_ref()));
            let id = doer.as_ref().map_or("", |doer| doer.id.as_str());
            record("delivered_by", id, name.map_or("", String::as_str), deliveries, String::new())
        });
        Ok((products.chain(people).collect(), None))
    };
    let headings = ["kind", "id", "name", "delivered", "within_target", "median_wait_seconds", "waiting"];
    let filter = recorded([("days", days.to_string().as_str())]);
    CsvFile { headings, first: (), read }.send(ctx, &staff, List::Report, filter).await
}

fn record(kind: &str, id: &str, name: &str, deliveries: &Deliveries, waiting: String) -> [String; 7] {
    [
        kind.to_owned(),
        id.to_owned(),
        harmless(name),
        deliveries.count.to_string(),
        deliveries.within_target.to_string(),
        deliveries.median().map(|seconds| seconds.to_string()).unwrap_or_default(),
        waiting,
    ]
}

/// When the first of these days began, in the person's time zone.
fn beginning(l: &Localizer, days: i64) -> Timestamp {
    let now = l.zoned_now();
    first_day(l, days).to_zoned(now.time_zone().clone()).map_or(now.timestamp(), |start| start.timestamp())
}

fn first_day(l: &Localizer, days: i64) -> Date {
    l.zoned_now().date().saturating_sub(jiff::Span::new().days(days - 1))
}
