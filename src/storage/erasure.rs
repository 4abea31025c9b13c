//! Erasing a customer: what names them goes, in every table; what does not name them stays.

use diesel::prelude::*;
use jiff::Timestamp;

use super::address_changes;
use super::connection::Conn;
use super::db::Tx;
use super::dialect;
use super::error::StorageError;
use super::schema::{
    customers, grants, license_key_instances, license_keys, outbox_attempts, outbox_messages, reveals,
    webhook_attempts, webhook_messages,
};
use super::time::to_micros;
use crate::domain::customer::EmailAddress;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{CustomerId, GrantId, LicenseKeyId, MessageId};

/// What stands where the name was.
pub const ERASED_NAME: &str = "—";

/// How much was erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    pub grants: usize,
    pub license_keys: usize,
    pub instances: usize,
    pub messages: usize,
}

/// Whether a customer is erased. Nobody erases them from here to the end of the transaction.
pub fn is_erased(tx: &mut Tx<'_>, id: &CustomerId) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    dialect::hold_customer(conn, id)?;
    let erased_at: Option<i64> = customers::table.find(id.as_str()).select(customers::erased_at).first(conn)?;
    Ok(erased_at.is_some())
}

/// Whose a grant is, or else a key; nobody's where there is neither.
pub fn customer_of(
    conn: &mut Conn,
    grant_id: Option<&GrantId>,
    key_id: Option<&LicenseKeyId>,
) -> Result<Option<CustomerId>, StorageError> {
    let id: Option<String> = match (grant_id, key_id) {
        (Some(id), _) => grants::table.find(id.as_str()).select(grants::customer_id).first(conn).optional()?,
        (None, Some(id)) => {
            license_keys::table.find(id.as_str()).select(license_keys::customer_id).first(conn).optional()?
        }
        (None, None) => None,
    };
    Ok(id.map(CustomerId::stored))
}

/// A customer's grants that still wait.
pub fn pending_grants(conn: &mut Conn, id: &CustomerId) -> Result<Vec<GrantId>, StorageError> {
    let ids: Vec<String> = grants::table
        .filter(grants::customer_id.eq(id.as_str()))
        .filter(grants::status.eq(GrantStatus::Pending.as_str()))
        .select(grants::id)
        .load(conn)?;
    Ok(ids.into_iter().map(GrantId::stored).collect())
}

/// All of a customer's grants.
pub fn grants_of(conn: &mut Conn, id: &CustomerId) -> Result<Vec<GrantId>, StorageError> {
    let ids: Vec<String> = grants::table.filter(grants::customer_id.eq(id.as_str())).select(grants::id).load(conn)?;
    Ok(ids.into_iter().map(GrantId::stored).collect())
}

/// E-mails that were written to a customer.
pub fn messages_of(conn: &mut Conn, id: &CustomerId) -> Result<Vec<MessageId>, StorageError> {
    let of_customer = grants::table.filter(grants::customer_id.eq(id.as_str())).select(grants::id);
    let ids: Vec<String> = outbox_messages::table
        .filter(outbox_messages::grant_id.eq_any(of_customer))
        .select(outbox_messages::id)
        .load(conn)?;
    Ok(ids.into_iter().map(MessageId::stored).collect())
}

/// Overwrites name, address, telephone number, locale and metadata; the address that takes their
/// place belongs to nobody.
pub fn erase_customer(tx: &mut Tx<'_>, id: &CustomerId, now: Timestamp) -> Result<(), StorageError> {
    let address = EmailAddress::of_erased(id);
    let conn: &mut Conn = tx;
    diesel::update(customers::table.find(id.as_str()))
        .set((
            customers::email.eq(address.as_str()),
            customers::email_key.eq(address.key()),
            customers::name.eq(ERASED_NAME),
            customers::locale.eq("en"),
            customers::phone_number.eq(None::<String>),
            customers::metadata.eq("{}"),
            customers::search_text.eq(""),
            customers::erased_at.eq(to_micros(now)),
            customers::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Overwrites keys, devices, notes, replies and everything else of a customer's grants that may name
/// somebody. Ids of payments, times and states stay, and the keyed hash of each key.
pub fn erase_belongings(tx: &mut Tx<'_>, id: &CustomerId, now: Timestamp) -> Result<Erased, StorageError> {
    address_changes::erase(tx, id)?;
    let conn: &mut Conn = tx;
    let grants_of = || grants::table.filter(grants::customer_id.eq(id.as_str())).select(grants::id);
    let keys_of = || license_keys::table.filter(license_keys::customer_id.eq(id.as_str())).select(license_keys::id);
    let instances =
        diesel::delete(license_key_instances::table.filter(license_key_instances::license_key_id.eq_any(keys_of())))
            .execute(conn)?;
    let license_keys = diesel::update(license_keys::table.filter(license_keys::customer_id.eq(id.as_str())))
        .set((
            license_keys::ciphertext.eq(Vec::<u8>::new()),
            license_keys::last_four.eq(""),
            license_keys::status.eq("revoked"),
            license_keys::activations_used.eq(0),
            license_keys::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    let grants = diesel::update(grants::table.filter(grants::customer_id.eq(id.as_str())))
        .set((
            grants::customer_note.eq(None::<String>),
            grants::error_message.eq(None::<String>),
            grants::revocation_reason.eq(None::<String>),
            grants::oauth_url.eq(None::<String>),
            grants::digital_product_delivery.eq(None::<String>),
            grants::metadata.eq("{}"),
        ))
        .execute(conn)?;
    let messages_of =
        || outbox_messages::table.filter(outbox_messages::grant_id.eq_any(grants_of())).select(outbox_messages::id);
    diesel::update(outbox_attempts::table.filter(outbox_attempts::message_id.eq_any(messages_of())))
        .set(outbox_attempts::reply.eq(""))
        .execute(conn)?;
    let messages = diesel::update(outbox_messages::table.filter(outbox_messages::grant_id.eq_any(grants_of())))
        .set((outbox_messages::recipient.eq(""), outbox_messages::last_reply.eq(None::<String>)))
        .execute(conn)?;
    let nullable_grants_of = || grants::table.filter(grants::customer_id.eq(id.as_str())).select(grants::id.nullable());
    // Those of imported keys have no grant.
    let nullable_keys_of =
        || license_keys::table.filter(license_keys::customer_id.eq(id.as_str())).select(license_keys::id.nullable());
    let hooks_of = || {
        webhook_messages::table
            .filter(
                webhook_messages::grant_id
                    .eq_any(nullable_grants_of())
                    .or(webhook_messages::license_key_id.eq_any(nullable_keys_of())),
            )
            .select(webhook_messages::id)
    };
    diesel::update(webhook_attempts::table.filter(webhook_attempts::message_id.eq_any(hooks_of())))
        .set(webhook_attempts::request_body.eq(""))
        .execute(conn)?;
    diesel::update(reveals::table.filter(reveals::grant_id.eq_any(grants_of())))
        .set(reveals::reason.eq(None::<String>))
        .execute(conn)?;
    Ok(Erased { grants, license_keys, instances, messages })
}
