//! The audit log: entries are written in the transaction of the action, each with a keyed hash of itself.

pub mod list;
pub mod objects;
pub mod seals;
mod standing;

use diesel::prelude::*;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::db::time::to_micros;
use super::schema::audit_entries;
use crate::crypto::Keyring;
use crate::domain::audit::NewAuditEntry;
use crate::domain::ids::{GrantId, random_id};

/// The prefix of entry ids.
pub const ID_PREFIX: &str = "aud_";

/// A change in its stored form: `{"field", "before", "after"}`.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredChange {
    pub field: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<String>,
}

/// The stored fields that an entry's hash covers.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = audit_entries, treat_none_as_default_value = false)]
pub struct SealedFields {
    #[diesel(skip_insertion)]
    pub sequence: i64,
    pub id: String,
    pub at: i64,
    pub actor_kind: String,
    pub actor_id: String,
    pub action: String,
    pub object_kind: String,
    pub object_id: String,
    pub grant_id: Option<String>,
    pub address: Option<String>,
    pub request_id: Option<String>,
    pub changes: String,
    pub mac: Vec<u8>,
}

impl SealedFields {
    /// The keyed hash of every field except the sequence number, which the database assigns and the seal covers.
    pub fn compute_mac(&self, keyring: &Keyring) -> [u8; 32] {
        let optional = |text: &Option<String>| text.as_ref().map(|text| format!("+{text}")).unwrap_or_default();
        let fields = [
            self.id.clone(),
            self.at.to_string(),
            self.actor_kind.clone(),
            self.actor_id.clone(),
            self.action.clone(),
            self.object_kind.clone(),
            self.object_id.clone(),
            optional(&self.grant_id),
            optional(&self.address),
            optional(&self.request_id),
            self.changes.clone(),
        ];
        let mut bytes = Vec::new();
        for field in &fields {
            bytes.extend_from_slice(&(field.len() as u64).to_be_bytes());
            bytes.extend_from_slice(field.as_bytes());
        }
        keyring.audit_mac(&bytes)
    }
}

impl SealedFields {
    /// An entry to be inserted; the database assigns its sequence number.
    pub(super) fn new(
        keyring: &Keyring,
        id: String,
        entry: &NewAuditEntry,
        now: Timestamp,
    ) -> Result<Self, StorageError> {
        let changes: Vec<StoredChange> = entry
            .changes
            .iter()
            .map(|change| StoredChange {
                field: change.field.clone(),
                before: change.before.clone(),
                after: change.after.clone(),
            })
            .collect();
        let changes = serde_json::to_string(&changes).map_err(|error| StorageError::Corrupt(error.to_string()))?;
        let mut fields = Self {
            sequence: 0,
            id,
            at: to_micros(now),
            actor_kind: entry.actor.kind().to_owned(),
            actor_id: entry.actor.id().to_owned(),
            action: entry.action.as_str().to_owned(),
            object_kind: entry.object_kind.as_str().to_owned(),
            object_id: entry.object_id.clone(),
            grant_id: entry.grant_id.as_ref().map(GrantId::to_string),
            address: entry.actor.address.clone(),
            request_id: entry.actor.request_id.clone(),
            changes,
            mac: Vec::new(),
        };
        fields.mac = fields.compute_mac(keyring).to_vec();
        Ok(fields)
    }
}

/// Writes an entry. Fails with `NoLongerAllowed` if its actor has lost the right to act: every change writes an entry
/// in its own transaction, so the check here covers all of them.
pub fn append(tx: &mut Tx<'_>, keyring: &Keyring, entry: &NewAuditEntry, now: Timestamp) -> Result<(), StorageError> {
    standing::check(tx, &entry.actor, now)?;
    let fields = SealedFields::new(keyring, random_id(ID_PREFIX), entry, now)?;
    let conn: &mut Conn = tx;
    diesel::insert_into(audit_entries::table).values(&fields).execute(conn)?;
    Ok(())
}
