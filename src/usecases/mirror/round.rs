//! One round over an account. Each grant that changed is one transaction; what is as it was is only read.

use std::collections::{BTreeMap, HashSet};

use super::applied::{Applied, By};
use super::extras::read_extras;
use super::read::{self, ReadError, Reader};
use super::report::{PollReport, RoundError};
use super::{entitlements, grants};
use crate::dodo::objects::{RemoteGrant, RemoteStatus};
use crate::dodo::{CallError, GrantsQuery};
use crate::domain::connection::trouble::Trouble;
use crate::domain::connection::{CallBudget, Connection};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{EntitlementId, GrantId};
use crate::storage::connections::progress::Seen;
use crate::storage::connections::{leases, mirrored, progress};
use crate::storage::{StorageError, catalog};
use crate::usecases::context::Context;

/// A round.
pub(super) struct Round<'a> {
    ctx: &'a Context,
    connection: &'a Connection,
    reader: Reader,
    /// Who holds the lease, if the round needs one.
    owner: Option<&'a str>,
    pub(super) report: PollReport,
    /// The account's own id, once something has named it.
    pub(super) business_id: Option<String>,
}

impl<'a> Round<'a> {
    pub(super) fn new(ctx: &'a Context, connection: &'a Connection, reader: Reader, owner: Option<&'a str>) -> Self {
        Self { ctx, connection, reader, owner, report: PollReport::default(), business_id: None }
    }

    pub(super) fn calls(&self) -> i32 {
        self.reader.account().calls()
    }

    pub(super) fn budget(&self) -> Option<CallBudget> {
        self.reader.account().budget()
    }

    /// Looks at everything; with `sweeps`, also at what was delivered or revoked before.
    pub(super) fn all(&mut self, sweeps: bool) -> Result<(), RoundError> {
        self.follow_entitlements()?;
        let listed = self.ctx.db.read(|conn| progress::listed(conn, &self.connection.id))?;
        self.report.entitlements = listed.len();
        for id in &listed {
            self.renew_lease()?;
            self.walk(id, GrantStatus::Pending)?;
            let now = self.ctx.clock.now();
            self.ctx.db.write(|tx| progress::note_walked(tx, id, now))?;
        }
        if sweeps {
            self.sweep(&listed)?;
        }
        // Nobody waits for the rest.
        match read_extras(self.ctx, self.connection, &mut self.reader) {
            Err(RoundError::Read(ReadError::OutOfBudget)) => Ok(()),
            done => done,
        }
    }

    /// Looks at what is revoked, and at the grants of entitlements that the account does not list any more.
    fn sweep(&mut self, listed: &[EntitlementId]) -> Result<(), RoundError> {
        for id in self.ctx.db.read(|conn| mirrored::entitlements(conn, &self.connection.id))? {
            self.renew_lease()?;
            if listed.contains(&id) {
                self.walk(&id, GrantStatus::Revoked)?;
                continue;
            }
            match self.walk(&id, GrantStatus::Pending).and_then(|()| self.walk(&id, GrantStatus::Revoked)) {
                // It is gone, and its grants with it.
                Err(RoundError::Read(ReadError::Call(CallError::NotFound))) => {}
                done => done?,
            }
        }
        Ok(())
    }

    /// Looks at the pending grants of one entitlement, which may be new.
    pub(super) fn one(&mut self, id: &EntitlementId) -> Result<(), RoundError> {
        let owner = self.ctx.db.read(|conn| mirrored::connection_of(conn, id))?;
        if owner.is_none() {
            let remote = self.reader.account().entitlement(id.as_str())?;
            let now = self.ctx.clock.now();
            if !self.ctx.db.write(|tx| entitlements::follow(self.ctx, tx, self.connection, &remote, now))? {
                return Ok(());
            }
        } else if owner.as_ref() != Some(&self.connection.id) {
            return Ok(());
        }
        self.report.entitlements = 1;
        self.walk(id, GrantStatus::Pending)
    }

    fn renew_lease(&self) -> Result<(), RoundError> {
        let Some(owner) = self.owner else { return Ok(()) };
        let now = self.ctx.clock.now();
        self.ctx.db.write(|tx| leases::take(tx, &self.connection.id, owner, now).map(drop))?;
        Ok(())
    }

    fn follow_entitlements(&mut self) -> Result<(), RoundError> {
        let listed = self.reader.entitlements()?;
        let now = self.ctx.clock.now();
        let mut seen = HashSet::new();
        for remote in &listed {
            if self.business_id.is_none() {
                self.business_id.clone_from(&remote.business_id);
            }
            let Some(id) = entitlements::id_of(remote) else { continue };
            seen.insert(id.clone());
            let is_known = self.ctx.db.read(|conn| {
                let is_ours = mirrored::connection_of(conn, &id)?.is_some_and(|owner| owner == self.connection.id);
                if !is_ours || !progress::listed(conn, &self.connection.id)?.contains(&id) {
                    return Ok::<_, StorageError>(false);
                }
                Ok(entitlements::is_as_known(&catalog::entitlements::find(conn, &id)?, remote))
            })?;
            if !is_known {
                self.ctx.db.write(|tx| entitlements::follow(self.ctx, tx, self.connection, remote, now).map(drop))?;
            }
        }
        let known = self.ctx.db.read(|conn| progress::listed(conn, &self.connection.id))?;
        for gone in known.iter().filter(|id| !seen.contains(*id)) {
            self.ctx.db.write(|tx| progress::note_listed(tx, gone, false))?;
        }
        Ok(())
    }

