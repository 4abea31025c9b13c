//! The list of grants with its search, filters, tabs and pages, as shown on `/grants` and `/search`.

use std::borrow::Cow;

use super::found::Found;
use super::query::{ME, NOBODY, ReadQuery};
use super::tasks::sentence;
use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::GrantStatus;
use crate::domain::grant::target::Target;
use crate::domain::ids::{EntitlementId, GrantId, LicenseKeyId};
use crate::domain::license_key::masked;
use crate::domain::page::{Cursor, PageStart};
use crate::domain::search::could_be_key;
use crate::domain::staff::initials;
use crate::storage::grants::list::{GrantFilter, GrantLine};
use crate::web::customers::erasures::name_erased;
use crate::web::{FormErrors, PageContext, SignedInStaff, urls};

/// The list as shown by `templates/grants/list.html`.
pub(crate) struct GrantList {
    /// The path of its links: `/grants` or `/search`.
    pub(super) path: &'static str,
    /// Whether the search text must not appear in a URL; tabs and pages are then buttons of the form.
    pub(crate) is_in_place: bool,
    /// The search as entered.
    pub(crate) typed: String,
    pub(crate) asked: ReadQuery,
    pub(crate) found: Found,
    target: Target,
    pub(crate) errors: FormErrors,
}

/// Who has claimed a grant, by initials and name, until when, and whether that is the current person.
pub(crate) type Holder = (String, String, String, bool);

/// How long a grant has waited, compared with the target.
pub(crate) struct Waiting {
    pub text: String,
    pub seconds: i64,
    pub class: &'static str,
    /// Percent of the target, at most 100.
    pub width: i64,
    pub is_late: bool,
}

impl Waiting {
    pub(crate) fn of(page: &PageContext, since: jiff::Timestamp, target: &Target) -> Self {
        let waited = target.waited(since, page.now);
        let width = (waited.as_secs().max(0).saturating_mul(100) / target.duration.as_secs().max(1)).min(100);
        let is_late = target.is_missed(since, page.now);
        let class = match width {
            _ if is_late => " c-bad",
            75.. => " c-warn",
            _ => "",
        };
        Self { text: page.duration(waited), seconds: waited.as_secs().max(0), class, width, is_late }
    }
}

impl GrantList {
    pub(crate) fn new(
        staff: &SignedInStaff,
        path: &'static str,
        typed: &str,
        asked: ReadQuery,
        mut found: Found,
        target: Target,
    ) -> Self {
        for line in &mut found.grants.rows {
            name_erased(staff.localizer(), &line.customer_email, &mut line.customer_name);
        }
        let (typed, errors) = (typed.to_owned(), FormErrors::new());
        Self { path, is_in_place: could_be_key(&typed), typed, asked, found, target, errors }
    }

    /// The list as shown in the response to a form: its tabs and pages are buttons of the form.
    #[must_use]
    pub(crate) fn in_place(self, errors: FormErrors) -> Self {
        Self { is_in_place: true, errors, ..self }
    }

