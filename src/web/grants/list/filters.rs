//! The filters of the list: what can be chosen, and what is in force.

use super::GrantList;
use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::EntitlementId;
use crate::web::PageContext;
use crate::web::forms::days::TODAY;
use crate::web::grants::query::{ME, NOBODY, OWN, ReadQuery, channel_value};

/// A filter in force: what it is of, its value, and the URL of the list without it.
pub(crate) type Chip = (String, String, String);

/// A choice: value, name, and whether it is chosen.
pub(crate) type Choice = (String, String, bool);

impl GrantList {
    /// Whether the filters are shown without being asked for.
    pub(crate) fn is_filtered(&self) -> bool {
        let has_errors = self.errors.has("from") || self.errors.has("to");
        has_errors || (self.asked.is_filtered() && !self.is_mine())
    }

    /// The URL of the list without them.
    pub(crate) fn unfiltered_url(&self) -> String {
        let unfiltered = self.asked.with(|asked| {
            (asked.filter.entitlement_id, asked.filter.integration_type) = (None, None);
            asked.filter.channel = None;
            asked.drop_assignee();
            asked.drop_actor();
            asked.drop_days();
        });
        unfiltered.url(self.path)
    }

    pub(crate) fn has_entitlement(&self, id: &EntitlementId) -> bool {
        self.asked.filter.entitlement_id.as_ref() == Some(id)
    }

    pub(crate) fn has_type(&self, kind: &IntegrationType) -> bool {
        self.asked.filter.integration_type == Some(*kind)
    }

    /// Where sales are made; empty where no connection brings any.
    pub(crate) fn channels(&self, page: &PageContext) -> Vec<Choice> {
        let chosen = self.asked.filter.channel.as_ref().map(channel_value);
        if self.found.channels.is_empty() && chosen.is_none() {
            return Vec::new();
        }
        let choice = |value: &str, name: String| (value.to_owned(), name, chosen == Some(value));
        let own = choice(OWN, page.localizer.t("grants-channel-own"));
        let connections = self.found.channels.iter().map(|(id, name)| choice(id.as_str(), name.clone()));
        std::iter::once(own).chain(connections).collect()
    }

    /// Those whom waiting grants can be assigned to.
    pub(crate) fn assignees(&self, page: &PageContext) -> Vec<Choice> {
        let nobody = (NOBODY.to_owned(), page.localizer.t("actor-nobody"), self.asked.assignee == NOBODY);
        let mut people = self.people(page, &self.asked.assignee);
        let at = people.iter().position(|(value, ..)| value != ME).unwrap_or(people.len());
        people.insert(at, nobody);
        people
    }

    /// Those who can have delivered or revoked grants; `None` where it is not asked who did.
    pub(crate) fn doers(&self, page: &PageContext) -> Option<Vec<Choice>> {
        let filter = &self.asked.filter;
        if filter.needs_decision || matches!(filter.status, None | Some(GrantStatus::Pending)) {
            return None;
        }
        let mut people = self.people(page, &self.asked.by);
        let is_known = self.asked.by.is_empty() || people.iter().any(|(_, _, is_chosen)| *is_chosen);
        if !is_known {
            people.push((self.asked.by.clone(), self.asked.by.clone(), true));
        }
        Some(people)
    }

    /// The person and their colleagues.
    fn people(&self, page: &PageContext, chosen: &str) -> Vec<Choice> {
        let choice = |value: &str, name: String| (value.to_owned(), name, chosen == value);
        let me = page.staff.as_ref().map(|me| &me.id);
        let own = page.may_act().then(|| choice(ME, page.localizer.t("grants-assigned-to-me")));
        let others = self.found.colleagues.iter().filter(|(id, _)| Some(id) != me);
        own.into_iter().chain(others.map(|(id, name)| choice(id.as_str(), name.clone()))).collect()
    }

    /// What the list asks of whoever brought grants into its state.
    pub(crate) fn doer_label(&self) -> &'static str {
        if self.asked.filter.status == Some(GrantStatus::Revoked) { "grants-revoked-by" } else { "grants-delivered-by" }
    }

    /// The filters in force.
    pub(crate) fn chips(&self, page: &PageContext) -> Vec<Chip> {
        let (filter, here) = (&self.asked.filter, self.path);
        let mut chips = Vec::new();
        let mut add = |label: &str, value: String, url: String| chips.push((page.localizer.t(label), value, url));
        if let Some(id) = &filter.entitlement_id {
            let known = self.found.entitlements.iter().find(|entitlement| entitlement.id == *id);
            let name = known.map_or_else(|| id.to_string(), |entitlement| entitlement.name.clone());
            add("grants-entitlement", name, self.asked.with(|asked| asked.filter.entitlement_id = None).url(here));
        }
        if let Some(kind) = filter.integration_type {
            let url = self.asked.with(|asked| asked.filter.integration_type = None).url(here);
            add("grants-integration", page.named("integration", kind.as_str()), url);
        }
        if let Some(channel) = &filter.channel {
            let value = channel_value(channel);
            let known = self.channels(page).into_iter().find(|(known, ..)| known == value);
            let name = known.map_or_else(|| value.to_owned(), |(_, name, _)| name);
            add("grants-channel", name, self.asked.with(|asked| asked.filter.channel = None).url(here));
        }
        let name_of = |choices: Vec<Choice>, id: &str| {
            choices.into_iter().find(|(value, ..)| value == id).map_or_else(|| id.to_owned(), |(_, name, _)| name)
        };
        if filter.assignee.is_some() && !self.is_mine() {
            let name = name_of(self.assignees(page), &self.asked.assignee);
            add("grants-assignee", name, self.asked.with(ReadQuery::drop_assignee).url(here));
        }
        if filter.by.is_some() && self.doers(page).is_some() {
            let name = name_of(self.people(page, &self.asked.by), &self.asked.by);
            add(self.doer_label(), name, self.asked.with(ReadQuery::drop_actor).url(here));
        }
        if filter.from.is_some() || filter.until.is_some() {
            let [from, to] = self.asked.days.each_ref().map(|day| day_name(page, day));
            let days = match (from.is_empty(), to.is_empty()) {
                (false, true) if self.asked.days[0] == TODAY => from,
                (false, true) => page.t1("grants-days-from", "from", from),
                (true, _) => page.t1("grants-days-to", "to", to),
                (false, false) if from == to => from,
                (false, false) => page.t2("grants-days-between", "from", from, "to", to),
            };
            add("grants-days", days, self.asked.with(ReadQuery::drop_days).url(here));
        }
        chips
    }
}

fn day_name(page: &PageContext, typed: &str) -> String {
    if typed == TODAY { page.localizer.t("grants-today") } else { typed.to_owned() }
}
