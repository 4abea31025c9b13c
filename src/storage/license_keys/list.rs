//! The list of issued license keys without links, newest first, by keyset. Expired keys are ordered by their expiry and keys of a batch by
//! when they were drawn from it: each list walks an index, however few of the keys match.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::Timestamp;

use super::LicenseKeyRow;
use crate::domain::customer::EmailAddress;
use crate::domain::ids::{BatchId, CustomerId, EntitlementId, GrantId};
use crate::domain::license_key::{LicenseKeySource, LicenseKeyStatus, LicenseKeySummary};
use crate::domain::page::{Cursor, Page, PageStart};
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{customers, entitlements, grants, license_keys, products};
use crate::storage::sql::inline_limit::InlineLimitDsl;
use crate::storage::sql::static_sql::StaticSql;

/// What the list is filtered by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KeyFilter {
    pub entitlement_id: Option<EntitlementId>,
    pub status: Option<LicenseKeyStatus>,
    pub source: Option<LicenseKeySource>,
    pub batch_id: Option<BatchId>,
}

/// A row of the list.
#[derive(Debug, Clone)]
pub(crate) struct KeyLine {
    pub key: LicenseKeySummary,
    /// The entitlement that it was issued for; of a key without a grant, its product.
    pub name: String,
    pub entitlement_id: Option<EntitlementId>,
    pub customer_id: CustomerId,
    pub customer_name: String,
    pub customer_email: EmailAddress,
    pub grant_id: Option<GrantId>,
    /// Its place in the list that it was read for.
    pub place: Timestamp,
}

impl KeyLine {
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor { at: self.place, id: self.key.id.to_string() }
    }
}

/// The table and column that a list is ordered by: from the table to its condition, and the columns with the moment and id.
struct Walk {
    from: &'static str,
    at: &'static str,
    id: &'static str,
}

const BY_CREATION: Walk = Walk {
    from: "SELECT license_keys.created_at, license_keys.id FROM license_keys WHERE NOT license_keys.is_link",
    at: "license_keys.created_at",
    id: "license_keys.id",
};
const BY_EXPIRY: Walk = Walk {
    from: "SELECT license_keys.expires_at, license_keys.id FROM license_keys
           WHERE license_keys.expires_at IS NOT NULL AND NOT license_keys.is_link",
    at: "license_keys.expires_at",
    id: "license_keys.id",
};
const OF_BATCH: Walk = Walk {
    from: "SELECT stock_keys.issued_at, stock_keys.license_key_id FROM stock_keys
           JOIN license_keys ON license_keys.id = stock_keys.license_key_id
           WHERE stock_keys.license_key_id IS NOT NULL AND stock_keys.issued_at IS NOT NULL AND NOT license_keys.is_link",
    at: "stock_keys.issued_at",
    id: "stock_keys.license_key_id",
};

/// A page of the list; whether a key is expired depends on `now`.
pub(crate) fn list(
    conn: &mut Conn,
    filter: &KeyFilter,
    from: &PageStart<Cursor>,
    size: usize,
    now: Timestamp,
) -> Result<Page<KeyLine>, StorageError> {
    let walk = match (&filter.batch_id, filter.status) {
        (Some(_), _) => OF_BATCH,
        (None, Some(LicenseKeyStatus::Expired)) => BY_EXPIRY,
        (None, _) => BY_CREATION,
    };
    let mut query = narrowed(StaticSql::<(BigInt, Text)>::new().sql(walk.from), filter, now);
    let (cursor, is_forward) = match from {
        PageStart::Start => (None, true),
        PageStart::After(cursor) => (Some(cursor), true),
        PageStart::Before(cursor) => (Some(cursor), false),
    };
    if let Some(Cursor { at, id }) = cursor {
        // A form of the condition that both databases answer from the index alone.
        let at = to_micros(*at);
        let [to, beyond] = if is_forward { [" <= ", " < "] } else { [" >= ", " > "] };
        query = query.sql(" AND ").sql(walk.at).sql(to).opaque_number(at);
        query = query.sql(" AND (").sql(walk.at).sql(beyond).opaque_number(at);
        query = query.sql(" OR ").sql(walk.id).sql(beyond).opaque_text(id).sql(")");
    }
    let direction = if is_forward { " DESC" } else { "" };
    query = query.sql(" ORDER BY ").sql(walk.at).sql(direction).sql(", ").sql(walk.id).sql(direction);
    let limit = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
    let places: Vec<(i64, String)> = query.inline_limit(limit).load(conn)?;
    let ids: Vec<String> = places.iter().map(|(_, id)| id.clone()).collect();
    let mut lines: HashMap<String, KeyLine> =
        lines_of(conn, &ids)?.into_iter().map(|line| (line.key.id.to_string(), line)).collect();
    let rows = places.into_iter().filter_map(|(at, id)| {
        let line = lines.remove(&id)?;
        Some(KeyLine { place: from_micros(at), ..line })
    });
    Ok(Page::from_walk(rows.collect(), size, from))
}

