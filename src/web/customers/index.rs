//! The list of customers, and the search in it.

use askama::Template;
use serde::Deserialize;

use super::erasures::name_erased;
use crate::domain::page::{Cursor, Page, PageStart};
use crate::domain::text::TextError;
use crate::storage::customers::list::{CustomerLine, Found};
use crate::web::grants::query::read_search;
use crate::web::{FormErrors, Nav, PageContext, SignedInStaff, urls};

pub(crate) const PAGE_SIZE: usize = 40;

/// The query of the list, as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CustomersQuery {
    pub q: String,
    pub after: String,
    pub before: String,
}

impl CustomersQuery {
    pub(crate) fn search(&self) -> Result<Option<String>, TextError> {
        read_search(&self.q)
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
}

impl CustomersPage {
    pub(crate) fn new(staff: &SignedInStaff, query: CustomersQuery, found: Found, errors: FormErrors) -> Self {
        let Found { page: mut lines, is_cut } = found;
        for line in &mut lines.rows {
            name_erased(staff.localizer(), &line.email, &mut line.name);
        }
        Self { page: staff.page(Nav::Customers), query, errors, lines, is_cut }
    }

    fn is_searched(&self) -> bool {
        !self.query.q.trim().is_empty()
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

    fn url(&self, name: &str, cursor: &Cursor) -> String {
        let cursor = urls::encode(&cursor.encode());
        match self.query.q.trim() {
            "" => format!("{}?{name}={cursor}", urls::CUSTOMERS),
            text => format!("{}?q={}&{name}={cursor}", urls::CUSTOMERS, urls::encode(text)),
        }
    }
}
