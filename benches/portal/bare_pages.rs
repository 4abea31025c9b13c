//! The portal's pages as a bare server would answer them: each page's own queries on the same database and a table of what
//! they found, with no rights, no texts looked up and nothing remembered between requests. Session and person are read as the
//! portal does before each page; the counts beside lists, which it reads once for many pages, are left out.

use actix_web::http::Uri;
use actix_web::web::{Data, Path, ServiceConfig, block, get};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use keydesk::domain::api_key::ApiKey;
use keydesk::domain::audit::AuditEntry;
use keydesk::domain::clock::Clock;
use keydesk::domain::grant::GrantStatus;
use keydesk::domain::grant::target::Target;
use keydesk::domain::ids::{EntitlementId, GrantId};
use keydesk::domain::page::{Cursor, PageStart};
use keydesk::domain::staff::Staff;
use keydesk::storage::audit_log::list::AuditFilter;
use keydesk::storage::audit_log::seals;
use keydesk::storage::grants::detail::GrantDetail;
use keydesk::storage::grants::list::{GrantFilter, GrantLine};
use keydesk::storage::grants::stats::{WaitingFigures, waiting};
use keydesk::storage::grants::throughput::{self, Throughput};
use keydesk::storage::staff::sessions;
use keydesk::storage::{Conn, Db, StorageError, api_keys, audit_log, grants, staff};
use keydesk::web::grants::found::PAGE_SIZE;
use keydesk::web::overview::throughput::DAYS;

/// The portal's table of grants as it writes it.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<!doctype html><title>Grants</title><table class="data">
<caption class="sr">Pending grants, longest waiting first</caption>
<thead><tr><th scope="col">Waiting</th><th scope="col">Customer</th><th scope="col">Entitlement</th><th scope="col">Grant</th><th scope="col">Payment</th><th scope="col">Status</th><th scope="col">E-mail</th><th scope="col">Taken by</th><th scope="col" class="num"><span class="sr">Action</span></th></tr></thead>
<tbody>
{%- for line in lines %}{% let minutes = self.minutes(line) %}<tr>
<td data-label="Waiting"><span class="state c-bad"><svg class="i" aria-hidden="true"><use href="#i-failed"/></svg>{{ minutes / 1440 }} d {{ minutes / 60 % 24 }} h<span class="sr">, past target</span></span><svg class="bar c-bad" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="4"/></svg></td>
<th scope="row" class="full"><a class="go cut" href="/grants/{{ line.id }}" data-row>{{ line.customer_name }}</a><span class="sub cut">{{ line.customer_email }}</span></th>
<td data-label="Entitlement">{{ line.entitlement_name }}<span class="sub">{{ line.integration_type.as_str() }}</span></td>
<td data-label="Grant"><span class="id cut">{{ line.id }}</span></td>
<td data-label="Payment">
{%- if let Some(payment) = line.payment_id %}<span class="id cut">{{ payment }}</span>{% endif %}
{%- if let Some(subscription) = line.subscription_id %}<span class="id sub cut">{{ subscription }}</span>{% else %}<span class="sub">one-off</span>{% endif %}</td>
<td data-label="Status"><span class="chip {{ line.status.as_str() }}"><svg class="i" aria-hidden="true"><use href="#i-{{ line.status.as_str() }}"/></svg>{{ line.status.as_str() }}</span></td>
<td data-label="E-mail">{% if let Some(state) = line.email_state %}<span class="state">{{ state.as_str() }}</span>{% else %}<span class="muted">Not yet</span>{% endif %}</td>
<td data-label="Taken by">{% if let Some(name) = line.holder_name %}<span class="who"><span>{{ name }}</span></span>{% else %}<span class="muted">Nobody</span>{% endif %}</td>
<td class="act"><a class="btn small" href="/grants/{{ line.id }}/fulfillment/new" data-fulfill>Fulfill<span class="sr">: {{ line.customer_name }}</span></a></td>
</tr>
{%- endfor %}</tbody></table>"##
)]
struct ListPage {
    lines: Vec<GrantLine>,
    now: Timestamp,
}

