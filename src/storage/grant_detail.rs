//! Everything about one grant, for its own page and the fulfillment form.

use diesel::prelude::*;

use super::connection::Conn;
use super::error::StorageError;
use super::schema::{api_keys, grants, staff, webhook_endpoints};
use super::webhook_messages;
use super::{audit, customers, entitlements, grants as grant_rows, license_key_instances, license_keys, outbox};
use crate::domain::audit::AuditEntry;
use crate::domain::customer::Customer;
use crate::domain::entitlement::Entitlement;
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::ids::{CustomerId, GrantId};
use crate::domain::license_key::LicenseKeySummary;
use crate::domain::license_key_instance::LicenseKeyInstance;
use crate::domain::outbox::{Attempt, OutboxMessage};
use crate::domain::webhook::WebhookMessage;

/// A grant with what belongs to it.
#[derive(Debug, Clone)]
pub struct GrantDetail {
    pub grant: Grant,
    pub customer: Customer,
    pub entitlement: Entitlement,
    pub license_key: Option<LicenseKeySummary>,
    /// The key's activations, the oldest first.
    pub instances: Vec<LicenseKeyInstance>,
    /// What endpoints were told of the grant, the newest first.
    pub webhooks: Vec<WebhookDelivery>,
    pub holder_name: Option<String>,
    /// Who delivered it: the name of the person or of the API key, or the part of Keydesk.
    pub delivered_by_name: Option<String>,
    pub is_delivered_by_api_key: bool,
    /// Newest first, each with its attempts.
    pub emails: Vec<(OutboxMessage, Vec<Attempt>)>,
    /// Newest first.
    pub timeline: Vec<AuditEntry>,
    pub other_grants: OtherGrants,
}

/// A webhook and where it goes.
#[derive(Debug, Clone)]
pub struct WebhookDelivery {
    pub message: WebhookMessage,
    pub url: String,
    pub is_endpoint_deleted: bool,
}

/// The customer's other grants, counted up to 100.
#[derive(Debug, Clone, Copy, Default)]
pub struct OtherGrants {
    pub count: usize,
    pub revoked: usize,
}

/// Everything about a grant; `NotFound` where there is none of that id.
pub fn find(conn: &mut Conn, id: &GrantId) -> Result<GrantDetail, StorageError> {
    let grant = grant_rows::find(conn, id)?;
    let customer = customers::find(conn, &grant.customer_id)?;
    let entitlement = entitlements::find(conn, &grant.entitlement_id)?;
    let license_key = match &grant.license_key_id {
        Some(id) => Some(license_keys::find(conn, id)?),
        None => None,
    };
    let instances = match &grant.license_key_id {
        Some(id) => license_key_instances::of_key(conn, id)?,
        None => Vec::new(),
    };
    let holder_name = match &grant.hold {
        Some(hold) => staff_name(conn, hold.by.as_str())?,
        None => None,
    };
    let (delivered_by_name, is_delivered_by_api_key) = match &grant.delivered_by {
        Some(id) => deliverer(conn, id)?,
        None => (None, false),
    };
    let mut emails = Vec::new();
    for message in outbox::of_grant(conn, id)? {
        let attempts = outbox::attempts(conn, &message.id)?;
        emails.push((message, attempts));
    }
    let timeline = audit::of_grant(conn, id)?;
    let other_grants = other_grants(conn, &customer.id, id)?;
    Ok(GrantDetail {
        grant,
        customer,
        entitlement,
        license_key,
        instances,
        webhooks: webhooks(conn, id)?,
        holder_name,
        delivered_by_name,
        is_delivered_by_api_key,
        emails,
        timeline,
        other_grants,
    })
}

fn webhooks(conn: &mut Conn, id: &GrantId) -> Result<Vec<WebhookDelivery>, StorageError> {
    let mut deliveries = Vec::new();
    for message in webhook_messages::of_grant(conn, id)? {
        let (url, deleted_at): (String, Option<i64>) = webhook_endpoints::table
            .find(message.endpoint_id.as_str())
            .select((webhook_endpoints::url, webhook_endpoints::deleted_at))
            .first(conn)?;
        deliveries.push(WebhookDelivery { message, url, is_endpoint_deleted: deleted_at.is_some() });
    }
    Ok(deliveries)
}

fn staff_name(conn: &mut Conn, id: &str) -> Result<Option<String>, StorageError> {
    Ok(staff::table.find(id).select(staff::name).first(conn).optional()?)
}

/// The name behind the id, and whether it is that of an API key.
fn deliverer(conn: &mut Conn, id: &str) -> Result<(Option<String>, bool), StorageError> {
    if let Some(name) = staff_name(conn, id)? {
        return Ok((Some(name), false));
    }
    let api_key: Option<String> = api_keys::table.find(id).select(api_keys::name).first(conn).optional()?;
    let is_api_key = api_key.is_some();
    Ok((api_key.or_else(|| Some(id.to_owned())), is_api_key))
}

fn other_grants(conn: &mut Conn, customer_id: &CustomerId, id: &GrantId) -> Result<OtherGrants, StorageError> {
    let states: Vec<String> = grants::table
        .filter(grants::customer_id.eq(customer_id.as_str()))
        .filter(grants::id.ne(id.as_str()))
        .limit(100)
        .select(grants::status)
        .load(conn)?;
    let revoked = states.iter().filter(|state| *state == GrantStatus::Revoked.as_str()).count();
    Ok(OtherGrants { count: states.len(), revoked })
}

/// The pending grants on either side of one in the waiting line: `(waits longer, waits less long)`.
pub fn neighbors(conn: &mut Conn, grant: &Grant) -> Result<(Option<GrantId>, Option<GrantId>), StorageError> {
    let at = super::time::to_micros(grant.created_at);
    let id = grant.id.as_str();
    let pending = GrantStatus::Pending.as_str();
    let previous: Option<String> = grants::table
        .filter(grants::status.eq(pending))
        .filter(grants::created_at.lt(at).or(grants::created_at.eq(at).and(grants::id.lt(id))))
        .order((grants::created_at.desc(), grants::id.desc()))
        .select(grants::id)
        .first(conn)
        .optional()?;
    let next: Option<String> = grants::table
        .filter(grants::status.eq(pending))
        .filter(grants::created_at.gt(at).or(grants::created_at.eq(at).and(grants::id.gt(id))))
        .order((grants::created_at.asc(), grants::id.asc()))
        .select(grants::id)
        .first(conn)
        .optional()?;
    Ok((previous.map(GrantId::stored), next.map(GrantId::stored)))
}
