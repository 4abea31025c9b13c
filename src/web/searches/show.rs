//! The page of results.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::groups::{Groups, Reader};
use crate::domain::entitlement::IntegrationType;
use crate::domain::license_key::masked;
use crate::domain::page::PageStart;
use crate::domain::text::folded;
use crate::storage::StorageError;
use crate::storage::customers;
use crate::storage::customers::notes::ShownNote;
use crate::storage::grants::list::GrantFilter;
use crate::storage::license_keys::list::KeyLine;
use crate::usecases::Context;
use crate::web::customers::notes::excerpt;
use crate::web::grants::found::Found;
use crate::web::grants::list::GrantList;
use crate::web::grants::query::ReadQuery;
use crate::web::layout::badge::Badge;
use crate::web::{FormErrors, Nav, PageContext, PageError, SignedInStaff, html, in_background, see_other, urls};

#[derive(Template)]
#[template(path = "searches/show.html")]
pub(super) struct SearchPage {
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

    /// The page, or the way to its only match.
    pub(super) fn answer(self, status: StatusCode) -> Result<HttpResponse, PageError> {
        match self.only_match() {
            Some(url) => Ok(see_other(&url)),
            None => html(status, &self),
        }
    }
}

/// What the search finds. With `errors`, the page is the response to a form.
pub(super) async fn find(
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
