//! Entitlements and the products they belong to.

use diesel::prelude::*;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::entitlement::{
    Entitlement, FulfillmentMode, IntegrationConfig, IntegrationType, IssueSettings, OtherSettings,
};
use crate::domain::ids::{EntitlementId, ProductId};
use crate::domain::license_key::expiry::{ActivationsLimit, Interval, ValidityPeriod};
use crate::domain::license_key::format::KeyFormat;
use crate::domain::license_key::pattern::KeyPattern;
use crate::domain::page::number::PageNumber;
use crate::domain::stock::settings::{StockDelivery, StockRefill, StockSettings};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{entitlements, products};
use crate::storage::sql::inline_limit::InlineLimitDsl;

#[derive(Queryable, Selectable)]
#[diesel(table_name = entitlements)]
pub(in crate::storage) struct EntitlementRow {
    id: String,
    product_id: String,
    #[diesel(select_expression = products::name, select_expression_type = products::name)]
    product_name: String,
    name: String,
    description: Option<String>,
    integration_type: String,
    fulfillment_mode: Option<String>,
    integration_config: String,
    delivery_settings: Option<String>,
    metadata: String,
    is_active: bool,
    created_at: i64,
    updated_at: i64,
}

/// The settings of issuing in their stored form: the configuration of `license_key`, a column of its own otherwise.
#[derive(Serialize, Deserialize)]
struct StoredSettings {
    activations_limit: Option<i32>,
    duration_count: Option<i32>,
    duration_interval: Option<String>,
    activation_message: Option<String>,
    #[serde(default)]
    key_format: Option<String>,
    #[serde(default)]
    key_pattern: Option<String>,
    #[serde(default)]
    key_is_shared: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delivery: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refill: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alert_count: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alert_days: Option<i32>,
}

impl TryFrom<EntitlementRow> for Entitlement {
    type Error = StorageError;

    fn try_from(row: EntitlementRow) -> Result<Self, StorageError> {
        let config =
            read_config(&row).ok_or_else(|| StorageError::Corrupt(format!("the configuration of {}", row.id)))?;
        Ok(Self {
            id: EntitlementId::stored(row.id),
            product_id: ProductId::stored(row.product_id),
            product_name: row.product_name,
            name: row.name,
            description: row.description,
            config,
            metadata: row.metadata,
            is_active: row.is_active,
            created_at: from_micros(row.created_at),
            updated_at: from_micros(row.updated_at),
        })
    }
}

fn read_config(row: &EntitlementRow) -> Option<IntegrationConfig> {
    let kind = IntegrationType::parse(&row.integration_type)?;
    if kind == IntegrationType::LicenseKey {
        let mode = FulfillmentMode::parse(row.fulfillment_mode.as_deref()?)?;
        return Some(IntegrationConfig::LicenseKey(read_settings(&row.integration_config, mode)?));
    }
    let issue = match &row.delivery_settings {
        Some(text) => read_settings(text, FulfillmentMode::Manual)?,
        None => IssueSettings::manual(),
    };
    Some(IntegrationConfig::Other(OtherSettings { kind, fields: row.integration_config.clone(), issue }))
}

fn read_settings(text: &str, fulfillment_mode: FulfillmentMode) -> Option<IssueSettings> {
    let stored: StoredSettings = serde_json::from_str(text).ok()?;
    let validity_period = match (stored.duration_count, stored.duration_interval) {
        (Some(count), Some(interval)) => Some(ValidityPeriod::new(count, Interval::parse(&interval)?)?),
        _ => None,
    };
    Some(IssueSettings {
        fulfillment_mode,
        activations_limit: stored.activations_limit.and_then(ActivationsLimit::new),
        validity_period,
        activation_message: stored.activation_message,
        key_format: stored.key_format.as_deref().and_then(|text| KeyFormat::parse(text).ok()),
        key_pattern: stored.key_pattern.as_deref().and_then(|text| KeyPattern::parse(text).ok()),
        key_is_shared: stored.key_is_shared,
        stock: StockSettings {
            delivery: stored.delivery.as_deref().and_then(StockDelivery::parse).unwrap_or_default(),
            refill: stored.refill.as_deref().and_then(StockRefill::parse).unwrap_or_default(),
            alert_count: stored.alert_count,
            alert_days: stored.alert_days,
        },
    })
}

