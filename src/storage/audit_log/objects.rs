//! The names of what audit entries are about. The log itself holds ids alone, so that an erasure touches no entry.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::list::AuditFilter;
use crate::domain::audit::AuditEntry;
use crate::domain::customer::EmailAddress;
use crate::storage::customers::find_by_email;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::schema::{customers, entitlements, grants, staff, webhook_endpoints};

/// A customer's name; that of an erased one is not to be shown.
#[derive(Debug, Clone)]
pub struct CustomerName {
    pub name: String,
    pub email: EmailAddress,
}

/// What an entry is about.
#[derive(Debug, Clone)]
pub enum ObjectName {
    Grant {
        entitlement: String,
        customer: CustomerName,
    },
    Customer(CustomerName),
    /// An entitlement, a person, or the address of a webhook.
    Plain(String),
}

/// The filter with a customer's id in place of their address.
pub fn with_ids(conn: &mut Conn, filter: &AuditFilter) -> Result<AuditFilter, StorageError> {
    let address = filter.object.as_deref().and_then(|object| EmailAddress::parse(object).ok());
    let customer = address.map(|address| find_by_email(conn, &address)).transpose()?.flatten();
    let id = customer.map(|customer| customer.id.to_string());
    Ok(AuditFilter { object: id.or_else(|| filter.object.clone()), ..filter.clone() })
}

/// The names behind these entries, by the id of the object, or of the grant that it belongs to.
pub fn names(conn: &mut Conn, entries: &[AuditEntry]) -> Result<HashMap<String, ObjectName>, StorageError> {
    let of_kind = |kind: &str| -> BTreeSet<&str> {
        entries.iter().filter(|entry| entry.object_kind == kind).map(|entry| entry.object_id.as_str()).collect()
    };
    let mut names = HashMap::new();
    let ids: BTreeSet<&str> = entries.iter().filter_map(|entry| entry.grant_id.as_deref()).collect();
    // Without ids nothing is asked: a database may read a whole table to find none of them.
    if !ids.is_empty() {
        let rows: Vec<(String, String, String, String)> = grants::table
            .inner_join(customers::table)
            .inner_join(entitlements::table)
            .filter(grants::id.eq_any(ids))
            .select((grants::id, entitlements::name, customers::name, customers::email))
            .load(conn)?;
        for (id, entitlement, name, email) in rows {
            let customer = CustomerName { name, email: EmailAddress::stored(email) };
            names.insert(id, ObjectName::Grant { entitlement, customer });
        }
    }
    let ids = of_kind("customer");
    if !ids.is_empty() {
        let rows: Vec<(String, String, String)> = customers::table
            .filter(customers::id.eq_any(ids))
            .select((customers::id, customers::name, customers::email))
            .load(conn)?;
        for (id, name, email) in rows {
            names.insert(id, ObjectName::Customer(CustomerName { name, email: EmailAddress::stored(email) }));
        }
    }
    let mut plain: Vec<(String, String)> = Vec::new();
    macro_rules! named {
        ($kind:literal, $table:ident, $name:ident) => {
            let ids = of_kind($kind);
            if !ids.is_empty() {
                let found = $table::table.filter($table::id.eq_any(ids)).select(($table::id, $table::$name));
                plain.extend(found.load::<(String, String)>(conn)?);
            }
        };
    }
    named!("entitlement", entitlements, name);
    named!("staff", staff, name);
    named!("webhook", webhook_endpoints, url);
    names.extend(plain.into_iter().map(|(id, name)| (id, ObjectName::Plain(name))));
    Ok(names)
}
