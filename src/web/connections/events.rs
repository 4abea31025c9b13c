//! The last calls of a connection, and webhooks that arrived, in words.

use jiff::Timestamp;

use crate::domain::connection::trouble::Trouble;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::GrantId;
use crate::storage::connections::events::ConnectionEvent;
use crate::web::PageContext;
use crate::web::layout::badge::Badge;

/// A row of the list.
pub(super) struct EventRow {
    pub what: String,
    pub at: Timestamp,
    pub result: Badge,
    pub grant_id: Option<GrantId>,
}

/// What happened in words. Webhooks are told by their event, all else by what became of it.
pub(super) fn row(page: &PageContext, event: &ConnectionEvent) -> EventRow {
    let (name, detail) = match event.what.as_str() {
        "hook" => {
            let (name, result) = event.detail.as_deref().and_then(|text| text.split_once(' ')).unwrap_or_default();
            (page.t1("connections-event-hook", "detail", name), page.named("connections-hook", result))
        }
        "poll" => match event.detail.as_deref().and_then(polled) {
            Some(counts) => (counts.name(page), String::new()),
            None => (page.localizer.t("connections-event-poll"), event.detail.clone().unwrap_or_default()),
        },
        "repository" => {
            let (name, may) = event.detail.as_deref().and_then(|text| text.split_once(' ')).unwrap_or_default();
            (page.t1("connections-event-repository", "name", name), page.named("connections-repository", may))
        }
        what => (
            page.named("connections-event", what),
            event.detail.as_deref().map(|detail| answer(page, detail)).unwrap_or_default(),
        ),
    };
    let calls = event.calls.map(|count| page.t1("connections-event-calls", "count", count));
    let mut parts: Vec<String> =
        [Some(detail).filter(|detail| !detail.is_empty()), calls].into_iter().flatten().collect();
    if parts.is_empty() {
        let key = if event.is_ok { "connections-event-ok" } else { "connections-event-failed" };
        parts.push(page.localizer.t(key));
    }
    let text = parts.join(", ");
    EventRow {
        what: name,
        at: event.at,
        result: if event.is_ok { Badge::ok(text) } else { Badge::failed(text) },
        grant_id: event.grant_id.clone(),
    }
}

/// An answer in words: `409 delivered` is a status and what became of the grant, anything else is told as it is.
fn answer(page: &PageContext, detail: &str) -> String {
    let Some((status, word)) = detail.split_once(' ') else { return detail.to_owned() };
    match (GrantStatus::parse(word), Trouble::parse(word)) {
        (Some(known), _) => format!("{status}, {}", page.status_name(&known)),
        (None, Some(trouble)) => format!("{status}, {}", page.named("trouble", trouble.as_str())),
        (None, None) => detail.to_owned(),
    }
}

/// What a poll has found.
struct Counts {
    entitlements: i64,
    new: i64,
    changed: i64,
}

impl Counts {
    /// `Poll: 6 entitlements, 2 new grants`.
    fn name(&self, page: &PageContext) -> String {
        let mut parts = vec![page.t1("connections-event-entitlements", "count", self.entitlements)];
        if self.new > 0 {
            parts.push(page.t1("connections-event-new", "count", self.new));
        }
        if self.changed > 0 {
            parts.push(page.t1("connections-event-changed", "count", self.changed));
        }
        page.t1("connections-event-poll-of", "detail", parts.join(", "))
    }
}

/// Reads `entitlements=6 new=2 changed=0`; `None` for anything else.
fn polled(detail: &str) -> Option<Counts> {
    let count = |name: &str| {
        let pair = detail.split(' ').find_map(|pair| pair.split_once('=').filter(|(known, _)| *known == name))?;
        pair.1.parse().ok()
    };
    Some(Counts { entitlements: count("entitlements")?, new: count("new")?, changed: count("changed")? })
}
