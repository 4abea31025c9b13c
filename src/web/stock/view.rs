//! The stock of an entitlement and its batches, as pages show them.

use jiff::Zoned;
use jiff::civil::Date;

use crate::domain::entitlement::Entitlement;
use crate::domain::stock::forecast::runs_out_on;
use crate::domain::stock::settings::{StockDelivery, StockSettings};
use crate::domain::stock::{Batch, NoStock, StockFigures, USED_DAYS, settings_of};
use crate::i18n::Language;
use crate::storage::stock::batches::BatchLine;
use crate::usecases::stock::StockError;
use crate::usecases::stock::alerts::is_low;
use crate::web::overview::svg::{self, Spark};
use crate::web::{PageContext, PageError, urls};

/// How many days the small chart shows.
const CHARTED: usize = 14;

/// The length of a bar, in tenths of its unit.
const BAR: i64 = 2_000;

/// The stock of an entitlement.
pub(crate) struct StockLine {
    pub(crate) entitlement: Entitlement,
    pub(crate) figures: StockFigures,
    /// Whether it needs keys: below the alert, or empty while somebody waits.
    pub(crate) is_low: bool,
    pub(crate) settings: Result<StockSettings, NoStock>,
    runs_out_on: Option<Date>,
    today: Date,
}

impl StockLine {
    pub(crate) fn new(entitlement: Entitlement, figures: StockFigures, now: &Zoned) -> Self {
        let today = now.date();
        let settings = settings_of(&entitlement.config);
        let runs_out_on = runs_out_on(&figures, today);
        let is_below = is_low(&entitlement, &figures, now);
        let is_low = is_below || (figures.available == 0 && figures.waiting > 0);
        Self { entitlement, figures, is_low, settings, runs_out_on, today }
    }

    /// Whether it is known when it runs out.
    pub(crate) fn runs_out(&self) -> bool {
        self.runs_out_on.is_some()
    }

    /// What comes first in a list: what runs out first.
    pub(crate) fn urgency(&self) -> (Date, i64) {
        (self.runs_out_on.unwrap_or(Date::MAX), self.figures.available)
    }

    fn stock_settings(&self) -> StockSettings {
        self.settings.unwrap_or_default()
    }

    /// Whether new sales are delivered from stock at once.
    pub(crate) fn is_automatic(&self) -> bool {
        self.stock_settings().delivery == StockDelivery::Auto
    }

    /// Whether keys can be added.
    pub(crate) fn may_import(&self) -> bool {
        self.settings.is_ok() && self.entitlement.is_active
    }

    /// How many waiting grants the stock is enough for.
    pub(crate) fn servable(&self) -> i64 {
        if self.settings.is_ok() { self.figures.waiting.min(self.figures.available) } else { 0 }
    }

    /// All keys that ever were in stock.
    pub(crate) fn total(&self) -> i64 {
        let StockFigures { available, reserved, expired, issued, quarantined, discarded, .. } = self.figures;
        available + reserved + expired + issued + quarantined + discarded
    }

    pub(crate) fn used(&self) -> i64 {
        self.figures.used.iter().sum()
    }

    pub(crate) fn used_today(&self) -> i64 {
        self.figures.used.last().copied().unwrap_or(0)
    }

    /// The list of the grants that wait.
    pub(crate) fn waiting_url(&self) -> String {
        format!("{}&status=pending", urls::grants_of_entitlement(&self.entitlement.id))
    }

    /// When it runs out: a date, or a word.
    pub(crate) fn end(&self, page: &PageContext) -> String {
        match self.runs_out_on {
            _ if self.figures.available + self.figures.reserved == 0 => page.localizer.t("stock-empty"),
            Some(day) => day_of(page, day),
            None => page.localizer.t("stock-lasts"),
        }
    }

    /// How many days are left.
    pub(crate) fn days_left(&self, page: &PageContext) -> Option<String> {
        let day = self.runs_out_on.filter(|_| self.figures.available + self.figures.reserved > 0)?;
        let days = self.today.until(day).ok()?.get_days();
        Some(page.t1("stock-in-days", "count", days))
    }

    /// Keys per day; with one decimal if it is less than ten.
    pub(crate) fn per_day(&self, page: &PageContext) -> String {
        per_day(page, self.used())
    }

    /// The threshold of the alert.
    pub(crate) fn threshold(&self, page: &PageContext) -> String {
        let settings = self.stock_settings();
        let count = settings.alert_count.map(|count| page.t1("stock-threshold-count", "count", count));
        let days = settings.alert_days.map(|days| page.t1("stock-threshold-days", "count", days));
        match (count, days) {
            (Some(count), Some(days)) => page.t2("stock-threshold-both", "count", count, "days", days),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => page.localizer.t("stock-level-none"),
        }
    }

    /// How it stands against the threshold.
    pub(crate) fn level(&self, page: &PageContext) -> String {
        let settings = self.stock_settings();
        let has_threshold = settings.alert_count.is_some() || settings.alert_days.is_some();
        let key = match (self.figures.available, self.is_low) {
            (0, _) if has_threshold => "stock-level-empty",
            (0, _) => return page.localizer.t("stock-empty"),
            _ if !has_threshold => return page.localizer.t("stock-level-none"),
            (_, true) => "stock-level-low",
            (_, false) => "stock-level-fine",
        };
        page.t1(key, "threshold", self.threshold(page))
    }

    /// The lengths of the available and the reserved keys on the bar.
    pub(crate) fn bar(&self) -> (String, String) {
        let whole = self.bar_total();
        (share(self.figures.available, whole), share(self.figures.reserved, whole))
    }

