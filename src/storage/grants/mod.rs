//! Grants: finding them, and the guarded updates between states.

pub(crate) mod api_list;
pub(crate) mod claims;
mod counts;
pub mod detail;
mod filter;
pub(crate) mod handling;
pub(crate) mod integrations;
mod lines;
pub mod list;
pub(crate) mod pulse;
pub(crate) mod report;
pub mod search;
mod search_words;
pub(crate) mod series;
pub mod stats;
pub(crate) mod supply;
pub mod throughput;
pub(crate) mod undo;
mod walks;

use diesel::prelude::*;
use jiff::Timestamp;

use self::handling::HandlingRow;
use self::integrations::IntegrationRow;
use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::db::time::{from_micros, from_optional, to_micros};
use super::metadata::{self, ObjectKind};
use super::schema::{grant_handling, grant_integrations, grant_moves, grants};
use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::handling::Handling;
use crate::domain::grant::{Grant, GrantIntegration, GrantStatus};
use crate::domain::ids::{CustomerId, EntitlementId, GrantId, LicenseKeyId, SaleLineId};
use crate::domain::outbox::MessageState;
use crate::storage::sql::cached::CachedDsl;
use crate::storage::sql::on_each::on_each;

#[derive(Queryable, Selectable)]
#[diesel(table_name = grants)]
pub(super) struct GrantRow {
    id: String,
    customer_id: String,
    entitlement_id: String,
    license_key_id: Option<String>,
    integration_type: String,
    status: String,
    status_before_revocation: Option<String>,
    payment_id: Option<String>,
    subscription_id: Option<String>,
    external_id: Option<String>,
    customer_note: Option<String>,
    error_code: Option<String>,
    error_message: Option<String>,
    revocation_reason: Option<String>,
    #[diesel(embed)]
    integration: Option<IntegrationRow>,
    #[diesel(embed)]
    handling: Option<HandlingRow>,
    metadata: String,
    held_by: Option<String>,
    held_since: Option<i64>,
    held_until: Option<i64>,
    held_touched_at: Option<i64>,
    delivered_by: Option<String>,
    delivered_at: Option<i64>,
    failed_at: Option<i64>,
    revoked_by: Option<String>,
    revoked_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<GrantRow> for Grant {
    type Error = StorageError;

    fn try_from(row: GrantRow) -> Result<Self, StorageError> {
        let corrupt = || StorageError::Corrupt(format!("the state of {}", row.id));
        let status = GrantStatus::parse(&row.status).ok_or_else(corrupt)?;
        let integration_type = IntegrationType::parse(&row.integration_type).ok_or_else(corrupt)?;
        Ok(Self {
            id: GrantId::stored(row.id),
            customer_id: CustomerId::stored(row.customer_id),
            entitlement_id: EntitlementId::stored(row.entitlement_id),
            license_key_id: row.license_key_id.map(LicenseKeyId::stored),
            integration_type,
            status,
            status_before_revocation: row.status_before_revocation.as_deref().and_then(GrantStatus::parse),
            payment_id: row.payment_id,
            subscription_id: row.subscription_id,
            external_id: row.external_id,
            customer_note: row.customer_note,
            error_code: row.error_code,
            error_message: row.error_message,
            revocation_reason: row.revocation_reason,
            integration: row.integration.map(GrantIntegration::from).unwrap_or_default(),
            metadata: row.metadata,
            claim: claims::stored(row.held_by, row.held_since, row.held_until, row.held_touched_at),
            handling: row.handling.map(Handling::from).unwrap_or_default(),
            delivered_by: row.delivered_by,
            delivered_at: from_optional(row.delivered_at),
            failed_at: from_optional(row.failed_at),
            revoked_by: row.revoked_by,
            revoked_at: from_optional(row.revoked_at),
            created_at: from_micros(row.created_at),
            updated_at: from_micros(row.updated_at),
        })
    }
}

/// The type of a grant, which never changes; `NotFound` if there is none with this id.
pub(crate) fn integration_type(conn: &mut Conn, id: &GrantId) -> Result<IntegrationType, StorageError> {
    let kind: String = grants::table.find(id.as_str()).select(grants::integration_type).first(conn)?;
    IntegrationType::parse(&kind).ok_or_else(|| StorageError::Corrupt(format!("the type of {id}")))
}

/// The grant with this id; `NotFound` if there is none.
pub fn find(conn: &mut Conn, id: &GrantId) -> Result<Grant, StorageError> {
    let row: GrantRow = on_each!(conn, |conn| {
        grants::table
            .left_join(grant_integrations::table)
            .left_join(grant_handling::table)
            .filter(grants::id.eq(id.as_str()))
            .select(GrantRow::as_select())
            .get_result(conn)?
    });
    row.try_into()
}

/// Whether a grant with this id exists.
pub fn exists(conn: &mut Conn, id: &GrantId) -> Result<bool, StorageError> {
    let found: Option<String> = grants::table.find(id.as_str()).select(grants::id).first(conn).optional()?;
    Ok(found.is_some())
}

/// Inserts a new grant, a unit of a line of its sale; `Conflict` if its id or the unit already exists.
pub fn insert(tx: &mut Tx<'_>, grant: &Grant, unit: Option<(&SaleLineId, i32)>) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(grants::table)
        .values((
            (
                grants::id.eq(grant.id.as_str()),
                grants::customer_id.eq(grant.customer_id.as_str()),
                grants::entitlement_id.eq(grant.entitlement_id.as_str()),
                grants::integration_type.eq(grant.integration_type.as_str()),
                grants::status.eq(grant.status.as_str()),
                grants::sale_line_id.eq(unit.map(|(line, _)| line.as_str())),
                grants::sale_unit.eq(unit.map(|(_, number)| number)),
                grants::payment_id.eq(&grant.payment_id),
                grants::subscription_id.eq(&grant.subscription_id),
                grants::external_id.eq(&grant.external_id),
                grants::metadata.eq(&grant.metadata),
            ),
            (
                grants::error_code.eq(&grant.error_code),
                grants::error_message.eq(&grant.error_message),
                grants::delivered_at.eq(grant.delivered_at.map(to_micros)),
                grants::failed_at.eq(grant.failed_at.map(to_micros)),
                grants::created_at.eq(to_micros(grant.created_at)),
                grants::updated_at.eq(to_micros(grant.updated_at)),
            ),
        ))
        .execute(conn)?;
    metadata::insert(tx, ObjectKind::Grant, grant.id.as_str(), &grant.metadata)?;
    integrations::insert(tx, &grant.id, &grant.integration)
}

/// What a delivery changes on the grant.
#[derive(Debug, Clone)]
pub struct DeliveredFields<'a> {
    pub license_key_id: &'a LicenseKeyId,
    pub customer_note: Option<&'a str>,
    pub delivered_by: &'a str,
    pub at: Timestamp,
}

