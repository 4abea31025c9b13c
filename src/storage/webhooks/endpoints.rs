//! Webhook endpoints, and the encrypted secrets that sign their webhooks.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::ids::WebhookEndpointId;
use crate::domain::page::{Cursor, Page, PageStart};
use crate::domain::webhook::WebhookEndpoint;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::webhook_endpoints;

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_endpoints)]
struct EndpointRow {
    id: String,
    url: String,
    description: String,
    filter_types: Option<String>,
    metadata: String,
    is_disabled: bool,
    failing_since: Option<i64>,
    switched_off_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl From<EndpointRow> for WebhookEndpoint {
    fn from(row: EndpointRow) -> Self {
        Self {
            id: WebhookEndpointId::stored(row.id),
            url: row.url,
            description: row.description,
            filter_types: row.filter_types.map(|types| types.split(',').map(str::to_owned).collect()),
            metadata: row.metadata,
            is_disabled: row.is_disabled,
            failing_since: from_optional(row.failing_since),
            switched_off_at: from_optional(row.switched_off_at),
            created_at: from_micros(row.created_at),
            updated_at: from_micros(row.updated_at),
        }
    }
}

/// The enabled endpoints.
pub fn enabled(conn: &mut Conn) -> Result<Vec<WebhookEndpoint>, StorageError> {
    let rows: Vec<EndpointRow> = webhook_endpoints::table
        .filter(webhook_endpoints::is_disabled.eq(false))
        .filter(webhook_endpoints::deleted_at.is_null())
        .order((webhook_endpoints::created_at.asc(), webhook_endpoints::id.asc()))
        .select(EndpointRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(WebhookEndpoint::from).collect())
}

/// The endpoint with this id; `NotFound` also if it was deleted.
pub(crate) fn find(conn: &mut Conn, id: &WebhookEndpointId) -> Result<WebhookEndpoint, StorageError> {
    let row: EndpointRow = webhook_endpoints::table
        .find(id.as_str())
        .filter(webhook_endpoints::deleted_at.is_null())
        .select(EndpointRow::as_select())
        .first(conn)?;
    Ok(row.into())
}

/// A page of endpoints, newest first.
pub(crate) fn list(
    conn: &mut Conn,
    from: &PageStart<Cursor>,
    size: usize,
) -> Result<Page<WebhookEndpoint>, StorageError> {
    let mut query = webhook_endpoints::table
        .filter(webhook_endpoints::deleted_at.is_null())
        .select(EndpointRow::as_select())
        .into_boxed();
    let (at, id) = (webhook_endpoints::created_at, webhook_endpoints::id);
    query = match from {
        PageStart::Start => query.order((at.desc(), id.desc())),
        PageStart::After(cursor) => {
            let (micros, last) = (to_micros(cursor.at), cursor.id.clone());
            query.filter(at.lt(micros).or(at.eq(micros).and(id.lt(last)))).order((at.desc(), id.desc()))
        }
        PageStart::Before(cursor) => {
            let (micros, first) = (to_micros(cursor.at), cursor.id.clone());
            query.filter(at.gt(micros).or(at.eq(micros).and(id.gt(first)))).order((at.asc(), id.asc()))
        }
    };
    let limit = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
    let rows: Vec<EndpointRow> = query.limit(limit).load(conn)?;
    Ok(Page::from_walk(rows.into_iter().map(WebhookEndpoint::from).collect(), size, from))
}

/// Inserts a new endpoint with its encrypted secret.
pub(crate) fn insert(tx: &mut Tx<'_>, endpoint: &WebhookEndpoint, secret: &[u8]) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(webhook_endpoints::table)
        .values((
            webhook_endpoints::id.eq(endpoint.id.as_str()),
            webhook_endpoints::url.eq(&endpoint.url),
            webhook_endpoints::description.eq(&endpoint.description),
            webhook_endpoints::filter_types.eq(endpoint.filter_types.as_ref().map(|types| types.join(","))),
            webhook_endpoints::metadata.eq(&endpoint.metadata),
            webhook_endpoints::secret.eq(secret),
            webhook_endpoints::is_disabled.eq(endpoint.is_disabled),
            webhook_endpoints::created_at.eq(to_micros(endpoint.created_at)),
            webhook_endpoints::updated_at.eq(to_micros(endpoint.updated_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Updates an endpoint's fields.
pub(crate) fn update(tx: &mut Tx<'_>, endpoint: &WebhookEndpoint) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(webhook_endpoints::table.find(endpoint.id.as_str()))
        .set((
            webhook_endpoints::url.eq(&endpoint.url),
            webhook_endpoints::description.eq(&endpoint.description),
            webhook_endpoints::filter_types.eq(endpoint.filter_types.as_ref().map(|types| types.join(","))),
            webhook_endpoints::metadata.eq(&endpoint.metadata),
            webhook_endpoints::is_disabled.eq(endpoint.is_disabled),
            webhook_endpoints::failing_since.eq(endpoint.failing_since.map(to_micros)),
            webhook_endpoints::switched_off_at.eq(endpoint.switched_off_at.map(to_micros)),
            webhook_endpoints::updated_at.eq(to_micros(endpoint.updated_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Locks an endpoint's row until the transaction ends, if the database has row locks.
pub(crate) fn lock(tx: &mut Tx<'_>, id: &WebhookEndpointId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(webhook_endpoints::table.find(id.as_str()))
        .set(webhook_endpoints::id.eq(id.as_str()))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StorageError::NotFound) }
}

/// Marks an endpoint as deleted: nothing more is sent to it and it is no longer listed; its deliveries remain.
pub(crate) fn delete(tx: &mut Tx<'_>, id: &WebhookEndpointId, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(webhook_endpoints::table.find(id.as_str()))
        .set((webhook_endpoints::is_disabled.eq(true), webhook_endpoints::deleted_at.eq(to_micros(now))))
        .execute(conn)?;
    Ok(())
}

/// An endpoint's encrypted secrets.
#[derive(Debug, Clone)]
pub(crate) struct SealedSecrets {
    pub present: Vec<u8>,
    /// The previous secret, and until when it also signs.
    pub old: Option<(Vec<u8>, Timestamp)>,
}

/// The secrets that sign an endpoint's webhooks.
pub(crate) fn secrets(conn: &mut Conn, id: &WebhookEndpointId) -> Result<SealedSecrets, StorageError> {
    let (present, old, until): (Vec<u8>, Option<Vec<u8>>, Option<i64>) = webhook_endpoints::table
        .find(id.as_str())
        .filter(webhook_endpoints::deleted_at.is_null())
        .select((webhook_endpoints::secret, webhook_endpoints::old_secret, webhook_endpoints::old_secret_until))
        .first(conn)?;
    Ok(SealedSecrets { present, old: old.zip(until.map(from_micros)) })
}

/// Replaces the current secret, which still signs until `until`.
pub(crate) fn rotate_secret(
    tx: &mut Tx<'_>,
    id: &WebhookEndpointId,
    secret: &[u8],
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(webhook_endpoints::table.find(id.as_str()))
        .set((
            webhook_endpoints::old_secret.eq(webhook_endpoints::secret.nullable()),
            webhook_endpoints::old_secret_until.eq(to_micros(until)),
            webhook_endpoints::secret.eq(secret),
            webhook_endpoints::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whether there is an endpoint that Keydesk disabled and that is still off.
pub(crate) fn any_switched_off(conn: &mut Conn) -> Result<bool, StorageError> {
    let found: Option<String> = webhook_endpoints::table
        .filter(webhook_endpoints::switched_off_at.is_not_null())
        .filter(webhook_endpoints::deleted_at.is_null())
        .select(webhook_endpoints::id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Records that attempts have started to fail, unless already recorded.
pub(crate) fn note_failure(tx: &mut Tx<'_>, id: &WebhookEndpointId, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(webhook_endpoints::table.find(id.as_str()).filter(webhook_endpoints::failing_since.is_null()))
        .set(webhook_endpoints::failing_since.eq(to_micros(now)))
        .execute(conn)?;
    Ok(())
}

/// Records that an attempt succeeded.
pub(crate) fn note_success(tx: &mut Tx<'_>, id: &WebhookEndpointId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(webhook_endpoints::table.find(id.as_str()).filter(webhook_endpoints::failing_since.is_not_null()))
        .set(webhook_endpoints::failing_since.eq(None::<i64>))
        .execute(conn)?;
    Ok(())
}

/// Disables an endpoint that has failed continuously since before `since`; `false` if it has not, or is already off.
pub(crate) fn disable_failing(
    tx: &mut Tx<'_>,
    id: &WebhookEndpointId,
    since: Timestamp,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(
        webhook_endpoints::table
            .find(id.as_str())
            .filter(webhook_endpoints::is_disabled.eq(false))
            .filter(webhook_endpoints::failing_since.le(to_micros(since))),
    )
    .set((
        webhook_endpoints::is_disabled.eq(true),
        webhook_endpoints::switched_off_at.eq(to_micros(now)),
        webhook_endpoints::updated_at.eq(to_micros(now)),
    ))
    .execute(conn)?;
    Ok(changed == 1)
}