fn narrowed<ST>(mut query: StaticSql<ST>, filter: &KeyFilter, now: Timestamp) -> StaticSql<ST> {
    let now = to_micros(now);
    if let Some(id) = &filter.batch_id {
        query = query.sql(" AND stock_keys.batch_id = ").text(id.as_str());
    }
    if let Some(id) = &filter.entitlement_id {
        // Its product has few others, and an index in the order of the list.
        query = query.sql(" AND license_keys.product_id = (SELECT product_id FROM entitlements WHERE id = ");
        query = query.text(id.as_str()).sql(") AND EXISTS (SELECT 1 FROM grants WHERE grants.license_key_id = ");
        query = query.sql("license_keys.id AND grants.entitlement_id = ").text(id.as_str()).sql(")");
    }
    if let Some(source) = filter.source {
        query = query.sql(" AND license_keys.source = ").text(source.as_str());
    }
    match filter.status {
        None => query,
        // Literally as in the index of them.
        Some(LicenseKeyStatus::Disabled) => query.sql(" AND license_keys.status <> 'active'"),
        Some(LicenseKeyStatus::Expired) => query
            .sql(" AND license_keys.status = 'active' AND license_keys.expires_at <= ")
            .number(now),
        Some(LicenseKeyStatus::Active) => query
            .sql(" AND license_keys.status = 'active' AND (license_keys.expires_at IS NULL OR license_keys.expires_at > ")
            .number(now)
            .sql(")"),
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = license_keys)]
struct LineRow {
    #[diesel(embed)]
    summary: LicenseKeyRow,
    customer_id: String,
}

/// The rows of the list for these keys, in any order.
pub(crate) fn lines_of(conn: &mut Conn, ids: &[String]) -> Result<Vec<KeyLine>, StorageError> {
    type Joined = (LineRow, String, String, String, Option<String>, Option<String>, Option<String>);
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Joined> = license_keys::table
        .inner_join(customers::table)
        .inner_join(products::table)
        .left_join(grants::table)
        .left_join(entitlements::table.on(entitlements::id.nullable().eq(grants::entitlement_id.nullable())))
        .filter(license_keys::id.eq_any(ids.to_vec()))
        .select((
            LineRow::as_select(),
            customers::name,
            customers::email,
            products::name,
            grants::id.nullable(),
            entitlements::id.nullable(),
            entitlements::name.nullable(),
        ))
        .load(conn)?;
    let line = |(row, customer_name, customer_email, product, grant_id, entitlement_id, name): Joined| {
        let key = LicenseKeySummary::try_from(row.summary)?;
        let name = name.unwrap_or(product);
        Ok(KeyLine {
            place: key.created_at,
            key,
            name,
            entitlement_id: entitlement_id.map(EntitlementId::stored),
            customer_id: CustomerId::stored(row.customer_id),
            customer_name,
            customer_email: EmailAddress::stored(customer_email),
            grant_id: grant_id.map(GrantId::stored),
        })
    };
    rows.into_iter().map(line).collect()
}