impl ListPage {
    fn minutes(&self, line: &GrantLine) -> i64 {
        line.created_at.duration_until(self.now).as_mins()
    }
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html><title>{{ detail.entitlement.name }}, {{ detail.customer.name }}</title>
<h1>{{ detail.grant.status.as_str() }}</h1>
<dl><dt>Grant</dt><dd>{{ detail.grant.id }}</dd><dt>Customer</dt><dd>{{ detail.customer.name }} {{ detail.customer.email }}</dd>
{% if let Some(key) = detail.license_key %}<dt>Key</dt><dd>{{ key.id }} {{ key.activations_used }}</dd>{% endif %}
<dt>Created</dt><dd>{{ detail.grant.created_at }}</dd></dl>
<ul>{% for (email, attempts) in detail.emails %}<li>{{ email.id }} {{ email.state.as_str() }} {{ attempts.len() }}</li>{% endfor %}</ul>
<ol>{% for entry in detail.timeline %}<li>{{ entry.at }} {{ entry.action }} {{ entry.actor_id }}</li>{% endfor %}</ol>
{% for id in neighbors %}<a href="/grants/{{ id }}">{{ id }}</a>{% endfor %}
<form method="post"><label>Key <textarea name="key"></textarea></label><button>Fulfill</button></form>"#
)]
struct GrantPage {
    detail: GrantDetail,
    /// Only on the form.
    neighbors: Vec<GrantId>,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html><title>Overview</title><p>{% if let Some(at) = waiting.oldest_since %}{{ at }}{% endif %} {{ waiting.late }}</p>
<table>{% for day in throughput.days %}<tr><td>{{ day.date }}</td><td>{{ day.count }}</td></tr>{% endfor %}</table>
<ul>{% for line in lines %}<li>{{ line.id }} {{ line.customer_name }} {{ line.entitlement_name }} {{ line.created_at }}</li>{% endfor %}</ul>"#
)]
struct OverviewPage {
    waiting: WaitingFigures,
    throughput: Throughput,
    lines: Vec<GrantLine>,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html><title>Audit log</title>{% if let Some(sequence) = sealed_until %}<p>{{ sequence }}</p>{% endif %}
<select>{% for person in people %}<option value="{{ person.id }}">{{ person.name }}</option>{% endfor %}{% for key in programs %}<option value="{{ key.id }}">{{ key.name }}</option>{% endfor %}</select>
<table>{% for entry in entries %}<tr><td>{{ entry.sequence }}</td><td>{{ entry.at }}</td><td>{{ entry.actor_id }}</td><td>{{ entry.action }}</td><td>{{ entry.object_kind }} {{ entry.object_id }}</td>
<td>{% for change in entry.changes %}{{ change.field }} {% endfor %}</td></tr>{% endfor %}</table>"#
)]
struct AuditPage {
    entries: Vec<AuditEntry>,
    people: Vec<Staff>,
    programs: Vec<ApiKey>,
    sealed_until: Option<i64>,
}

/// Serves the pages under the portal's paths.
pub fn configure(config: &mut ServiceConfig) {
    config
        .route("/", get().to(overview))
        .route("/grants", get().to(list))
        .route("/grants/{id}", get().to(grant))
        .route("/grants/{id}/fulfillment/new", get().to(form))
        .route("/audit", get().to(audit));
}

/// The database, and the hash of a session's key.
pub struct Source {
    db: Db,
    session: Vec<u8>,
}

impl Source {
    /// With the session of somebody who is signed in.
    pub fn new(db: Db) -> Self {
        let sessions = db.read(|conn| {
            let people = staff::list(conn)?;
            let of_people = people.iter().map(|person| sessions::of_staff(conn, &person.id));
            of_people.collect::<Result<Vec<_>, StorageError>>()
        });
        let session = sessions.unwrap().into_iter().flatten().find(|session| session.is_signed_in).unwrap().key_hash;
        Self { db, session }
    }
}

