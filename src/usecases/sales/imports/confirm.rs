//! Confirming a file of sales: starts the job that imports it, once.

use crate::domain::actor::Actor;
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::ids::{SaleImportId, StaffId};
use crate::domain::job::JobKind;
use crate::domain::sale::import::LineKind;
use crate::storage::sales::imports;
use crate::storage::{StorageError, audit_log, jobs};
use crate::usecases::context::Context;

/// A person's confirmation.
#[derive(Debug, Clone)]
pub struct ConfirmImport {
    pub id: SaleImportId,
    pub staff_id: StaffId,
    /// The reading that was shown; `None` for whichever it is.
    pub version: Option<i64>,
    pub actor: Actor,
}

/// What became of a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    Started,
    /// It was confirmed before; nothing was changed.
    Replay,
    /// The file was read anew since it was shown.
    ReadAgain,
    /// No line is a sale.
    Nothing,
}

/// Starts the import. Fails with `NotFound` if the file is another person's or has expired.
pub fn confirm(ctx: &Context, command: &ConfirmImport) -> Result<Confirmation, StorageError> {
    ctx.db.write(|tx| {
        let now = ctx.clock.now();
        imports::lock(tx, &command.id)?;
        let import = imports::find(tx, &command.id)?;
        if import.staff_id != command.staff_id {
            return Err(StorageError::NotFound);
        }
        if import.confirmed_at.is_some() {
            return Ok(Confirmation::Replay);
        }
        if import.expires_at <= now {
            return Err(StorageError::NotFound);
        }
        if import.layout.is_empty() || command.version.is_some_and(|version| version != import.version) {
            return Ok(Confirmation::ReadAgain);
        }
        let counts = &import.counts;
        if counts.of(LineKind::New) + counts.of(LineKind::Known) == 0 {
            return Ok(Confirmation::Nothing);
        }
        imports::confirm(tx, &command.id, now)?;
        let changes = vec![
            Change::set("layout", &import.layout),
            Change::set("lines", counts.lines()),
            Change::set("new", counts.of(LineKind::New)),
            Change::set("known", counts.of(LineKind::Known)),
            Change::set("skipped", counts.skipped()),
            Change::set("refused", counts.refused()),
        ];
        let entry =
            NewAuditEntry::on(&command.actor, AuditAction::SaleImport, ObjectKind::SaleImport, &command.id, changes);
        audit_log::append(tx, &ctx.keyring, &entry, now)?;
        let total = i64::try_from(import.kinds.len()).unwrap_or(i64::MAX);
        jobs::start(tx, (JobKind::ImportSales, command.id.as_str()), total, &command.actor, now)?;
        Ok(Confirmation::Started)
    })
}
