//! The search: a complete id or license key leads to what it names, other texts to what matches, in groups; the only match
//! opens. Text that could be a license key is answered without a redirect, so that it never appears in a URL.

pub(crate) mod groups;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use self::groups::{Groups, Reader};
use super::customers::notes::excerpt;
use super::grants::found::Found;
use super::grants::list::GrantList;
use super::grants::query::{GrantsQuery, ReadQuery, read_search};
use super::layout::badge::Badge;
use super::{CheckedQuery, CsrfForm, FormErrors, Nav, PageContext, PageError, SignedInStaff, html};
use super::{in_background, see_other, urls};
use crate::domain::entitlement::IntegrationType;
use crate::domain::ids::{CustomerId, EntitlementId, LicenseKeyId};
use crate::domain::license_key::presented::PresentedKey;
use crate::domain::license_key::{characters, masked};
use crate::domain::page::PageStart;
use crate::domain::search;
use crate::domain::staff::Role;
use crate::domain::text::{self, folded};
use crate::storage::catalog::entitlements;
use crate::storage::customers::notes::ShownNote;
use crate::storage::grants::list::GrantFilter;
use crate::storage::license_keys::IssuedKey;
use crate::storage::license_keys::list::KeyLine;
use crate::storage::{Conn, StorageError, customers, grants, license_keys};
use crate::usecases::Context;
use crate::usecases::auth::throttle::Throttled;
use crate::usecases::license_keys::find::find_license_keys;

#[derive(Template)]
#[template(path = "searches/show.html")]
struct SearchPage {
    page: PageContext,
    groups: Groups,
    list: GrantList,
    is_cut: bool,
}

impl SearchPage {
    /// Whether the list of grants is shown: without any it makes room for what was found.
    fn has_grants(&self) -> bool {
        !self.list.errors.is_empty() || self.list.found.counts.all() > 0 || self.groups.is_empty()
    }

    fn masked(&self, line: &KeyLine) -> String {
        masked(&line.key.last_four)
    }

    fn key_status(&self, line: &KeyLine) -> Badge {
        Badge::of_key(&self.page, line.key.status(self.page.now))
    }

    /// The line of a note that has the first word of the search, cut where it is long.
    fn excerpt(&self, shown: &ShownNote) -> String {
        let word = folded::words(&self.list.typed).into_iter().next().unwrap_or_default();
        let text = shown.note.text.as_str();
        let line = text.lines().find(|line| folded::fold(line).contains(&word));
        excerpt(line.unwrap_or(text))
    }

    /// The page of the only match, if the search as it was typed has one.
    fn only_match(&self) -> Option<String> {
        let asked = &self.list.asked;
        let is_plain = asked.filter == GrantFilter::default() && asked.start == PageStart::Start;
        let has_more = self.is_cut || self.groups.customers.has_more || self.groups.notes.has_more;
        if !is_plain || has_more || !self.list.errors.is_empty() {
            return None;
        }
        let grants = self.list.rows().iter().map(|line| urls::grant(&line.id));
        let mut matches = self.groups.urls().into_iter().chain(grants);
        matches.next().filter(|_| matches.next().is_none())
    }

    fn answer(self, status: StatusCode) -> Result<HttpResponse, PageError> {
        match self.only_match() {
            Some(url) => Ok(see_other(&url)),
            None => html(status, &self),
        }
    }
}

/// The search in the header, or above a list of grants with its filters.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SearchForm {
    q: String,
    status: String,
    /// `decision` above the list of grants that need one.
    needs: String,
    entitlement_id: String,
    integration_type: String,
    assignee: String,
    by: String,
    from: String,
    to: String,
    order: String,
    /// `grants` if the search is above that list.
    list: String,
    /// Another state or cursors, from a list that was shown in the response to a form.
    tab: String,
    after: String,
    before: String,
}

impl SearchForm {
    /// Whether it requests another part of a list that was shown before.
    fn is_continued(&self) -> bool {
        [&self.tab, &self.after, &self.before].iter().any(|field| !field.is_empty())
    }

    /// The search as the query of a list.
    fn query(self) -> GrantsQuery {
        GrantsQuery {
            needs: self.needs,
            q: characters::trim(&self.q).to_owned(),
            status: if self.tab.is_empty() { self.status } else { self.tab },
            entitlement_id: self.entitlement_id,
            integration_type: self.integration_type,
            assignee: self.assignee,
            by: self.by,
            from: self.from,
            to: self.to,
            order: self.order,
            after: self.after,
            before: self.before,
        }
    }
}

/// Shows the grants that match the query. A complete license key is never looked up here.
pub(crate) async fn index(
    staff: SignedInStaff,
    query: CheckedQuery<GrantsQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let asked = query.read(&staff);
    if query.q.trim().is_empty() {
        return Ok(see_other(&asked.url(urls::GRANTS)));
    }
    find(&staff, &ctx, &query.q, asked, None).await?.answer(StatusCode::OK)
}