async fn respond<P: Template + Send + 'static>(
    source: Data<Source>,
    mut read: impl FnMut(&mut Conn) -> Result<P, StorageError> + Send + 'static,
) -> HttpResponse {
    let read = move || {
        source.db.read(|conn| {
            sessions::find(conn, &source.session)?.unwrap();
            read(conn)
        })
    };
    let page = block(read).await.unwrap().unwrap();
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page.render().unwrap())
}

fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

async fn list(request: HttpRequest, source: Data<Source>) -> HttpResponse {
    let asked = |name| parameter(request.uri(), name);
    let filter = GrantFilter {
        status: asked("status").and_then(|status| GrantStatus::parse(&status)),
        entitlement_id: asked("entitlement_id").and_then(|id| EntitlementId::parse(&id).ok()),
        ..GrantFilter::default()
    };
    let from = asked("after").and_then(|cursor| Cursor::decode(&cursor)).map_or(PageStart::Start, PageStart::After);
    let (text, now) = (asked("q"), Clock::system().now());
    let read = move |conn: &mut Conn| {
        let page = match &text {
            Some(text) => grants::search::search(conn, &filter, text, &[], &from, PAGE_SIZE)?.page,
            None => grants::list::list(conn, &filter, &from, PAGE_SIZE)?,
        };
        Ok(ListPage { lines: page.rows, now })
    };
    respond(source, read).await
}

async fn grant(id: Path<String>, source: Data<Source>) -> HttpResponse {
    let id = GrantId::stored(id.into_inner());
    respond(source, move |conn| Ok(GrantPage { detail: grants::detail::find(conn, &id)?, neighbors: Vec::new() })).await
}

async fn form(id: Path<String>, source: Data<Source>) -> HttpResponse {
    let id = GrantId::stored(id.into_inner());
    let read = move |conn: &mut Conn| {
        let detail = grants::detail::find(conn, &id)?;
        let (previous, next) = grants::detail::neighbors(conn, &detail.grant)?;
        Ok(GrantPage { detail, neighbors: previous.into_iter().chain(next).collect() })
    };
    respond(source, read).await
}

async fn overview(source: Data<Source>) -> HttpResponse {
    let now = Clock::system().now().to_zoned(TimeZone::UTC);
    let read = move |conn: &mut Conn| {
        let target = Target { duration: SignedDuration::from_hours(4), hours: None };
        let filter = |status| GrantFilter { status: Some(status), ..GrantFilter::default() };
        let mut lines = grants::list::list(conn, &filter(GrantStatus::Pending), &PageStart::Start, 4)?.rows;
        lines.extend(grants::list::list(conn, &filter(GrantStatus::Failed), &PageStart::Start, 4)?.rows);
        Ok(OverviewPage {
            waiting: waiting(conn, target.late_before(now.timestamp()), now.timestamp())?,
            throughput: throughput::read(conn, DAYS, &now, &target)?,
            lines,
        })
    };
    respond(source, read).await
}

async fn audit(request: HttpRequest, source: Data<Source>) -> HttpResponse {
    let after = parameter(request.uri(), "after").and_then(|sequence| sequence.parse().ok());
    let from = after.map_or(PageStart::Start, PageStart::After);
    let read = move |conn: &mut Conn| {
        let entries = audit_log::list::list(conn, &AuditFilter::default(), &from, PAGE_SIZE)?.rows;
        let (people, programs, seal) = (staff::list(conn)?, api_keys::list(conn)?, seals::last(conn)?);
        Ok(AuditPage { entries, people, programs, sealed_until: seal.map(|seal| seal.last_sequence) })
    };
    respond(source, read).await
}
