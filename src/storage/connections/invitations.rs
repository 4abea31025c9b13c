//! Invitations that Keydesk itself made on a platform, one for each grant.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::connection::invitation::{InvitationState, InvitationTrouble, PlatformInvitation};
use crate::domain::ids::{ConnectionId, CustomerId, GrantId};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::schema::{customers, grants, platform_invitations as invitations};
use crate::storage::sql::inline_limit::InlineLimitDsl;

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
struct InvitationRow {
    grant_id: String,
    connection_id: String,
    target: String,
    username: String,
    invitation_id: Option<String>,
    state: String,
    trouble: Option<String>,
    trouble_detail: Option<String>,
    next_check_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<InvitationRow> for PlatformInvitation {
    type Error = StorageError;

    fn try_from(row: InvitationRow) -> Result<Self, StorageError> {
        let corrupt = || StorageError::Corrupt(format!("the invitation of {}", row.grant_id));
        Ok(Self {
            state: InvitationState::parse(&row.state).ok_or_else(corrupt)?,
            trouble: row.trouble.as_deref().and_then(InvitationTrouble::parse),
            grant_id: GrantId::stored(row.grant_id),
            connection_id: ConnectionId::stored(row.connection_id),
            target: row.target,
            username: row.username,
            invitation_id: row.invitation_id,
            trouble_detail: row.trouble_detail,
            next_check_at: from_optional(row.next_check_at),
            created_at: from_micros(row.created_at),
            updated_at: from_micros(row.updated_at),
        })
    }
}

/// The invitation of a grant; `None` if Keydesk made none.
pub(crate) fn find(conn: &mut Conn, id: &GrantId) -> Result<Option<PlatformInvitation>, StorageError> {
    let row: Option<InvitationRow> =
        invitations::table.find(id.as_str()).select(InvitationRow::as_select()).first(conn).optional()?;
    row.map(PlatformInvitation::try_from).transpose()
}

/// Stores an invitation in place of the one that its grant had.
pub(crate) fn save(tx: &mut Tx<'_>, invitation: &PlatformInvitation) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let values = (
        invitations::connection_id.eq(invitation.connection_id.as_str()),
        invitations::target.eq(&invitation.target),
        invitations::username.eq(&invitation.username),
        invitations::invitation_id.eq(&invitation.invitation_id),
        invitations::state.eq(invitation.state.as_str()),
        invitations::trouble.eq(invitation.trouble.map(InvitationTrouble::as_str)),
        invitations::trouble_detail.eq(&invitation.trouble_detail),
        invitations::next_check_at.eq(invitation.next_check_at.map(to_micros)),
        invitations::created_at.eq(to_micros(invitation.created_at)),
        invitations::updated_at.eq(to_micros(invitation.updated_at)),
    );
    let known = diesel::update(invitations::table.find(invitation.grant_id.as_str())).set(values).execute(conn)?;
    if known == 0 {
        diesel::insert_into(invitations::table)
            .values((invitations::grant_id.eq(invitation.grant_id.as_str()), values))
            .execute(conn)?;
    }
    Ok(())
}

/// Those of a connection that are due to be looked at, the longest overdue first, at most `limit`.
pub(crate) fn due(
    conn: &mut Conn,
    id: &ConnectionId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<PlatformInvitation>, StorageError> {
    let rows: Vec<InvitationRow> = invitations::table
        .filter(invitations::connection_id.eq(id.as_str()))
        .filter(invitations::next_check_at.le(to_micros(now)))
        .order(invitations::next_check_at)
        .select(InvitationRow::as_select())
        .inline_limit(limit)
        .load(conn)?;
    rows.into_iter().map(PlatformInvitation::try_from).collect()
}

/// Those of a connection that a person has to look at, the newest first, at most `limit`.
pub(crate) fn in_trouble(
    conn: &mut Conn,
    id: &ConnectionId,
    limit: i64,
) -> Result<Vec<PlatformInvitation>, StorageError> {
    let rows: Vec<InvitationRow> = invitations::table
        .filter(invitations::connection_id.eq(id.as_str()))
        .filter(invitations::trouble.is_not_null())
        .order(invitations::updated_at.desc())
        .select(InvitationRow::as_select())
        .inline_limit(limit)
        .load(conn)?;
    rows.into_iter().map(PlatformInvitation::try_from).collect()
}

/// How many of a connection wait for the customer, and are to be taken back.
pub(crate) fn counts(conn: &mut Conn, id: &ConnectionId) -> Result<InvitationCounts, StorageError> {
    let own = || invitations::table.filter(invitations::connection_id.eq(id.as_str())).count();
    let in_state =
        |conn: &mut Conn, state: InvitationState| own().filter(invitations::state.eq(state.as_str())).get_result(conn);
    Ok(InvitationCounts {
        waiting: in_state(conn, InvitationState::Invited)?,
        removing: in_state(conn, InvitationState::Removing)?,
    })
}

/// Figures of a connection's invitations.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct InvitationCounts {
    pub waiting: i64,
    pub removing: i64,
}

/// Whether the same user has the same access by another grant, which is not revoked.
pub(crate) fn is_open_for_another(conn: &mut Conn, own: &PlatformInvitation) -> Result<bool, StorageError> {
    let names: Vec<(String, String)> = invitations::table
        .filter(invitations::connection_id.eq(own.connection_id.as_str()))
        .filter(invitations::target.eq(&own.target))
        .filter(invitations::grant_id.ne(own.grant_id.as_str()))
        .filter(invitations::state.ne_all(["removing", "removed"]))
        .select((invitations::username, invitations::grant_id))
        .load(conn)?;
    Ok(names.iter().any(|(name, _)| name.eq_ignore_ascii_case(&own.username)))
}

/// Forgets the user of a grant whose customer was erased while access was taken back.
pub(crate) fn forget_erased(tx: &mut Tx<'_>, id: &GrantId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let erased_at: Option<i64> = grants::table
        .inner_join(customers::table)
        .filter(grants::id.eq(id.as_str()))
        .select(customers::erased_at)
        .first(conn)?;
    if erased_at.is_some() {
        diesel::update(invitations::table.find(id.as_str())).set(invitations::username.eq("")).execute(conn)?;
    }
    Ok(())
}

/// Forgets the invitation that was to be made for a grant, because the grant was delivered otherwise.
pub(crate) fn forget_wanted(tx: &mut Tx<'_>, id: &GrantId) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    let wanted = invitations::state.eq(InvitationState::Wanted.as_str());
    diesel::delete(invitations::table.find(id.as_str()).filter(wanted)).execute(conn)?;
    Ok(())
}

/// Forgets the users that a customer's grants were invited as. One whose access is being taken back is forgotten then.
pub(crate) fn erase_of(tx: &mut Tx<'_>, id: &CustomerId) -> Result<usize, StorageError> {
    let conn: &mut Conn = tx;
    let own = grants::table.filter(grants::customer_id.eq(id.as_str())).select(grants::id);
    let known = invitations::table
        .filter(invitations::grant_id.eq_any(own))
        .filter(invitations::state.ne(InvitationState::Removing.as_str()))
        .filter(invitations::username.ne(""));
    Ok(diesel::update(known)
        .set((
            invitations::username.eq(""),
            invitations::trouble.eq(None::<String>),
            invitations::trouble_detail.eq(None::<String>),
            invitations::next_check_at.eq(None::<i64>),
        ))
        .execute(conn)?)
}
