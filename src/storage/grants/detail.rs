//! Everything about one grant, for its page and the fulfillment form.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::undo::replacements::{self, ReplacedKey};
use super::{GrantRow, undo};
use crate::domain::audit::AuditEntry;
use crate::domain::connection::invitation::PlatformInvitation;
use crate::domain::connection::supply::SupplyState;
use crate::domain::connection::trouble::MirroredGrant;
use crate::domain::connection::{Connection, ConnectionKind};
use crate::domain::customer::Customer;
use crate::domain::entitlement::{Entitlement, IntegrationType};
use crate::domain::file::StoredFile;
use crate::domain::grant::undo::UndoWindow;
use crate::domain::grant::{Grant, GrantStatus};
use crate::domain::ids::{GrantId, StaffId};
use crate::domain::license_key::LicenseKeySummary;
use crate::domain::license_key::instance::LicenseKeyInstance;
use crate::domain::outbox::{Attempt, MessageKind, MessageState, OutboxMessage};
use crate::domain::stock::Batch;
use crate::domain::webhook::WebhookMessage;
use crate::storage::catalog::entitlements::EntitlementRow;
use crate::storage::connections::{self, invitations, mirrored, rows};
use crate::storage::customers::CustomerRow;
use crate::storage::customers::address_changes::{self, AddressChange};
use crate::storage::customers::notes::{self, ShownNote};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::files::downloads::{self, Downloads};
use crate::storage::license_keys::{LicenseKeyRow, instances as license_key_instances};
use crate::storage::sales::tasks::{self, ShownTask};
use crate::storage::schema::{
    api_keys, customers, entitlements, grant_handling, grant_integrations, grants, license_keys, products, staff,
    webhook_endpoints,
};
use crate::storage::sql::on_each::on_each;
use crate::storage::sql::static_sql::StaticSql;
use crate::storage::{audit_log, files, outbox, stock, webhooks};

/// A grant with everything related to it.
#[derive(Debug, Clone)]
pub struct GrantDetail {
    pub grant: Grant,
    pub customer: Customer,
    pub entitlement: Entitlement,
    pub license_key: Option<LicenseKeySummary>,
    /// The batch that the key came from, if it came from stock.
    pub batch: Option<Batch>,
    /// The key's activations, oldest first.
    pub instances: Vec<LicenseKeyInstance>,
    /// The webhooks sent about the grant, newest first.
    pub webhooks: Vec<WebhookDelivery>,
    pub holder_name: Option<String>,
    /// Whom it is assigned to.
    pub assignee_name: Option<String>,
    /// Those it can be assigned to, while it waits.
    pub colleagues: Vec<(StaffId, String)>,
    /// Who noted that its invitation was accepted.
    pub accepted_by_name: Option<String>,
    /// Who delivered it: the name of the person or API key, or the part of Keydesk.
    pub delivered_by_name: Option<String>,
    pub is_delivered_by_api_key: bool,
    /// Newest first, each with its attempts.
    pub emails: Vec<(OutboxMessage, Vec<Attempt>)>,
    /// Until when its latest delivery can be undone, while nothing of it has left.
    pub undo: Option<UndoWindow>,
    /// The keys that it had before, latest first.
    pub replaced: Vec<ReplacedKey>,
    /// Newest first.
    pub timeline: Vec<AuditEntry>,
    pub other_grants: OtherGrants,
    /// Newest first.
    pub address_changes: Vec<AddressChange>,
    /// Newest first.
    pub notes: Vec<ShownNote>,
    /// The files that it has, each with its downloads.
    pub(crate) files: Vec<(StoredFile, Option<Downloads>)>,
    /// What needs a person's decision about its sale, oldest first.
    pub tasks: Vec<ShownTask>,
    /// The connected account that has the truth about it.
    pub mirrored: Option<Mirrored>,
    /// The invitation that Keydesk itself made.
    pub invitation: Option<PlatformInvitation>,
    /// Whether a connection to GitHub is in use; false for license keys.
    pub has_github: bool,
}

/// A connected account, and what it says about a grant.
#[derive(Debug, Clone)]
pub struct Mirrored {
    pub connection: Connection,
    pub grant: MirroredGrant,
    /// How far the key has come that is supplied to the account.
    pub state: Option<SupplyState>,
    /// The message that supplies it, with its attempts.
    pub message: Option<(OutboxMessage, Vec<Attempt>)>,
}

/// A webhook message and its endpoint.
#[derive(Debug, Clone)]
pub struct WebhookDelivery {
    pub message: WebhookMessage,
    pub url: String,
    pub is_endpoint_deleted: bool,
}

/// The number of the customer's other grants, up to 100.
#[derive(Debug, Clone, Copy, Default)]
pub struct OtherGrants {
    pub count: usize,
    pub revoked: usize,
}

diesel::alias!(staff as deliverers: Deliverers);

/// The grant and all its to-one relations, read in one query.
type Row =
    (GrantRow, CustomerRow, EntitlementRow, Option<LicenseKeyRow>, Option<String>, Option<String>, Option<String>);

