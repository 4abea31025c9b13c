//! The list of grants with its search, filters, tabs and pages, as shown on `/grants` and `/search`.

mod filters;
pub(crate) mod rows;
mod selection;
mod tabs;

use std::borrow::Cow;

use askama::filters::Safe;

use self::rows::Waiting;
use super::found::Found;
use super::query::ReadQuery;
use super::tasks::sentence;
use crate::domain::grant::GrantStatus;
use crate::domain::grant::target::Target;
use crate::domain::ids::{GrantId, LicenseKeyId};
use crate::domain::license_key::masked;
use crate::domain::page::{Cursor, PageStart};
use crate::domain::search::could_be_key;
use crate::storage::grants::list::{GrantFilter, GrantLine, Sort};
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
    /// Whether all rows are ticked.
    pub(crate) is_ticked: bool,
    /// Why nothing was done with what was chosen.
    pub(crate) refusal: Option<String>,
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
        let (typed, errors) = (typed.to_owned(), asked.errors.clone());
        Self {
            path,
            is_in_place: could_be_key(&typed),
            typed,
            asked,
            found,
            target,
            errors,
            is_ticked: false,
            refusal: None,
        }
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
        self.asked.start == PageStart::Start
    }

    /// The state's name in a query; empty for all states.
    pub(crate) fn status(&self) -> &'static str {
        self.asked.filter.status.map_or("", GrantStatus::as_str)
    }

    /// Which columns the list has.
    pub(crate) fn columns(&self) -> &'static str {
        if self.is_of_decisions() { "decision" } else { self.asked.filter.status.map_or("all", GrantStatus::as_str) }
    }

    pub(crate) fn caption(&self, page: &PageContext) -> Cow<'static, str> {
        let is_reversed = self.asked.filter.is_reversed;
        if self.is_by_product() {
            return page.t("grants-caption-product");
        }
        page.t(match (self.is_pending_list(), is_reversed) {
            (true, false) => "grants-caption-pending",
            (true, true) => "grants-caption-pending-newest",
            (false, false) => "grants-caption",
            (false, true) => "grants-caption-oldest",
        })
    }

    /// The heading of the column by which the list is ordered, as a locale key.
    pub(crate) fn moment_label(&self) -> &'static str {
        match self.columns() {
            "pending" => "grants-waiting",
            "delivered" => "grants-delivered-at",
            "failed" => "grants-failed-at",
            "revoked" => "grants-revoked-at",
            _ => "grants-created-at",
        }
    }

    /// Whether that column goes up or down. Of what waits, it shows for how long.
    pub(crate) fn sorted(&self) -> &'static str {
        match (self.is_by_product(), self.asked.filter.is_reversed) {
            (true, _) => "none",
            (false, true) => "ascending",
            (false, false) => "descending",
        }
    }

    /// What a form keeps of the order, if it is not the usual one.
    pub(crate) fn order(&self) -> Vec<(&'static str, String)> {
        self.asked.pairs().into_iter().filter(|(name, _)| matches!(*name, "order" | "sort")).collect()
    }

    /// The URL of the list by its moment: in the opposite order, if that is its order already.
    pub(crate) fn turned_url(&self) -> String {
        let is_by_product = self.is_by_product();
        let turned = self.asked.with(|asked| {
            asked.filter.is_reversed ^= !is_by_product;
            asked.filter.sort = Sort::Moment;
        });
        turned.url(self.path)
    }

    pub(crate) fn is_by_product(&self) -> bool {
        self.asked.filter.sort != Sort::Moment
    }

    /// Whether the list can be sorted by its products.
    pub(crate) fn may_sort(&self) -> bool {
        !self.is_in_place && self.asked.search.is_none() && !self.is_of_decisions()
    }

    /// The URL of the list by product: from A to Z, or back if that is its order already.
    pub(crate) fn by_product_url(&self) -> String {
        let sort = if self.asked.filter.sort == Sort::Product { Sort::ProductBack } else { Sort::Product };
        self.asked.with(|asked| asked.filter.sort = sort).url(self.path)
    }

    /// Whether the column of products goes up or down.
    pub(crate) fn product_sorted(&self) -> &'static str {
        match self.asked.filter.sort {
            Sort::Moment => "none",
            Sort::Product => "ascending",
            Sort::ProductBack => "descending",
        }
    }

    /// The URL of the first page.
    pub(crate) fn url_here(&self) -> String {
        self.asked.url(self.path)
    }

    /// The URL of the list as a file; `None` where its search must not appear in a URL.
    pub(crate) fn csv_url(&self) -> Option<String> {
        let is_shown = !self.is_in_place && self.errors.is_empty() && self.asked.is_understood;
        is_shown.then(|| self.asked.url(urls::GRANTS_CSV))
    }

    /// Whether its filters can be saved as a view.
    pub(crate) fn has_views(&self) -> bool {
        self.is_of_grants() && !self.is_in_place
    }

    fn cursor(&self, line: &GrantLine) -> Cursor {
        line.cursor(self.asked.filter.status)
    }

    fn previous(&self) -> Option<Cursor> {
        self.found.grants.first_after_previous().map(|line| self.cursor(line))
    }

    fn next(&self) -> Option<Cursor> {
        self.found.grants.last_before_next().map(|line| self.cursor(line))
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
        self.previous().map(|cursor| self.asked.page_url(self.path, "before", &cursor)).unwrap_or_default()
    }

    pub(crate) fn next_url(&self) -> String {
        self.next().map(|cursor| self.asked.page_url(self.path, "after", &cursor)).unwrap_or_default()
    }

    pub(crate) fn previous_label(&self, page: &PageContext) -> Cow<'static, str> {
        page.t(match (self.is_by_product(), self.asked.filter.is_oldest_first()) {
            (true, _) => "pages-previous",
            (false, true) => "pages-earlier",
            (false, false) => "pages-newer",
        })
    }

    pub(crate) fn next_label(&self, page: &PageContext) -> Cow<'static, str> {
        page.t(match (self.is_by_product(), self.asked.filter.is_oldest_first()) {
            (true, _) => "pages-next",
            (false, true) => "pages-later",
            (false, false) => "pages-older",
        })
    }

    pub(crate) fn summary(&self, page: &PageContext) -> String {
        let key = match (self.is_pending_list(), self.asked.filter.is_oldest_first()) {
            _ if self.is_by_product() => "grants-summary-product",
            (true, true) => "grants-summary-pending",
            (false, true) => "grants-summary-oldest",
            (_, false) => "grants-summary",
        };
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

    /// The moment by which the list is ordered.
    pub(crate) fn moment(&self, page: &PageContext, line: &GrantLine) -> Safe<String> {
        page.moment_tag(&line.moment(self.asked.filter.status))
    }

    /// The days of the filter: name of the field, its label as a locale key, what was typed.
    pub(crate) fn days(&self) -> [(&'static str, &'static str, &str); 2] {
        let [from, to] = self.asked.days.each_ref().map(String::as_str);
        [("from", "audit-from", from), ("to", "audit-to", to)]
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
