//! A customer as it is stored.

use diesel::prelude::*;

use crate::domain::customer::{Customer, EmailAddress};
use crate::domain::ids::CustomerId;
use crate::storage::db::time::{from_micros, from_optional};
use crate::storage::schema::customers;

#[derive(Queryable, Selectable)]
#[diesel(table_name = customers)]
pub(in crate::storage) struct CustomerRow {
    id: String,
    email: String,
    name: String,
    locale: String,
    phone_number: Option<String>,
    metadata: String,
    created_at: i64,
    erased_at: Option<i64>,
}

impl From<CustomerRow> for Customer {
    fn from(row: CustomerRow) -> Self {
        Self {
            id: CustomerId::stored(row.id),
            email: EmailAddress::stored(row.email),
            name: row.name,
            locale: row.locale,
            phone_number: row.phone_number,
            metadata: row.metadata,
            created_at: from_micros(row.created_at),
            erased_at: from_optional(row.erased_at),
        }
    }
}
