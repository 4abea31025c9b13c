//! How far a run has come, and afterwards what was not done and why.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use jiff::SignedDuration;

use super::reasons::said;
use crate::domain::bulk::{BulkAction, BulkOutcome};
use crate::domain::ids::BulkRunId;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::bulk_runs::BulkError;
use crate::usecases::bulk_runs::confirm::{repeat_run, stop_run, undo_run};
use crate::usecases::bulk_runs::view::{Part, RunLine, ShownRun, find};
use crate::web::csv_file::{download_text, harmless};
use crate::web::forms::NoFields;
use crate::web::layout::badge::Badge;
use crate::web::overview::svg;
use crate::web::{CsrfForm, Flash, Nav, PageContext, PageError, SignedInStaff};
use crate::web::{html, in_background, see_other, urls};

/// Grants that are named on the page.
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "bulk_runs/job.html")]
struct JobPage {
    page: PageContext,
    shown: ShownRun,
    /// Whether the person may stop and repeat it.
    may_act: bool,
    /// For how long deliveries can be undone.
    undo: SignedDuration,
}

impl JobPage {
    fn is_running(&self) -> bool {
        self.shown.job.as_ref().is_some_and(|job| !job.is_finished)
    }

    /// Whether it ended before everything was done.
    fn is_stopped(&self) -> bool {
        !self.is_running() && self.shown.counts.open > 0
    }

    fn action(&self) -> BulkAction {
        self.shown.run.action
    }

    fn title(&self) -> String {
        let all = self.shown.counts.all();
        if self.is_running() {
            return self.page.t1(&format!("bulk-running-{}", self.action().as_str()), "count", all);
        }
        let key = format!("bulk-done-{}", self.action().as_str());
        self.page.t2(&key, "done", self.shown.counts.done, "count", all)
    }

    fn state(&self) -> Badge {
        let t = |key| self.page.localizer.t(key);
        match (self.is_running(), self.is_stopped()) {
            (true, _) => Badge::warning(t("bulk-state-running")),
            (false, true) => Badge::off(t("bulk-state-stopped")),
            (false, false) => Badge::ok(t("bulk-state-done")),
        }
    }

    fn started(&self) -> String {
        let at = self.shown.run.confirmed_at.unwrap_or(self.shown.run.created_at);
        let name = self.shown.started_by.clone().unwrap_or_default();
        self.page.t2("bulk-started", "time", self.page.localizer.date_time(at), "name", name)
    }

    fn progress(&self) -> String {
        self.page.t2("bulk-progress", "done", self.shown.counts.processed(), "total", self.shown.counts.all())
    }

    /// The rate, and about how long it still takes; nothing before that can be known.
    fn rate(&self) -> String {
        let Some(since) = self.shown.run.confirmed_at else { return String::new() };
        let seconds = self.page.now.duration_since(since).as_secs().max(1);
        let rate = self.shown.counts.processed() / seconds;
        if !self.is_running() || rate == 0 {
            return String::new();
        }
        let left = SignedDuration::from_secs(self.shown.counts.open / rate + 1);
        let left = self.page.localizer.short_duration(left);
        self.page.t2("bulk-rate", "left", left, "rate", rate)
    }

    fn percent(&self) -> i64 {
        svg::percent(self.shown.counts.processed(), self.shown.counts.all())
    }

    fn done_label(&self) -> String {
        self.page.named("bulk-outcome-done", self.action().as_str())
    }

    fn said(&self, line: &RunLine) -> (Badge, String) {
        said(&self.page, self.action(), &line.grant)
    }

    fn has_failed(line: &RunLine) -> bool {
        matches!(line.grant.outcome, Some((BulkOutcome::Failed, _)))
    }

    /// How many grants can be tried again.
    fn left(&self) -> i64 {
        if self.is_running() || matches!(self.action(), BulkAction::Keys | BulkAction::Undo) {
            return 0;
        }
        self.shown.counts.failed + self.shown.counts.open
    }

    fn can_repeat(&self) -> bool {
        self.may_act && self.left() > 0
    }

    /// Until when the last of its e-mails waits, if something can be undone.
    fn undo_until(&self) -> Option<String> {
        let is_delivery = matches!(self.action(), BulkAction::Stock | BulkAction::Keys);
        if self.is_running() || !is_delivery || self.shown.counts.done == 0 || !self.may_act {
            return None;
        }
        let until = self.shown.last_done_at?.saturating_add(self.undo).ok()?;
        (until > self.page.now).then(|| self.page.localizer.time_seconds(until))
    }

    fn undo_text(&self, until: &str) -> String {
        self.page.t2("bulk-undo-text", "count", self.shown.counts.done, "time", until)
    }

