//! The report: what was delivered in a period, by product, person and channel, and the share within the target.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::domain::grant::GrantStatus;
use crate::domain::list::List;
use crate::i18n::Localizer;
use crate::storage::grants::list::{Channel, Doer};
use crate::storage::grants::report::{self, ChannelLine, Deliveries, ProductLine, Report};
use crate::usecases::Context;
use crate::web::csv_file::{CsvFile, harmless, recorded};
use crate::web::forms::days::read_days;
use crate::web::grants::query::channel_value;
use crate::web::{CheckedQuery, FormErrors, Nav, PageContext, PageError, SignedInStaff, html, in_background, urls};

/// The periods to choose from, in days including today.
const PERIODS: [i64; 4] = [1, 7, 30, 90];

/// How far back the report goes, or its own first and last day.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReportQuery {
    days: String,
    from: String,
    to: String,
}

/// The days of a report.
#[derive(Debug, Clone)]
struct Period {
    /// One of [`PERIODS`], unless it has its own days.
    days: Option<i64>,
    /// The first and last day as in the query.
    typed: [String; 2],
    since: Timestamp,
    until: Option<Timestamp>,
    errors: FormErrors,
}

impl ReportQuery {
    /// The period; where its own days are wrong, nothing is in it.
    fn read(&self, l: &Localizer) -> Period {
        let typed = [&self.from, &self.to].map(|day| day.trim().to_owned());
        let mut errors = FormErrors::new();
        if typed.iter().all(String::is_empty) {
            let days = self.days.trim().parse().ok().filter(|days| PERIODS.contains(days)).unwrap_or(30);
            return Period { days: Some(days), typed, since: beginning(l, days), until: None, errors };
        }
        let (since, until) = read_days(&self.from, &self.to, l, &mut errors);
        let since = since.unwrap_or(Timestamp::UNIX_EPOCH);
        let until = if errors.is_empty() { until } else { Some(since) };
        Period { days: None, typed, since, until, errors }
    }
}

impl Period {
    /// Names and values of its query.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let [from, to] = &self.typed;
        let given = |name, day: &String| Some((name, day.clone())).filter(|(_, day)| !day.is_empty());
        let own = [given("from", from), given("to", to)].into_iter().flatten();
        self.days.map(|days| ("days", days.to_string())).into_iter().chain(own).collect()
    }

    fn bounds(&self) -> (Timestamp, Option<Timestamp>) {
        (self.since, self.until)
    }
}

#[derive(Template)]
#[template(path = "overview/report.html")]
struct ReportPage {
    page: PageContext,
    period: Period,
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

    /// The list of what was delivered in the period, with a filter.
    fn delivered_url(&self, name: &'static str, value: &str) -> String {
        let days = match self.period.days {
            Some(days) => vec![("from", first_day(&self.page.localizer, days).to_string())],
            None => self.period.pairs(),
        };
        let status = ("status", GrantStatus::Delivered.as_str().to_owned());
        let pairs: Vec<_> = [status, (name, value.to_owned())].into_iter().chain(days).collect();
        urls::with_query(urls::GRANTS, &pairs)
    }

    fn csv_url(&self) -> String {
        urls::with_query(urls::REPORT_CSV, &self.period.pairs())
    }

    /// The fields of its own days: name, label as a locale key, what was typed.
    fn own_days(&self) -> [(&'static str, &'static str, &str); 2] {
        let [from, to] = self.period.typed.each_ref().map(String::as_str);
        [("from", "audit-from", from), ("to", "audit-to", to)]
    }

    fn channel_name(&self, line: &ChannelLine) -> String {
        match &line.channel {
            Channel::Own => self.page.localizer.t("grants-channel-own"),
            Channel::Connection(id) => line.name.clone().unwrap_or_else(|| id.to_string()),
        }
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
    let period = query.read(staff.localizer());
    let bounds = period.bounds();
    let read = move |ctx: &Context| ctx.db.read(|conn| report::read(conn, bounds, &ctx.config.target));
    let report = in_background(&ctx, read).await??;
    let status = if period.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html(status, &ReportPage { page: staff.page(Nav::Overview), period, report })
}

/// The report as a CSV file: a record for each product, then one for each person, then one for each channel.
pub(crate) async fn csv(
    staff: SignedInStaff,
    query: CheckedQuery<ReportQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let period = query.read(staff.localizer());
    if !period.errors.is_empty() {
        return Err(PageError::Unprocessable { sentence: "csv-bad-filter" });
    }
    let bounds = period.bounds();
    let read = move |ctx: &Context, ()| {
        let report = ctx.db.read(|conn| report::read(conn, bounds, &ctx.config.target))?;
        let products = report.products.iter().map(|line| {
            let ProductLine { id, name, deliveries, waiting } = line;
            record("entitlement", id.as_str(), name, deliveries, waiting.to_string())
        });
        let people = report.people.iter().map(|(doer, deliveries)| {
            let name = doer.as_ref().and_then(|doer| doer.staff_name.as_ref().or(doer.api_key_name.as_ref()));
            let id = doer.as_ref().map_or("", |doer| doer.id.as_str());
            record("delivered_by", id, name.map_or("", String::as_str), deliveries, String::new())
        });
        let channels = report.channels.iter().map(|line| {
            let name = line.name.as_deref().unwrap_or_default();
            record("channel", channel_value(&line.channel), name, &line.deliveries, line.waiting.to_string())
        });
        Ok((products.chain(people).chain(channels).collect(), None))
    };
    let headings = ["kind", "id", "name", "delivered", "within_target", "median_wait_seconds", "waiting"];
    let pairs = period.pairs();
    let filter = recorded(pairs.iter().map(|(name, value)| (*name, value.as_str())));
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
