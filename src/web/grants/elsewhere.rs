//! Where the matches of a search are, if the list that is shown has none of them: in other tabs, or outside its filters.

use super::list::GrantList;
use crate::domain::grant::GrantStatus;
use crate::web::PageContext;
use crate::web::grants::query::ReadQuery;

/// Other lists that have matches.
pub(crate) struct Elsewhere {
    /// The locale key that says where.
    pub title: &'static str,
    /// Value of the tab in the form, URL, and what is there.
    pub places: Vec<(&'static str, String, String)>,
}

impl GrantList {
    /// Other lists that have matches, if this one has none; `None` if there are none at all.
    pub(crate) fn elsewhere(&self, page: &PageContext) -> Option<Elsewhere> {
        self.asked.search.as_ref().filter(|_| self.rows().is_empty() && self.is_start())?;
        let counts = &self.found.counts;
        let (title, counts, asked) = match &self.found.outside_filters {
            _ if counts.all() > 0 => ("grants-in-other-tabs", counts, self.asked.clone()),
            Some(counts) if counts.all() > 0 => {
                let asked = ReadQuery { search: self.asked.search.clone(), ..ReadQuery::default() };
                ("grants-outside-filters", counts, asked)
            }
            _ => return None,
        };
        let place = |status: GrantStatus| {
            let text = match status {
                GrantStatus::Pending => "grants-show-pending",
                GrantStatus::Delivered => "grants-show-delivered",
                GrantStatus::Failed => "grants-show-failed",
                GrantStatus::Revoked => "grants-show-revoked",
            };
            let url = asked.in_state(Some(status)).url(self.path);
            (status.as_str(), url, page.t1(text, "count", page.count(&counts.of(status))))
        };
        let places = GrantStatus::ALL.into_iter().filter(|status| counts.of(*status) > 0).map(place).collect();
        Some(Elsewhere { title, places })
    }

    /// Whether the matches are outside the filters, so that the form that leads to them has none.
    pub(crate) fn is_outside_filters(&self) -> bool {
        self.found.counts.all() == 0
    }
}
