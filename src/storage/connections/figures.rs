//! How many grants of a connection wait, are on their way, and are out of step.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::domain::connection::ConnectionState;
use crate::domain::connection::trouble::Trouble;
use crate::domain::ids::ConnectionId;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::schema::{connections, mirrored_grants, platform_invitations};
use crate::storage::sql::static_sql::StaticSql;

/// The figures of a connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures {
    /// Pending without a key.
    pub waiting: i64,
    /// Pending with a key that the account has not got yet.
    pub on_the_way: i64,
    /// What is out of step, and how many grants.
    pub troubles: Vec<(Trouble, i64)>,
    /// How many invitations need a person.
    pub lost: i64,
}

impl Figures {
    /// How many grants need a look.
    pub(crate) fn out_of_step(&self) -> i64 {
        self.troubles.iter().map(|(_, count)| count).sum::<i64>() + self.lost
    }
}

/// The figures of a connection.
pub(crate) fn of(conn: &mut Conn, id: &ConnectionId) -> Result<Figures, StorageError> {
    let query = StaticSql::<(BigInt, BigInt)>::new()
        .sql(
            "SELECT count(*) FILTER (WHERE grants.license_key_id IS NULL),
             count(*) FILTER (WHERE grants.license_key_id IS NOT NULL)
             FROM grants CROSS JOIN mirrored_grants
             WHERE grants.status = 'pending' AND mirrored_grants.grant_id = grants.id
             AND mirrored_grants.connection_id = ",
        )
        .text(id.as_str());
    let (waiting, on_the_way): (i64, i64) = query.get_result(conn)?;
    let troubles: Vec<(Option<String>, i64)> = mirrored_grants::table
        .filter(mirrored_grants::connection_id.eq(id.as_str()))
        .filter(mirrored_grants::trouble.is_not_null())
        .group_by(mirrored_grants::trouble)
        .order(mirrored_grants::trouble)
        .select((mirrored_grants::trouble, count_star()))
        .load(conn)?;
    let troubles = troubles
        .into_iter()
        .filter_map(|(trouble, count)| Some((Trouble::parse(trouble.as_deref()?)?, count)))
        .collect();
    let lost = platform_invitations::table
        .filter(platform_invitations::connection_id.eq(id.as_str()))
        .filter(platform_invitations::trouble.is_not_null())
        .count()
        .get_result(conn)?;
    Ok(Figures { waiting, on_the_way, troubles, lost })
}

/// How many connections no longer work.
pub(crate) fn broken(conn: &mut Conn) -> Result<i64, StorageError> {
    let broken = connections::table.filter(connections::state.eq(ConnectionState::Broken.as_str()));
    Ok(broken.count().get_result(conn)?)
}