fn write_settings(settings: &IssueSettings) -> Result<String, StorageError> {
    serde_json::to_string(&StoredSettings {
        activations_limit: settings.activations_limit.map(ActivationsLimit::get),
        duration_count: settings.validity_period.map(|period| period.count),
        duration_interval: settings.validity_period.map(|period| period.interval.as_str().to_owned()),
        activation_message: settings.activation_message.clone(),
        key_format: settings.key_format.as_ref().map(ToString::to_string),
        key_pattern: settings.key_pattern.as_ref().map(ToString::to_string),
        key_is_shared: settings.key_is_shared,
        delivery: Some(settings.stock.delivery.as_str().to_owned()),
        refill: Some(settings.stock.refill.as_str().to_owned()),
        alert_count: settings.stock.alert_count,
        alert_days: settings.stock.alert_days,
    })
    .map_err(|error| StorageError::Corrupt(error.to_string()))
}

/// What the two columns of the configuration hold.
fn write_config(config: &IntegrationConfig) -> Result<(String, Option<String>), StorageError> {
    Ok(match config {
        IntegrationConfig::LicenseKey(settings) => (write_settings(settings)?, None),
        IntegrationConfig::Other(other) => (other.fields.clone(), Some(write_settings(&other.issue)?)),
    })
}

fn fulfillment_mode(config: &IntegrationConfig) -> Option<&'static str> {
    config.license_key().map(|settings| settings.fulfillment_mode.as_str())
}

/// The entitlement with this id, even if it is deleted, because its grants remain; `NotFound` if there is none.
pub fn find(conn: &mut Conn, id: &EntitlementId) -> Result<Entitlement, StorageError> {
    entitlements::table
        .inner_join(products::table)
        .filter(entitlements::id.eq(id.as_str()))
        .select(EntitlementRow::as_select())
        .first::<EntitlementRow>(conn)?
        .try_into()
}

/// All entitlements by name; an installation has tens of them, hundreds at most.
pub fn list(conn: &mut Conn) -> Result<Vec<Entitlement>, StorageError> {
    let rows: Vec<EntitlementRow> = entitlements::table
        .inner_join(products::table)
        .filter(entitlements::deleted_at.is_null())
        .order((entitlements::name.asc(), entitlements::id.asc()))
        .select(EntitlementRow::as_select())
        .inline_limit(1_000)
        .load(conn)?;
    rows.into_iter().map(Entitlement::try_from).collect()
}

/// The names and patterns of the active entitlements whose keys have one, other than these, by name.
pub fn patterns_of_others(conn: &mut Conn, own: &[&str]) -> Result<Vec<(String, KeyPattern)>, StorageError> {
    let rows: Vec<EntitlementRow> = entitlements::table
        .inner_join(products::table)
        .filter(entitlements::deleted_at.is_null())
        .filter(entitlements::is_active.eq(true))
        // As `StoredSettings` is written; nearly all rows end here, before they are parsed.
        .filter(entitlements::integration_config.like("%\"key\\_pattern\":\"%").escape('\\'))
        .order((entitlements::name.asc(), entitlements::id.asc()))
        .select(EntitlementRow::as_select())
        .inline_limit(1_000)
        .load(conn)?;
    let mut patterns = Vec::new();
    for row in rows.into_iter().filter(|row| !own.contains(&row.id.as_str())) {
        let entitlement = Entitlement::try_from(row)?;
        if let Some(pattern) = entitlement.config.license_key().and_then(|settings| settings.key_pattern.clone()) {
            patterns.push((entitlement.name, pattern));
        }
    }
    Ok(patterns)
}

/// A page of entitlements, newest first, optionally of one integration type.
pub fn list_page(
    conn: &mut Conn,
    integration_type: Option<IntegrationType>,
    page: PageNumber,
) -> Result<Vec<Entitlement>, StorageError> {
    let mut query = entitlements::table
        .inner_join(products::table)
        .filter(entitlements::deleted_at.is_null())
        .select(EntitlementRow::as_select())
        .into_boxed();
    if let Some(kind) = integration_type {
        query = query.filter(entitlements::integration_type.eq(kind.as_str()));
    }
    let rows: Vec<EntitlementRow> = query
        .order((entitlements::created_at.desc(), entitlements::id.desc()))
        .limit(page.limit())
        .offset(page.offset())
        .load(conn)?;
    rows.into_iter().map(Entitlement::try_from).collect()
}