/// Everything about a grant; `NotFound` if there is none with this id.
pub fn find(conn: &mut Conn, id: &GrantId) -> Result<GrantDetail, StorageError> {
    let row: Row = on_each!(conn, |conn| {
        grants::table
            .inner_join(customers::table)
            .inner_join(entitlements::table.inner_join(products::table))
            .left_join(license_keys::table)
            .left_join(grant_integrations::table)
            .left_join(grant_handling::table)
            .left_join(staff::table)
            .left_join(deliverers.on(deliverers.field(staff::id).nullable().eq(grants::delivered_by)))
            .left_join(api_keys::table.on(api_keys::id.nullable().eq(grants::delivered_by)))
            .filter(grants::id.eq(id.as_str()))
            .select((
                GrantRow::as_select(),
                CustomerRow::as_select(),
                EntitlementRow::as_select(),
                Option::<LicenseKeyRow>::as_select(),
                staff::name.nullable(),
                deliverers.field(staff::name).nullable(),
                api_keys::name.nullable(),
            ))
            .get_result(conn)?
    });
    let (grant, customer, entitlement, license_key, holder_name, staff_name, api_key_name) = row;
    let (grant, customer): (Grant, Customer) = (grant.try_into()?, customer.into());
    let license_key = license_key.map(LicenseKeySummary::try_from).transpose()?;
    let instances = match &license_key {
        Some(key) if key.activations_used > 0 => license_key_instances::of_key(conn, &key.id)?,
        _ => Vec::new(),
    };
    let batch = match &license_key {
        Some(key) => stock::batches::of_license_key(conn, key)?,
        None => None,
    };
    let is_delivered_by_api_key = staff_name.is_none() && api_key_name.is_some();
    let is_pending = grant.status == GrantStatus::Pending;
    let Surroundings { other_grants, was_told, was_redirected, has_notes, is_mirrored } = surroundings(conn, &grant)?;
    let mirrored = if is_mirrored { mirrored(conn, &grant)? } else { None };
    let is_key = grant.integration_type == IntegrationType::LicenseKey;
    let invitation = if is_key { None } else { invitations::find(conn, id)? };
    let has_github = !is_key && rows::has_active(conn, ConnectionKind::Github)?;
    // Every e-mail delivers a key, or files.
    let emails = if grant.license_key_id.is_some() || grant.delivered_at.is_some() {
        outbox::with_attempts(conn, id)?
    } else {
        Vec::new()
    };
    let waits = emails.first().is_some_and(|(newest, _)| newest.state == MessageState::Queued && newest.attempts == 0);
    Ok(GrantDetail {
        replaced: if grant.license_key_id.is_some() { replacements::of_grant(conn, id)? } else { Vec::new() },
        undo: if waits { undo::of_grant(conn, id)? } else { None },
        invitation,
        has_github,
        holder_name: holder_name.filter(|_| grant.claim.is_some()),
        assignee_name: name_of(conn, grant.handling.assigned_to.as_ref())?,
        accepted_by_name: name_of(conn, grant.integration.acceptance.as_ref().and_then(|noted| noted.by.as_ref()))?,
        colleagues: if is_pending { crate::storage::staff::assignable(conn)? } else { Vec::new() },
        delivered_by_name: staff_name.or(api_key_name).or_else(|| grant.delivered_by.clone()),
        is_delivered_by_api_key,
        emails,
        timeline: audit_log::list::of_grant(conn, id)?,
        tasks: tasks::open_of_grant(conn, id)?,
        files: files_of(conn, &grant)?,
        other_grants,
        address_changes: if was_redirected {
            address_changes::of_grant(conn, id, &grant.customer_id)?
        } else {
            Vec::new()
        },
        notes: if has_notes { notes::of_grant(conn, id)? } else { Vec::new() },
        webhooks: if was_told { webhooks(conn, id)? } else { Vec::new() },
        entitlement: entitlement.try_into()?,
        grant,
        customer,
        license_key,
        batch,
        instances,
        mirrored,
    })
}

fn files_of(conn: &mut Conn, grant: &Grant) -> Result<Vec<(StoredFile, Option<Downloads>)>, StorageError> {
    if !grant.delivers().carries_files() {
        return Ok(Vec::new());
    }
    let carried = files::of_entitlement(conn, &grant.entitlement_id)?;
    let downloads = if carried.is_empty() { HashMap::new() } else { downloads::of_grant(conn, &grant.id)? };
    Ok(carried.into_iter().map(|file| (downloads.get(&file.id).copied(), file)).map(|(n, file)| (file, n)).collect())
}

/// The name of somebody who did something about a grant.
fn name_of(conn: &mut Conn, id: Option<&StaffId>) -> Result<Option<String>, StorageError> {
    let Some(id) = id else { return Ok(None) };
    Ok(staff::table.find(id.as_str()).select(staff::name).first(conn).optional()?)
}

