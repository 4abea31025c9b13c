//! Erasing a customer: removes what identifies them from every table and leaves the rest. Each statement touches only
//! rows that are not in the erased form yet, so erasing again removes what was added since, and reports how much.

use diesel::dsl::exists;
use diesel::prelude::*;
use jiff::Timestamp;

use super::{address_changes, notes};
use crate::domain::customer::EmailAddress;
use crate::domain::grant::GrantStatus;
use crate::domain::ids::{CustomerId, GrantId, LicenseKeyId, MessageId};
use crate::domain::outbox::{MessageKind, MessageState};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::db::{Tx, dialect};
use crate::storage::files::downloads;
use crate::storage::grants::undo::{self, replacements};
use crate::storage::sales::tasks;
use crate::storage::schema::{
    customers, grant_handling, grant_integrations, grant_moves, grants, license_key_instances, license_keys,
    metadata_values, outbox_attempts, outbox_messages, reveals,
};
use crate::storage::{connections, installation};

/// The name of an erased customer.
pub(crate) const ERASED_NAME: &str = "—";

/// The revocation reason of a grant that was revoked because its customer was erased.
pub(crate) const ERASED_REASON: &str = "erased";

/// How much was erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    /// Whether the customer's own record contained personal data.
    pub has_record: bool,
    /// The customer's grants; their records remain.
    pub grants: usize,
    /// Grants that had notes, errors, reasons or metadata.
    pub texts: usize,
    pub license_keys: usize,
    pub instances: usize,
    /// E-mails that had a recipient or a reply.
    pub messages: usize,
    /// Webhook bodies.
    pub webhooks: usize,
    /// Reasons given for reveals.
    pub reasons: usize,
    /// Notes of staff.
    pub notes: usize,
}

impl Erased {
    /// Together with what was erased of a record that had been merged.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            has_record: self.has_record || other.has_record,
            grants: self.grants + other.grants,
            texts: self.texts + other.texts,
            license_keys: self.license_keys + other.license_keys,
            instances: self.instances + other.instances,
            messages: self.messages + other.messages,
            webhooks: self.webhooks + other.webhooks,
            reasons: self.reasons + other.reasons,
            notes: self.notes + other.notes,
        }
    }

    /// Whether there was nothing to erase.
    pub fn is_nothing(&self) -> bool {
        let Self { has_record, grants: _, texts, license_keys, instances, messages, webhooks, reasons, notes } = *self;
        !has_record && texts + license_keys + instances + messages + webhooks + reasons + notes == 0
    }
}

/// Whether a customer is erased. Locks the customer, so that no erasure can happen until the transaction ends.
pub(crate) fn is_erased(tx: &mut Tx<'_>, id: &CustomerId) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    dialect::hold_customer(conn, id)?;
    let (erased_at, merged_into): (Option<i64>, Option<String>) =
        customers::table.find(id.as_str()).select((customers::erased_at, customers::merged_into)).first(conn)?;
    merged_into.map_or(Ok(erased_at.is_some()), |living| is_erased(tx, &CustomerId::stored(living)))
}

