//! The list of grants as a page: its query, its rows, its links.

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use jiff::SignedDuration;
use serde::Deserialize;

use super::figures_strip::FiguresStrip;
use super::{PageContext, routes};
use crate::domain::entitlement::{Entitlement, IntegrationType};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::EntitlementId;
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::page::{Cursor, From, Page};
use crate::domain::staff::initials;
use crate::domain::text;
use crate::storage::grant_list::{GrantFilter, GrantLine, StatusCounts};

const MAX_SEARCH: usize = 300;

/// What stands behind the question mark, as it came.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct GrantsQuery {
    pub status: String,
    pub q: String,
    pub entitlement_id: String,
    pub integration_type: String,
    pub after: String,
    pub before: String,
}

/// What the query means; what cannot be read is left out and told.
#[derive(Debug, Clone)]
pub struct ReadQuery {
    pub filter: GrantFilter,
    pub search: Option<String>,
    /// What was typed for the search, as a whole key.
    pub key: Option<LicenseKeyValue>,
    pub from: From<Cursor>,
    pub is_understood: bool,
}

impl GrantsQuery {
    pub fn read(&self) -> ReadQuery {
        let mut is_understood = true;
        let mut known = |is_known: bool| is_understood &= is_known;
        let status = GrantStatus::parse(self.status.trim());
        known(status.is_some() || matches!(self.status.trim(), "" | "all"));
        let integration_type = IntegrationType::parse(self.integration_type.trim());
        known(integration_type.is_some() || self.integration_type.trim().is_empty());
        let entitlement_id = EntitlementId::parse(self.entitlement_id.trim()).ok();
        known(entitlement_id.is_some() || self.entitlement_id.trim().is_empty());
        let search = text::optional(&self.q, |q| text::line(q, MAX_SEARCH));
        known(search.is_ok());
        let from = match (Cursor::decode(&self.after), Cursor::decode(&self.before)) {
            (Some(cursor), _) => From::After(cursor),
            (None, Some(cursor)) => From::Before(cursor),
            (None, None) => From::Start,
        };
        known(from != From::Start || (self.after.is_empty() && self.before.is_empty()));
        let filter = GrantFilter { status, entitlement_id, integration_type };
        ReadQuery {
            filter,
            search: search.unwrap_or_default(),
            key: LicenseKeyValue::parse(&self.q).ok(),
            from,
            is_understood,
        }
    }
}

impl ReadQuery {
    /// Whether anything but the state narrows the list.
    pub fn is_narrowed(&self) -> bool {
        self.search.is_some() || self.filter.entitlement_id.is_some() || self.filter.integration_type.is_some()
    }
}

#[derive(Template)]
#[template(path = "grants/index.html")]
pub struct GrantsPage {
    pub page: PageContext,
    pub query: GrantsQuery,
    pub filter: GrantFilter,
    pub search: Option<String>,
    pub is_understood: bool,
    /// Whether more match than were looked at.
    pub is_cut: bool,
    pub is_start: bool,
    pub grants: Page<GrantLine>,
    pub counts: StatusCounts,
    pub entitlements: Arc<Vec<Entitlement>>,
    pub strip: Option<FiguresStrip>,
    pub target: SignedDuration,
}

/// Who holds a grant, in initials and by name, until when, and whether that is the person.
type Holder = (String, String, String, bool);

/// How long a grant has waited, against the target.
pub struct Waiting {
    pub text: String,
    pub class: &'static str,
    /// Hundredths of the target, at most 100.
    pub width: i64,
    pub is_late: bool,
}

impl Waiting {
    pub fn of(page: &PageContext, created_at: jiff::Timestamp, target: SignedDuration) -> Self {
        let waited = created_at.duration_until(page.now);
        let width = (waited.as_secs().max(0).saturating_mul(100) / target.as_secs().max(1)).min(100);
        let is_late = waited > target;
        let class = match width {
            _ if is_late => " c-bad",
            75.. => " c-warn",
            _ => "",
        };
        Self { text: page.duration(waited), class, width, is_late }
    }
}

impl GrantsPage {
    fn is_pending_list(&self) -> bool {
        self.filter.status == Some(GrantStatus::Pending)
    }

    fn title(&self) -> String {
        match self.filter.status {
            Some(status) => self.page.named("grants-title", status.as_str()),
            None => self.page.localizer.t("grants-title"),
        }
    }

    fn caption(&self) -> String {
        self.page.localizer.t(if self.is_pending_list() { "grants-caption-pending" } else { "grants-caption" })
    }

    /// State, its count and whether it is the present one; the last is all.
    fn tabs(&self) -> Vec<(String, Cow<'static, str>, String, bool)> {
        let mut tabs: Vec<_> = GrantStatus::ALL
            .into_iter()
            .map(|status| {
                let count = self.page.count(&self.counts.of(status));
                (self.url_for(Some(status)), self.page.status_name(&status), count, self.filter.status == Some(status))
            })
            .collect();
        let all = self.page.count(&self.counts.all());
        tabs.push((self.url_for(None), self.page.t("status-all"), all, self.filter.status.is_none()));
        tabs
    }

