//! Creating the grant of one piece of a sale, and its customer. If the entitlement generates its keys automatically, the
//! grant is delivered immediately. `usecases::sales` decides which pieces there are.

use jiff::Timestamp;

use super::deliver_files::deliver_files_if_auto;
use super::deliver_from_stock::{StockDelivery as FromStock, deliver_from_stock};
use super::deliver_key::{KeyDelivery, deliver_key};
use super::error::FulfillGrantError;
use super::revoke::{Reason, revoke_in};
use super::undo::window::Origin;
use crate::crypto::random_bytes;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::customer::Customer;
use crate::domain::entitlement::{Entitlement, FulfillmentMode};
use crate::domain::grant::{Delivery, Grant, GrantStatus};
use crate::domain::ids::{CustomerId, GrantId, LicenseKeyId, SaleLineId};
use crate::domain::integration::rules::Delivers;
use crate::domain::job::JobKind;
use crate::domain::license_key::format::KeyFormat;
use crate::domain::license_key::warnings::Inspection;
use crate::domain::license_key::{LicenseKeySource, LicenseKeyValue};
use crate::domain::sale::{REFUND_REASON, Sale};
use crate::domain::stock::settings::StockDelivery;
use crate::domain::stock::settings_of;
use crate::domain::webhook::EventType;
use crate::storage::stock::draw::{self, Held};
use crate::storage::{StorageError, Tx, audit_log, customers, grants, installation, jobs};
use crate::usecases::context::Context;
use crate::usecases::idempotent::IsConflict;
use crate::usecases::platforms::automatic::invite_if_auto;
use crate::usecases::switch_on_feature::switch_on_feature;
use crate::usecases::webhooks::enqueue::{Subject, enqueue_webhooks};

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

/// A piece of a sale that gets a grant.
pub(in crate::usecases) struct NewUnit<'a> {
    pub sale: &'a Sale,
    pub entitlement: &'a Entitlement,
    pub customer: &'a Customer,
    pub line_id: &'a SaleLineId,
    /// The number within the line, from 1.
    pub number: i32,
    /// Whether the sale was refunded before it came in: the grant is revoked at once.
    pub is_refunded: bool,
}

/// Creates the grant of a unit; also gives the id of the key that was generated for it.
pub(in crate::usecases) fn create_grant(
    ctx: &Context,
    tx: &mut Tx<'_>,
    unit: &NewUnit<'_>,
    action: AuditAction,
    actor: &Actor,
    now: Timestamp,
) -> Result<(GrantId, Option<LicenseKeyId>), IssueGrantError> {
    let NewUnit { sale, entitlement, customer, .. } = *unit;
    if let Some(id) = &sale.grant_id
        && grants::exists(tx, id)?
    {
        return Err(IssueGrantError::GrantIdTaken);
    }
    let grant = new_grant(sale, customer, entitlement, now);
    grants::insert(tx, &grant, Some((unit.line_id, unit.number)))?;
    let mut changes = vec![
        Change::set("status", GrantStatus::Pending.as_str()),
        Change::set("entitlement_id", &entitlement.id),
        Change::set("customer_id", &customer.id),
    ];
    changes.extend(sale.ids().into_iter().map(|id| Change::set(id.kind.field(), id.value)));
    audit_log::append(tx, &ctx.keyring, &NewAuditEntry::on_grant(actor, action, &grant.id, changes), now)?;
    enqueue_webhooks(tx, EventType::GrantCreated, Subject::grant(&grant.id), now)?;
    if unit.is_refunded {
        revoke_in(ctx, tx, &grant.id, &Reason::code(REFUND_REASON), actor).map_err(StorageError::from)?;
        return Ok((grant.id, None));
    }
    let generated = deliver_if_auto(ctx, tx, &grant, customer, entitlement, actor, now)?;
    let is_delivered = generated.is_some() || switch_on_feature(ctx, tx, &grant, entitlement, actor, now)?;
    if entitlement.config.delivers() == Delivers::Files {
        deliver_files_if_auto(ctx, tx, (&grant, customer, entitlement), actor, now)?;
    } else if !is_delivered && !invite_if_auto(tx, &grant, entitlement, now)? {
        deliver_from_stock_if_auto(ctx, tx, (&grant, customer, entitlement), actor, now)?;
    }
    Ok((grant.id, generated))
}

