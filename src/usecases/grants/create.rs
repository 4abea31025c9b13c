//! Creating a grant for a sale. A sale has one grant; reporting it again returns the same one. If the entitlement
//! generates its keys automatically, the grant is delivered immediately.

use jiff::Timestamp;

use super::deliver_key::{KeyDelivery, deliver_key};
use super::error::FulfillGrantError;
use crate::crypto::random_bytes;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::Customer;
use crate::domain::entitlement::{Entitlement, FulfillmentMode};
use crate::domain::grant::{Delivery, Grant, GrantStatus};
use crate::domain::ids::{CustomerId, GrantId, LicenseKeyId};
use crate::domain::license_key::format::KeyFormat;
use crate::domain::license_key::warnings::Inspection;
use crate::domain::license_key::{LicenseKeySource, LicenseKeyValue};
use crate::domain::sale::Sale;
use crate::domain::webhook::EventType;
use crate::storage::catalog::entitlements;
use crate::storage::{StorageError, Tx, audit_log, customers, grants, installation};
use crate::usecases::context::Context;
use crate::usecases::idempotent::{IsConflict, retried};
use crate::usecases::webhooks::enqueue::{Subject, enqueue_webhooks};

#[derive(Debug, Clone)]
pub struct IssuedGrant {
    pub grant_id: GrantId,
    /// `false` if the sale was reported before.
    pub is_new: bool,
    /// The key that this transaction generated for the grant.
    pub generated: Option<LicenseKeyId>,
}

#[derive(Debug)]
pub enum IssueGrantError {
    EntitlementNotFound,
    EntitlementInactive,
    /// The customer was erased; no new data about them is accepted.
    CustomerErased,
    /// The mail server cannot send to the address, because of letters before the @.
    AddressUnreachable,
    /// The id supplied with the sale belongs to another sale's grant.
    GrantIdTaken,
    Storage(StorageError),
}

impl From<StorageError> for IssueGrantError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl IsConflict for IssueGrantError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Conflict))
    }
}

/// Creates the grant, and the customer if the address is new.
pub fn issue_grant(ctx: &Context, sale: &Sale, actor: &Actor) -> Result<IssuedGrant, IssueGrantError> {
    retried(|| ctx.db.write(|tx| issue_in(ctx, tx, sale, AuditAction::GrantCreate, actor)))
}

/// Like [`issue_grant`], but inside the caller's transaction, for many sales in one.
pub fn issue_in(
    ctx: &Context,
    tx: &mut Tx<'_>,
    sale: &Sale,
    action: AuditAction,
    actor: &Actor,
) -> Result<IssuedGrant, IssueGrantError> {
    let entitlement = entitlements::find(tx, &sale.entitlement_id).map_err(|error| match error {
        StorageError::NotFound => IssueGrantError::EntitlementNotFound,
        other => other.into(),
    })?;
    issue_of(ctx, tx, &entitlement, sale, action, actor)
}

/// Like [`issue_in`], for an entitlement that has already been read; it must be the one that the sale names.
pub fn issue_of(
    ctx: &Context,
    tx: &mut Tx<'_>,
    entitlement: &Entitlement,
    sale: &Sale,
    action: AuditAction,
    actor: &Actor,
) -> Result<IssuedGrant, IssueGrantError> {
    let now = ctx.clock.now();
    let customer = customers::lock_by_email(tx, &sale.customer_email, |known| has_new_facts(sale, known))?;
    if customer.as_ref().is_some_and(|customer| customer.erased_at.is_some()) {
        return Err(IssueGrantError::CustomerErased);
    }
    let sale_key = customer.as_ref().and_then(|customer| sale.identity(&customer.id));
    if let Some(sale_key) = &sale_key
        && let Some(grant_id) = grants::find_by_sale(tx, sale_key)?
    {
        return Ok(IssuedGrant { grant_id, is_new: false, generated: None });
    }
    if let Some(id) = &sale.grant_id
        && grants::exists(tx, id)?
    {
        return Err(IssueGrantError::GrantIdTaken);
    }
    if !entitlement.is_active {
        return Err(IssueGrantError::EntitlementInactive);
    }
    if installation::is_unreachable(tx, &sale.customer_email)? {
        return Err(IssueGrantError::AddressUnreachable);
    }
    let customer = match customer {
        Some(known) => update_customer(ctx, tx, known, sale, actor, now)?,
        None => create_customer(ctx, tx, sale, actor, now)?,
    };
    let grant = new_grant(sale, &customer, entitlement, now);
    grants::insert(tx, &grant, sale.identity(&customer.id).as_deref())?;
    let mut changes = vec![
        Change::set("status", GrantStatus::Pending.as_str()),
        Change::set("entitlement_id", &entitlement.id),
        Change::set("customer_id", &customer.id),
    ];
    changes.extend(sale.payment_id.as_ref().map(|id| Change::set("payment_id", id)));
    changes.extend(sale.subscription_id.as_ref().map(|id| Change::set("subscription_id", id)));
    changes.extend(sale.external_id.as_ref().map(|id| Change::set("external_id", id)));
    audit_log::append(tx, &ctx.keyring, &NewAuditEntry::on_grant(actor, action, &grant.id, changes), now)?;
    enqueue_webhooks(tx, EventType::GrantCreated, Subject::grant(&grant.id), now)?;
    let generated = deliver_if_auto(ctx, tx, &grant, &customer, entitlement, actor, now)?;
    Ok(IssuedGrant { grant_id: grant.id, is_new: true, generated })
}

