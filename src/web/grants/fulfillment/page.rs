//! The pages around a fulfillment: the form with its preview, a grant claimed by a colleague, and a conflict with a
//! faster person.

use askama::Template;
use jiff::Timestamp;

use super::form::{FulfillmentForm, Input, value_field};
use super::preview::Preview;
use super::stock::StockOffer;
use crate::domain::entitlement::IssueSettings;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::GrantId;
use crate::domain::integration::rules::Delivers;
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::license_key::warnings::{Inspection, SimilarKey, Warning};
use crate::i18n::{Language, key_warning};
use crate::storage::grants::detail::GrantDetail;
use crate::storage::license_keys::IssuedKey;
use crate::web::grants::handling::view::paused;
use crate::web::{FormErrors, PageContext, SignedInStaff, urls};
use crate::wire::Json;

/// Who has claimed the grant, from the person's point of view.
#[derive(Debug)]
pub(crate) enum Holder {
    Nobody,
    Me { until: Timestamp },
    Colleague { name: String, since: Timestamp, until: Timestamp },
}

impl Holder {
    pub(crate) fn of(detail: &GrantDetail, staff: &SignedInStaff, now: Timestamp) -> Self {
        match detail.grant.claim_at(now) {
            None => Self::Nobody,
            Some(claim) if claim.by == staff.id => Self::Me { until: claim.until },
            Some(claim) => Self::Colleague {
                name: detail.holder_name.clone().unwrap_or_else(|| claim.by.to_string()),
                since: claim.since,
                until: claim.until,
            },
        }
    }
}

/// The page with the form.
#[derive(Template)]
#[template(path = "grants/fulfillment/new.html")]
pub(crate) struct FulfillmentPage {
    pub page: PageContext,
    pub detail: GrantDetail,
    pub settings: IssueSettings,
    pub holder: Holder,
    pub neighbors: (Option<GrantId>, Option<GrantId>),
    pub form: FulfillmentForm,
    pub errors: FormErrors,
    /// Where the key was issued before, if that is the error.
    pub used: Option<IssuedKey>,
    /// What looks wrong about the key.
    pub inspection: Inspection,
    /// `None` if the entitlement has no stock.
    pub(crate) stock: Option<StockOffer>,
    /// Whether the form was refused because of that.
    pub is_unconfirmed: bool,
    pub preview: Preview,
    /// Why the database could not save it: a locale key.
    pub unsaved: Option<&'static str>,
    /// Whether the form could not be sent because its session had ended.
    pub is_unsent: bool,
    pub is_late: bool,
}

impl FulfillmentPage {
    fn is_link(&self) -> bool {
        self.detail.grant.delivers().is_link()
    }