/// The customer of a grant, or else of a key; `None` if neither exists.
pub(crate) fn customer_of(
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

/// A customer's pending grants.
pub(crate) fn pending_grants(conn: &mut Conn, id: &CustomerId) -> Result<Vec<GrantId>, StorageError> {
    let ids: Vec<String> = grants::table
        .filter(grants::customer_id.eq(id.as_str()))
        .filter(grants::status.eq(GrantStatus::Pending.as_str()))
        .select(grants::id)
        .load(conn)?;
    Ok(ids.into_iter().map(GrantId::stored).collect())
}

/// All grants that belong or once belonged to the customer, ordered by id.
pub(crate) fn grants_ever_of(conn: &mut Conn, id: &CustomerId) -> Result<Vec<GrantId>, StorageError> {
    let former = grant_moves::table.filter(grant_moves::customer_id.eq(id.as_str())).select(grant_moves::grant_id);
    let ids: Vec<String> = grants::table
        .filter(grants::customer_id.eq(id.as_str()).or(grants::id.eq_any(former)))
        .order(grants::id.asc())
        .select(grants::id)
        .load(conn)?;
    Ok(ids.into_iter().map(GrantId::stored).collect())
}

/// All of a customer's grants.
pub(crate) fn grants_of(conn: &mut Conn, id: &CustomerId) -> Result<Vec<GrantId>, StorageError> {
    let ids: Vec<String> = grants::table.filter(grants::customer_id.eq(id.as_str())).select(grants::id).load(conn)?;
    Ok(ids.into_iter().map(GrantId::stored).collect())
}

/// E-mails to a customer, regardless of whom their grants belong to now. Messages written by an older version have no
/// recipient and are matched by their grant.
macro_rules! messages_to {
    ($id:expr) => {
        outbox_messages::customer_id.eq($id.as_str()).or(outbox_messages::customer_id
            .is_null()
            .and(outbox_messages::kind.eq(MessageKind::LicenseKeyDelivered.as_str()))
            .and(
                outbox_messages::grant_id
                    .eq_any(grants::table.filter(grants::customer_id.eq($id.as_str())).select(grants::id.nullable())),
            ))
    };
}

/// The ids of e-mails written to a customer.
pub(crate) fn messages_of(conn: &mut Conn, id: &CustomerId) -> Result<Vec<MessageId>, StorageError> {
    let ids: Vec<String> =
        outbox_messages::table.filter(messages_to!(id).assume_not_null()).select(outbox_messages::id).load(conn)?;
    Ok(ids.into_iter().map(MessageId::stored).collect())
}

/// Cancels the queued e-mails to a customer.
pub(crate) fn cancel_queued(tx: &mut Tx<'_>, id: &CustomerId, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(
        outbox_messages::table
            .filter(messages_to!(id).assume_not_null())
            .filter(outbox_messages::state.eq(MessageState::Queued.as_str())),
    )
    .set((outbox_messages::state.eq(MessageState::Cancelled.as_str()), outbox_messages::finished_at.eq(to_micros(now))))
    .execute(conn)?;
    Ok(())
}

/// Overwrites name, address, telephone number, locale and metadata; the new address is a placeholder that belongs to
/// nobody. `false` if nothing had to be changed.
pub(crate) fn erase_customer(tx: &mut Tx<'_>, id: &CustomerId, now: Timestamp) -> Result<bool, StorageError> {
    let address = EmailAddress::of_erased(id);
    let conn: &mut Conn = tx;
    let changed = diesel::update(
        customers::table.find(id.as_str()).filter(
            customers::erased_at
                .is_null()
                .or(customers::email.ne(address.as_str()))
                .or(customers::email_key.ne(address.key()))
                .or(customers::name.ne(ERASED_NAME))
                .or(customers::locale.ne("en"))
                .or(customers::phone_number.is_not_null())
                .or(customers::metadata.ne("{}"))
                .or(customers::search_text.ne("")),
        ),
    )
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
    diesel::delete(metadata_values::table.filter(metadata_values::object_id.eq(id.as_str()))).execute(conn)?;
    Ok(changed > 0)
}

/// Overwrites keys, devices, notes, replies and all other potentially identifying data of a customer's grants, and
/// what belonged to the customer on grants that have since moved to another customer. Payment ids, times, states and
/// the keyed hash of each key's exact value remain.
pub(crate) fn erase_belongings(tx: &mut Tx<'_>, id: &CustomerId, now: Timestamp) -> Result<Erased, StorageError> {
    let license_keys = erase_keys(tx, id, now)?;
    address_changes::erase(tx, id)?;
    tasks::erase_notes(tx, id)?;
    connections::troubles::erase(tx, id)?;
    connections::events::erase(tx, id)?;
    downloads::erase(tx, id)?;
    replacements::erase(tx, id)?;
    undo::erase(tx, id)?;
    // The keys are locked by now, so no device can be added.
    let conn: &mut Conn = tx;
    let keys_of = license_keys::table.filter(license_keys::customer_id.eq(id.as_str())).select(license_keys::id);
    let instances =
        diesel::delete(license_key_instances::table.filter(license_key_instances::license_key_id.eq_any(keys_of)))
            .execute(conn)?;
    let grants = grants::table.filter(grants::customer_id.eq(id.as_str())).count().get_result::<i64>(conn)?;
    Ok(Erased {
        has_record: false,
        grants: usize::try_from(grants).unwrap_or(usize::MAX),
        texts: erase_texts(tx, id)?,
        license_keys,
        instances,
        messages: erase_messages(tx, id)?,
        webhooks: erase_webhooks(tx, id)?,
        reasons: erase_reasons(tx, id)?,
        notes: notes::erase(tx, id)?,
    })
}

/// The keyed hashes of the values of a customer's keys.
pub(crate) fn values_of(conn: &mut Conn, id: &CustomerId) -> Result<Vec<Vec<u8>>, StorageError> {
    let keys = license_keys::table.filter(license_keys::customer_id.eq(id.as_str()));
    Ok(keys.select(license_keys::value_hash).load(conn)?)
}