fn new_grant(sale: &Sale, customer: &Customer, entitlement: &Entitlement, now: Timestamp) -> Grant {
    let id = sale.grant_id.clone().unwrap_or_else(GrantId::random);
    let created_at = sale.created_at.unwrap_or(now);
    let integration_type = entitlement.config.integration_type();
    Grant {
        payment_id: sale.payment_id.clone(),
        subscription_id: sale.subscription_id.clone(),
        external_id: sale.external_id.clone(),
        metadata: sale.metadata.clone(),
        updated_at: now,
        ..Grant::pending(id, customer.id.clone(), entitlement.id.clone(), integration_type, created_at)
    }
}

fn create_customer(
    ctx: &Context,
    tx: &mut Tx<'_>,
    sale: &Sale,
    actor: &Actor,
    now: Timestamp,
) -> Result<Customer, StorageError> {
    let customer = Customer {
        id: CustomerId::random(),
        email: sale.customer_email.clone(),
        name: sale.customer_name.clone().unwrap_or_else(|| sale.customer_email.to_string()),
        locale: sale.customer_locale.clone().unwrap_or_else(|| "en".to_owned()),
        phone_number: None,
        metadata: "{}".to_owned(),
        created_at: now,
        erased_at: None,
    };
    customers::insert(tx, &customer)?;
    let changes = vec![Change::set("email", customer.email.masked()), Change::set("locale", &customer.locale)];
    audit_log::append(
        tx,
        &ctx.keyring,
        &NewAuditEntry::on(actor, AuditAction::CustomerCreate, ObjectKind::Customer, &customer.id, changes),
        now,
    )?;
    Ok(customer)
}

/// Whether the sale has a name or locale that differs from the customer's.
fn has_new_facts(sale: &Sale, known: &Customer) -> bool {
    sale.customer_name.as_ref().is_some_and(|name| *name != known.name)
        || sale.customer_locale.as_ref().is_some_and(|locale| *locale != known.locale)
}

/// Updates the customer if the sale has a new name or locale.
fn update_customer(
    ctx: &Context,
    tx: &mut Tx<'_>,
    mut customer: Customer,
    sale: &Sale,
    actor: &Actor,
    now: Timestamp,
) -> Result<Customer, StorageError> {
    let mut changes = Vec::new();
    if let Some(name) = &sale.customer_name
        && *name != customer.name
    {
        // Names are personal data: the log records only that the name changed.
        changes.push(Change::new("name", Some("(hidden)"), Some("(hidden)")));
        customer.name.clone_from(name);
    }
    if let Some(locale) = &sale.customer_locale
        && *locale != customer.locale
    {
        changes.push(Change::new("locale", Some(&customer.locale), Some(locale)));
        customer.locale.clone_from(locale);
    }
    if !changes.is_empty() {
        customers::update(tx, &customer, now)?;
        audit_log::append(
            tx,
            &ctx.keyring,
            &NewAuditEntry::on(actor, AuditAction::CustomerUpdate, ObjectKind::Customer, &customer.id, changes),
            now,
        )?;
    }
    Ok(customer)
}

fn deliver_if_auto(
    ctx: &Context,
    tx: &mut Tx<'_>,
    grant: &Grant,
    customer: &Customer,
    entitlement: &Entitlement,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<LicenseKeyId>, StorageError> {
    let Some(settings) =
        entitlement.config.license_key().filter(|settings| settings.fulfillment_mode == FulfillmentMode::Auto)
    else {
        return Ok(None);
    };
    let delivery = Delivery {
        activations_limit: settings.activations_limit,
        expires_at: settings.validity_period.and_then(|period| period.end(now, &ctx.config.time_zone)),
    };
    let key = generate_key(settings.key_format.as_ref());
    let delivered = KeyDelivery {
        grant,
        customer,
        entitlement,
        key: &key,
        source: LicenseKeySource::Auto,
        delivery: &delivery,
        expires_zone: None,
        customer_note: None,
        inspection: &Inspection::default(),
    };
    deliver_key(ctx, tx, &delivered, actor, now).map(Some).map_err(|error| match error {
        FulfillGrantError::Storage(error) => error,
        // The generated key exists already: try again with another.
        _ => StorageError::Conflict,
    })
}

fn generate_key(format: Option<&KeyFormat>) -> LicenseKeyValue {
    let default = KeyFormat::default();
    LicenseKeyValue::stored(format.unwrap_or(&default).fill(&random_bytes()))
}
