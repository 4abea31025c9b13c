//! Jobs: long work in small steps, `queued`, `running` or `done`. A job is done by whichever node holds its lease, and
//! goes on where it was when that node stops.

use diesel::prelude::*;
use jiff::Timestamp;

use super::db::Tx;
use super::db::connection::Conn;
use super::db::error::StorageError;
use super::db::time::to_micros;
use super::schema::jobs;
use super::sql::static_sql::StaticSql;
use crate::domain::actor::{Actor, Who};
use crate::domain::ids::random_id;
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
    subject: Option<String>,
    started_by: Option<String>,
    finished_at: Option<i64>,
}

impl TryFrom<JobRow> for Job {
    type Error = StorageError;

    fn try_from(row: JobRow) -> Result<Self, StorageError> {
        let kind = JobKind::parse(&row.kind).ok_or_else(|| StorageError::Corrupt(format!("the kind of {}", row.id)))?;
        let started_by = row.started_by.as_deref().and_then(Who::decode);
        Ok(Self {
            id: row.id,
            kind,
            cursor: row.cursor,
            done: row.done,
            total: row.total,
            last_error: row.last_error,
            subject: row.subject,
            started_by: started_by.map(|who| Actor { who, address: None, request_id: None }),
            is_finished: row.finished_at.is_some(),
        })
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

/// Records how far a job has come that was claimed in this transaction.
pub fn record(tx: &mut Tx<'_>, job: &Job) -> Result<(), StorageError> {
    let conn: &mut Conn = tx;
    diesel::update(jobs::table.find(&job.id))
        .set((jobs::cursor.eq(&job.cursor), jobs::done.eq(job.done), jobs::last_error.eq(&job.last_error)))
        .execute(conn)?;
    Ok(())
}

/// Starts a job about a subject; `false` if one is under way, which then sees what this transaction has changed: it
/// cannot finish meanwhile.
pub fn start(
    tx: &mut Tx<'_>,
    (kind, subject): (JobKind, &str),
    total: i64,
    started_by: &Actor,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let under_way = jobs::table
        .filter(jobs::kind.eq(kind.as_str()))
        .filter(jobs::subject.eq(subject))
        .filter(jobs::finished_at.is_null());
    loop {
        // The row is locked, so that its next step waits.
        if diesel::update(under_way).set(jobs::updated_at.eq(to_micros(now))).execute(conn)? > 0 {
            return Ok(false);
        }
        let insert = StaticSql::<()>::new().sql(
            "INSERT INTO jobs (id, kind, state, cursor, done, total, created_at, updated_at, subject, started_by) VALUES (",
        );
        let insert = insert.text(random_id("job_")).sql(", ").text(kind.as_str()).sql(", 'queued', '', 0, ");
        let insert = insert.number(total).sql(", ").number(to_micros(now)).sql(", ").number(to_micros(now));
        let insert = insert.sql(", ").text(subject).sql(", ").text(started_by.who.encode());
        if insert.sql(") ON CONFLICT DO NOTHING").execute(conn)? == 1 {
            return Ok(true);
        }
    }
}

/// The newest job of a kind about a subject; `None` if there never was one.
pub fn newest(conn: &mut Conn, kind: JobKind, subject: &str) -> Result<Option<Job>, StorageError> {
    let row: Option<JobRow> = jobs::table
        .filter(jobs::kind.eq(kind.as_str()))
        .filter(jobs::subject.eq(subject))
        .order((jobs::created_at.desc(), jobs::id.desc()))
        .select(JobRow::as_select())
        .first(conn)
        .optional()?;
    row.map(Job::try_from).transpose()
}

/// Ends a job before its time; `false` if it was over. Its next step finds that out, because the row is locked.
pub fn stop(tx: &mut Tx<'_>, id: &str, now: Timestamp) -> Result<bool, StorageError> {
    let conn: &mut Conn = tx;
    let running = jobs::table.find(id).filter(jobs::finished_at.is_null());
    if diesel::update(running).set(jobs::updated_at.eq(to_micros(now))).execute(conn)? == 0 {
        return Ok(false);
    }
    finish(tx, id, now)?;
    Ok(true)
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
