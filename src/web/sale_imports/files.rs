//! The lines that are not imported, as files: with the columns of the file that they come from, so that they can be
//! corrected and imported again, and with the reason.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::lines::why;
use super::preview::{find, gone};
use crate::domain::audit::Change;
use crate::domain::ids::SaleImportId;
use crate::domain::list::List;
use crate::domain::sale::import::LineKind;
use crate::http::Id;
use crate::storage::StorageError;
use crate::usecases::Context;
use crate::usecases::audit_log::export::export_list;
use crate::usecases::sales::imports::kept;
use crate::web::csv_file::{download_rows, harmless};
use crate::web::{PageError, SignedInStaff, in_background};

/// Lines in which something is missing or wrong.
pub(crate) async fn refused(
    staff: SignedInStaff,
    id: Id<SaleImportId>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    file(&staff, &ctx, &id, ("refused", LineKind::is_refused)).await
}

/// Lines that are no sales to be served.
pub(crate) async fn skipped(
    staff: SignedInStaff,
    id: Id<SaleImportId>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    file(&staff, &ctx, &id, ("skipped", LineKind::is_skipped)).await
}

async fn file(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &SaleImportId,
    (name, is_wanted): (&'static str, fn(LineKind) -> bool),
) -> Result<HttpResponse, PageError> {
    let Some((import, _)) = find(staff, ctx, id).await? else { return Ok(gone(staff)) };
    let (actor, recorded) = (staff.actor(), vec![Change::set("import_id", id), Change::set("lines", name)]);
    let read = in_background(ctx, move |ctx| {
        export_list(ctx, List::SaleImports, recorded, &actor)?;
        let names = kept::settings(ctx, &import)?.names;
        Ok::<_, StorageError>((names, kept::lines_of(ctx, &import, is_wanted, usize::MAX)?))
    });
    let (names, lines) = read.await??;
    let l = staff.localizer();
    let width = lines.iter().map(|line| line.cells.len()).max().unwrap_or(0).max(names.len());
    let mut head: Vec<String> = names.iter().map(|name| harmless(name)).collect();
    head.resize(width, String::new());
    head.extend(["Keydesk: line".to_owned(), "Keydesk: reason".to_owned()]);
    let mut records = vec![head];
    let mut last = None;
    for line in &lines {
        let reason = format!("{}: {}", l.named("imports-kind", line.kind().as_str()), why(l, line));
        // A record of the file may be several sales; it comes back once.
        if last == Some(line.line)
            && let Some(said) = records.last_mut().and_then(|record| record.last_mut())
        {
            said.push_str("; ");
            said.push_str(&harmless(&reason));
            continue;
        }
        last = Some(line.line);
        let mut record: Vec<String> = line.cells.iter().map(|cell| harmless(cell)).collect();
        record.resize(width, String::new());
        record.extend([line.line.to_string(), harmless(&reason)]);
        records.push(record);
    }
    download_rows(&format!("{name}.csv"), records)
}
