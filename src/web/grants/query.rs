//! The query of the list of grants: its state, search, filters and page.

use serde::Deserialize;

use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{EntitlementId, StaffId};
use crate::domain::page::{Cursor, PageStart};
use crate::domain::text::{self, TextError};
use crate::storage::grants::list::{Assignee, GrantFilter};
use crate::web::urls;

const MAX_SEARCH: usize = 300;

/// Assigned to the person who asks.
pub(crate) const ME: &str = "me";
/// Assigned to nobody.
pub(crate) const NOBODY: &str = "none";

/// The query or form of the list, as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct GrantsQuery {
    pub status: String,
    /// `decision` for the grants that need one.
    pub needs: String,
    pub q: String,
    pub entitlement_id: String,
    pub integration_type: String,
    /// `me`, `none`, or the id of a person.
    pub assignee: String,
    pub after: String,
    pub before: String,
}

/// The parsed query; invalid parts are ignored, and the page says so.
#[derive(Debug, Clone)]
pub struct ReadQuery {
    pub filter: GrantFilter,
    /// The filter's assignee as in the query.
    pub assignee: String,
    pub search: Option<String>,
    pub from: PageStart<Cursor>,
    pub is_understood: bool,
}

impl Default for ReadQuery {
    fn default() -> Self {
        let (filter, assignee) = (GrantFilter::default(), String::new());
        Self { filter, assignee, search: None, from: PageStart::Start, is_understood: true }
    }
}

impl GrantsQuery {
    /// The query as `me` means it.
    pub fn read(&self, me: &StaffId) -> ReadQuery {
        let mut is_understood = true;
        let mut known = |is_known: bool| is_understood &= is_known;
        let status = GrantStatus::parse(self.status.trim());
        known(status.is_some() || matches!(self.status.trim(), "" | "all"));
        let integration_type = IntegrationType::parse(self.integration_type.trim());
        known(integration_type.is_some() || self.integration_type.trim().is_empty());
        let entitlement_id = EntitlementId::parse(self.entitlement_id.trim()).ok();
        known(entitlement_id.is_some() || self.entitlement_id.trim().is_empty());
        let search = read_search(&self.q);
        known(search.is_ok());
        let from = PageStart::of(Cursor::decode(&self.after), Cursor::decode(&self.before));
        known(from != PageStart::Start || (self.after.is_empty() && self.before.is_empty()));
        known(matches!(self.needs.trim(), "" | "decision"));
        // A search looks everywhere.
        let needs_decision = self.needs.trim() == "decision" && !matches!(search, Ok(Some(_)));
        let assignee = match self.assignee.trim() {
            ME => Some(Assignee::Staff(me.clone())),
            NOBODY => Some(Assignee::Nobody),
            id => StaffId::parse(id).ok().map(Assignee::Staff),
        };
        known(assignee.is_some() || self.assignee.trim().is_empty());
        let typed = if assignee.is_some() { self.assignee.trim().to_owned() } else { String::new() };
        let filter = GrantFilter { status, entitlement_id, integration_type, needs_decision, assignee };
        ReadQuery { filter, assignee: typed, search: search.unwrap_or_default(), from, is_understood }
    }
}

/// The text to search for; `None` if it is empty.
pub(crate) fn read_search(typed: &str) -> Result<Option<String>, TextError> {
    text::optional(typed, |typed| text::line(typed, MAX_SEARCH))
}

impl ReadQuery {
    /// Whether there is a search or filter other than the state.
    pub fn is_narrowed(&self) -> bool {
        let filter = &self.filter;
        let is_filtered =
            filter.entitlement_id.is_some() || filter.integration_type.is_some() || filter.assignee.is_some();
        self.search.is_some() || is_filtered
    }

    /// The URL of the list at `path` with this search and these filters.
    pub fn url(&self, path: &str) -> String {
        self.url_for(path, (self.filter.status, self.filter.needs_decision), None)
    }

    pub(super) fn url_for(
        &self,
        path: &str,
        (status, needs_decision): (Option<GrantStatus>, bool),
        cursor: Option<(&str, Cursor)>,
    ) -> String {
        let mut pairs = Vec::new();
        pairs.extend(needs_decision.then(|| ("needs", "decision".to_owned())));
        pairs.extend(status.map(|status| ("status", status.as_str().to_owned())));
        pairs.extend(self.search.clone().map(|search| ("q", search)));
        pairs.extend(self.filter.entitlement_id.as_ref().map(|id| ("entitlement_id", id.to_string())));
        pairs.extend(self.filter.integration_type.map(|kind| ("integration_type", kind.as_str().to_owned())));
        pairs.extend((!self.assignee.is_empty()).then(|| ("assignee", self.assignee.clone())));
        pairs.extend(cursor.map(|(name, cursor)| (name, cursor.encode())));
        let query: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", urls::encode(value))).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }
}