    /// The locale key of the page title.
    pub(crate) fn title_key(&self) -> &'static str {
        if self.is_of_decisions() {
            return "grants-title-decision";
        }
        if self.is_mine() {
            return "grants-title-mine";
        }
        match self.asked.filter.status {
            None => "grants-title",
            Some(GrantStatus::Pending) => "grants-title-pending",
            Some(GrantStatus::Delivered) => "grants-title-delivered",
            Some(GrantStatus::Failed) => "grants-title-failed",
            Some(GrantStatus::Revoked) => "grants-title-revoked",
        }
    }

    pub(crate) fn rows(&self) -> &[GrantLine] {
        &self.found.grants.rows
    }

    /// Imported keys that end with what was typed: id, and the masked key.
    pub(crate) fn keys_without_grant(&self) -> Vec<(&LicenseKeyId, String)> {
        self.found.keys_without_grant.iter().map(|key| (&key.id, masked(&key.last_four))).collect()
    }

    /// Whether the list is of grants that need a decision; it says which one.
    pub(crate) fn is_of_decisions(&self) -> bool {
        self.asked.filter.needs_decision
    }

    /// What is to be decided about a grant, with the other grant that it is about.
    pub(crate) fn decisions(&self, page: &PageContext, line: &GrantLine) -> Vec<(String, Option<&GrantId>)> {
        let tasks = self.found.tasks.iter().filter(|shown| shown.task.grant_id == line.id);
        tasks.map(|shown| (sentence(page, shown), shown.task.other_grant_id.as_ref())).collect()
    }

    pub(crate) fn is_of_grants(&self) -> bool {
        self.path == urls::GRANTS
    }

    pub(crate) fn is_pending_list(&self) -> bool {
        self.asked.filter.status == Some(GrantStatus::Pending)
    }

    pub(crate) fn is_start(&self) -> bool {
        self.asked.from == PageStart::Start
    }

    /// The state's name in a query; empty for all states.
    pub(crate) fn status(&self) -> &'static str {
        self.asked.filter.status.map_or("", GrantStatus::as_str)
    }

    pub(crate) fn caption(&self, page: &PageContext) -> Cow<'static, str> {
        page.t(if self.is_pending_list() { "grants-caption-pending" } else { "grants-caption" })
    }

    /// The tabs: value in the form, URL, name, count, and whether it is the current one. The last one is for all
    /// states.
    pub(crate) fn tabs(&self, page: &PageContext) -> Vec<(&'static str, String, Cow<'static, str>, String, bool)> {
        let current = self.asked.filter.status;
        // The list of one's own grants is a tab beside the others.
        let mut asked = self.asked.clone();
        if self.is_mine() {
            asked.filter.assignee = None;
            asked.assignee = String::new();
        }
        let tab = |status: Option<GrantStatus>, name, count| {
            let value = status.map_or("all", GrantStatus::as_str);
            let is_current = current == status && !self.asked.filter.needs_decision && !self.is_mine();
            (value, asked.url_for(self.path, (status, false), None), name, page.count(&count), is_current)
        };
        let states = GrantStatus::ALL
            .into_iter()
            .map(|status| tab(Some(status), page.status_name(&status), self.found.counts.of(status)));
        states.chain([tab(None, page.t("status-all"), self.found.counts.all())]).collect()
    }

    /// Whether the list is of the pending grants that are assigned to the person.
    pub(crate) fn is_mine(&self) -> bool {
        self.asked.assignee == ME && self.is_pending_list() && self.asked.search.is_none()
    }

    /// The tab of grants that are assigned to the person: URL, count, and whether it is the current one. `None` for
    /// those who fulfill none.
    pub(crate) fn mine_tab(&self, page: &PageContext) -> Option<(String, String, bool)> {
        let count = page.count(&self.found.mine);
        let is_shown = page.may_act() && self.is_of_grants();
        is_shown.then(|| (format!("{}&assignee={ME}", urls::PENDING_GRANTS), count, self.is_mine()))
    }

    /// The choices of the filter: value, name, and whether it is chosen.
    pub(crate) fn assignees(&self, page: &PageContext) -> Vec<(String, String, bool)> {
        let choice = |value: &str, name: String| (value.to_owned(), name, self.asked.assignee == value);
        let me = page.staff.as_ref().map(|me| &me.id);
        let own = page.may_act().then(|| choice(ME, page.localizer.t("grants-assigned-to-me")));
        let others = self.found.colleagues.iter().filter(|(id, _)| Some(id) != me);
        let others = others.map(|(id, name)| choice(id.as_str(), name.clone()));
        let nobody = choice(NOBODY, page.localizer.t("actor-nobody"));
        own.into_iter().chain([nobody]).chain(others).collect()
    }

    /// The tab of grants that need a decision: URL, count, and whether it is the current one. `None` if there is none.
    pub(crate) fn decision_tab(&self, page: &PageContext) -> Option<(String, String, bool)> {
        let is_current = self.asked.filter.needs_decision;
        let count = self.found.decisions;
        (is_current || count > 0).then(|| (format!("{}?needs=decision", urls::GRANTS), page.count(&count), is_current))
    }

    /// The URL of the first page.
    pub(crate) fn url_here(&self) -> String {
        self.asked.url(self.path)
    }

    fn previous(&self) -> Option<Cursor> {
        self.found.grants.first_after_previous().map(GrantLine::cursor)
    }

    fn next(&self) -> Option<Cursor> {
        self.found.grants.last_before_next().map(GrantLine::cursor)
    }

    /// The cursor of the previous page, for the form; empty if there is none.
    pub(crate) fn previous_cursor(&self) -> String {
        self.previous().map(|cursor| cursor.encode()).unwrap_or_default()
    }

    /// The cursor of the next page, for the form; empty if there is none.
    pub(crate) fn next_cursor(&self) -> String {
        self.next().map(|cursor| cursor.encode()).unwrap_or_default()
    }

    pub(crate) fn previous_url(&self) -> String {
        self.previous().map(|cursor| self.page_url("before", cursor)).unwrap_or_default()
    }

    pub(crate) fn next_url(&self) -> String {
        self.next().map(|cursor| self.page_url("after", cursor)).unwrap_or_default()
    }

    fn page_url(&self, name: &str, cursor: Cursor) -> String {
        let filter = &self.asked.filter;
        self.asked.url_for(self.path, (filter.status, filter.needs_decision), Some((name, cursor)))
    }

    pub(crate) fn previous_label(&self, page: &PageContext) -> Cow<'static, str> {
        page.t(if self.is_pending_list() { "pages-earlier" } else { "pages-newer" })
    }

    pub(crate) fn next_label(&self, page: &PageContext) -> Cow<'static, str> {
        page.t(if self.is_pending_list() { "pages-later" } else { "pages-older" })
    }

    pub(crate) fn summary(&self, page: &PageContext) -> String {
        let key = if self.is_pending_list() { "grants-summary-pending" } else { "grants-summary" };
        page.t1(key, "count", self.rows().len())
    }

    pub(crate) fn is_narrowed(&self) -> bool {
        self.is_in_place || self.asked.is_narrowed()
    }

    /// The locale key that explains why the list is empty.
    pub(crate) fn empty_key(&self, page: &PageContext) -> &'static str {
        if self.is_in_place && page.may_reveal() { "search-empty-with-keys" } else { "grants-empty-search-text" }
    }

    /// The URL of this state's list without the search.
    pub(crate) fn clear_url(&self) -> String {
        let GrantFilter { status, needs_decision, .. } = self.asked.filter;
        let filter = GrantFilter { status, needs_decision, ..GrantFilter::default() };
        ReadQuery { filter, ..ReadQuery::default() }.url(urls::GRANTS)
    }

    pub(crate) fn has_entitlement(&self, id: &EntitlementId) -> bool {
        self.asked.filter.entitlement_id.as_ref() == Some(id)
    }

    pub(crate) fn has_type(&self, kind: &IntegrationType) -> bool {
        self.asked.filter.integration_type == Some(*kind)
    }

    pub(crate) fn waiting(&self, page: &PageContext, line: &GrantLine) -> Waiting {
        Waiting::of(page, line.waiting_since(page.now), &self.target)
    }

    /// Splits the text into three parts, of which the second matches the search; without a match, everything is in the
    /// first.
    pub(crate) fn pieces<'t>(&self, text: &'t str) -> (&'t str, &'t str, &'t str) {
        let found = self.asked.search.as_ref().filter(|search| search.is_ascii()).and_then(|search| {
            let at = text.to_ascii_lowercase().find(&search.to_ascii_lowercase())?;
            let (before, rest) = text.split_at_checked(at)?;
            let (hit, after) = rest.split_at_checked(search.len())?;
            Some((before, hit, after))
        });
        found.unwrap_or((text, "", ""))
    }
}