/// The entitlements of these products, by name.
pub fn of_products(conn: &mut Conn, ids: &[&str]) -> Result<Vec<Entitlement>, StorageError> {
    let rows: Vec<EntitlementRow> = entitlements::table
        .inner_join(products::table)
        .filter(entitlements::product_id.eq_any(ids))
        .filter(entitlements::deleted_at.is_null())
        .order((entitlements::name.asc(), entitlements::id.asc()))
        .select(EntitlementRow::as_select())
        .load(conn)?;
    rows.into_iter().map(Entitlement::try_from).collect()
}

/// The entitlement with this id; `NotFound` also if it is deleted.
pub fn find_active(conn: &mut Conn, id: &EntitlementId) -> Result<Entitlement, StorageError> {
    entitlements::table
        .inner_join(products::table)
        .filter(entitlements::id.eq(id.as_str()))
        .filter(entitlements::deleted_at.is_null())
        .select(EntitlementRow::as_select())
        .first::<EntitlementRow>(conn)?
        .try_into()
}

/// Locks an entitlement's row until the transaction ends, if the database has row locks.
pub fn lock(tx: &mut Tx<'_>, id: &EntitlementId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let changed =
        diesel::update(entitlements::table.find(id.as_str())).set(entitlements::id.eq(id.as_str())).execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StorageError::NotFound) }
}

/// Marks an entitlement as deleted, which removes it from sale and from lists; `false` if it was already deleted.
pub fn delete(tx: &mut Tx<'_>, id: &EntitlementId, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(entitlements::table.find(id.as_str()).filter(entitlements::deleted_at.is_null()))
        .set((
            entitlements::is_active.eq(false),
            entitlements::deleted_at.eq(to_micros(now)),
            entitlements::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Inserts a new product.
pub fn insert_product(tx: &mut Tx<'_>, id: &ProductId, name: &str, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(products::table)
        .values((products::id.eq(id.as_str()), products::name.eq(name), products::created_at.eq(to_micros(now))))
        .execute(conn)?;
    Ok(())
}

/// Inserts a new entitlement; its product must exist.
pub fn insert(tx: &mut Tx<'_>, entitlement: &Entitlement) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let (config, delivery_settings) = write_config(&entitlement.config)?;
    diesel::insert_into(entitlements::table)
        .values((
            entitlements::id.eq(entitlement.id.as_str()),
            entitlements::product_id.eq(entitlement.product_id.as_str()),
            entitlements::name.eq(&entitlement.name),
            entitlements::description.eq(&entitlement.description),
            entitlements::integration_type.eq(entitlement.config.integration_type().as_str()),
            entitlements::fulfillment_mode.eq(fulfillment_mode(&entitlement.config)),
            entitlements::integration_config.eq(config),
            entitlements::delivery_settings.eq(delivery_settings),
            entitlements::metadata.eq(&entitlement.metadata),
            entitlements::is_active.eq(entitlement.is_active),
            entitlements::created_at.eq(to_micros(entitlement.created_at)),
            entitlements::updated_at.eq(to_micros(entitlement.updated_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Updates an entitlement's fields; its integration type cannot change.
pub fn update(tx: &mut Tx<'_>, entitlement: &Entitlement) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let (config, delivery_settings) = write_config(&entitlement.config)?;
    diesel::update(entitlements::table.find(entitlement.id.as_str()))
        .set((
            entitlements::name.eq(&entitlement.name),
            entitlements::description.eq(&entitlement.description),
            entitlements::fulfillment_mode.eq(fulfillment_mode(&entitlement.config)),
            entitlements::integration_config.eq(config),
            entitlements::delivery_settings.eq(delivery_settings),
            entitlements::metadata.eq(&entitlement.metadata),
            entitlements::is_active.eq(entitlement.is_active),
            entitlements::updated_at.eq(to_micros(entitlement.updated_at)),
        ))
        .execute(conn)?;
    Ok(())
}