    /// The name of the field for the key or the link.
    fn value_field(&self) -> &'static str {
        value_field(self.is_link())
    }

    /// A text about the key, or the one about a link that stands for it.
    fn t_value(&self, key: &str) -> String {
        self.page.t_value(key, self.is_link())
    }

    fn platform(&self) -> String {
        self.page.named("integration", self.detail.grant.integration_type.as_str())
    }

    fn value_heading(&self) -> String {
        if self.is_link() {
            return self.page.t1("fulfillment-link-heading", "platform", self.platform());
        }
        self.page.localizer.t("fulfillment-key-heading")
    }

    fn link_hint(&self) -> String {
        match self.detail.grant.delivers() {
            Delivers::Link { example, .. } => {
                self.page.t2("fulfillment-link-hint", "platform", self.platform(), "example", example)
            }
            Delivers::Key | Delivers::Files | Delivers::Feature => String::new(),
        }
    }

    fn limit_hint(&self) -> String {
        match self.settings.activations_limit {
            Some(limit) => self.page.t1("fulfillment-limit-hint", "limit", limit.get()),
            None => self.page.localizer.t("fulfillment-limit-hint-none"),
        }
    }

    fn limit_placeholder(&self) -> String {
        self.settings.activations_limit.map(|limit| limit.get().to_string()).unwrap_or_default()
    }

    fn expires_hint(&self) -> String {
        let now = self.page.now;
        let default = match self.settings.validity_period.and_then(|period| period.end(now, &self.page.business_zone)) {
            Some(end) => {
                let days = now.duration_until(end).as_hours() / 24;
                self.page.t2("fulfillment-expires-hint", "date", self.page.expiry(end, None), "days", days)
            }
            None => self.page.localizer.t("fulfillment-expires-hint-never"),
        };
        format!("{default} {}", self.page.t1("form-date-hint", "zone", self.page.zone_label()))
    }

    fn note_hint(&self) -> String {
        self.page.named("fulfillment-note-hint", self.preview.language.code())
    }

    fn language_hint(&self) -> String {
        let locale = &self.detail.customer.locale;
        match Language::parse(&primary(locale).to_lowercase()) {
            Some(language) => self.page.named("fulfillment-preview-language", language.code()),
            None => self.page.t1("fulfillment-preview-language-other", "locale", locale),
        }
    }

    fn held_until(&self, until: &Timestamp) -> String {
        self.page.t1("fulfillment-hold-mine", "time", self.page.time(*until))
    }

    fn held_by(&self, name: &str, since: &Timestamp, until: &Timestamp) -> String {
        held_by(&self.page, name, *since, *until)
    }

    fn waiting(&self) -> String {
        waiting(&self.page, &self.detail)
    }

    fn waited_seconds(&self) -> Option<i64> {
        waited_seconds(&self.page, &self.detail)
    }

    fn paused(&self) -> Option<String> {
        paused(&self.page, &self.detail.grant.handling)
    }

    fn date(&self, at: &Timestamp) -> String {
        self.page.date(*at)
    }

    fn is_from_stock(&self) -> bool {
        self.form.is_from_stock()
    }

    /// Whether sending the form with the Enter key goes on with the next grant: for those who have taken the grant, and
    /// only where nothing is typed.
    fn goes_on_by_default(&self) -> bool {
        self.is_from_stock() && matches!(self.holder, Holder::Me { .. })
    }

    /// Whether the key field gets the focus; not if there are errors or warnings to read first.
    fn starts_in_key(&self) -> bool {
        self.may_start() && !self.is_from_stock()
    }

    /// Whether a field gets the focus.
    fn may_start(&self) -> bool {
        self.errors.is_empty() && self.unsaved.is_none() && !self.has_warnings()
    }

    fn has_warnings(&self) -> bool {
        !self.inspection.warnings.is_empty()
    }

    /// Each warning in words, and where a similar key went.
    fn warnings<'a>(&'a self) -> Vec<(String, Option<&'a SimilarKey>)> {
        let l = &self.page.localizer;
        let in_words = |warning: &'a Warning| match warning {
            // The page links the place.
            Warning::SimilarKey(similar) => (key_warning(l, &Warning::SimilarKey(None)), similar.as_ref()),
            other => (key_warning(l, other), None),
        };
        self.inspection.warnings.iter().map(in_words).collect()
    }

    /// The ids of what describes the key field.
    fn title(&self) -> String {
        let (product, name) = (&self.detail.entitlement.product_name, &self.detail.customer.name);
        self.page.t2("fulfillment-title", "product", product, "name", name)
    }

    /// Whether the person has just delivered the grant before and gone on to this one.
    fn follows_a_delivery(&self) -> bool {
        let kinds = ["fulfillment-delivered-next", "fulfillment-delivered-next-kept", "fulfillment-waits-next"];
        self.page.flash.as_ref().is_some_and(|flash| kinds.iter().any(|kind| flash.is(kind)))
    }

    fn url_described_by(&self) -> String {
        format!("sold buyer {}", self.errors.described_by("url", &true))
    }

    fn key_described_by(&self) -> String {
        let warnings = if self.has_warnings() { " key-warnings" } else { "" };
        // Focus starts here: whose key it is comes first.
        format!("sold buyer {}{warnings}", self.errors.described_by("key", &true))
    }
}

