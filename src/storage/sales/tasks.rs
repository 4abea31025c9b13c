//! Tasks: what needs a person's decision.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::Timestamp;

use super::lines;
use crate::domain::customer::EmailAddress;
use crate::domain::ids::{CustomerId, GrantId, SaleId, TaskId};
use crate::domain::sale::task::{Decision, Task, TaskKind};
use crate::storage::db::Tx;
use crate::storage::db::connection::Conn;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::{from_micros, from_optional, to_micros};
use crate::storage::grants::stats::COUNT_CAP;
use crate::storage::schema::{customers, tasks};
use crate::storage::sql::static_sql::StaticSql;

#[derive(Queryable, Selectable)]
#[diesel(table_name = tasks)]
struct TaskRow {
    id: String,
    kind: String,
    sale_id: String,
    grant_id: String,
    customer_id: Option<String>,
    other_grant_id: Option<String>,
    payment_id: Option<String>,
    quantity: Option<i32>,
    note: Option<String>,
    created_at: i64,
    settled_at: Option<i64>,
}

impl TryFrom<TaskRow> for Task {
    type Error = StorageError;

    fn try_from(row: TaskRow) -> Result<Self, StorageError> {
        let kind =
            TaskKind::parse(&row.kind).ok_or_else(|| StorageError::Corrupt(format!("the kind of {}", row.id)))?;
        Ok(Self {
            id: TaskId::stored(row.id),
            kind,
            sale_id: SaleId::stored(row.sale_id),
            grant_id: GrantId::stored(row.grant_id),
            customer_id: row.customer_id.map(CustomerId::stored),
            other_grant_id: row.other_grant_id.map(GrantId::stored),
            payment_id: row.payment_id,
            quantity: row.quantity,
            note: row.note,
            created_at: from_micros(row.created_at),
            settled_at: from_optional(row.settled_at),
        })
    }
}

/// A task, and the address that it is about.
#[derive(Debug, Clone)]
pub struct ShownTask {
    pub task: Task,
    pub address: Option<EmailAddress>,
}

/// The task about this subject, open or settled.
pub(crate) fn find_by_subject(conn: &mut Conn, subject: &str) -> Result<Option<Task>, StorageError> {
    let row: Option<TaskRow> =
        tasks::table.filter(tasks::subject.eq(subject)).select(TaskRow::as_select()).first(conn).optional()?;
    row.map(Task::try_from).transpose()
}

/// The task with this id; `NotFound` if there is none.
pub(crate) fn find(conn: &mut Conn, id: &TaskId) -> Result<Task, StorageError> {
    tasks::table.find(id.as_str()).select(TaskRow::as_select()).first::<TaskRow>(conn)?.try_into()
}

