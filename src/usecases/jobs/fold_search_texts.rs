//! Folds what searches look through, for customers, grants and notes that an earlier version wrote.

use super::Step;
use crate::domain::job::Job;
use crate::storage::search_texts::{self, FoldingPage};
use crate::storage::{Conn, StorageError, Tx};
use crate::usecases::context::Context;

/// Rows per step: a few milliseconds, so that others do not wait.
const BATCH: i64 = 200;

type Read = fn(&mut Conn, &str, i64) -> Result<Option<FoldingPage>, StorageError>;

/// The tables, in the order in which they are gone through. The names are in cursors.
const TABLES: [(&str, Read); 3] =
    [("customers", search_texts::of_customers), ("notes", search_texts::of_notes), ("grants", search_texts::of_grants)];

/// Reads the next rows of a table, or of the one after it; the cursor is the table's name and the last id.
pub(super) fn prepare(ctx: &Context, job: &mut Job) -> Result<Step, StorageError> {
    let (table, after) = job.cursor.split_once(' ').unwrap_or_default();
    let (table, after) = (table.to_owned(), after.to_owned());
    let at = TABLES.iter().position(|(name, _)| *name == table).unwrap_or_default();
    for (index, (name, read)) in TABLES.iter().enumerate().skip(at) {
        let after = if index == at { after.as_str() } else { "" };
        let Some(page) = ctx.db.read(|conn| read(conn, after, BATCH))? else { continue };
        job.cursor = format!("{name} {}", page.last);
        job.done += page.rows;
        return Ok(Box::new(move |tx: &mut Tx<'_>, _: &mut Job| {
            page.foldings.iter().try_for_each(|folding| search_texts::write(tx, folding))?;
            Ok(true)
        }));
    }
    Ok(Box::new(|_: &mut Tx<'_>, _: &mut Job| Ok(false)))
}