/// Redirects to what the text names, or shows what matches.
pub(crate) async fn create(
    staff: SignedInStaff,
    form: CsrfForm<SearchForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let form = form.into_inner();
    let path = if form.list == "grants" { urls::GRANTS } else { urls::SEARCH };
    let (is_continued, typed) = (form.is_continued(), form.q.clone());
    let query = form.query();
    let asked = query.read(&staff);
    if query.q.is_empty() {
        return Ok(see_other(&asked.url(urls::GRANTS)));
    }
    if !is_continued && let Some(url) = whole(&staff, &ctx, &query.q, &typed).await? {
        return Ok(see_other(&url));
    }
    let errors = match read_search(&query.q) {
        Ok(_) if !search::could_be_key(&query.q) => return Ok(see_other(&asked.url(path))),
        Ok(_) => FormErrors::new(),
        Err(_) => {
            let may_reveal = staff.may(ctx.config.reveal);
            let sentence = if may_reveal { "search-no-such-key" } else { "search-too-long" };
            FormErrors::one("q", staff.localizer().t(sentence))
        }
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    find(&staff, &ctx, &query.q, asked, Some(errors)).await?.answer(status)
}

/// What the search finds. With `errors`, the page is the response to a form.
async fn find(
    staff: &SignedInStaff,
    ctx: &Context,
    typed: &str,
    asked: ReadQuery,
    errors: Option<FormErrors>,
) -> Result<SearchPage, PageError> {
    let (wanted, me, may_reveal) = (asked.clone(), staff.id.clone(), staff.may(ctx.config.reveal));
    let reader = Reader::of(staff, ctx);
    let found = in_background(ctx, move |ctx| {
        ctx.db.read(|conn| match &wanted.search {
            Some(search) => {
                let customers = customers::search::find(conn, search)?;
                let groups = match wanted.start {
                    PageStart::Start => Groups::find(ctx, conn, search, &customers, reader)?,
                    _ => Groups::none(),
                };
                let grants = Found::search(ctx, conn, &wanted, search, &me, may_reveal, Some(&customers))?;
                Ok::<_, StorageError>((grants, groups))
            }
            None => Ok((Found::nothing(ctx, conn, &me)?, Groups::none())),
        })
    });
    let (mut found, mut groups) = found.await??;
    // They are in the group of keys.
    found.keys_without_grant.clear();
    groups.name_erased(staff.localizer());
    let is_cut = found.is_cut || found.grants.has_next;
    let list = GrantList::new(staff, urls::SEARCH, typed, asked, found, ctx.config.target.clone());
    let list = match errors {
        Some(errors) => list.in_place(errors),
        None => list,
    };
    Ok(SearchPage { page: staff.page(Nav::None), groups, list, is_cut })
}

/// The URL of the object that `text` names as a whole: an id, or otherwise a key as `typed`.
async fn whole(staff: &SignedInStaff, ctx: &Context, text: &str, typed: &str) -> Result<Option<String>, PageError> {
    if let Ok(id) = text::reference(text) {
        let is_admin = staff.may(Role::Admin);
        let url = in_background(ctx, move |ctx| ctx.db.read(|conn| of_id(conn, &id, is_admin))).await??;
        if url.is_some() {
            return Ok(url);
        }
    }
    // People who may not see keys learn nothing about them here either.
    let Some(key) = PresentedKey::parse(typed).filter(|_| staff.may(ctx.config.reveal)) else {
        return Ok(None);
    };
    let (could_be_key, actor) = (search::could_be_key(text), staff.actor());
    match in_background(ctx, move |ctx| find_license_keys(ctx, &key, &actor)).await? {
        Ok(found) => Ok(place(&found)),
        // A name can be searched for without the lookup.
        Err(Throttled::TooManyAttempts { .. }) if !could_be_key => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The URL of the key's grant, or of the key if it has none. If several grants share the key, of their entitlement's
/// grants.
fn place(found: &[IssuedKey]) -> Option<String> {
    let first = found.first()?;
    Some(match (&first.grant_id, &first.entitlement_id) {
        (Some(_), Some(entitlement_id)) if found.len() > 1 => urls::grants_of_entitlement(entitlement_id),
        (Some(grant_id), _) => urls::grant(grant_id),
        (None, _) => urls::license_key(&first.id),
    })
}

fn of_id(conn: &mut Conn, text: &str, is_admin: bool) -> Result<Option<String>, StorageError> {
    let known = |found: Result<String, StorageError>| match found {
        Ok(url) => Ok(Some(url)),
        Err(StorageError::NotFound) => Ok(None),
        Err(error) => Err(error),
    };
    if let Ok(id) = LicenseKeyId::parse(text) {
        return known(license_keys::find(conn, &id).map(|key| urls::license_key(&key.id)));
    }
    if let Ok(id) = CustomerId::parse(text) {
        return known(customers::find(conn, &id).map(|customer| urls::customer(&customer.id)));
    }
    if let Ok(id) = EntitlementId::parse(text) {
        let url = if is_admin { urls::edit_entitlement(&id) } else { urls::grants_of_entitlement(&id) };
        return known(entitlements::find_active(conn, &id).map(|_| url));
    }
    Ok(grants::search::only_one(conn, text)?.map(|id| urls::grant(&id)))
}
