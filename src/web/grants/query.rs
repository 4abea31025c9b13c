//! The query of the list of grants: its state, search, filters and page.

use serde::Deserialize;

use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{ApiKeyId, ConnectionId, EntitlementId, StaffId};
use crate::domain::page::{Cursor, PageStart};
use crate::domain::text::{self, TextError};
use crate::storage::grants::list::{Assignee, Channel, GrantFilter, Sort};
use crate::web::forms::days::read_days;
use crate::web::{FormErrors, SignedInStaff, urls};

const MAX_SEARCH: usize = 300;

/// The person who asks.
pub(crate) const ME: &str = "me";
/// Assigned to nobody.
pub(crate) const NOBODY: &str = "none";

/// An order other than the usual one of the list.
const OLDEST: &str = "oldest";
const NEWEST: &str = "newest";

/// Sales that no connection brings.
pub(crate) const OWN: &str = "own";
const PRODUCT: &str = "product";
const PRODUCT_BACK: &str = "-product";

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
    /// Who delivered or revoked: `me`, or the id of a person or an API key.
    pub by: String,
    /// Days, or `today`.
    pub from: String,
    pub to: String,
    /// `own`, or the id of a connection.
    pub channel: String,
    /// `oldest` or `newest` first.
    pub order: String,
    /// `product` from A to Z, or `-product` from Z to A.
    pub sort: String,
    pub after: String,
    pub before: String,
    /// `page` ticks all rows.
    pub select: String,
}

/// The parsed query; invalid parts are ignored, and the page says so.
#[derive(Debug, Clone)]
pub struct ReadQuery {
    pub filter: GrantFilter,
    /// The filter's assignee as in the query.
    pub assignee: String,
    /// Who delivered or revoked, as in the query.
    pub by: String,
    /// The days as in the query.
    pub days: [String; 2],
    pub search: Option<String>,
    pub start: PageStart<Cursor>,
    pub is_understood: bool,
    /// What is wrong with the days.
    pub errors: FormErrors,
}

impl Default for ReadQuery {
    fn default() -> Self {
        Self {
            filter: GrantFilter::default(),
            assignee: String::new(),
            by: String::new(),
            days: <[String; 2]>::default(),
            search: None,
            start: PageStart::Start,
            is_understood: true,
            errors: FormErrors::new(),
        }
    }
}

impl GrantsQuery {
    /// The query as the person means it.
    pub fn read(&self, staff: &SignedInStaff) -> ReadQuery {
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
        let start = PageStart::of(Cursor::decode(&self.after), Cursor::decode(&self.before));
        known(start != PageStart::Start || (self.after.is_empty() && self.before.is_empty()));
        known(matches!(self.needs.trim(), "" | "decision"));
        // A search looks everywhere.
        let needs_decision = self.needs.trim() == "decision" && !matches!(search, Ok(Some(_)));
        let assignee = match self.assignee.trim() {
            ME => Some(Assignee::Staff(staff.id.clone())),
            NOBODY => Some(Assignee::Nobody),
            id => StaffId::parse(id).ok().map(Assignee::Staff),
        };
        known(assignee.is_some() || self.assignee.trim().is_empty());
        let by = read_actor(self.by.trim(), &staff.id);
        known(by.is_some() || self.by.trim().is_empty());
        let channel = match self.channel.trim() {
            OWN => Some(Channel::Own),
            id => ConnectionId::parse(id).ok().map(Channel::Connection),
        };
        known(channel.is_some() || self.channel.trim().is_empty());
        known(matches!(self.order.trim(), "" | OLDEST | NEWEST));
        known(matches!(self.sort.trim(), "" | PRODUCT | PRODUCT_BACK));
        // What a search finds, and what is to be decided, comes by its date.
        let is_sorted = matches!(search, Ok(None)) && !needs_decision;
        let sort = match self.sort.trim() {
            PRODUCT if is_sorted => Sort::Product,
            PRODUCT_BACK if is_sorted => Sort::ProductBack,
            _ => Sort::Moment,
        };
        let is_pending = status == Some(GrantStatus::Pending);
        let is_reversed = self.order.trim() == if is_pending { NEWEST } else { OLDEST };
        let mut errors = FormErrors::new();
        let (from, until) = read_days(&self.from, &self.to, staff.localizer(), &mut errors);
        let typed = |field: &str, is_known: bool| if is_known { field.trim().to_owned() } else { String::new() };
        ReadQuery {
            assignee: typed(&self.assignee, assignee.is_some()),
            by: typed(&self.by, by.is_some()),
            days: [&self.from, &self.to].map(|day| day.trim().to_owned()),
            filter: GrantFilter {
                status,
                entitlement_id,
                integration_type,
                needs_decision,
                assignee,
                by,
                from,
                until,
                channel,
                is_reversed,
                sort,
            },
            search: search.unwrap_or_default(),
            start,
            is_understood,
            errors,
        }
    }
}

