//! The lines of sales and their units: a line has one grant for each piece.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::grant::GrantStatus;
use crate::domain::ids::{CustomerId, EntitlementId, GrantId, LicenseKeyId, SaleId, SaleLineId};
use crate::domain::sale::{QUANTITY_REDUCED_REASON, SaleIdKind, SaleReference};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::from_micros;
use crate::storage::schema::{grants, sale_lines};

/// A line to be inserted.
#[derive(Debug, Clone)]
pub(crate) struct NewLine<'a> {
    pub id: &'a SaleLineId,
    pub sale_id: &'a SaleId,
    pub entitlement_id: &'a EntitlementId,
    /// The number among the lines of this entitlement, from 1.
    pub ordinal: u32,
    pub quantity: u32,
}

/// One piece of a line, and its grant.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub line_id: SaleLineId,
    pub entitlement_id: EntitlementId,
    pub ordinal: i32,
    /// The quantity of the whole line, as it was last told.
    pub line_quantity: i32,
    pub number: i32,
    pub grant_id: GrantId,
    pub customer_id: CustomerId,
    pub license_key_id: Option<LicenseKeyId>,
    pub status: GrantStatus,
    pub revocation_reason: Option<String>,
    pub created_at: Timestamp,
}

impl Unit {
    /// Whether the piece still counts as sold: it was not taken back because the quantity was reduced.
    pub(crate) fn is_sold(&self) -> bool {
        self.status != GrantStatus::Revoked || self.revocation_reason.as_deref() != Some(QUANTITY_REDUCED_REASON)
    }

    pub(crate) fn is_live(&self) -> bool {
        self.status != GrantStatus::Revoked
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = grants)]
struct UnitRow {
    #[diesel(select_expression = sale_lines::id)]
    line_id: String,
    #[diesel(select_expression = sale_lines::entitlement_id)]
    entitlement_id: String,
    #[diesel(select_expression = sale_lines::ordinal)]
    ordinal: i32,
    #[diesel(select_expression = sale_lines::quantity)]
    line_quantity: i32,
    #[diesel(column_name = sale_unit)]
    number: Option<i32>,
    #[diesel(column_name = id)]
    grant_id: String,
    customer_id: String,
    license_key_id: Option<String>,
    status: String,
    revocation_reason: Option<String>,
    created_at: i64,
}

impl TryFrom<UnitRow> for Unit {
    type Error = StorageError;

    fn try_from(row: UnitRow) -> Result<Self, StorageError> {
        let status = GrantStatus::parse(&row.status)
            .ok_or_else(|| StorageError::Corrupt(format!("the state of {}", row.grant_id)))?;
        Ok(Self {
            line_id: SaleLineId::stored(row.line_id),
            entitlement_id: EntitlementId::stored(row.entitlement_id),
            ordinal: row.ordinal,
            line_quantity: row.line_quantity,
            number: row.number.unwrap_or_default(),
            grant_id: GrantId::stored(row.grant_id),
            customer_id: CustomerId::stored(row.customer_id),
            license_key_id: row.license_key_id.map(LicenseKeyId::stored),
            status,
            revocation_reason: row.revocation_reason,
            created_at: from_micros(row.created_at),
        })
    }
}

/// All units of a sale, line by line.
pub(crate) fn units(conn: &mut Conn, sale_id: &SaleId) -> Result<Vec<Unit>, StorageError> {
    let of_sale = sale_lines::table.inner_join(grants::table).filter(sale_lines::sale_id.eq(sale_id.as_str()));
    in_order(of_sale.select(UnitRow::as_select()).load(conn)?)
}

/// All units of the sale that a grant is a unit of, line by line; empty if it is of none.
pub(crate) fn units_beside(conn: &mut Conn, grant_id: &GrantId) -> Result<Vec<Unit>, StorageError> {
    let (own, own_line) = diesel::alias!(grants as own, sale_lines as own_line);
    let sale_id = own_line
        .inner_join(own.on(own.field(grants::sale_line_id).eq(own_line.field(sale_lines::id).nullable())))
        .filter(own.field(grants::id).eq(grant_id.as_str()))
        .select(own_line.field(sale_lines::sale_id));
    let of_sale = sale_lines::table.inner_join(grants::table).filter(sale_lines::sale_id.eq_any(sale_id));
    in_order(of_sale.select(UnitRow::as_select()).load(conn)?)
}

fn in_order(rows: Vec<UnitRow>) -> Result<Vec<Unit>, StorageError> {
    let mut units = rows.into_iter().map(Unit::try_from).collect::<Result<Vec<_>, _>>()?;
    units.sort_by(|a, b| {
        (&a.entitlement_id, a.ordinal, a.number, &a.grant_id).cmp(&(
            &b.entitlement_id,
            b.ordinal,
            b.number,
            &b.grant_id,
        ))
    });
    Ok(units)
}

/// The sale and the entitlement that a grant is a unit of.
pub(crate) fn of_grant(conn: &mut Conn, grant_id: &GrantId) -> Result<Option<(SaleId, EntitlementId)>, StorageError> {
    let row: Option<(String, String)> = grants::table
        .inner_join(sale_lines::table)
        .filter(grants::id.eq(grant_id.as_str()))
        .select((sale_lines::sale_id, sale_lines::entitlement_id))
        .first(conn)
        .optional()?;
    Ok(row.map(|(sale, entitlement)| (SaleId::stored(sale), EntitlementId::stored(entitlement))))
}

/// Inserts a line; `Conflict` if another transaction has just added it.
pub(crate) fn insert(tx: &mut Tx<'_>, line: &NewLine<'_>) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(sale_lines::table)
        .values((
            sale_lines::id.eq(line.id.as_str()),
            sale_lines::sale_id.eq(line.sale_id.as_str()),
            sale_lines::entitlement_id.eq(line.entitlement_id.as_str()),
            sale_lines::ordinal.eq(i32::try_from(line.ordinal).unwrap_or(i32::MAX)),
            sale_lines::quantity.eq(i32::try_from(line.quantity).unwrap_or(i32::MAX)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Sets how many a line has.
pub(crate) fn set_quantity(tx: &mut Tx<'_>, id: &SaleLineId, quantity: u32) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(sale_lines::table.find(id.as_str()))
        .set(sale_lines::quantity.eq(i32::try_from(quantity).unwrap_or(i32::MAX)))
        .execute(conn)?;
    Ok(())
}

/// Writes an id onto those of a sale's grants that have none of its kind.
pub(crate) fn complete_grants(tx: &mut Tx<'_>, sale_id: &SaleId, id: &SaleReference) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let lines = sale_lines::table.filter(sale_lines::sale_id.eq(sale_id.as_str())).select(sale_lines::id.nullable());
    let of_sale = grants::table.filter(grants::sale_line_id.eq_any(lines).assume_not_null());
    match id.kind {
        SaleIdKind::Payment => diesel::update(of_sale.filter(grants::payment_id.is_null()))
            .set(grants::payment_id.eq(&id.value))
            .execute(conn)?,
        SaleIdKind::Subscription => diesel::update(of_sale.filter(grants::subscription_id.is_null()))
            .set(grants::subscription_id.eq(&id.value))
            .execute(conn)?,
        SaleIdKind::External => diesel::update(of_sale.filter(grants::external_id.is_null()))
            .set(grants::external_id.eq(&id.value))
            .execute(conn)?,
    };
    Ok(())
}
