//! Connections: adding, changing, pausing and removing them, and taking what is sent to their URLs. What is mirrored
//! through them is in `usecases/mirror`.

pub(crate) mod add;
pub(crate) mod change_key;
pub(crate) mod edit;
pub(crate) mod erase_hooks;
pub(crate) mod pause;
pub(crate) mod poll;
pub(crate) mod process_hook;
pub(crate) mod receive_hook;
pub(crate) mod remove;
pub(crate) mod secrets;
pub(crate) mod step_seen;
pub(crate) mod try_key;
pub(crate) mod webhook;

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::connection::Connection;
use crate::domain::ids::ConnectionId;

/// The URL to which a connection's service sends its webhooks. `origin` is that of the portal.
pub(crate) fn hook_url(origin: &str, id: &ConnectionId) -> String {
    format!("{origin}/hooks/{id}")
}

/// An entry about a connection.
fn entry(actor: &Actor, action: AuditAction, id: &ConnectionId, changes: Vec<Change>) -> NewAuditEntry {
    NewAuditEntry::on(actor, action, ObjectKind::Connection, id, changes)
}

/// A connection's settings, as recorded in the audit log.
fn facts(connection: &Connection) -> Vec<(&'static str, String)> {
    let name = ("name", connection.name.clone());
    if connection.kind.is_shop() {
        let on_test = ("on_test", connection.on_test.as_str().to_owned());
        return vec![name, ("on_refund", connection.on_refund.as_str().to_owned()), on_test];
    }
    vec![
        name,
        ("poll_every", connection.poll_every.as_secs().to_string()),
        ("sends_email", connection.sends_email.to_string()),
    ]
}