    /// Looks at an entitlement's grants in one state there, and at each grant that is in that state here and was not among
    /// them.
    fn walk(&mut self, id: &EntitlementId, status: GrantStatus) -> Result<(), RoundError> {
        let word = if status == GrantStatus::Pending { "Pending" } else { "Revoked" };
        let query = GrantsQuery { status: Some(word), customer_id: None };
        let connection = self.connection;
        let (ctx, report) = (self.ctx, &mut self.report);
        let seen =
            self.reader.walk(id.as_str(), query, |reader, items| apply_all(ctx, connection, reader, report, items))?;
        let known = self.ctx.db.read(|conn| progress::known(conn, id, status))?;
        let mut left: BTreeMap<String, Vec<GrantId>> = BTreeMap::new();
        for (grant_id, customer) in known.into_iter().filter(|(grant_id, _)| !seen.contains(grant_id.as_str())) {
            left.entry(customer).or_default().push(grant_id);
        }
        for (customer, grants) in left {
            self.read_of_customer(id, &customer, &grants)?;
        }
        Ok(())
    }

    /// Reads what became of grants of one customer.
    fn read_of_customer(&mut self, id: &EntitlementId, customer: &str, ids: &[GrantId]) -> Result<(), RoundError> {
        let query = GrantsQuery { status: None, customer_id: Some(customer) };
        let (ctx, connection, report) = (self.ctx, self.connection, &mut self.report);
        let seen = self.reader.walk(id.as_str(), query, |reader, mut items| {
            items.retain(|grant| ids.iter().any(|id| id.as_str() == grant.id));
            apply_all(ctx, connection, reader, report, items)
        })?;
        let now = self.ctx.clock.now();
        for gone in ids.iter().filter(|id| !seen.contains(id.as_str())) {
            self.ctx.db.write(|tx| {
                let known = mirrored::grant(tx, gone)?;
                if known.is_none_or(|known| known.trouble == Some(Trouble::NotFound)) {
                    return Ok::<_, StorageError>(());
                }
                mirrored::set_trouble(tx, gone, Some((Trouble::NotFound, "")), now)
            })?;
        }
        Ok(())
    }
}

/// Whether nothing follows from a grant that is as it was.
fn is_as_seen(remote: &RemoteGrant, seen: &Seen) -> bool {
    let micros = |at: Option<jiff::Timestamp>| at.map(jiff::Timestamp::as_microsecond);
    seen.remote_status == remote.status.as_str()
        && seen.status == seen.remote_status
        && micros(seen.remote_updated_at) == micros(remote.updated_at)
}

/// Applies a page of grants; reads the customers of those that are new.
fn apply_all(
    ctx: &Context,
    connection: &Connection,
    reader: &mut Reader,
    report: &mut PollReport,
    mut items: Vec<RemoteGrant>,
) -> Result<(), RoundError> {
    let ids: Vec<&str> = items.iter().map(|grant| grant.id.as_str()).collect();
    let seen = ctx.db.read(|conn| progress::seen(conn, &ids))?;
    items.retain(|grant| seen.get(&grant.id).is_none_or(|seen| !is_as_seen(grant, seen)));
    let is_new = |grant: &&RemoteGrant| grant.status == RemoteStatus::Pending && !seen.contains_key(&grant.id);
    let mut customers: Vec<&str> = items.iter().filter(is_new).map(|grant| grant.customer_id.as_str()).collect();
    customers.sort_unstable();
    customers.dedup();
    if connection.polled_at.is_none() {
        // Those that came with another grant of this first round are as new as can be.
        let known = ctx.db.read(|conn| progress::known_customers(conn, &connection.id, &customers))?;
        customers.retain(|id| !known.contains(*id));
    }
    reader.read_customers(&customers)?;
    let now = ctx.clock.now();
    for grant in &mut items {
        let mut by = By::Poll;
        let was_delivered = seen.get(&grant.id).is_some_and(|seen| seen.status == GrantStatus::Delivered.as_str());
        if was_delivered && grant.status == RemoteStatus::Pending {
            // Granted again, or read before it was delivered.
            reader.check()?;
            let fresh = read::grant(reader.account(), &grant.entitlement_id, &grant.customer_id, &grant.id)?;
            *grant = fresh.unwrap_or_else(|| grant.clone());
            by = By::Reading;
        }
        let customer = reader.customer(&grant.customer_id);
        let applied = ctx.db.write(|tx| grants::apply_by(ctx, tx, connection, (grant, customer), by, now));
        match applied {
            Ok(Applied::Created) => report.created += 1,
            Ok(Applied::Changed) => report.changed += 1,
            Ok(_) => {}
            // The next round looks again; others must not wait for this one.
            Err(error @ (StorageError::Conflict | StorageError::Corrupt(_) | StorageError::NotFound)) => {
                tracing::warn!(grant_id = %grant.id, %error, "a grant could not be mirrored; it will be tried again");
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
