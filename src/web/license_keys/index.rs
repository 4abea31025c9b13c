//! The list of issued license keys, with its filters and the search by the last four characters.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use crate::domain::entitlement::{Entitlement, IntegrationType};
use crate::domain::ids::{BatchId, EntitlementId};
use crate::domain::license_key::fold::{self, SHORTEST_ENDING};
use crate::domain::license_key::{LicenseKeySource, LicenseKeyStatus, masked};
use crate::domain::page::{Cursor, Page, PageStart};
use crate::domain::stock::Batch;
use crate::storage::license_keys::index::find_by_ending;
use crate::storage::license_keys::list::{self, KeyFilter, KeyLine};
use crate::storage::stock::batches;
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::web::customers::erasures::name_erased;
use crate::web::layout::badge::Badge;
use crate::web::stock::view::batch_name;
use crate::web::{CheckedQuery, Nav, PageContext, PageError, SignedInStaff, html, in_background, urls};

const PAGE_SIZE: usize = 40;
/// The number of keys that are looked at if many end alike.
const MAX_ENDINGS: i64 = 200;

/// The query of the list, as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct KeysQuery {
    entitlement_id: String,
    status: String,
    source: String,
    batch_id: String,
    /// The last four characters. More of a key is not searched for by a query, which is in the browser's history.
    last: String,
    after: String,
    before: String,
}

/// The parsed query; invalid parts are ignored, and the page says so.
#[derive(Debug, Clone)]
pub(super) struct ReadQuery {
    pub(super) filter: KeyFilter,
    pub(super) last: Option<Vec<String>>,
    pub(super) from: PageStart<Cursor>,
    pub(super) is_understood: bool,
}

impl ReadQuery {
    /// Names and values of the filters.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let filter = &self.filter;
        let pairs = [
            ("entitlement_id", filter.entitlement_id.as_ref().map(ToString::to_string)),
            ("status", filter.status.map(|status| status.as_str().to_owned())),
            ("source", filter.source.map(|source| source.as_str().to_owned())),
            ("batch_id", filter.batch_id.as_ref().map(ToString::to_string)),
            ("last", self.last.as_ref().map(|last| last.concat())),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The keys that are asked for, and whether more keys end alike than were looked at.
    pub(super) fn keys(
        &self,
        ctx: &Context,
        conn: &mut Conn,
        may_reveal: bool,
        size: usize,
    ) -> Result<(Page<KeyLine>, bool), StorageError> {
        let (filter, now) = (&self.filter, ctx.clock.now());
        let Some(last) = &self.last else { return Ok((list::list(conn, filter, &self.from, size, now)?, false)) };
        let (rows, is_cut) = of_ending(ctx, conn, last, may_reveal)?;
        let is_meant = |line: &KeyLine| {
            filter.entitlement_id.as_ref().is_none_or(|id| line.entitlement_id.as_ref() == Some(id))
                && filter.status.is_none_or(|status| line.key.status(now) == status)
                && filter.source.is_none_or(|source| line.key.source == source)
        };
        let rows = rows.into_iter().filter(is_meant).collect();
        Ok((Page { rows, has_previous: false, has_next: false }, is_cut))
    }
}

impl KeysQuery {
    pub(super) fn read(&self) -> ReadQuery {
        let mut is_understood = true;
        let mut known = |is_known: bool, typed: &str| is_understood &= is_known || typed.trim().is_empty();
        let filter = KeyFilter {
            entitlement_id: EntitlementId::parse(self.entitlement_id.trim()).ok(),
            status: LicenseKeyStatus::parse(self.status.trim()),
            source: LicenseKeySource::parse(self.source.trim()),
            batch_id: BatchId::parse(self.batch_id.trim()).ok(),
        };
        known(filter.entitlement_id.is_some(), &self.entitlement_id);
        known(filter.status.is_some(), &self.status);
        known(filter.source.is_some(), &self.source);
        known(filter.batch_id.is_some(), &self.batch_id);
        let last = fold::typed_ending(&self.last).filter(|last| last.len() == SHORTEST_ENDING);
        known(last.is_some(), &self.last);
        let from = PageStart::of(Cursor::decode(&self.after), Cursor::decode(&self.before));
        known(from != PageStart::Start, &self.after);
        known(from != PageStart::Start, &self.before);
        ReadQuery { filter, last, from, is_understood }
    }
}

/// What the list shows.
struct Found {
    keys: Page<KeyLine>,
    /// Whether more keys end alike than were looked at.
    is_cut: bool,
    entitlements: Vec<Entitlement>,
    batch: Option<Batch>,
}

#[derive(Template)]
#[template(path = "license_keys/index.html")]
struct LicenseKeysPage {
    page: PageContext,
    query: KeysQuery,
    asked: ReadQuery,
    found: Found,
}

impl LicenseKeysPage {
    fn status(&self, line: &KeyLine) -> Badge {
        Badge::of_key(&self.page, line.key.status(self.page.now))
    }

