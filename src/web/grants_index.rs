//! The list of grants: where the work is picked up.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use super::{CheckedQuery, Nav, PageContext, PageError, SignedInStaff};
use super::{html, in_background, routes, see_other};
use crate::domain::entitlement::{Entitlement, IntegrationType};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{EntitlementId, GrantId};
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::page::{Cursor, From, Page};
use crate::storage::grant_list::{self, GrantFilter, GrantLine, StatusCounts};
use crate::storage::{StorageError, entitlements, license_keys};
use crate::usecases::Context;

const ROWS: usize = 50;
/// Longer texts find nothing that a shorter one would not.
const LONGEST_SEARCH: usize = 200;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct GrantsQuery {
    status: String,
    q: String,
    entitlement_id: String,
    integration_type: String,
    after: String,
    before: String,
}

impl GrantsQuery {
    /// What cannot be a filter filters nothing.
    fn filter(&self) -> GrantFilter {
        let search: String = self.q.trim().chars().filter(|c| !c.is_control()).take(LONGEST_SEARCH).collect();
        GrantFilter {
            status: GrantStatus::parse(&self.status),
            search: (!search.is_empty()).then_some(search),
            entitlement_id: EntitlementId::parse(&self.entitlement_id).ok(),
            integration_type: IntegrationType::parse(&self.integration_type),
        }
    }

    fn from(&self) -> From<Cursor> {
        match (Cursor::decode(&self.after), Cursor::decode(&self.before)) {
            (Some(after), _) => From::After(after),
            (None, Some(before)) => From::Before(before),
            (None, None) => From::Start,
        }
    }
}

/// What one look at the database brings.
struct Found {
    lines: Page<GrantLine>,
    counts: StatusCounts,
    entitlements: Vec<Entitlement>,
}

#[derive(Template)]
#[template(path = "grants/index.html")]
struct GrantsPage {
    page: PageContext,
    filter: GrantFilter,
    found: Found,
    target: jiff::SignedDuration,
}

/// The list; a whole key in the search leads to its grant.
pub async fn index(
    staff: SignedInStaff,
    query: CheckedQuery<GrantsQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (filter, from, typed) = (query.filter(), query.from(), query.q.clone());
    let wanted = filter.clone();
    let found = in_background(&ctx, move |ctx| {
        if let Some(id) = find_by_key(ctx, &typed)? {
            return Ok::<_, StorageError>(Err(id));
        }
        ctx.db.read(|conn| {
            Ok(Ok(Found {
                lines: grant_list::list(conn, &wanted, &from, ROWS)?,
                counts: grant_list::counts(conn, &wanted)?,
                entitlements: entitlements::list(conn)?,
            }))
        })
    });
    match found.await?? {
        Err(id) => Ok(see_other(&routes::grant(&id))),
        Ok(found) => {
            let page = staff.page(Nav::Grants);
            html(StatusCode::OK, &GrantsPage { page, filter, found, target: ctx.config.target })
        }
    }
}

/// The grant that was delivered with this very key.
fn find_by_key(ctx: &Context, typed: &str) -> Result<Option<GrantId>, StorageError> {
    let Ok(key) = LicenseKeyValue::parse(typed) else { return Ok(None) };
    let hash = ctx.keyring.lookup_hash(key.expose());
    let issued = ctx.db.read(|conn| license_keys::find_by_hash(conn, &hash))?;
    Ok(issued.and_then(|issued| issued.grant_id))
}

impl GrantsPage {
    fn is_waiting_line(&self) -> bool {
        self.filter.status == Some(GrantStatus::Pending)
    }

    fn caption(&self) -> String {
        self.page.t(if self.is_waiting_line() { "grants-caption-pending" } else { "grants-caption" })
    }

    fn search(&self) -> &str {
        self.filter.search.as_deref().unwrap_or_default()
    }

    fn has_filter(&self) -> bool {
        self.filter.search.is_some() || self.filter.entitlement_id.is_some() || self.filter.integration_type.is_some()
    }

    /// The tabs: link, word, count, whether it is this one.
    fn tabs(&self) -> Vec<(String, String, String, bool)> {
        let of = |status: Option<GrantStatus>| {
            let (word, count) = match status {
                Some(status) => (self.page.status_name(&status), self.found.counts.of(status)),
                None => (self.page.t("status-all"), self.found.counts.all()),
            };
            (self.url(status, ""), word, self.page.count(&count), status == self.filter.status)
        };
        GrantStatus::ALL.into_iter().map(Some).chain([None]).map(of).collect()
    }

