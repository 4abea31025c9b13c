//! The search: a complete id or license key leads to what it names, other texts to what matches, in groups; the only match
//! opens. Text that could be a license key is answered without a redirect, so that it never appears in a URL.

pub(crate) mod groups;
mod show;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use self::show::find;
use super::grants::query::{GrantsQuery, read_search};
use super::{CheckedQuery, CsrfForm, FormErrors, PageError, SignedInStaff};
use super::{in_background, see_other, urls};
use crate::domain::ids::{CustomerId, EntitlementId, LicenseKeyId};
use crate::domain::license_key::characters;
use crate::domain::license_key::presented::PresentedKey;
use crate::domain::search;
use crate::domain::staff::Role;
use crate::domain::text;
use crate::storage::catalog::entitlements;
use crate::storage::license_keys::IssuedKey;
use crate::storage::{Conn, StorageError, customers, grants, license_keys};
use crate::usecases::Context;
use crate::usecases::auth::throttle::Throttled;
use crate::usecases::license_keys::find::find_license_keys;

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
    channel: String,
    order: String,
    sort: String,
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
            channel: self.channel,
            order: self.order,
            sort: self.sort,
            after: self.after,
            before: self.before,
            select: String::new(),
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
    match in_background(ctx, move |ctx| find_license_keys(ctx, &key, false, &actor)).await? {
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
