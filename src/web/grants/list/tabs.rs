//! The tabs above the list.

use std::borrow::Cow;

use super::GrantList;
use crate::domain::grant::GrantStatus;
use crate::web::grants::query::ME;
use crate::web::{PageContext, urls};

/// A tab: its value in a form, URL, name, count, and whether it is the current one.
pub(crate) type Tab = (&'static str, String, Cow<'static, str>, String, bool);

impl GrantList {
    /// The tabs of the states. The last one is for all of them.
    pub(crate) fn tabs(&self, page: &PageContext) -> Vec<Tab> {
        let current = self.asked.filter.status;
        // The list of one's own grants is a tab beside the others.
        let is_mine = self.is_mine();
        let asked = self.asked.with(|asked| {
            if is_mine {
                asked.drop_assignee();
            }
        });
        let tab = |status: Option<GrantStatus>, name, count| {
            let value = status.map_or("all", GrantStatus::as_str);
            let is_current = current == status && !self.asked.filter.needs_decision && !is_mine;
            (value, asked.in_state(status).url(self.path), name, page.count(&count), is_current)
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

    /// The tab of grants that need a decision: URL, count, and whether it is the current one. `None` if there is none.
    pub(crate) fn decision_tab(&self, page: &PageContext) -> Option<(String, String, bool)> {
        let is_current = self.asked.filter.needs_decision;
        let count = self.found.decisions;
        let is_offered = count > 0 && self.asked.search.is_none();
        (is_current || is_offered).then(|| (format!("{}?needs=decision", urls::GRANTS), page.count(&count), is_current))
    }

    /// The URL of the list of what the person delivered today, on the tab of what is delivered.
    pub(crate) fn sent_today_url(&self, page: &PageContext) -> Option<&'static str> {
        let is_delivered = self.asked.filter.status == Some(GrantStatus::Delivered);
        (is_delivered && self.is_of_grants() && page.may_act()).then_some(urls::SENT_TODAY)
    }
}
