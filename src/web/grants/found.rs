//! What a search for grants finds.

use std::sync::Arc;

use super::query::ReadQuery;
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::{ConnectionId, GrantId, StaffId};
use crate::domain::license_key::fold;
use crate::domain::page::{Page, PageStart};
use crate::storage::grants::handling::assigned_count;
use crate::storage::grants::list::{GrantFilter, GrantLine, StatusCounts};
use crate::storage::grants::search::search_among;
use crate::storage::license_keys::index::{FoundByEnding, find_by_ending};
use crate::storage::sales::tasks::ShownTask;
use crate::storage::saved_views::ShownView;
use crate::storage::{Conn, StorageError, customers, grants};
use crate::usecases::Context;

pub const PAGE_SIZE: usize = 40;
/// The number of keys that are looked at if many end alike.
const MAX_ENDINGS: i64 = 200;

/// A page of grants, and the number of grants in each state.
pub struct Found {
    pub grants: Page<GrantLine>,
    pub counts: StatusCounts,
    /// The matches of a search in each state without its filters, if it has some and no grant matches.
    pub outside_filters: Option<StatusCounts>,
    /// The number of grants that need a decision.
    pub decisions: i64,
    /// What is to be decided, in the list of these grants.
    pub tasks: Vec<ShownTask>,
    /// Whether there are more matches than were examined.
    pub is_cut: bool,
    /// Imported keys that end with what was typed; they have no grant.
    pub keys_without_grant: Vec<FoundByEnding>,
    pub entitlements: Arc<Vec<Entitlement>>,
    /// Those to whom grants can be assigned.
    pub colleagues: Arc<Vec<(StaffId, String)>>,
    /// The connections at which sales are made.
    pub channels: Arc<Vec<(ConnectionId, String)>>,
    /// The number of grants that are assigned to the person.
    pub mine: i64,
    /// The views that the person has saved, and those for everybody.
    pub views: Arc<Vec<ShownView>>,
}

impl Found {
    /// The grants that match `search`, and those whose key ends with it. A text of four characters finds what everyone
    /// sees of a masked key; a longer one says more about the key, so it needs `may_reveal`.
    pub(crate) fn search(
        ctx: &Context,
        conn: &mut Conn,
        asked: &ReadQuery,
        search: &str,
        me: &StaffId,
        may_reveal: bool,
        customers: Option<&customers::search::Found>,
    ) -> Result<Self, StorageError> {
        let (found, keys) = Self::matches(ctx, conn, asked, (search, customers), may_reveal, PAGE_SIZE)?;
        let has_more = i64::try_from(keys.len()).is_ok_and(|count| count >= MAX_ENDINGS);
        let grants::search::Found { page, counts, is_cut } = found;
        let outside_filters = if counts.all() == 0 && asked.is_filtered() {
            let also: Vec<GrantId> = keys.iter().filter_map(|key| key.grant_id.clone()).collect();
            let anywhere = GrantFilter::default();
            Some(search_among(conn, &anywhere, (search, customers), &also, &PageStart::Start, PAGE_SIZE)?.counts)
        } else {
            None
        };
        Ok(Self {
            grants: page,
            counts,
            outside_filters,
            decisions: ctx.page_cache.decisions(&ctx.db, conn)?,
            tasks: Vec::new(),
            is_cut: is_cut || has_more,
            keys_without_grant: keys.into_iter().filter(|key| key.grant_id.is_none()).collect(),
            entitlements: ctx.page_cache.entitlements(&ctx.db, conn)?,
            colleagues: ctx.page_cache.colleagues(&ctx.db, conn)?,
            channels: ctx.page_cache.channels(&ctx.db, conn)?,
            mine: assigned_count(conn, me)?,
            views: ctx.page_cache.saved_views(&ctx.db, conn, me)?,
        })
    }

    /// A page of the grants that match, and all keys that end with the text.
    pub(in crate::web) fn matches(
        ctx: &Context,
        conn: &mut Conn,
        asked: &ReadQuery,
        (search, customers): (&str, Option<&customers::search::Found>),
        may_reveal: bool,
        size: usize,
    ) -> Result<(grants::search::Found, Vec<FoundByEnding>), StorageError> {
        let last = fold::typed_ending(search).filter(|last| may_reveal || last.len() == fold::SHORTEST_ENDING);
        let keys = match last {
            Some(last) => find_by_ending(conn, &ctx.keyring, &last, may_reveal, MAX_ENDINGS)?,
            None => Vec::new(),
        };
        let also: Vec<GrantId> = keys.iter().filter_map(|key| key.grant_id.clone()).collect();
        let found = search_among(conn, &asked.filter, (search, customers), &also, &asked.start, size)?;
        Ok((found, keys))
    }

    /// No grants, for a text that cannot be searched for.
    pub fn nothing(ctx: &Context, conn: &mut Conn, me: &StaffId) -> Result<Self, StorageError> {
        let grants = Page { rows: Vec::new(), has_previous: false, has_next: false };
        let entitlements = ctx.page_cache.entitlements(&ctx.db, conn)?;
        let counts = StatusCounts::default();
        let decisions = ctx.page_cache.decisions(&ctx.db, conn)?;
        Ok(Self {
            grants,
            counts,
            outside_filters: None,
            decisions,
            tasks: Vec::new(),
            is_cut: false,
            keys_without_grant: Vec::new(),
            entitlements,
            colleagues: ctx.page_cache.colleagues(&ctx.db, conn)?,
            channels: ctx.page_cache.channels(&ctx.db, conn)?,
            mine: assigned_count(conn, me)?,
            views: ctx.page_cache.saved_views(&ctx.db, conn, me)?,
        })
    }
}