    /// Said below the table if it does not name all.
    fn cut(&self) -> Option<String> {
        let (counts, named) = (&self.shown.counts, self.shown.lines.len());
        let all = usize::try_from(counts.failed + counts.skipped).unwrap_or(0);
        (all > named).then(|| self.page.t2("bulk-cut", "named", named, "count", all))
    }

    fn url(&self) -> String {
        urls::job(&self.shown.run.id)
    }

    fn list_url(&self) -> String {
        urls::list_again(&self.shown.run.list)
    }
}

/// Shows how far it has come.
pub(crate) async fn show(
    staff: SignedInStaff,
    id: Id<BulkRunId>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let shown = read(&staff, &ctx, &id, Part::NotDone, SHOWN).await?;
    if shown.job.is_none() {
        return Ok(see_other(&urls::bulk_run(shown.run.action, &id)));
    }
    let may_act = staff.may(shown.run.action.role());
    html(StatusCode::OK, &JobPage { page: staff.page(Nav::Grants), shown, may_act, undo: ctx.config.undo })
}

async fn read(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &BulkRunId,
    part: Part,
    limit: i64,
) -> Result<ShownRun, PageError> {
    let (id, staff_id) = (id.clone(), staff.id.clone());
    Ok(in_background(ctx, move |ctx| find(ctx, &id, &staff_id, part, limit)).await??)
}

/// Stops it.
pub(crate) async fn stop(
    staff: SignedInStaff,
    id: Id<BulkRunId>,
    _: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    may(&staff, read(&staff, &ctx, &id, Part::NotDone, 0).await?.run.action)?;
    let (run_id, actor) = (id.0.clone(), staff.actor());
    let is_stopped = in_background(&ctx, move |ctx| stop_run(ctx, &run_id, &actor)).await??;
    let flash = if is_stopped { Flash::ok("bulk-stopped") } else { Flash::warn("bulk-over-already") };
    Ok(staff.see_other(&urls::job(&id), flash))
}

/// Tries again what failed, and what was not its turn any more.
pub(crate) async fn repeat(
    staff: SignedInStaff,
    id: Id<BulkRunId>,
    _: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let action = read(&staff, &ctx, &id, Part::NotDone, 0).await?.run.action;
    may(&staff, action)?;
    let (run_id, staff_id, actor) = (id.0.clone(), staff.id.clone(), staff.actor());
    match in_background(&ctx, move |ctx| repeat_run(ctx, &run_id, &staff_id, &actor)).await? {
        Ok(new) if action.is_immediate() => Ok(see_other(&urls::job(&new))),
        Ok(new) => Ok(see_other(&urls::bulk_run(action, &new))),
        Err(BulkError::NothingChosen) => Ok(staff.see_other(&urls::job(&id), Flash::warn("bulk-nothing-left"))),
        Err(error) => Err(error.into()),
    }
}

/// Undoes what it has delivered, as far as e-mails have not left.
pub(crate) async fn undo(
    staff: SignedInStaff,
    id: Id<BulkRunId>,
    _: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    read(&staff, &ctx, &id, Part::NotDone, 0).await?;
    let (run_id, staff_id, actor) = (id.0.clone(), staff.id.clone(), staff.actor());
    match in_background(&ctx, move |ctx| undo_run(ctx, &run_id, &staff_id, &actor)).await? {
        Ok(new) => Ok(see_other(&urls::job(&new))),
        Err(BulkError::NothingChosen) => Ok(staff.see_other(&urls::job(&id), Flash::warn("bulk-nothing-to-undo"))),
        Err(error) => Err(error.into()),
    }
}

fn may(staff: &SignedInStaff, action: BulkAction) -> Result<(), PageError> {
    let needs = action.role();
    if staff.may(needs) { Ok(()) } else { Err(PageError::Forbidden { needs }) }
}

/// All grants of the run with what became of them, as a CSV file.
pub(crate) async fn report(
    staff: SignedInStaff,
    id: Id<BulkRunId>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let shown = read(&staff, &ctx, &id, Part::All(0), i64::MAX).await?;
    let page = staff.page(Nav::Grants);
    let head = ["grant_id", "customer_name", "customer_email", "entitlement", "result", "reason", "at"];
    let record = |line: &RunLine| {
        let (badge, why) = said(&page, shown.run.action, &line.grant);
        [
            line.look.id.to_string(),
            harmless(&line.look.customer_name),
            harmless(line.look.email.as_str()),
            harmless(&line.look.entitlement_name),
            badge.text,
            why,
            line.grant.done_at.map(|at| at.to_string()).unwrap_or_default(),
        ]
    };
    let records: Vec<[String; 7]> = shown.lines.iter().map(record).collect();
    download_text(&format!("{}.csv", *id), std::iter::once(head.map(str::to_owned)).chain(records))
}
