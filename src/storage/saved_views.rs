//! Saved views of lists.

use diesel::prelude::*;

use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::db::time::{from_micros, to_micros};
use super::schema::{saved_views, staff};
use crate::domain::ids::{SavedViewId, StaffId};
use crate::domain::list::List;
use crate::domain::list::view::{SavedView, ViewName};
use crate::storage::sql::inline_limit::InlineLimitDsl;

/// The most views that a page shows.
const SHOWN: i64 = 200;

/// A view and the name of its owner.
#[derive(Debug, Clone)]
pub struct ShownView {
    pub view: SavedView,
    pub owner_name: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = saved_views)]
struct ViewRow {
    id: String,
    owner_id: String,
    is_shared: bool,
    list: String,
    name: String,
    query: String,
    created_at: i64,
}

impl TryFrom<ViewRow> for SavedView {
    type Error = StorageError;

    fn try_from(row: ViewRow) -> Result<Self, StorageError> {
        let list = List::parse(&row.list).ok_or_else(|| StorageError::Corrupt(format!("the list of {}", row.id)))?;
        Ok(Self {
            id: SavedViewId::stored(row.id),
            owner_id: StaffId::stored(row.owner_id),
            is_shared: row.is_shared,
            list,
            name: ViewName::stored(row.name),
            query: row.query,
            created_at: from_micros(row.created_at),
        })
    }
}

/// The views that a person sees: their own and those for everybody, by name.
pub(crate) fn of_person(conn: &mut Conn, id: &StaffId) -> Result<Vec<ShownView>, StorageError> {
    let rows: Vec<(ViewRow, String)> = saved_views::table
        .inner_join(staff::table)
        .filter(saved_views::owner_id.eq(id.as_str()).or(saved_views::is_shared.eq(true)))
        .order((saved_views::name, saved_views::id))
        .select((ViewRow::as_select(), staff::name))
        .inline_limit(SHOWN)
        .load(conn)?;
    rows.into_iter().map(|(row, owner_name)| Ok(ShownView { view: row.try_into()?, owner_name })).collect()
}

/// The view with this id; `NotFound` if there is none.
pub(crate) fn find(conn: &mut Conn, id: &SavedViewId) -> Result<SavedView, StorageError> {
    saved_views::table.find(id.as_str()).select(ViewRow::as_select()).first::<ViewRow>(conn)?.try_into()
}

/// The number of a person's own views.
pub(crate) fn count_of(conn: &mut Conn, id: &StaffId) -> Result<i64, StorageError> {
    Ok(saved_views::table.filter(saved_views::owner_id.eq(id.as_str())).count().get_result(conn)?)
}

/// Inserts a view.
pub(crate) fn insert(tx: &mut Tx<'_>, view: &SavedView) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(saved_views::table)
        .values((
            saved_views::id.eq(view.id.as_str()),
            saved_views::owner_id.eq(view.owner_id.as_str()),
            saved_views::is_shared.eq(view.is_shared),
            saved_views::list.eq(view.list.as_str()),
            saved_views::name.eq(view.name.as_str()),
            saved_views::query.eq(&view.query),
            saved_views::created_at.eq(to_micros(view.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Changes the name of a view; `false` if it is gone.
pub(crate) fn rename(tx: &mut Tx<'_>, id: &SavedViewId, name: &ViewName) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed =
        diesel::update(saved_views::table.find(id.as_str())).set(saved_views::name.eq(name.as_str())).execute(conn)?;
    Ok(changed == 1)
}

/// Deletes a view; `false` if it is gone already.
pub(crate) fn delete(tx: &mut Tx<'_>, id: &SavedViewId) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    Ok(diesel::delete(saved_views::table.find(id.as_str())).execute(conn)? == 1)
}