/// Who has currently claimed the grant.
pub(crate) fn holder(page: &PageContext, line: &GrantLine) -> Option<Holder> {
    let claim = line.claim_at(page.now)?;
    let is_me = page.staff.as_ref().is_some_and(|me| me.id == claim.by);
    let name = line.holder_name.clone().unwrap_or_else(|| claim.by.to_string());
    let shown = if is_me { page.localizer.t("actor-you") } else { name.clone() };
    Some((initials(&name), shown, page.t1("until-time", "time", page.time(claim.until)), is_me))
}

/// Whom a waiting grant is assigned to: initials and name, and whether that is the current person.
pub(crate) fn assignee(page: &PageContext, line: &GrantLine) -> Option<(String, String, bool)> {
    let (id, name) = (line.handling.assigned_to.as_ref()?, line.assignee_name.as_ref()?);
    let is_me = page.staff.as_ref().is_some_and(|me| me.id == *id);
    Some((initials(name), if is_me { page.localizer.t("actor-you") } else { name.clone() }, is_me))
}

/// Whether the person may fulfill the grant now.
pub(crate) fn may_fulfill(page: &PageContext, line: &GrantLine, holder: Option<&Holder>) -> bool {
    page.may_act()
        && line.status == GrantStatus::Pending
        && line.integration_type == IntegrationType::LicenseKey
        && holder.is_none_or(|(_, _, _, is_me)| *is_me)
        && !is_set_aside(page, line)
}

/// Whether the grant is paused, skipped, or assigned to somebody else.
pub(crate) fn is_set_aside(page: &PageContext, line: &GrantLine) -> bool {
    page.staff.as_ref().is_some_and(|me| !line.handling.is_free_for(&me.id, page.now))
}

/// The integrations and their names.
pub(crate) fn kinds(page: &PageContext) -> Vec<(IntegrationType, String)> {
    IntegrationType::ALL.iter().map(|kind| (*kind, page.named("integration", kind.as_str()))).collect()
}

pub(crate) fn kind<'t>(kinds: &'t [(IntegrationType, String)], kind: &IntegrationType) -> &'t str {
    kinds.iter().find(|(other, _)| other == kind).map_or("", |(_, name)| name)
}
