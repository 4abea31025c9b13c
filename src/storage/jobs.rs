//! Jobs: long work in small steps, `queued`, `running` or `done`. A job is done by whichever node holds its lease, and
//! goes on where it was when that node stops.

use diesel::prelude::*;
use jiff::Timestamp;

use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::db::time::to_micros;
use super::schema::jobs;
use crate::domain::job::{Job, JobKind, LEASE};

const RUNNING: &str = "running";
const DONE: &str = "done";

/// Whether nobody holds a job, or `owner` does, or its lease has expired.
macro_rules! is_free {
    ($owner:expr, $now:expr) => {
        jobs::lease_owner
            .is_null()
            .or(jobs::lease_owner.eq($owner).assume_not_null())
            .or(jobs::lease_until.le(to_micros($now)).assume_not_null())
    };
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = jobs)]
struct JobRow {
    id: String,
    kind: String,
    cursor: String,
    done: i64,
    total: Option<i64>,
    last_error: Option<String>,
}

impl TryFrom<JobRow> for Job {
    type Error = StorageError;

    fn try_from(row: JobRow) -> Result<Self, StorageError> {
        let kind = JobKind::parse(&row.kind).ok_or_else(|| StorageError::Corrupt(format!("the kind of {}", row.id)))?;
        Ok(Self { id: row.id, kind, cursor: row.cursor, done: row.done, total: row.total, last_error: row.last_error })
    }
}

/// The oldest job that is not done and that no other node holds at `now`.
pub fn next_due(conn: &mut Conn, owner: &str, now: Timestamp) -> Result<Option<Job>, StorageError> {
    let row: Option<JobRow> = jobs::table
        .filter(jobs::finished_at.is_null())
        .filter(is_free!(owner, now))
        .order((jobs::created_at, jobs::id))
        .select(JobRow::as_select())
        .first(conn)
        .optional()?;
    row.map(Job::try_from).transpose()
}

/// Claims a job for `owner`, or renews its lease; `false` if another node holds it or it is done. Records how far the job
/// has come.
pub fn advance(tx: &mut Tx<'_>, job: &Job, owner: &str, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let until = now.saturating_add(LEASE).unwrap_or(now);
    let present = jobs::table.find(&job.id).filter(jobs::finished_at.is_null()).filter(is_free!(owner, now));
    let changed = diesel::update(present)
        .set((
            jobs::state.eq(RUNNING),
            jobs::cursor.eq(&job.cursor),
            jobs::done.eq(job.done),
            jobs::last_error.eq(&job.last_error),
            jobs::lease_owner.eq(owner),
            jobs::lease_until.eq(to_micros(until)),
            jobs::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Records that a job is done; it keeps how far it has come.
pub fn finish(tx: &mut Tx<'_>, id: &str, now: Timestamp) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(jobs::table.find(id))
        .set((
            jobs::state.eq(DONE),
            jobs::finished_at.eq(to_micros(now)),
            jobs::lease_owner.eq(None::<String>),
            jobs::lease_until.eq(None::<i64>),
            jobs::updated_at.eq(to_micros(now)),
        ))
        .execute(conn)?;
    Ok(())
}
