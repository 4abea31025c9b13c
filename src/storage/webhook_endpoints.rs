//! Where webhooks go.

use diesel::prelude::*;

use super::connection::Conn;
use super::error::StorageError;
use super::schema::webhook_endpoints;
use super::time::{from_micros, from_optional};
use crate::domain::ids::WebhookEndpointId;
use crate::domain::webhook::WebhookEndpoint;

#[derive(Queryable)]
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

type EndpointColumns = (
    webhook_endpoints::id,
    webhook_endpoints::url,
    webhook_endpoints::description,
    webhook_endpoints::filter_types,
    webhook_endpoints::metadata,
    webhook_endpoints::is_disabled,
    webhook_endpoints::failing_since,
    webhook_endpoints::switched_off_at,
    webhook_endpoints::created_at,
    webhook_endpoints::updated_at,
);

const COLUMNS: EndpointColumns = (
    webhook_endpoints::id,
    webhook_endpoints::url,
    webhook_endpoints::description,
    webhook_endpoints::filter_types,
    webhook_endpoints::metadata,
    webhook_endpoints::is_disabled,
    webhook_endpoints::failing_since,
    webhook_endpoints::switched_off_at,
    webhook_endpoints::created_at,
    webhook_endpoints::updated_at,
);

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

/// The endpoints that are on.
pub fn enabled(conn: &mut Conn) -> Result<Vec<WebhookEndpoint>, StorageError> {
    let rows: Vec<EndpointRow> = webhook_endpoints::table
        .filter(webhook_endpoints::is_disabled.eq(false))
        .filter(webhook_endpoints::deleted_at.is_null())
        .order((webhook_endpoints::created_at.asc(), webhook_endpoints::id.asc()))
        .select(COLUMNS)
        .load(conn)?;
    Ok(rows.into_iter().map(WebhookEndpoint::from).collect())
}
