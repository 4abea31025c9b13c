//! The overview: pending grants, the work of the last days, failures.

pub(crate) mod charts;
mod first_steps;
pub(crate) mod report;
pub(crate) mod stats_strip;
pub(crate) mod svg;
pub mod throughput;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama::filters::Safe;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, Zoned};

use self::charts::{CountChart, WaitChart};
use self::first_steps::FirstSteps;
use self::throughput::{DAYS, ThroughputView, day_name, hours_and_minutes};
use super::customers::erasures::name_erased;
use super::{Nav, PageContext, PageError, SignedInStaff, html, in_background, urls};
use crate::domain::grant::GrantStatus;
use crate::domain::grant::target::Target;
use crate::domain::ids::StaffId;
use crate::domain::integration::rules_of;
use crate::domain::page::PageStart;
use crate::i18n::Language;
use crate::mail::SmtpSettings;
use crate::storage::grants::list::{GrantFilter, GrantLine};
use crate::storage::grants::stats::WaitingFigures;
use crate::storage::grants::throughput::Day;
use crate::storage::license_keys::reveals;
use crate::storage::outbox::stats::{self, OverdueMail};
use crate::storage::{Conn, StorageError, grants};
use crate::usecases::Context;

/// E-mails usually leave within seconds; a first retry or two are nothing to report.
const MAIL_PATIENCE: SignedDuration = SignedDuration::from_mins(5);

/// The number of rows of each short list.
const LINES: usize = 4;

#[derive(Template)]
#[template(path = "overview/show.html")]
struct OverviewPage {
    page: PageContext,
    now: Zoned,
    target: Target,
    figures: Figures,
    waits: Option<WaitChart>,
    counts: Option<CountChart>,
    /// Whether e-mails may be sent unencrypted; shown to admins.
    has_clear_mail: bool,
}

/// Everything read for the page.
struct Figures {
    waiting: WaitingFigures,
    failed_count: i64,
    oldest: Vec<GrantLine>,
    failed: Vec<GrantLine>,
    throughput: ThroughputView,
    /// The number of keys revealed in the last 24 hours; shown to admins.
    revealed: Option<i64>,
    overdue_mail: Option<OverdueMail>,
    /// The number of grants that the person may be given next.
    takeable: i64,
    /// The number of grants that need a decision.
    decisions: i64,
    /// `None` as soon as there is a grant.
    first_steps: Option<FirstSteps>,
}

impl Figures {
    fn read(
        ctx: &Context,
        conn: &mut Conn,
        now: &Zoned,
        target: &Target,
        reveals_since: Option<Timestamp>,
        taker: Option<&StaffId>,
    ) -> Result<Self, StorageError> {
        let of = |status| GrantFilter { status: Some(status), ..GrantFilter::default() };
        let counts = ctx.page_cache.status_counts(&ctx.db, conn, &GrantFilter::default())?;
        let first_steps = (counts.all() == 0).then(|| FirstSteps::read(ctx, conn)).transpose()?;
        Ok(Self {
            first_steps,
            waiting: ctx.page_cache.waiting(&ctx.db, conn, target, now.timestamp())?,
            failed_count: counts.failed,
            oldest: grants::list::list(conn, &of(GrantStatus::Pending), &PageStart::Start, LINES)?.rows,
            failed: grants::list::list(conn, &of(GrantStatus::Failed), &PageStart::Start, LINES)?.rows,
            throughput: ThroughputView(ctx.page_cache.throughput(&ctx.db, conn, DAYS, now, target)?),
            overdue_mail: stats::overdue_mail(
                conn,
                now.timestamp().saturating_sub(MAIL_PATIENCE).unwrap_or(Timestamp::MIN),
            )?,
            takeable: taker.map_or(Ok(0), |staff| grants::claims::takeable_count(conn, staff, now.timestamp()))?,
            decisions: ctx.page_cache.decisions(&ctx.db, conn)?,
            revealed: reveals_since.map(|since| reveals::count_since(conn, since)).transpose()?,
        })
    }
}

