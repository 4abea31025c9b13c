//! What is kept of a file of sales: its content while it waits, and its lines.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::line::ImportLine;
use super::reading::{HEAD, Settings, open_part};
use crate::domain::ids::{SaleImportId, StaffId};
use crate::domain::job::{Job, JobKind};
use crate::domain::sale::import::{LineKind, PART};
use crate::storage::sales::imports::{self, StoredImport, parts, source_data};
use crate::storage::{StorageError, jobs};
use crate::usecases::context::Context;

/// An import as people see it. One that waits is seen by the person who brought it alone; `NotFound` for others, and once
/// it has expired.
pub fn find(ctx: &Context, id: &SaleImportId, staff_id: &StaffId) -> Result<(StoredImport, Option<Job>), StorageError> {
    ctx.db.read(|conn| {
        let import = imports::find(conn, id)?;
        if import.confirmed_at.is_none() && (import.staff_id != *staff_id || import.expires_at <= ctx.clock.now()) {
            return Err(StorageError::NotFound);
        }
        Ok((import, jobs::newest(conn, JobKind::ImportSales, id.as_str())?))
    })
}

/// The content of a file that waits; empty if it was emptied because somebody in it was erased.
pub fn source(ctx: &Context, id: &SaleImportId) -> Result<Vec<u8>, StorageError> {
    let sealed = ctx.db.read(|conn| imports::source(conn, id))?;
    if sealed.is_empty() {
        return Ok(Vec::new());
    }
    ctx.keyring
        .open(&source_data(id.as_str()), &sealed)
        .map_err(|error| StorageError::Corrupt(format!("the sealed content of {id}: {error}")))
}

/// How a file is read, with the names of its columns.
pub fn settings(ctx: &Context, import: &StoredImport) -> Result<Settings, StorageError> {
    let settings = Settings::parse(&import.settings);
    let id = parts::id_of(&import.id, import.version, HEAD);
    let head = match ctx.db.read(|conn| parts::find(conn, &id)) {
        // It is gone with the lines.
        Err(StorageError::NotFound) => None,
        sealed => open_part(ctx, &id, &sealed?)?.pop(),
    };
    Ok(match head {
        Some(head) => settings.with_head(head),
        None => settings,
    })
}

/// The lines at these places of the reading that is shown.
pub fn lines(ctx: &Context, import: &StoredImport, places: &[usize]) -> Result<Vec<ImportLine>, StorageError> {
    let mut opened: HashMap<usize, Vec<ImportLine>> = HashMap::new();
    let mut found = Vec::with_capacity(places.len());
    for place in places {
        let number = place / PART;
        let part = match opened.entry(number) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let id = parts::id_of(&import.id, import.version, i64::try_from(number).unwrap_or(0));
                let sealed = ctx.db.read(|conn| parts::find(conn, &id))?;
                unknown.insert(open_part(ctx, &id, &sealed)?)
            }
        };
        found.extend(part.get(place % PART).cloned());
    }
    Ok(found)
}

/// All lines of these kinds that are kept, in the order of the file. After the import these are the ones that were not
/// imported.
pub fn lines_of(
    ctx: &Context,
    import: &StoredImport,
    wanted: impl Fn(LineKind) -> bool,
    most: usize,
) -> Result<Vec<ImportLine>, StorageError> {
    let mut found = Vec::new();
    for id in ctx.db.read(|conn| parts::ids(conn, &import.id, import.version))? {
        let sealed = ctx.db.read(|conn| parts::find(conn, &id))?;
        found.extend(open_part(ctx, &id, &sealed)?.into_iter().filter(|line| wanted(line.kind())));
        if found.len() >= most {
            found.truncate(most);
            break;
        }
    }
    Ok(found)
}