/// The channel as in a query.
pub(crate) fn channel_value(channel: &Channel) -> &str {
    match channel {
        Channel::Own => OWN,
        Channel::Connection(id) => id.as_str(),
    }
}

fn sort_value(sort: Sort) -> Option<&'static str> {
    match sort {
        Sort::Moment => None,
        Sort::Product => Some(PRODUCT),
        Sort::ProductBack => Some(PRODUCT_BACK),
    }
}

/// The id of whoever did something.
fn read_actor(typed: &str, me: &StaffId) -> Option<String> {
    let is_known = StaffId::parse(typed).is_ok() || ApiKeyId::parse(typed).is_ok();
    if typed == ME { Some(me.to_string()) } else { is_known.then(|| typed.to_owned()) }
}

/// The text to search for; `None` if it is empty.
pub(crate) fn read_search(typed: &str) -> Result<Option<String>, TextError> {
    text::optional(typed, |typed| text::line(typed, MAX_SEARCH))
}

impl ReadQuery {
    /// Whether there is a search or filter other than the state.
    pub fn is_narrowed(&self) -> bool {
        self.search.is_some() || self.is_filtered()
    }

    /// Whether there is a filter other than the state.
    pub fn is_filtered(&self) -> bool {
        let GrantFilter { entitlement_id, integration_type, assignee, by, from, until, channel, .. } = &self.filter;
        let has_kind = entitlement_id.is_some() || integration_type.is_some() || channel.is_some();
        let has_days = from.is_some() || until.is_some();
        has_kind || assignee.is_some() || by.is_some() || has_days
    }

    /// Names and values of everything but the page.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let filter = &self.filter;
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let order = if filter.is_oldest_first() { OLDEST } else { NEWEST };
        let [from, to] = &self.days;
        let pairs = [
            ("needs", filter.needs_decision.then(|| "decision".to_owned())),
            ("status", filter.status.map(|status| status.as_str().to_owned())),
            ("q", self.search.clone()),
            ("entitlement_id", filter.entitlement_id.as_ref().map(ToString::to_string)),
            ("integration_type", filter.integration_type.map(|kind| kind.as_str().to_owned())),
            ("assignee", given(&self.assignee)),
            ("by", given(&self.by)),
            ("from", given(from)),
            ("to", given(to)),
            ("channel", filter.channel.as_ref().map(|channel| channel_value(channel).to_owned())),
            ("order", filter.is_reversed.then(|| order.to_owned())),
            ("sort", sort_value(filter.sort).map(str::to_owned)),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The same without the search: what a saved view keeps.
    pub fn filters(&self) -> Vec<(&'static str, String)> {
        self.pairs().into_iter().filter(|(name, _)| *name != "q").collect()
    }

    /// The URL of the list at `path` with this search and these filters.
    pub fn url(&self, path: &str) -> String {
        urls::with_query(path, &self.pairs())
    }

    /// The URL of a page of it.
    pub(super) fn page_url(&self, path: &str, name: &'static str, cursor: &Cursor) -> String {
        let mut pairs = self.pairs();
        pairs.push((name, cursor.encode()));
        urls::with_query(path, &pairs)
    }

    /// The same with something else.
    #[must_use]
    pub(super) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self.clone();
        change(&mut changed);
        changed
    }

    /// The same in the list of another state, in its usual order. Where nobody need have done anything, it is not asked
    /// who did.
    #[must_use]
    pub(super) fn in_state(&self, status: Option<GrantStatus>) -> Self {
        self.with(|asked| {
            asked.filter = GrantFilter { status, needs_decision: false, is_reversed: false, ..asked.filter.clone() };
            if matches!(status, None | Some(GrantStatus::Pending)) {
                asked.drop_actor();
            }
        })
    }

    pub(super) fn drop_assignee(&mut self) {
        self.filter.assignee = None;
        self.assignee = String::new();
    }

    pub(super) fn drop_actor(&mut self) {
        self.filter.by = None;
        self.by = String::new();
    }

    pub(super) fn drop_days(&mut self) {
        (self.filter.from, self.filter.until) = (None, None);
        self.days = <[String; 2]>::default();
    }
}