    fn masked(&self, line: &KeyLine) -> String {
        masked(&line.key.last_four)
    }

    fn is_entitlement(&self, id: &EntitlementId) -> bool {
        self.asked.filter.entitlement_id.as_ref() == Some(id)
    }

    fn is_status(&self, status: &LicenseKeyStatus) -> bool {
        self.asked.filter.status == Some(*status)
    }

    fn is_source(&self, source: &LicenseKeySource) -> bool {
        self.asked.filter.source == Some(*source)
    }

    fn is_narrowed(&self) -> bool {
        self.asked.last.is_some() || self.asked.filter != KeyFilter::default()
    }

    fn is_start(&self) -> bool {
        self.asked.from == PageStart::Start
    }

    fn batch(&self) -> Option<String> {
        self.found.batch.as_ref().map(batch_name)
    }

    fn count(&self) -> String {
        self.page.t1("keys-count", "count", self.found.keys.rows.len())
    }

    fn newer_url(&self) -> String {
        self.found.keys.first_after_previous().map(|line| self.url("before", &line.cursor())).unwrap_or_default()
    }

    fn older_url(&self) -> String {
        self.found.keys.last_before_next().map(|line| self.url("after", &line.cursor())).unwrap_or_default()
    }

    fn url(&self, name: &'static str, cursor: &Cursor) -> String {
        let mut pairs = self.asked.pairs();
        pairs.push((name, cursor.encode()));
        urls::with_query(urls::LICENSE_KEYS, &pairs)
    }

    fn csv_url(&self) -> String {
        urls::with_query(urls::LICENSE_KEYS_CSV, &self.asked.pairs())
    }
}

/// Shows the list.
pub(crate) async fn index(
    staff: SignedInStaff,
    query: CheckedQuery<KeysQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let asked = query.read();
    let (wanted, may_reveal) = (asked.clone(), staff.may(ctx.config.reveal));
    let found = in_background(&ctx, move |ctx| ctx.db.read(|conn| find(ctx, conn, &wanted, may_reveal)));
    let mut found = found.await??;
    for line in &mut found.keys.rows {
        name_erased(staff.localizer(), &line.customer_email, &mut line.customer_name);
    }
    html(StatusCode::OK, &LicenseKeysPage { page: staff.page(Nav::Grants), query: query.0, asked, found })
}

fn find(ctx: &Context, conn: &mut Conn, asked: &ReadQuery, may_reveal: bool) -> Result<Found, StorageError> {
    let entitlements = ctx.page_cache.entitlements(&ctx.db, conn)?;
    let is_delivered =
        |entitlement: &&Entitlement| entitlement.config.integration_type() == IntegrationType::LicenseKey;
    let entitlements = entitlements.iter().filter(is_delivered).cloned().collect();
    let batch = match &asked.filter.batch_id {
        Some(id) => batches::find(conn, id).map(Some).or_else(none_if_unknown)?,
        None => None,
    };
    let (keys, is_cut) = asked.keys(ctx, conn, may_reveal, PAGE_SIZE)?;
    Ok(Found { keys, is_cut, entitlements, batch })
}

/// The keys that end with these characters, newest first, and whether there may be more.
pub(crate) fn of_ending(
    ctx: &Context,
    conn: &mut Conn,
    last: &[String],
    may_reveal: bool,
) -> Result<(Vec<KeyLine>, bool), StorageError> {
    let keys = find_by_ending(conn, &ctx.keyring, last, may_reveal, MAX_ENDINGS)?;
    let is_cut = i64::try_from(keys.len()).is_ok_and(|count| count >= MAX_ENDINGS);
    let ids: Vec<String> = keys.iter().map(|key| key.id.to_string()).collect();
    let mut lines = list::lines_of(conn, &ids)?;
    lines.sort_unstable_by(|one, two| (two.place, two.key.id.as_str()).cmp(&(one.place, one.key.id.as_str())));
    Ok((lines, is_cut))
}

fn none_if_unknown<T>(error: StorageError) -> Result<Option<T>, StorageError> {
    match error {
        StorageError::NotFound => Ok(None),
        other => Err(other),
    }
}
