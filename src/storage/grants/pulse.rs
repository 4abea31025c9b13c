//! What pages that stay open ask for. Each question is answered from an index, or by the id of one grant.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::claims;
use super::stats::COUNT_CAP;
use crate::domain::grant::{Claim, GrantStatus};
use crate::domain::ids::GrantId;
use crate::domain::page::Cursor;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, to_micros};
use crate::storage::schema::{grants, staff};
use crate::storage::sql::on_each::on_each;
use crate::storage::sql::static_sql::StaticSql;

/// The place of the newest pending grant in the list; `None` if none is pending.
pub(crate) fn newest_pending(conn: &mut Conn) -> Result<Option<Cursor>, StorageError> {
    let query = StaticSql::<(BigInt, Text)>::new()
        .sql("SELECT created_at, id FROM grants WHERE status = 'pending' AND coalesce(license_key_id, '') = '' ORDER BY created_at DESC, id DESC LIMIT 1");
    let row: Option<(i64, String)> = query.get_result(conn).optional()?;
    Ok(row.map(|(at, id)| Cursor { at: from_micros(at), id }))
}

/// The number of pending grants after that place, at most [`COUNT_CAP`] + 1; all of them if there is none.
pub(crate) fn pending_after(conn: &mut Conn, after: Option<&Cursor>) -> Result<i64, StorageError> {
    let mut query = StaticSql::<BigInt>::new();
    query = query.sql(
        "SELECT count(*) FROM (SELECT 1 FROM grants WHERE status = 'pending' AND coalesce(license_key_id, '') = ''",
    );
    if let Some(Cursor { at, id }) = after {
        let at = to_micros(*at);
        query = query.sql(" AND created_at >= ").number(at).sql(" AND (created_at > ").number(at);
        query = query.sql(" OR id > ").text(id).sql(")");
    }
    Ok(query.sql(" LIMIT ").number(COUNT_CAP + 1).sql(") AS counted").get_result(conn)?)
}

/// What may change on a grant while its page is open.
#[derive(Debug)]
pub(crate) struct GrantPulse {
    pub status: GrantStatus,
    pub claim: Option<Claim>,
    pub holder_name: Option<String>,
    /// The state of its e-mail, or of the key that is supplied to a connected account.
    pub email_state: Option<String>,
}

#[derive(Queryable)]
struct PulseRow {
    status: String,
    held_by: Option<String>,
    held_since: Option<i64>,
    held_until: Option<i64>,
    held_touched_at: Option<i64>,
    email_state: Option<String>,
    holder_name: Option<String>,
}

/// What may have changed on a grant; `None` if there is no such grant.
pub(crate) fn of_grant(conn: &mut Conn, id: &GrantId) -> Result<Option<GrantPulse>, StorageError> {
    let row: Option<PulseRow> = on_each!(conn, |conn| {
        grants::table
            .left_join(staff::table)
            .filter(grants::id.eq(id.as_str()))
            .select((
                grants::status,
                grants::held_by,
                grants::held_since,
                grants::held_until,
                grants::held_touched_at,
                grants::email_state,
                staff::name.nullable(),
            ))
            .first(conn)
            .optional()?
    });
    let Some(row) = row else { return Ok(None) };
    let corrupt = || StorageError::Corrupt(format!("the state of {id}"));
    Ok(Some(GrantPulse {
        status: GrantStatus::parse(&row.status).ok_or_else(corrupt)?,
        claim: claims::stored(row.held_by, row.held_since, row.held_until, row.held_touched_at),
        holder_name: row.holder_name,
        email_state: row.email_state,
    }))
}