/// Pending → Delivered, with its key and a queued e-mail; `false` if it is no longer pending.
pub fn mark_delivered(tx: &mut Tx<'_>, id: &GrantId, fields: &DeliveredFields<'_>) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let at = to_micros(fields.at);
    let awaiting = grants::table
        .find(id.as_str())
        .filter(grants::status.eq(GrantStatus::Pending.as_str()))
        .filter(grants::license_key_id.is_null());
    let changed = diesel::update(awaiting)
        .set((
            grants::status.eq(GrantStatus::Delivered.as_str()),
            grants::email_state.eq(MessageState::Queued.as_str()),
            grants::license_key_id.eq(fields.license_key_id.as_str()),
            grants::customer_note.eq(fields.customer_note),
            grants::delivered_by.eq(fields.delivered_by),
            grants::delivered_at.eq(at),
            grants::updated_at.eq(at),
            grants::held_by.eq(None::<String>),
            grants::held_since.eq(None::<i64>),
            grants::held_until.eq(None::<i64>),
            grants::held_touched_at.eq(None::<i64>),
        ))
        .cached()
        .execute(conn)?;
    Ok(changed == 1)
}

/// Like [`mark_delivered`], for a grant whose files are delivered instead of a key.
pub(crate) fn mark_files_delivered(
    tx: &mut Tx<'_>,
    id: &GrantId,
    customer_note: Option<&str>,
    delivered_by: &str,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let awaiting = grants::table.find(id.as_str()).filter(grants::status.eq(GrantStatus::Pending.as_str()));
    let changed = diesel::update(awaiting)
        .set((
            grants::status.eq(GrantStatus::Delivered.as_str()),
            grants::email_state.eq(MessageState::Queued.as_str()),
            grants::customer_note.eq(customer_note),
            grants::delivered_by.eq(delivered_by),
            grants::delivered_at.eq(to_micros(now)),
            grants::updated_at.eq(to_micros(now)),
            grants::held_by.eq(None::<String>),
            grants::held_since.eq(None::<i64>),
            grants::held_until.eq(None::<i64>),
            grants::held_touched_at.eq(None::<i64>),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Delivered → Pending, because the delivery is undone; what the customer was to be told remains for the next one. `false` if
/// it is no longer delivered.
pub(crate) fn mark_undone(tx: &mut Tx<'_>, id: &GrantId, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let delivered = grants::table.find(id.as_str()).filter(grants::status.eq(GrantStatus::Delivered.as_str()));
    let changed = diesel::update(delivered)
        .set((
            grants::status.eq(GrantStatus::Pending.as_str()),
            grants::email_state.eq(None::<String>),
            grants::license_key_id.eq(None::<String>),
            grants::delivered_by.eq(None::<String>),
            grants::delivered_at.eq(None::<i64>),
            grants::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Gives a delivered or failed grant another key and that state of its e-mail; `false` if it no longer has the key `from`.
pub(crate) fn exchange_key(
    tx: &mut Tx<'_>,
    id: &GrantId,
    (from, to): (&LicenseKeyId, &LicenseKeyId),
    email: Option<MessageState>,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(
        grants::table
            .find(id.as_str())
            .filter(grants::status.eq_any([GrantStatus::Delivered.as_str(), GrantStatus::Failed.as_str()]))
            .filter(grants::license_key_id.eq(from.as_str())),
    )
    .set((
        grants::license_key_id.eq(to.as_str()),
        grants::email_state.eq(email.map(MessageState::as_str)),
        grants::updated_at.eq(to_micros(now)),
    ))
    .execute(conn)?;
    Ok(changed == 1)
}

/// Delivered → Failed with the reason; `false` if it is no longer delivered.
pub fn mark_failed(
    tx: &mut Tx<'_>,
    id: &GrantId,
    error_code: &str,
    error_message: &str,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed =
        diesel::update(grants::table.find(id.as_str()).filter(grants::status.eq(GrantStatus::Delivered.as_str())))
            .set((
                grants::status.eq(GrantStatus::Failed.as_str()),
                grants::error_code.eq(error_code),
                grants::error_message.eq(error_message),
                grants::failed_at.eq(to_micros(now)),
                grants::updated_at.eq(to_micros(now)),
            ))
            .execute(conn)?;
    Ok(changed == 1)
}

/// Failed → Delivered, after an e-mail was sent; `false` if it is not failed.
pub fn mark_delivered_again(tx: &mut Tx<'_>, id: &GrantId, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed =
        diesel::update(grants::table.find(id.as_str()).filter(grants::status.eq(GrantStatus::Failed.as_str())))
            .set((
                grants::status.eq(GrantStatus::Delivered.as_str()),
                grants::error_code.eq(None::<String>),
                grants::error_message.eq(None::<String>),
                grants::failed_at.eq(None::<i64>),
                grants::updated_at.eq(to_micros(now)),
            ))
            .execute(conn)?;
    Ok(changed == 1)
}

/// Any state but Revoked → Revoked; `false` if it is already revoked or has changed since `from` was read.
pub fn mark_revoked(
    tx: &mut Tx<'_>,
    id: &GrantId,
    from: GrantStatus,
    reason: &str,
    by: &str,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(
        grants::table
            .find(id.as_str())
            .filter(grants::status.eq(from.as_str()))
            .filter(grants::status.ne(GrantStatus::Revoked.as_str())),
    )
    .set((
        grants::status.eq(GrantStatus::Revoked.as_str()),
        grants::status_before_revocation.eq(from.as_str()),
        grants::revocation_reason.eq(reason),
        grants::revoked_by.eq(by),
        grants::revoked_at.eq(to_micros(now)),
        grants::held_by.eq(None::<String>),
        grants::held_since.eq(None::<i64>),
        grants::held_until.eq(None::<i64>),
        grants::held_touched_at.eq(None::<i64>),
        grants::updated_at.eq(to_micros(now)),
    ))
    .execute(conn)?;
    Ok(changed == 1)
}

/// Revoked → the previous state; `false` if it is not revoked.
pub fn mark_restored(tx: &mut Tx<'_>, id: &GrantId, to: GrantStatus, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed =
        diesel::update(grants::table.find(id.as_str()).filter(grants::status.eq(GrantStatus::Revoked.as_str())))
            .set((
                grants::status.eq(to.as_str()),
                grants::status_before_revocation.eq(None::<String>),
                grants::revocation_reason.eq(None::<String>),
                grants::revoked_by.eq(None::<String>),
                grants::revoked_at.eq(None::<i64>),
                grants::updated_at.eq(to_micros(now)),
            ))
            .execute(conn)?;
    Ok(changed == 1)
}

/// Sets the state of the grant's newest e-mail.
pub fn set_email_state(tx: &mut Tx<'_>, id: &GrantId, state: MessageState) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(grants::table.find(id.as_str()))
        .set(grants::email_state.eq(state.as_str()))
        .cached()
        .execute(conn)?;
    Ok(())
}

/// Moves a grant to another customer and records the previous one. Clears the mail server's reply, which is about the
/// previous customer's address.
pub fn set_customer(
    tx: &mut Tx<'_>,
    id: &GrantId,
    customer_id: &CustomerId,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let former: String = grants::table.find(id.as_str()).select(grants::customer_id).first(conn)?;
    let moves: i64 = grant_moves::table.filter(grant_moves::grant_id.eq(id.as_str())).count().get_result(conn)?;
    diesel::insert_into(grant_moves::table)
        .values((
            grant_moves::grant_id.eq(id.as_str()),
            grant_moves::number.eq(i32::try_from(moves + 1).unwrap_or(i32::MAX)),
            grant_moves::customer_id.eq(former),
            grant_moves::moved_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    diesel::update(grants::table.find(id.as_str()))
        .set((
            grants::customer_id.eq(customer_id.as_str()),
            grants::error_message.eq(None::<String>),
            grants::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Locks a grant's row until the transaction ends, if the database has row locks.
pub fn lock(tx: &mut Tx<'_>, id: &GrantId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    // An update that changes nothing takes the lock on both databases with the same statement.
    let changed =
        diesel::update(grants::table.find(id.as_str())).set(grants::id.eq(grants::id)).cached().execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StorageError::NotFound) }
}

/// Whether a grant once belonged to a customer.
pub fn was_of(conn: &mut Conn, id: &GrantId, customer_id: &CustomerId) -> Result<bool, StorageError> {
    let moves = grant_moves::table
        .filter(grant_moves::grant_id.eq(id.as_str()))
        .filter(grant_moves::customer_id.eq(customer_id.as_str()));
    Ok(diesel::select(diesel::dsl::exists(moves)).get_result(conn)?)
}