    /// Where the threshold is on the bar.
    pub(crate) fn mark(&self) -> Option<String> {
        let settings = self.stock_settings();
        let of_days = settings.alert_days.map(|days| i64::from(days) * self.used() / 28);
        let threshold = settings.alert_count.map(i64::from).max(of_days)?;
        Some(share(threshold.min(self.bar_total() * 99 / 100), self.bar_total()))
    }

    fn bar_total(&self) -> i64 {
        self.figures.available + self.figures.reserved + self.figures.issued
    }

    fn charted(&self) -> &[i64] {
        self.figures.used.get(USED_DAYS - CHARTED..).unwrap_or_default()
    }

    /// The keys used per day as a small line.
    pub(crate) fn spark(&self) -> Option<Spark> {
        svg::spark(self.charted())
    }

    pub(crate) fn spark_label(&self, page: &PageContext) -> String {
        let counts: Vec<String> = self.charted().iter().map(ToString::to_string).collect();
        page.t1("stock-per-day-label", "counts", counts.join(", "))
    }
}

/// Keys per day of those used in 28 days; with one decimal if it is less than ten.
fn per_day(page: &PageContext, used: i64) -> String {
    let tenths = (used * 10 + 14) / 28;
    let comma = if page.language == Language::De { ',' } else { '.' };
    match (tenths / 10, tenths % 10) {
        (0..10, rest @ 1..) => format!("{}{comma}{rest}", tenths / 10),
        _ => page.number((used + 14) / 28),
    }
}

/// A part of a whole on a bar of 200 units.
fn share(part: i64, whole: i64) -> String {
    let tenths = if whole == 0 { 0 } else { part.saturating_mul(BAR) / whole };
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A day as a date.
fn day_of(page: &PageContext, day: Date) -> String {
    let noon = day.at(12, 0, 0, 0).to_zoned(page.time_zone.clone());
    noon.map_or_else(|_| day.to_string(), |noon| page.date(noon.timestamp()))
}

/// What a batch is called: the supplier's reference, or its id.
pub(crate) fn batch_name(batch: &Batch) -> String {
    batch.reference.clone().unwrap_or_else(|| batch.id.to_string())
}

/// Why an entitlement has no stock, as a locale key.
pub(crate) fn refusal(error: NoStock) -> &'static str {
    match error {
        NoStock::NoValue => "stock-refused-not-a-license-key",
        NoStock::NotManual => "stock-refused-not-manual",
        NoStock::SharedKey => "stock-refused-shared",
    }
}

/// Why something cannot be done with a stock, as the error of a page.
pub(super) fn refused(error: StockError) -> PageError {
    match error {
        StockError::NotFound => PageError::NotFound,
        StockError::NoStock(error) => PageError::Conflict { sentence: refusal(error) },
        StockError::Storage(error) => error.into(),
        // These have pages of their own, or cannot happen without a form's idempotency key.
        StockError::NothingToAdd(_) | StockError::Changed | StockError::IdempotencyMismatch => {
            PageError::internal(format!("{error:?}"))
        }
    }
}

/// A batch with its counts.
pub(crate) struct BatchView(pub(crate) BatchLine);

impl BatchView {
    pub(crate) fn name(&self) -> String {
        batch_name(&self.0.batch)
    }

    pub(crate) fn id(&self) -> &str {
        self.0.batch.id.as_str()
    }

    pub(crate) fn url(&self) -> String {
        urls::batch(&self.0.batch.id)
    }

    pub(crate) fn supplier(&self) -> Option<&String> {
        self.0.batch.supplier.as_ref()
    }

    pub(crate) fn reference(&self) -> Option<&String> {
        self.0.batch.reference.as_ref()
    }

    pub(crate) fn note(&self) -> Option<&String> {
        self.0.batch.note.as_ref()
    }

    pub(crate) fn is_recalled(&self) -> bool {
        self.0.batch.recalled_at.is_some()
    }

    /// When it was recalled, and why.
    pub(crate) fn recall(&self, page: &PageContext) -> Option<(String, String)> {
        let at = self.0.batch.recalled_at?;
        Some((page.date_time(at), self.0.batch.recall_reason.clone().unwrap_or_default()))
    }

    pub(crate) fn received(&self, page: &PageContext) -> String {
        page.date(self.0.batch.received_at)
    }

    pub(crate) fn added(&self, page: &PageContext) -> String {
        page.date_time(self.0.batch.created_at)
    }

    pub(crate) fn use_before(&self, page: &PageContext) -> String {
        self.0.batch.use_before.map_or_else(|| page.localizer.t("none"), |at| page.date(at))
    }

    pub(crate) fn available(&self) -> i64 {
        self.0.available
    }

    pub(crate) fn issued(&self) -> i64 {
        self.0.issued
    }

    pub(crate) fn quarantined(&self) -> i64 {
        self.0.quarantined
    }

    pub(crate) fn discarded(&self) -> i64 {
        self.0.discarded
    }

    pub(crate) fn total(&self) -> i64 {
        self.0.available + self.0.issued + self.0.quarantined + self.0.discarded
    }

    pub(crate) fn left(&self, page: &PageContext) -> String {
        page.t2("stock-left-of", "left", self.0.available, "total", self.total())
    }

    /// How much is left, on a bar of 100 units.
    pub(crate) fn share_left(&self) -> i64 {
        svg::percent(self.0.available, self.total())
    }

    /// Keys that turned out to be of no use.
    pub(crate) fn defects(&self) -> i64 {
        self.0.quarantined + self.0.discarded
    }

    pub(crate) fn share_of_defects(&self, page: &PageContext) -> String {
        page.t1("stock-percent", "number", svg::percent(self.defects(), self.total()))
    }
}
