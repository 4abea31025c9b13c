//! Choosing grants in the list, and what can be done with those that are chosen.

use super::GrantList;
use crate::domain::bulk::BulkAction;
use crate::domain::grant::GrantStatus;
use crate::web::{PageContext, urls};

/// Rows are chosen where something can be done with them.
impl GrantList {
    pub(crate) fn has_selection(&self, page: &PageContext) -> bool {
        let is_plain = self.is_of_grants() && !self.is_in_place && !self.is_of_decisions();
        is_plain && page.may_act() && !self.actions(page).is_empty()
    }

    /// What can be done with the grants of this list, the usual first.
    pub(crate) fn actions(&self, page: &PageContext) -> Vec<BulkAction> {
        let actions: &[BulkAction] = match self.asked.filter.status {
            Some(GrantStatus::Pending) => {
                &[BulkAction::Stock, BulkAction::Keys, BulkAction::Claim, BulkAction::Hold, BulkAction::Revocation]
            }
            Some(GrantStatus::Delivered | GrantStatus::Failed) | None => &[BulkAction::Emails, BulkAction::Revocation],
            Some(GrantStatus::Revoked) => &[],
        };
        actions.iter().copied().filter(|action| page.may(action.role())).collect()
    }

    /// The query of the list, for the form of what is chosen.
    pub(crate) fn filter(&self) -> String {
        urls::query(&self.asked.pairs())
    }

    /// The URL of this page of the list with all rows ticked.
    pub(crate) fn ticked_url(&self) -> String {
        let mut pairs = self.asked.pairs();
        let start = match &self.asked.start {
            crate::domain::page::PageStart::Start => None,
            crate::domain::page::PageStart::After(cursor) => Some(("after", cursor.encode())),
            crate::domain::page::PageStart::Before(cursor) => Some(("before", cursor.encode())),
        };
        pairs.extend(start);
        pairs.push(("select", "page".to_owned()));
        urls::with_query(self.path, &pairs)
    }

    /// Of how many grants this list is a part, if that is known.
    pub(crate) fn all_text(&self, page: &PageContext) -> String {
        let count = match self.asked.filter.status {
            Some(status) => self.found.counts.of(status),
            None => self.found.counts.all(),
        };
        page.t1("bulk-all", "count", page.count(&count))
    }
}
