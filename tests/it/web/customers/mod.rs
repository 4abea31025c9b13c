//! Customers: the list, one of them, and what staff do for them.

mod edit;
mod index;
mod keys;
mod mergers;
mod notes;
mod show;

use keydesk::domain::ids::{CustomerId, GrantId};
use keydesk::storage::grants;

use crate::support::TestApp;

const KEY: &str = "ABCD-EFGH-JKLM-9012";

/// The customer of a grant.
fn customer_of(app: &TestApp, grant: &GrantId) -> CustomerId {
    app.read(|conn| grants::find(conn, grant).expect("the grant").customer_id)
}

/// The path of the page of a grant's customer.
fn page_of(app: &TestApp, grant: &GrantId) -> String {
    format!("/customers/{}", customer_of(app, grant))
}
