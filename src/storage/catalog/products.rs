//! Products with their entitlements.

use diesel::prelude::*;

use super::entitlements;
use crate::domain::ids::ProductId;
use crate::domain::page::number::PageNumber;
use crate::domain::product::Product;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::from_micros;
use crate::storage::schema::products;

type ProductRow = (String, String, i64);

/// The product with this id; `NotFound` if there is none.
pub(crate) fn find(conn: &mut Conn, id: &ProductId) -> Result<Product, StorageError> {
    let row: ProductRow = products::table.find(id.as_str()).first(conn)?;
    let product = to_product(row);
    with_entitlements(conn, vec![product])?.pop().ok_or(StorageError::NotFound)
}

/// A page of products, newest first.
pub(crate) fn list(conn: &mut Conn, page: PageNumber) -> Result<Vec<Product>, StorageError> {
    let rows: Vec<ProductRow> = products::table
        .order((products::created_at.desc(), products::id.desc()))
        .limit(page.limit())
        .offset(page.offset())
        .load(conn)?;
    with_entitlements(conn, rows.into_iter().map(to_product).collect())
}

fn to_product((id, name, created_at): ProductRow) -> Product {
    Product { id: ProductId::stored(id), name, entitlements: Vec::new(), created_at: from_micros(created_at) }
}

fn with_entitlements(conn: &mut Conn, mut found: Vec<Product>) -> Result<Vec<Product>, StorageError> {
    let ids: Vec<&str> = found.iter().map(|product| product.id.as_str()).collect();
    for entitlement in entitlements::of_products(conn, &ids)? {
        if let Some(product) = found.iter_mut().find(|product| product.id == entitlement.product_id) {
            product.entitlements.push(entitlement);
        }
    }
    Ok(found)
}
