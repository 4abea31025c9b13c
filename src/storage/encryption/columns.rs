//! Every column that contains encrypted values, for re-encrypting all of them.

use diesel::prelude::*;

use crate::crypto::AssociatedData;
use crate::storage::connections;
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::sales::imports;
use crate::storage::schema::{
    bulk_runs, connection_secrets, hooks, license_keys, sale_import_parts, sale_imports, staff_totp, stock_keys,
    stock_uploads, webhook_endpoints,
};

/// A column with encrypted values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedColumn {
    LicenseKey,
    StockKey,
    StockUpload,
    /// Pasted keys that wait for their grants.
    BulkRun,
    WebhookSecret,
    /// The previous webhook secret, which still signs; its associated data is that of the current one.
    OldWebhookSecret,
    StaffTotp,
    ConnectionSecret,
    /// What was sent to a connection's URL.
    HookBody,
    /// A file of sales.
    SaleImport,
    /// Lines of one.
    SaleImportPart,
}

/// An encrypted value as stored.
#[derive(Debug, Clone)]
pub struct SealedValue {
    pub row: String,
    pub sealed: Vec<u8>,
}

macro_rules! page {
    ($conn:ident, $after:ident, $limit:expr, $table:ident, $row:ident, $column:ident) => {
        $table::table
            .filter($table::$row.gt($after))
            .filter($table::$column.is_not_null())
            .order($table::$row)
            .limit($limit)
            .select(($table::$row, $table::$column.assume_not_null()))
            .load::<(String, Vec<u8>)>($conn)?
    };
}

macro_rules! replace {
    ($conn:ident, $value:ident, $anew:ident, $table:ident, $column:ident) => {
        diesel::update($table::table.find(&$value.row).filter($table::$column.eq(&$value.sealed)))
            .set($table::$column.eq($anew))
            .execute($conn)?
    };
}

impl SealedColumn {
    /// Stock keys come before license keys: one that is issued meanwhile is met again there. Uploads and bulk runs come before
    /// both, because their keys move there.
    pub const ALL: [Self; 11] = [
        Self::StockUpload,
        Self::BulkRun,
        Self::StockKey,
        Self::LicenseKey,
        Self::WebhookSecret,
        Self::OldWebhookSecret,
        Self::StaffTotp,
        Self::ConnectionSecret,
        Self::HookBody,
        Self::SaleImport,
        Self::SaleImportPart,
    ];

    /// The associated data of a row's value.
    pub fn associated_data(self, row: &str) -> AssociatedData<'_> {
        let (table, column) = match self {
            Self::LicenseKey => ("license_keys", "ciphertext"),
            Self::StockKey => ("stock_keys", "ciphertext"),
            Self::StockUpload => ("stock_uploads", "content"),
            Self::BulkRun => ("bulk_runs", "content"),
            Self::WebhookSecret | Self::OldWebhookSecret => ("webhook_endpoints", "secret"),
            Self::StaffTotp => ("staff_totp", "secret"),
            Self::ConnectionSecret => return connections::secrets::associated_data(row),
            Self::HookBody => return connections::hooks::associated_data(row),
            Self::SaleImport => return imports::source_data(row),
            Self::SaleImportPart => return imports::parts::associated_data(row),
        };
        AssociatedData { table, column, row }
    }

    /// The next values after a row, in order of rows.
    pub fn page(self, conn: &mut Conn, after: &str, limit: i64) -> Result<Vec<SealedValue>, StorageError> {
        let rows: Vec<(String, Vec<u8>)> = match self {
            Self::LicenseKey => page!(conn, after, limit, license_keys, id, ciphertext),
            Self::StockKey => page!(conn, after, limit, stock_keys, id, ciphertext),
            // One may have many megabytes.
            Self::StockUpload => page!(conn, after, 1_i64, stock_uploads, id, content),
            Self::BulkRun => page!(conn, after, 1_i64, bulk_runs, id, content),
            Self::WebhookSecret => page!(conn, after, limit, webhook_endpoints, id, secret),
            Self::OldWebhookSecret => page!(conn, after, limit, webhook_endpoints, id, old_secret),
            Self::StaffTotp => page!(conn, after, limit, staff_totp, staff_id, secret),
            Self::ConnectionSecret => page!(conn, after, limit, connection_secrets, id, ciphertext),
            // One may have a megabyte.
            Self::HookBody => page!(conn, after, 20_i64, hooks, id, body),
            Self::SaleImport => page!(conn, after, 1_i64, sale_imports, id, source),
            Self::SaleImportPart => page!(conn, after, 20_i64, sale_import_parts, id, content),
        };
        Ok(rows.into_iter().map(|(row, sealed)| SealedValue { row, sealed }).collect())
    }

    /// Replaces a value with the same value encrypted under another key; `false` if it was changed in the meantime.
    pub fn replace(self, tx: &mut Tx<'_>, value: &SealedValue, anew: &[u8]) -> Result<bool, StorageError> {
        let conn: &mut Conn = tx;
        let changed = match self {
            Self::LicenseKey => replace!(conn, value, anew, license_keys, ciphertext),
            Self::StockKey => replace!(conn, value, anew, stock_keys, ciphertext),
            Self::StockUpload => replace!(conn, value, anew, stock_uploads, content),
            Self::BulkRun => replace!(conn, value, anew, bulk_runs, content),
            Self::WebhookSecret => replace!(conn, value, anew, webhook_endpoints, secret),
            Self::OldWebhookSecret => replace!(conn, value, anew, webhook_endpoints, old_secret),
            Self::StaffTotp => replace!(conn, value, anew, staff_totp, secret),
            Self::ConnectionSecret => replace!(conn, value, anew, connection_secrets, ciphertext),
            Self::HookBody => replace!(conn, value, anew, hooks, body),
            Self::SaleImport => replace!(conn, value, anew, sale_imports, source),
            Self::SaleImportPart => replace!(conn, value, anew, sale_import_parts, content),
        };
        Ok(changed == 1)
    }
}
