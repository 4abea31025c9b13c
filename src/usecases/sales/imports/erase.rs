//! Erasing a customer from files of sales that wait, and from lines of them that are kept.

use super::reading::{open_part, seal_part};
use crate::domain::ids::CustomerId;
use crate::storage::customers::{self, merging};
use crate::storage::sales::imports::{self, parts};
use crate::storage::{StorageError, Tx};
use crate::usecases::context::Context;

/// Empties the lines that name the customer. A file that waits with such a line cannot be read again.
pub(crate) fn erase_from_imports(ctx: &Context, tx: &mut Tx<'_>, id: &CustomerId) -> Result<(), StorageError> {
    let imports = imports::with_lines(tx)?;
    if imports.is_empty() {
        return Ok(());
    }
    let mut names = vec![customers::find(tx, id)?.email.to_string().to_lowercase()];
    names.extend(merging::merged(tx, id)?.into_iter().map(|(_, email)| email.to_string().to_lowercase()));
    for import_id in imports {
        // One that is purged at this moment is left out.
        match imports::lock(tx, &import_id) {
            Err(StorageError::NotFound) => continue,
            locked => locked?,
        }
        let version = imports::find(tx, &import_id)?.version;
        let mut is_changed = false;
        for part_id in parts::ids(tx, &import_id, version)? {
            // Nobody can read one that does not open.
            let Ok(mut lines) = open_part(ctx, &part_id, &parts::find(tx, &part_id)?) else { continue };
            let mut has_any = false;
            for line in &mut lines {
                if names.iter().any(|name| line.names(name)) {
                    *line = line.done();
                    has_any = true;
                }
            }
            if has_any {
                parts::set(tx, &part_id, &seal_part(ctx, &part_id, &lines)?)?;
                is_changed = true;
            }
        }
        if is_changed {
            imports::empty_source(tx, &import_id)?;
        }
    }
    Ok(())
}