/// Inserts a task; `Conflict` if there is one about this subject.
pub(crate) fn insert(tx: &mut Tx<'_>, subject: &str, task: &Task) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::insert_into(tasks::table)
        .values((
            tasks::id.eq(task.id.as_str()),
            tasks::subject.eq(subject),
            tasks::kind.eq(task.kind.as_str()),
            tasks::sale_id.eq(task.sale_id.as_str()),
            tasks::grant_id.eq(task.grant_id.as_str()),
            tasks::customer_id.eq(task.customer_id.as_ref().map(CustomerId::as_str)),
            tasks::other_grant_id.eq(task.other_grant_id.as_ref().map(GrantId::as_str)),
            tasks::payment_id.eq(&task.payment_id),
            tasks::quantity.eq(task.quantity),
            tasks::note.eq(&task.note),
            tasks::created_at.eq(to_micros(task.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Settles an open task; `false` if it was settled already.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    id: &TaskId,
    decision: Decision,
    settled_by: &str,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let changed = diesel::update(tasks::table.find(id.as_str()).filter(tasks::settled_at.is_null()))
        .set((
            tasks::settled_at.eq(to_micros(now)),
            tasks::settled_by.eq(settled_by),
            tasks::decision.eq(decision.as_str()),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// The open tasks of a sale, oldest first.
pub(crate) fn open_of_sale(conn: &mut Conn, sale_id: &SaleId) -> Result<Vec<ShownTask>, StorageError> {
    let rows = tasks::table
        .left_join(customers::table)
        .filter(tasks::sale_id.eq(sale_id.as_str()))
        .filter(tasks::settled_at.is_null())
        .select((TaskRow::as_select(), customers::email.nullable()))
        .load(conn)?;
    shown(rows)
}

/// The open tasks that stand first on these grants, oldest first.
pub(crate) fn open_on_grants(conn: &mut Conn, ids: &[&str]) -> Result<Vec<ShownTask>, StorageError> {
    let rows = tasks::table
        .left_join(customers::table)
        .filter(tasks::grant_id.eq_any(ids))
        .filter(tasks::settled_at.is_null())
        .select((TaskRow::as_select(), customers::email.nullable()))
        .load(conn)?;
    shown(rows)
}

/// The open tasks, oldest first.
pub(crate) fn open(conn: &mut Conn, limit: i64) -> Result<Vec<ShownTask>, StorageError> {
    let rows = tasks::table
        .left_join(customers::table)
        .filter(tasks::settled_at.is_null())
        .order((tasks::created_at, tasks::id))
        .limit(limit)
        .select((TaskRow::as_select(), customers::email.nullable()))
        .load(conn)?;
    shown(rows)
}

fn shown(rows: Vec<(TaskRow, Option<String>)>) -> Result<Vec<ShownTask>, StorageError> {
    let mut shown = rows
        .into_iter()
        .map(|(row, email)| Ok(ShownTask { task: row.try_into()?, address: email.map(EmailAddress::stored) }))
        .collect::<Result<Vec<_>, StorageError>>()?;
    shown.sort_by(|a, b| (a.task.created_at, &a.task.id).cmp(&(b.task.created_at, &b.task.id)));
    Ok(shown)
}

/// The open tasks of the sale that a grant is of, oldest first.
pub(crate) fn open_of_grant(conn: &mut Conn, grant_id: &GrantId) -> Result<Vec<ShownTask>, StorageError> {
    match lines::of_grant(conn, grant_id)? {
        Some((sale_id, _)) => open_of_sale(conn, &sale_id),
        None => Ok(Vec::new()),
    }
}

/// The number of grants with open tasks, at most [`COUNT_CAP`] + 1.
pub(crate) fn open_count(conn: &mut Conn) -> Result<i64, StorageError> {
    let query = StaticSql::<BigInt>::new()
        .sql("SELECT count(*) FROM (SELECT DISTINCT grant_id FROM tasks WHERE settled_at IS NULL LIMIT ")
        .number(COUNT_CAP + 1)
        .sql(") AS counted");
    Ok(query.get_result(conn)?)
}

/// The number of open tasks, at most [`COUNT_CAP`] + 1.
pub(crate) fn open_tasks(conn: &mut Conn) -> Result<i64, StorageError> {
    let query = StaticSql::<BigInt>::new()
        .sql("SELECT count(*) FROM (SELECT id FROM tasks WHERE settled_at IS NULL LIMIT ")
        .number(COUNT_CAP + 1)
        .sql(") AS counted");
    Ok(query.get_result(conn)?)
}

/// Removes what came with refunds of a customer's sales.
pub(crate) fn erase_notes(tx: &mut Tx<'_>, customer_id: &CustomerId) -> Result<(), StorageError> {
    use crate::storage::schema::sales;
    let conn: &mut Conn = tx;
    let of_customer = sales::table.filter(sales::customer_id.eq(customer_id.as_str())).select(sales::id);
    diesel::update(tasks::table.filter(tasks::sale_id.eq_any(of_customer).and(tasks::note.is_not_null())))
        .set(tasks::note.eq(None::<String>))
        .execute(conn)?;
    diesel::update(
        sales::table.filter(sales::customer_id.eq(customer_id.as_str())).filter(sales::refund_reason.is_not_null()),
    )
    .set(sales::refund_reason.eq(None::<String>))
    .execute(conn)?;
    Ok(())
}