/// The page of a grant that a colleague has claimed; without a form until it is taken over.
#[derive(Template)]
#[template(path = "grants/fulfillment/taken.html")]
pub(crate) struct TakenPage {
    pub page: PageContext,
    pub detail: GrantDetail,
    pub neighbors: (Option<GrantId>, Option<GrantId>),
    pub name: String,
    pub since: Timestamp,
    pub until: Timestamp,
    pub is_late: bool,
}

impl TakenPage {
    fn held_by(&self) -> String {
        held_by(&self.page, &self.name, self.since, self.until)
    }

    fn waiting(&self) -> String {
        waiting(&self.page, &self.detail)
    }

    fn waited_seconds(&self) -> Option<i64> {
        waited_seconds(&self.page, &self.detail)
    }

    fn paused(&self) -> Option<String> {
        paused(&self.page, &self.detail.grant.handling)
    }
}

pub(super) fn held_by(page: &PageContext, name: &str, since: Timestamp, until: Timestamp) -> String {
    page.t3("fulfillment-hold-other", "name", name, "since", page.time(since), "until", page.time(until))
}

/// How long the grant has waited, as part of a sentence.
pub(crate) fn waiting(page: &PageContext, detail: &GrantDetail) -> String {
    let since = detail.grant.waiting_since(page.now);
    page.t1("fulfillment-waiting", "duration", page.duration(page.target.waited(since, page.now)))
}

/// For the script, which lets the time go on; `None` while the grant is paused or the clock stands still.
pub(crate) fn waited_seconds(page: &PageContext, detail: &GrantDetail) -> Option<i64> {
    let is_paused = detail.grant.handling.pause_at(page.now).is_some();
    let goes_on = !is_paused && !page.target.stands_still(page.now);
    goes_on.then(|| page.target.waited(detail.grant.waiting_since(page.now), page.now).as_secs())
}

/// What is known about a key that was submitted too late.
pub(crate) enum KeyUsage {
    /// Nothing that could be a key was input, or nothing may be disclosed about it.
    NoKey,
    Unused,
    /// It is the key that the grant was delivered with.
    IssuedHere,
    IssuedElsewhere {
        at: Timestamp,
    },
}

/// The input for a grant that is no longer pending.
pub(crate) struct UnusedKey {
    pub form: FulfillmentForm,
    pub input: Input,
    pub usage: KeyUsage,
}

impl UnusedKey {
    /// The parsed key or link, or the raw input if it is invalid.
    fn key(&self) -> &str {
        // Whichever field the grant's form has, the other is empty.
        self.input.key.as_ref().map_or(self.form.link(), LicenseKeyValue::expose)
    }

    /// Whether the key can be state as running text, in which white space collapses.
    fn is_plain(&self) -> bool {
        !self.key().contains(['\n', '\t']) && !self.key().contains("  ")
    }
}

/// The page state if another person was faster.
#[derive(Template)]
#[template(path = "grants/fulfillment/conflict.html")]
pub(crate) struct ConflictPage {
    pub page: PageContext,
    pub detail: GrantDetail,
    pub is_by_me: bool,
    /// `None` if the person only wanted to claim the grant.
    pub unused: Option<UnusedKey>,
}

impl ConflictPage {
    fn is_revoked(&self) -> bool {
        self.detail.grant.status == GrantStatus::Revoked
    }

    fn title(&self) -> String {
        self.page.localizer.t(if self.is_revoked() {
            "fulfillment-conflict-revoked-title"
        } else {
            "fulfillment-conflict-title"
        })
    }

