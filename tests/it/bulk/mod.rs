//! Many grants at once: chosen in the list, looked at, done by a job.

mod crash;
mod keys;
mod list;
mod runs;
mod supplier;

use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::{EntitlementId, GrantId};
use keydesk::storage::grants;

use crate::support::TestApp;
use crate::support::client::Visitor;
use crate::support::page::Page;

/// Grants of customers `c0@example.com` and so on, the first one waiting longest.
pub fn waiting(app: &TestApp, entitlement: &EntitlementId, count: usize) -> Vec<GrantId> {
    let grant = |number: usize| {
        app.advance(jiff::SignedDuration::from_secs(1));
        let (email, name) = (format!("c{number}@example.com"), format!("Customer {number}"));
        app.given().pending_grant().of(entitlement).for_customer(&email).named(&name).make()
    };
    (0..count).map(grant).collect()
}

/// Sends what a person chose in the list of what waits.
pub fn choose(visitor: &mut Visitor, action: &str, ids: &[GrantId]) -> Page {
    let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
    fields.push(("filter", "status=pending"));
    visitor.post(&format!("/grants/bulk/{action}"), &fields)
}

pub fn status(app: &TestApp, id: &GrantId) -> GrantStatus {
    app.read(|conn| grants::find(conn, id).unwrap().status)
}

pub fn statuses(app: &TestApp, ids: &[GrantId]) -> Vec<GrantStatus> {
    ids.iter().map(|id| status(app, id)).collect()
}
