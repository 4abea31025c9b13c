//! The grants of one sale: as many as were sold.

use crate::domain::grant::Grant;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::sales::lines;

/// Which of how many grants this one is among those of the same entitlement in the same sale, counted from 1; `None` if
/// it is the only one. Pieces that the sale no longer has do not count.
pub(crate) fn place_in_sale(conn: &mut Conn, grant: &Grant) -> Result<Option<(usize, usize)>, StorageError> {
    let units = lines::units_beside(conn, &grant.id)?;
    let Some(own) = units.iter().find(|unit| unit.grant_id == grant.id) else { return Ok(None) };
    let sold: Vec<_> =
        units.iter().filter(|unit| unit.entitlement_id == own.entitlement_id && unit.is_sold()).collect();
    let place = sold.iter().position(|unit| unit.grant_id == grant.id);
    Ok(place.filter(|_| sold.len() > 1).map(|place| (place + 1, sold.len())))
}