    fn is_entitlement(&self, id: &EntitlementId) -> bool {
        self.filter.entitlement_id.as_ref() == Some(id)
    }

    fn integrations(&self) -> Vec<(&'static str, String, bool)> {
        let is_chosen = |kind: IntegrationType| self.filter.integration_type == Some(kind);
        let named = |kind: &IntegrationType| {
            (kind.as_str(), self.page.named("integration", kind.as_str()), is_chosen(*kind))
        };
        IntegrationType::ALL.iter().map(named).collect()
    }

    /// The same filter at another state and place.
    fn url(&self, status: Option<GrantStatus>, place: &str) -> String {
        let filter = &self.filter;
        let pairs = [
            ("status", status.map(|status| status.as_str().to_owned())),
            ("q", filter.search.clone()),
            ("entitlement_id", filter.entitlement_id.as_ref().map(ToString::to_string)),
            ("integration_type", filter.integration_type.map(|kind| kind.as_str().to_owned())),
        ];
        let mut parts: Vec<String> = pairs
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", routes::encode(&value?))))
            .collect();
        if !place.is_empty() {
            parts.push(place.to_owned());
        }
        if parts.is_empty() { routes::GRANTS.to_owned() } else { format!("{}?{}", routes::GRANTS, parts.join("&")) }
    }

    fn status_url(&self) -> String {
        self.filter.status.map_or_else(|| routes::GRANTS.to_owned(), |s| format!("{}?status={}", routes::GRANTS, s.as_str()))
    }

    fn previous_url(&self) -> String {
        let first = self.found.lines.rows.first().filter(|_| self.found.lines.has_previous);
        first.map(|line| self.url(self.filter.status, &format!("before={}", line.cursor().encode()))).unwrap_or_default()
    }

    fn next_url(&self) -> String {
        let last = self.found.lines.rows.last().filter(|_| self.found.lines.has_next);
        last.map(|line| self.url(self.filter.status, &format!("after={}", line.cursor().encode()))).unwrap_or_default()
    }

    fn summary(&self) -> String {
        let key = if self.is_waiting_line() { "grants-summary-pending" } else { "grants-summary" };
        let total = self.filter.status.map_or_else(|| self.found.counts.all(), |status| self.found.counts.of(status));
        self.page.t2(key, "count", self.found.lines.rows.len(), "total", self.page.count(&total))
    }

    fn waiting(&self, line: &GrantLine) -> String {
        self.page.duration_between(line.created_at, self.page.now)
    }

    /// How much of the target is used up, in percent, at most 100.
    fn used_up(&self, line: &GrantLine) -> i128 {
        let waited = line.created_at.duration_until(self.page.now).as_millis();
        (waited * 100 / self.target.as_millis().max(1)).clamp(0, 100)
    }

    fn is_late(&self, line: &GrantLine) -> bool {
        line.created_at.duration_until(self.page.now) > self.target
    }

    fn waiting_class(&self, line: &GrantLine) -> &'static str {
        match self.used_up(line) {
            _ if self.is_late(line) => "c-bad",
            75.. => "c-warn",
            _ => "",
        }
    }

    /// Who holds it: name, initials, until when, whether it is the person themselves.
    fn holder(&self, line: &GrantLine) -> Option<(String, String, String, bool)> {
        let hold = line.held(self.page.now)?;
        let is_me = self.page.staff.as_ref().is_some_and(|staff| staff.id == hold.by);
        let name = line.holder_name.clone().unwrap_or_else(|| hold.by.to_string());
        let initials = crate::domain::staff::initials(&name);
        let name = if is_me { self.page.t("actor-you") } else { name };
        Some((name, initials, self.page.t1("until-time", "time", self.page.time(hold.until)), is_me))
    }

    /// Whether the person may go straight to the form.
    fn can_fulfill(&self, line: &GrantLine) -> bool {
        let is_free = self.holder(line).is_none_or(|(.., is_me)| is_me);
        let waits = line.status == GrantStatus::Pending && line.integration_type == IntegrationType::LicenseKey;
        self.page.may_act() && is_free && waits
    }
}