/// The connected account of a grant that is mirrored, and how far its key has come.
fn mirrored(conn: &mut Conn, grant: &Grant) -> Result<Option<Mirrored>, StorageError> {
    let Some(mirrored) = mirrored::grant(conn, &grant.id)? else { return Ok(None) };
    let connection = connections::rows::find(conn, &mirrored.connection_id)?;
    let state: Option<String> = grants::table.find(grant.id.as_str()).select(grants::email_state).first(conn)?;
    let messages = outbox::of_kind_with_attempts(conn, &grant.id, MessageKind::KeySupplied)?;
    Ok(Some(Mirrored {
        state: SupplyState::of(grant.status, state.as_deref()),
        message: messages.into_iter().next(),
        grant: mirrored,
        connection,
    }))
}

fn webhooks(conn: &mut Conn, id: &GrantId) -> Result<Vec<WebhookDelivery>, StorageError> {
    let told = webhooks::messages::of_grant(conn, id)?;
    let ids = told.iter().map(|message| message.endpoint_id.as_str());
    let endpoints: HashMap<String, (String, Option<i64>)> = webhook_endpoints::table
        .filter(webhook_endpoints::id.eq_any(ids))
        .select((webhook_endpoints::id, (webhook_endpoints::url, webhook_endpoints::deleted_at)))
        .load::<(String, (String, Option<i64>))>(conn)?
        .into_iter()
        .collect();
    let delivery = |message: WebhookMessage| {
        let (url, deleted_at) = endpoints.get(message.endpoint_id.as_str())?.clone();
        Some(WebhookDelivery { message, url, is_endpoint_deleted: deleted_at.is_some() })
    };
    Ok(told.into_iter().filter_map(delivery).collect())
}

/// What there is around a grant.
#[expect(clippy::struct_excessive_bools, reason = "each says whether there is one kind of thing")]
struct Surroundings {
    other_grants: OtherGrants,
    /// Whether any webhook was sent about it.
    was_told: bool,
    /// Whether its key was redirected.
    was_redirected: bool,
    has_notes: bool,
    is_mirrored: bool,
}

/// What there is around a grant, in one query.
fn surroundings(conn: &mut Conn, grant: &Grant) -> Result<Surroundings, StorageError> {
    let query = StaticSql::<(BigInt, BigInt, Bool, Bool, Bool, Bool)>::new()
        .sql(
            "SELECT count(*), count(*) FILTER (WHERE status = 'revoked'),
             EXISTS (SELECT 1 FROM outbox_messages WHERE event_type IS NOT NULL AND grant_id = ",
        )
        .text(grant.id.as_str())
        .sql("), EXISTS (SELECT 1 FROM address_changes WHERE customer_id = ")
        .text(grant.customer_id.as_str())
        .sql(") OR EXISTS (SELECT 1 FROM address_changes WHERE grant_id = ")
        .text(grant.id.as_str())
        .sql("), EXISTS (SELECT 1 FROM notes WHERE grant_id = ")
        .text(grant.id.as_str())
        .sql("), EXISTS (SELECT 1 FROM mirrored_grants WHERE grant_id = ")
        .text(grant.id.as_str())
        .sql(") FROM (SELECT status FROM grants WHERE customer_id = ")
        .text(grant.customer_id.as_str())
        .sql(" AND id <> ")
        .text(grant.id.as_str())
        .sql(" LIMIT 100) AS others");
    let (count, revoked, was_told, was_redirected, has_notes, is_mirrored): (i64, i64, bool, bool, bool, bool) =
        query.get_result(conn)?;
    let size = |count| usize::try_from(count).unwrap_or(0);
    let other_grants = OtherGrants { count: size(count), revoked: size(revoked) };
    Ok(Surroundings { other_grants, was_told, was_redirected, has_notes, is_mirrored })
}

/// The neighbors of a grant in the queue of pending grants: `(waits longer, waits less long)`.
pub fn neighbors(conn: &mut Conn, grant: &Grant) -> Result<(Option<GrantId>, Option<GrantId>), StorageError> {
    let (at, id) = (crate::storage::db::time::to_micros(grant.created_at), grant.id.as_str());
    let query = StaticSql::<(Nullable<Text>, Nullable<Text>)>::new()
        .sql("SELECT (SELECT id FROM grants WHERE status = 'pending' AND coalesce(license_key_id, '') = '' AND created_at <= ")
        .opaque_number(at)
        .sql(" AND (created_at < ")
        .opaque_number(at)
        .sql(" OR id < ")
        .opaque_text(id)
        .sql(
            ") ORDER BY created_at DESC, id DESC LIMIT 1),
             (SELECT id FROM grants WHERE status = 'pending' AND coalesce(license_key_id, '') = '' AND created_at >= ",
        )
        .opaque_number(at)
        .sql(" AND (created_at > ")
        .opaque_number(at)
        .sql(" OR id > ")
        .opaque_text(id)
        .sql(") ORDER BY created_at, id LIMIT 1)");
    let (previous, next): (Option<String>, Option<String>) = query.get_result(conn)?;
    Ok((previous.map(GrantId::stored), next.map(GrantId::stored)))
}