/// Shows the overview, the first page after sign-in.
pub async fn show(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let page = staff.page(Nav::Overview);
    let target = ctx.config.target.clone();
    let now = page.localizer.zoned_now();
    let (here, clock) = (now.clone(), target.clone());
    let reveals_since = page
        .may_manage()
        .then(|| now.timestamp().saturating_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN));
    let taker = page.may_act().then(|| staff.id.clone());
    let read = in_background(&ctx, move |ctx| {
        ctx.db.read(|conn| Figures::read(ctx, conn, &here, &clock, reveals_since, taker.as_ref()))
    });
    let mut figures = read.await??;
    for line in &mut figures.failed {
        name_erased(&page.localizer, &line.customer_email, &mut line.customer_name);
    }
    let waits = WaitChart::of(&figures.throughput, target.duration, &page.localizer);
    let counts = CountChart::of(&figures.throughput, &page.localizer);
    let mail = ctx.config.smtp_url.as_deref().and_then(|url| SmtpSettings::parse(url).ok());
    let has_clear_mail = page.may_manage() && mail.is_some_and(|mail| mail.may_travel_in_clear());
    html(StatusCode::OK, &OverviewPage { page, now, target, figures, waits, counts, has_clear_mail })
}

impl OverviewPage {
    fn greeting(&self) -> String {
        let name = self.page.staff.as_ref().map(|me| me.name.as_str()).unwrap_or_default();
        let first = name.split_whitespace().next().filter(|word| !word.ends_with('.'));
        // German uses the formal address with the full name.
        let name = if self.page.language == Language::En { first.unwrap_or(name) } else { name };
        let key = match self.now.hour() {
            5..12 => "overview-good-morning",
            12..18 => "overview-good-afternoon",
            _ => "overview-good-evening",
        };
        self.page.t1(key, "name", name)
    }

    fn today(&self) -> String {
        let weekday = format!("overview-weekday-{}", self.now.weekday().to_monday_one_offset());
        let now = self.now.timestamp();
        let (date, time) = (self.page.long_date(now), self.page.time(now));
        self.page.t3("overview-now", "weekday", self.page.localizer.t(&weekday), "date", date, "time", time)
    }

    /// For example "12 e-mails have not left for 3 h".
    fn overdue_mail(&self) -> Option<String> {
        let overdue = self.figures.overdue_mail?;
        let waited = self.page.duration(overdue.since.duration_until(self.now.timestamp()));
        Some(self.page.t2("overview-mail-overdue", "count", overdue.count, "duration", waited))
    }

    fn past_target(&self, since: &Timestamp) -> String {
        let excess = self.page.duration(self.waited(since) - self.target.duration);
        self.page.t2("overview-past-the-target", "excess", excess, "target", self.target())
    }

    fn target(&self) -> String {
        self.page.duration(self.target.duration)
    }

    fn since(&self, line: &GrantLine) -> Timestamp {
        line.waiting_since(self.now.timestamp())
    }

    fn waited(&self, since: &Timestamp) -> SignedDuration {
        self.target.waited(*since, self.now.timestamp())
    }

    fn is_late(&self, since: &Timestamp) -> bool {
        self.target.is_missed(*since, self.now.timestamp())
    }

    /// The CSS mark of a waiting grant: late, soon late, or none.
    fn mark(&self, since: &Timestamp) -> &'static str {
        let percent = self.percent(since);
        if self.is_late(since) {
            "c-bad"
        } else if percent >= 75 {
            "c-warn"
        } else {
            ""
        }
    }

    fn percent(&self, since: &Timestamp) -> i64 {
        svg::percent(self.waited(since).as_secs(), self.target.duration.as_secs())
    }

    /// The fulfillment form for people who may use it, otherwise the grant.
    fn work_url(&self, line: &GrantLine) -> String {
        if self.page.may_act() && rules_of(line.integration_type).delivers.is_by_staff() {
            urls::new_fulfillment(&line.id)
        } else {
            urls::grant(&line.id)
        }
    }

    /// The time, or the day if it is not today.
    fn since_tag(&self, at: &Timestamp) -> Safe<String> {
        let is_today = at.to_zoned(self.now.time_zone().clone()).date() == self.now.date();
        if is_today { self.page.clock_tag(at) } else { self.page.day_tag(at) }
    }

    fn median_today(&self) -> Option<String> {
        self.figures.throughput.median_today().map(|seconds| self.duration(seconds))
    }

    fn day_name(&self, date: &Date) -> String {
        day_name(*date, &self.page.language)
    }

    /// The waiting times of half, 90 and 99 percent of a day's deliveries.
    fn waits(&self, day: &Day) -> [String; 3] {
        let waits = day.waits;
        [waits.map(|it| it.p50), waits.map(|it| it.p90), waits.map(|it| it.p99)].map(hours_and_minutes)
    }

    fn duration(&self, seconds: i64) -> String {
        self.page.duration(SignedDuration::from_secs(seconds))
    }
}
