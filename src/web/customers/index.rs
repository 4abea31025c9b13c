//! The list of customers, and the search in it.

use std::sync::Arc;

use askama::Template;
use serde::Deserialize;

use super::erasures::name_erased;
use crate::domain::entitlement::Entitlement;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::EntitlementId;
use crate::domain::page::{Cursor, Page, PageStart};
use crate::domain::text::TextError;
use crate::storage::customers::list::{CustomerFilter, CustomerLine, Found};
use crate::web::grants::query::read_search;
use crate::web::{FormErrors, Nav, PageContext, SignedInStaff, urls};

pub(crate) const PAGE_SIZE: usize = 40;

/// The query of the list, as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CustomersQuery {
    pub q: String,
    pub entitlement_id: String,
    /// `pending` or `failed`.
    pub open: String,
    pub after: String,
    pub before: String,
}

impl CustomersQuery {
    pub(crate) fn search(&self) -> Result<Option<String>, TextError> {
        read_search(&self.q)
    }

    /// The filter, and whether all of it was understood; what was not is ignored.
    pub(crate) fn filter(&self) -> (CustomerFilter, bool) {
        let (typed_id, typed_open) = (self.entitlement_id.trim(), self.open.trim());
        let entitlement_id = EntitlementId::parse(typed_id).ok();
        let is_open = |status: &GrantStatus| matches!(status, GrantStatus::Pending | GrantStatus::Failed);
        let open = GrantStatus::parse(typed_open).filter(is_open);
        let is_understood =
            (entitlement_id.is_some() || typed_id.is_empty()) && (open.is_some() || typed_open.is_empty());
        (CustomerFilter { entitlement_id, open }, is_understood)
    }

    /// Names and values of everything but the page.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let (filter, _) = self.filter();
        let pairs = [
            ("q", Some(self.q.trim().to_owned()).filter(|text| !text.is_empty())),
            ("entitlement_id", filter.entitlement_id.map(|id| id.to_string())),
            ("open", filter.open.map(|status| status.as_str().to_owned())),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    pub(crate) fn start(&self) -> PageStart<Cursor> {
        PageStart::of(Cursor::decode(&self.after), Cursor::decode(&self.before))
    }
}

#[derive(Template)]
#[template(path = "customers/index.html")]
pub(crate) struct CustomersPage {
    page: PageContext,
    query: CustomersQuery,
    errors: FormErrors,
    lines: Page<CustomerLine>,
    is_cut: bool,
    entitlements: Arc<Vec<Entitlement>>,
}

impl CustomersPage {
    pub(crate) fn new(
        staff: &SignedInStaff,
        query: CustomersQuery,
        found: Found,
        entitlements: Arc<Vec<Entitlement>>,
        errors: FormErrors,
    ) -> Self {
        let Found { page: mut lines, is_cut } = found;
        for line in &mut lines.rows {
            name_erased(staff.localizer(), &line.email, &mut line.name);
        }
        Self { page: staff.page(Nav::Customers), query, errors, lines, is_cut, entitlements }
    }

    fn is_searched(&self) -> bool {
        !self.query.pairs().is_empty()
    }

    fn is_understood(&self) -> bool {
        self.query.filter().1
    }

    fn has_entitlement(&self, id: &EntitlementId) -> bool {
        self.query.entitlement_id.trim() == id.as_str()
    }

    /// What customers can have open: value, name, and whether it is chosen.
    fn open_choices(&self) -> [(&'static str, String, bool); 2] {
        [GrantStatus::Pending, GrantStatus::Failed].map(|status| {
            let value = status.as_str();
            (value, self.page.status_name(&status).into_owned(), self.query.open.trim() == value)
        })
    }

    fn count(&self) -> String {
        self.page.t1("customers-count", "count", self.lines.rows.len())
    }

    fn newer_url(&self) -> String {
        self.lines.first_after_previous().map(|line| self.url("before", &line.place)).unwrap_or_default()
    }

    fn older_url(&self) -> String {
        self.lines.last_before_next().map(|line| self.url("after", &line.place)).unwrap_or_default()
    }

    fn csv_url(&self) -> String {
        urls::with_query(urls::CUSTOMERS_CSV, &self.query.pairs())
    }

    fn url(&self, name: &'static str, cursor: &Cursor) -> String {
        let mut pairs = self.query.pairs();
        pairs.push((name, cursor.encode()));
        urls::with_query(urls::CUSTOMERS, &pairs)
    }
}