fn erase_keys(tx: &mut Tx<'_>, id: &CustomerId, now: Timestamp) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    Ok(diesel::update(
        license_keys::table.filter(license_keys::customer_id.eq(id.as_str())).filter(
            license_keys::ciphertext
                .ne(Vec::<u8>::new())
                .or(license_keys::last_four.ne(""))
                .or(license_keys::folded_hash.is_not_null())
                .or(license_keys::ending.is_not_null())
                .or(license_keys::status.ne("revoked"))
                .or(license_keys::activations_used.ne(0)),
        ),
    )
    .set((
        license_keys::ciphertext.eq(Vec::<u8>::new()),
        license_keys::last_four.eq(""),
        license_keys::folded_hash.eq(None::<Vec<u8>>),
        license_keys::ending.eq(None::<Vec<u8>>),
        license_keys::has_white_space.eq(None::<bool>),
        license_keys::status.eq("revoked"),
        license_keys::activations_used.eq(0),
        license_keys::updated_at.eq(to_micros(now)),
    ))
    .execute(conn)?)
}

/// Erases the texts of the customer's grants. On grants that have moved to another customer, it erases only the note
/// and the metadata, which came with the original sale and delivery and so belonged to this customer.
fn erase_texts(tx: &mut Tx<'_>, id: &CustomerId) -> Result<usize, StorageError> {
    let invited = connections::invitations::erase_of(tx, id)?;
    let conn: &mut Conn = tx;
    let has_reason = || grants::revocation_reason.is_not_null().and(grants::revocation_reason.ne(ERASED_REASON));
    let has_texts =
        || grants::customer_note.is_not_null().or(grants::error_message.is_not_null()).or(grants::metadata.ne("{}"));
    let present = || grants::table.filter(grants::customer_id.eq(id.as_str()));
    let has_pause_note = || grant_handling::pause_note.is_not_null();
    let handling_of = grant_handling::table.filter(grant_handling::grant_id.eq(grants::id));
    let has_delivery =
        || grant_integrations::oauth_url.is_not_null().or(grant_integrations::digital_product_delivery.is_not_null());
    let delivery_of = grant_integrations::table.filter(grant_integrations::grant_id.eq(grants::id));
    let count: i64 = present()
        .filter(
            has_texts()
                .or(has_reason().assume_not_null())
                .or(exists(delivery_of.filter(has_delivery())))
                .or(exists(handling_of.filter(has_pause_note()))),
        )
        .count()
        .get_result(conn)?;
    let deliveries = grant_integrations::table
        .filter(grant_integrations::grant_id.eq_any(present().select(grants::id)))
        .filter(has_delivery());
    diesel::update(deliveries)
        .set((
            grant_integrations::oauth_url.eq(None::<String>),
            grant_integrations::digital_product_delivery.eq(None::<String>),
        ))
        .execute(conn)?;
    let pauses = grant_handling::table
        .filter(grant_handling::grant_id.eq_any(present().select(grants::id)))
        .filter(has_pause_note());
    diesel::update(pauses).set(grant_handling::pause_note.eq(None::<String>)).execute(conn)?;
    diesel::update(present().filter(has_reason().assume_not_null()))
        .set(grants::revocation_reason.eq(None::<String>))
        .execute(conn)?;
    diesel::update(present().filter(has_texts()))
        .set((
            grants::customer_note.eq(None::<String>),
            grants::error_message.eq(None::<String>),
            grants::metadata.eq("{}"),
        ))
        .execute(conn)?;
    let moved_away = || {
        let first = grant_moves::table.filter(grant_moves::number.eq(1)).select(grant_moves::grant_id);
        first.filter(grant_moves::customer_id.eq(id.as_str()))
    };
    let values = metadata_values::table.filter(metadata_values::object_id.eq_any(present().select(grants::id)));
    diesel::delete(values).execute(conn)?;
    diesel::delete(metadata_values::table.filter(metadata_values::object_id.eq_any(moved_away()))).execute(conn)?;
    let moved = diesel::update(
        grants::table
            .filter(grants::id.eq_any(moved_away()))
            .filter(grants::customer_note.is_not_null().or(grants::metadata.ne("{}"))),
    )
    .set((grants::customer_note.eq(None::<String>), grants::metadata.eq("{}")))
    .execute(conn)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX).saturating_add(moved).max(invited))
}