    /// The list in another state with the same search.
    /// The list from its start.
    fn url_here(&self) -> String {
        self.url_for(self.filter.status)
    }

    fn url_for(&self, status: Option<GrantStatus>) -> String {
        self.url(status, None)
    }

    fn url(&self, status: Option<GrantStatus>, cursor: Option<(&str, Cursor)>) -> String {
        let mut pairs = Vec::new();
        pairs.extend(status.map(|status| ("status", status.as_str().to_owned())));
        pairs.extend(self.search.clone().map(|search| ("q", search)));
        pairs.extend(self.filter.entitlement_id.as_ref().map(|id| ("entitlement_id", id.to_string())));
        pairs.extend(self.filter.integration_type.map(|kind| ("integration_type", kind.as_str().to_owned())));
        pairs.extend(cursor.map(|(name, cursor)| (name, cursor.encode())));
        let query: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", routes::encode(value))).collect();
        if query.is_empty() { routes::GRANTS.to_owned() } else { format!("{}?{}", routes::GRANTS, query.join("&")) }
    }

    fn previous_url(&self) -> String {
        let first = self.grants.rows.first().filter(|_| self.grants.has_previous);
        first.map(|line| self.url(self.filter.status, Some(("before", line.cursor())))).unwrap_or_default()
    }

    fn next_url(&self) -> String {
        let last = self.grants.rows.last().filter(|_| self.grants.has_next);
        last.map(|line| self.url(self.filter.status, Some(("after", line.cursor())))).unwrap_or_default()
    }

    fn previous_label(&self) -> String {
        self.page.localizer.t(if self.is_pending_list() { "pages-earlier" } else { "pages-newer" })
    }

    fn next_label(&self) -> String {
        self.page.localizer.t(if self.is_pending_list() { "pages-later" } else { "pages-older" })
    }

    fn summary(&self) -> String {
        let key = if self.is_pending_list() { "grants-summary-pending" } else { "grants-summary" };
        self.page.t1(key, "count", self.grants.rows.len())
    }

    fn is_narrowed(&self) -> bool {
        self.search.is_some() || self.filter.entitlement_id.is_some() || self.filter.integration_type.is_some()
    }

    /// The list of this state without the search.
    fn clear_url(&self) -> String {
        self.filter.status.map_or_else(
            || routes::GRANTS.to_owned(),
            |status| format!("{}?status={}", routes::GRANTS, status.as_str()),
        )
    }

    fn has_entitlement(&self, id: &EntitlementId) -> bool {
        self.filter.entitlement_id.as_ref() == Some(id)
    }

    pub fn has_type(&self, kind: &IntegrationType) -> bool {
        self.filter.integration_type == Some(*kind)
    }

    fn waiting(&self, line: &GrantLine) -> Waiting {
        Waiting::of(&self.page, line.created_at, self.target)
    }

    fn holder(&self, line: &GrantLine) -> Option<Holder> {
        let hold = line.held(self.page.now)?;
        let is_me = self.page.staff.as_ref().is_some_and(|me| me.id == hold.by);
        let name = line.holder_name.clone().unwrap_or_else(|| hold.by.to_string());
        let shown = if is_me { self.page.localizer.t("actor-you") } else { name.clone() };
        Some((initials(&name), shown, self.page.t1("until-time", "time", self.page.time(hold.until)), is_me))
    }

    /// Whether the person may fulfill it here and now.
    fn may_fulfill(&self, line: &GrantLine, holder: Option<&Holder>) -> bool {
        self.page.may_act()
            && line.status == GrantStatus::Pending
            && line.integration_type == IntegrationType::LicenseKey
            && holder.is_none_or(|(_, _, _, is_me)| *is_me)
    }

    /// What each integration is called.
    fn kinds(&self) -> Vec<(IntegrationType, String)> {
        IntegrationType::ALL.iter().map(|kind| (*kind, self.page.named("integration", kind.as_str()))).collect()
    }

    fn kind<'t>(&self, kinds: &'t [(IntegrationType, String)], kind: &IntegrationType) -> &'t str {
        kinds.iter().find(|(other, _)| other == kind).map_or("", |(_, name)| name)
    }

    /// The text in three pieces, of which the second is what was searched for, or in one.
    fn pieces<'t>(&self, text: &'t str) -> (&'t str, &'t str, &'t str) {
        let found = self.search.as_ref().filter(|search| search.is_ascii()).and_then(|search| {
            let at = text.to_ascii_lowercase().find(&search.to_ascii_lowercase())?;
            let (before, rest) = text.split_at_checked(at)?;
            let (hit, after) = rest.split_at_checked(search.len())?;
            Some((before, hit, after))
        });
        found.unwrap_or((text, "", ""))
    }
}