    /// Says who was faster, and when.
    fn heading(&self) -> String {
        let grant = &self.detail.grant;
        if let (true, Some(at)) = (self.is_revoked(), grant.revoked_at) {
            return self.page.t1("fulfillment-conflict-revoked", "time", self.moment(at));
        }
        match (grant.delivered_at, self.page.deliverer(&self.detail)) {
            (Some(at), _) if self.is_by_me => {
                self.page.t1("fulfillment-conflict-delivered-by-you", "time", self.moment(at))
            }
            (Some(at), Some(name)) => {
                self.page.t2("fulfillment-conflict-delivered", "name", name, "time", self.moment(at))
            }
            _ => self.page.localizer.t("fulfillment-conflict-changed"),
        }
    }

    /// The time; with its date unless it is today.
    fn moment(&self, at: Timestamp) -> String {
        if self.page.date(at) == self.page.date(self.page.now) { self.page.time(at) } else { self.page.date_time(at) }
    }

    fn is_link(&self) -> bool {
        self.detail.grant.delivers().is_link()
    }

    fn text(&self) -> String {
        let key = match (&self.unused, self.is_revoked()) {
            (None, _) => "fulfillment-conflict-text-hold",
            (Some(_), true) => "fulfillment-conflict-text-revoked",
            (Some(_), false) => "fulfillment-conflict-text",
        };
        self.page.t_value(key, self.is_link())
    }

    fn usage(&self, unused: &UnusedKey) -> String {
        match unused.usage {
            KeyUsage::NoKey => String::new(),
            KeyUsage::Unused => self.page.t_value("fulfillment-conflict-unused", self.is_link()),
            KeyUsage::IssuedHere => self.page.t_value("fulfillment-conflict-used-here", self.is_link()),
            KeyUsage::IssuedElsewhere { at } => {
                let key = self.page.localizer.of_value("fulfillment-conflict-used", self.is_link());
                self.page.t1(&key, "date", self.page.date(at))
            }
        }
    }

    /// The limit that was input, or the default that would have applied.
    fn input_limit(&self, unused: &UnusedKey) -> String {
        let typed = unused.form.activations_limit.trim();
        if !typed.is_empty() {
            return typed.to_owned();
        }
        self.by_default(match self.detail.entitlement.config.issue().activations_limit {
            Some(limit) => self.page.number(limit.get()),
            None => self.page.localizer.t("unlimited"),
        })
    }

    /// The expiry that was input, or the default that would have applied.
    fn input_expiry(&self, unused: &UnusedKey) -> String {
        let typed = format!("{} {}", unused.form.expires_at, unused.form.expires_time);
        let typed = typed.trim();
        if !typed.is_empty() {
            let zone = unused.input.expires_zone.as_deref();
            return unused.input.expires_at.map_or_else(|| typed.to_owned(), |at| self.page.expiry(at, zone));
        }
        let period = self.detail.entitlement.config.issue().validity_period;
        self.by_default(match period.and_then(|period| period.end(self.page.now, &self.page.business_zone)) {
            Some(end) => self.page.expiry(end, None),
            None => self.page.localizer.t("never"),
        })
    }

    fn by_default(&self, value: String) -> String {
        self.page.t1("fulfillment-conflict-from-entitlement", "value", value)
    }
}

/// The customer's language, as far as Keydesk supports it, with the locale it comes from.
pub(crate) fn locale_name(page: &PageContext, locale: &str) -> String {
    match Language::parse(&primary(locale).to_lowercase()) {
        Some(language) => format!("{} ({locale})", page.named("fulfillment-language", language.code())),
        None => locale.to_owned(),
    }
}

fn primary(locale: &str) -> &str {
    locale.split('-').next().unwrap_or(locale)
}

/// The URL of the list of a customer's grants.
pub(crate) fn grants_of(email: &str) -> String {
    format!("/grants?q={}", urls::encode(email))
}

/// The top-level pairs of a JSON object, with values formatted for reading.
pub(crate) fn metadata_pairs(text: &str) -> Vec<(String, String)> {
    let Ok(Json::Object(members)) = Json::parse(text) else { return Vec::new() };
    let plain = |value: Json| match value {
        Json::String(text) => text,
        other => other.to_string(),
    };
    members.into_pairs().into_iter().map(|(name, value)| (name, plain(value))).collect()
}