fn erase_messages(tx: &mut Tx<'_>, id: &CustomerId) -> Result<usize, StorageError> {
    forget_mail_fault(tx, id)?;
    let conn: &mut Conn = tx;
    let ids = outbox_messages::table.filter(messages_to!(id).assume_not_null()).select(outbox_messages::id);
    diesel::update(outbox_attempts::table.filter(outbox_attempts::message_id.eq_any(ids)))
        .filter(outbox_attempts::reply.ne(""))
        .set(outbox_attempts::reply.eq(""))
        .execute(conn)?;
    Ok(diesel::update(
        outbox_messages::table
            .filter(messages_to!(id).assume_not_null())
            .filter(outbox_messages::recipient.ne("").or(outbox_messages::last_reply.ne("")).assume_not_null()),
    )
    .set((outbox_messages::recipient.eq(""), outbox_messages::last_reply.eq(None::<String>)))
    .execute(conn)?)
}

/// Clears the mail server's last error, whose text may contain one of the customer's addresses; the next error is
/// recorded again.
fn forget_mail_fault(tx: &mut Tx<'_>, id: &CustomerId) -> Result<(), StorageError> {
    let Some(fault) = installation::get(tx, installation::MAIL_FAULT)? else { return Ok(()) };
    let conn: &mut Conn = tx;
    let recipients: Vec<Option<String>> = outbox_messages::table
        .filter(messages_to!(id).assume_not_null())
        .select(outbox_messages::recipient)
        .load(conn)?;
    let address: String = customers::table.find(id.as_str()).select(customers::email).first(conn)?;
    let fault = fault.to_lowercase();
    if recipients
        .into_iter()
        .flatten()
        .chain([address])
        .filter(|address| !address.is_empty())
        .any(|address| fault.contains(&address.to_lowercase()) || fault.contains(&EmailAddress::stored(address).key()))
    {
        installation::clear(tx, installation::MAIL_FAULT)?;
    }
    Ok(())
}

/// Erases the bodies of all webhooks about the customer's grants and keys; for grants that have moved away, of those
/// sent before the move.
fn erase_webhooks(tx: &mut Tx<'_>, id: &CustomerId) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let grants_of = grants::table.filter(grants::customer_id.eq(id.as_str())).select(grants::id.nullable());
    // Webhooks of imported keys have no grant.
    let keys_of =
        license_keys::table.filter(license_keys::customer_id.eq(id.as_str())).select(license_keys::id.nullable());
    let hooks_of = outbox_messages::table
        .filter(outbox_messages::event_type.is_not_null())
        .filter(outbox_messages::grant_id.eq_any(grants_of).or(outbox_messages::ref_id.eq_any(keys_of)))
        .select(outbox_messages::id);
    let present = diesel::update(outbox_attempts::table.filter(outbox_attempts::message_id.eq_any(hooks_of)))
        .filter(outbox_attempts::request_body.ne(""))
        .set(outbox_attempts::request_body.eq(""))
        .execute(conn)?;
    let moved_away =
        || grant_moves::table.filter(grant_moves::customer_id.eq(id.as_str())).select(grant_moves::grant_id);
    let keys = grants::table.filter(grants::id.eq_any(moved_away())).select(grants::license_key_id);
    let hooks = outbox_messages::table
        .filter(outbox_messages::event_type.is_not_null())
        .filter(
            outbox_messages::grant_id
                .eq_any(moved_away().select(grant_moves::grant_id.nullable()))
                .or(outbox_messages::ref_id.eq_any(keys)),
        )
        .select(outbox_messages::id);
    let named = dialect::contains(&format!("\"customer_id\":\"{id}\""));
    let moved = diesel::update(outbox_attempts::table.filter(outbox_attempts::message_id.eq_any(hooks)))
        .filter(outbox_attempts::request_body.like(named).escape('\\'))
        .set(outbox_attempts::request_body.eq(""))
        .execute(conn)?;
    Ok(present + moved)
}

fn erase_reasons(tx: &mut Tx<'_>, id: &CustomerId) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let grants_of = grants::table.filter(grants::customer_id.eq(id.as_str())).select(grants::id);
    let theirs = reveals::customer_id
        .eq(id.as_str())
        .or(reveals::customer_id.is_null().and(reveals::grant_id.eq_any(grants_of)));
    Ok(diesel::update(reveals::table.filter(theirs.assume_not_null()).filter(reveals::reason.is_not_null()))
        .set(reveals::reason.eq(None::<String>))
        .execute(conn)?)
}