/// The customer of a report: an existing one with what is new about them, or a new one. Locks the customer. Fails for
/// erased customers and for addresses that the mail server cannot send to.
pub(in crate::usecases) fn customer_of(
    ctx: &Context,
    tx: &mut Tx<'_>,
    sale: &Sale,
    actor: &Actor,
    now: Timestamp,
) -> Result<Customer, IssueGrantError> {
    let customer = customers::lock_by_email(tx, &sale.customer_email, |known| has_new_facts(sale, known))?;
    if customer.as_ref().is_some_and(|customer| customer.erased_at.is_some()) {
        return Err(IssueGrantError::CustomerErased);
    }
    if installation::is_unreachable(tx, &sale.customer_email)? {
        return Err(IssueGrantError::AddressUnreachable);
    }
    Ok(match customer {
        Some(known) => update_customer(ctx, tx, known, sale, actor, now)?,
        None => create_customer(ctx, tx, sale, actor, now)?,
    })
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
        // Who has no name is called by the address; e-mails greet them without a name.
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

/// Whether the sale says something about the customer that was not known: a name where there was none, or another
/// locale. A name that is there stays.
pub(in crate::usecases) fn has_new_facts(sale: &Sale, known: &Customer) -> bool {
    new_name(sale, known).is_some() || sale.customer_locale.as_ref().is_some_and(|locale| *locale != known.locale)
}

fn new_name<'a>(sale: &'a Sale, known: &Customer) -> Option<&'a String> {
    sale.customer_name.as_ref().filter(|name| known.given_name().is_none() && **name != known.name)
}

/// Updates the customer if the sale says something new.
pub(in crate::usecases) fn update_customer(
    ctx: &Context,
    tx: &mut Tx<'_>,
    mut customer: Customer,
    sale: &Sale,
    actor: &Actor,
    now: Timestamp,
) -> Result<Customer, StorageError> {
    let mut changes = Vec::new();
    if let Some(name) = new_name(sale, &customer) {
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
    let delivery = Delivery::by_default(settings, now, &ctx.config.time_zone);
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
        from_stock: None,
        origin: Origin::Itself,
    };
    deliver_key(ctx, tx, &delivered, actor, now).map(Some).map_err(|error| match error {
        FulfillGrantError::Storage(error) => error,
        // The generated key exists already: try again with another.
        _ => StorageError::Conflict,
    })
}

/// Delivers the new grant from stock if its entitlement does that by itself; it waits if there is no key.
pub(in crate::usecases) fn deliver_from_stock_if_auto(
    ctx: &Context,
    tx: &mut Tx<'_>,
    (grant, customer, entitlement): (&Grant, &Customer, &Entitlement),
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StorageError> {
    if !settings_of(&entitlement.config).is_ok_and(|stock| stock.delivery == StockDelivery::Auto) {
        return Ok(());
    }
    let delivery = Delivery::by_default(entitlement.config.issue(), now, &ctx.config.time_zone);
    let drawn = FromStock {
        grant,
        customer,
        entitlement,
        delivery: &delivery,
        expires_zone: None,
        customer_note: None,
        // A sale may have several grants, and holds its customer.
        held: Held::Skip,
        origin: Origin::Itself,
    };
    match deliver_from_stock(ctx, tx, &drawn, actor, now) {
        Err(FulfillGrantError::Storage(error)) => Err(error),
        // Others hold the keys that are left; if they give one back, the job delivers it.
        Err(FulfillGrantError::OutOfStock) if draw::has_free(tx, &entitlement.id, now)? => {
            jobs::start(tx, (JobKind::ServeFromStock, entitlement.id.as_str()), 1, actor, now).map(drop)
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

fn generate_key(format: Option<&KeyFormat>) -> LicenseKeyValue {
    let default = KeyFormat::default();
    LicenseKeyValue::stored(format.unwrap_or(&default).fill(&random_bytes()))
}
