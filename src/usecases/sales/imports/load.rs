//! Importing the lines of a confirmed file, some at a time. A line that fails is kept with the reason; it does not keep the
//! others from being imported.

use std::collections::HashMap;

use super::line::ImportLine;
use super::reading::{open_part, seal_part};
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::audit::{AuditAction, Change, NewAuditEntry, ObjectKind};
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::SaleImportId;
use crate::domain::sale::Sale;
use crate::domain::sale::import::{ImportCounts, LineKind, PART};
use crate::storage::catalog::entitlements;
use crate::storage::sales::imports::{self, StoredImport, parts};
use crate::storage::{StorageError, Tx, audit_log};
use crate::usecases::context::Context;
use crate::usecases::grants::create::IssueGrantError;
use crate::usecases::sales::report::{reduce_to, report_of};

/// How many grants were made.
pub const ADDED: &str = "added";

/// Imports at most `most` lines from a place on, within their part; returns how many were done, and whether more are left.
/// With `why`, they are noted as failed for this reason instead.
pub(in crate::usecases) fn step(
    ctx: &Context,
    tx: &mut Tx<'_>,
    id: &SaleImportId,
    (from, most): (usize, usize),
    why: Option<&str>,
) -> Result<(usize, bool), StorageError> {
    imports::lock(tx, id)?;
    let import = imports::find(tx, id)?;
    let part_id = parts::id_of(id, import.version, i64::try_from(from / PART).unwrap_or(0));
    let mut lines = open_part(ctx, &part_id, &parts::find(tx, &part_id)?)?;
    let mut counts = import.counts.clone();
    let loading = Loading { ctx, import: &import, actor: Actor::system(SystemPart::Import) };
    let done = loading.load(tx, &mut lines, (from, most), why, &mut counts)?;
    imports::set_counts(tx, id, &counts)?;
    let is_whole_part = (from + done) % PART == 0 || from + done >= import.kinds.len();
    if is_whole_part {
        lines.retain(|line| line.kind() != LineKind::Done);
    }
    if lines.is_empty() {
        parts::delete_one(tx, &part_id)?;
    } else {
        parts::set(tx, &part_id, &seal_part(ctx, &part_id, &lines)?)?;
    }
    let has_more = done > 0 && from + done < import.kinds.len();
    if !has_more {
        loading.finish(tx, &counts)?;
    }
    Ok((done, has_more))
}

struct Loading<'a> {
    ctx: &'a Context,
    import: &'a StoredImport,
    actor: Actor,
}

impl Loading<'_> {
    fn load(
        &self,
        tx: &mut Tx<'_>,
        lines: &mut [ImportLine],
        (from, most): (usize, usize),
        why: Option<&str>,
        counts: &mut ImportCounts,
    ) -> Result<usize, StorageError> {
        let known: HashMap<String, Entitlement> =
            entitlements::list(tx)?.into_iter().map(|known| (known.id.to_string(), known)).collect();
        let letters: Vec<char> = self.import.kinds.chars().skip(from).take(most).collect();
        let here = lines.get_mut(from % PART..).unwrap_or_default();
        let mut done = 0;
        for (line, letter) in here.iter_mut().zip(letters) {
            done += 1;
            let (kind, Some(sale)) = (line.kind(), line.sale.as_ref()) else { continue };
            let entitlement = known.get(&sale.entitlement_id);
            let loaded = match (why, sale.report().zip(entitlement)) {
                (Some(why), _) => Err(why.to_owned()),
                (None, None) => Err(NO_ENTITLEMENT.to_owned()),
                (None, Some((report, entitlement))) => {
                    self.report(tx, &report, entitlement, letter.is_ascii_uppercase(), counts)?
                }
            };
            match loaded {
                Ok(added) => {
                    counts.change(kind, if added > 0 { LineKind::New } else { LineKind::Known });
                    *line = line.done();
                }
                Err(why) => {
                    counts.change(kind, LineKind::Refused);
                    *line = line.refused(&why);
                }
            }
        }
        Ok(done)
    }

    /// Reports a sale; `is_last` if what the sale has beyond what the file tells is to be taken back. Gives how many grants
    /// were added, or why there can be none.
    fn report(
        &self,
        tx: &mut Tx<'_>,
        sale: &Sale,
        entitlement: &Entitlement,
        is_last: bool,
        counts: &mut ImportCounts,
    ) -> Result<Result<u32, String>, StorageError> {
        let reported = match report_of(self.ctx, tx, entitlement, sale, AuditAction::GrantImport, &self.actor) {
            Ok(reported) => reported,
            Err(IssueGrantError::Storage(error)) => return Err(error),
            // These errors occur before the line writes anything.
            Err(error) => return Ok(Err(reason(&error).to_owned())),
        };
        counts.add(ADDED, u64::from(reported.added));
        let told = sale.quantity.told().filter(|_| is_last);
        if let Some((told, _)) = told.zip(reported.quantity).filter(|(told, known)| told < known) {
            let revoked = reduce_to(self.ctx, tx, sale, &sale.entitlement_id, told, &self.actor)?;
            counts.add(ImportCounts::REVOKED, u64::from(revoked));
        }
        Ok(Ok(reported.added))
    }

    fn finish(&self, tx: &mut Tx<'_>, counts: &ImportCounts) -> Result<(), StorageError> {
        let now = self.ctx.clock.now();
        imports::finish(tx, &self.import.id, now)?;
        let left = parts::ids(tx, &self.import.id, self.import.version)?;
        if left.len() == 1 {
            // The names of the columns alone.
            parts::delete(tx, &self.import.id, None)?;
        }
        let changes = vec![
            Change::set("grants", counts.get(ADDED)),
            Change::set("known", counts.of(LineKind::Known)),
            Change::set("revoked", counts.get(ImportCounts::REVOKED)),
            Change::set("refused", counts.refused()),
        ];
        let id = &self.import.id;
        let entry = NewAuditEntry::on(&self.actor, AuditAction::SaleImport, ObjectKind::SaleImport, id, changes);
        audit_log::append(tx, &self.ctx.keyring, &entry, now)
    }
}

const NO_ENTITLEMENT: &str = "no-entitlement";

/// Why a sale was not taken, as the word in a locale key.
pub fn reason(error: &IssueGrantError) -> &'static str {
    match error {
        IssueGrantError::EntitlementNotFound => NO_ENTITLEMENT,
        IssueGrantError::EntitlementInactive => "inactive",
        IssueGrantError::CustomerErased => "erased",
        IssueGrantError::AddressUnreachable => "unreachable",
        IssueGrantError::GrantIdTaken => "grant-id",
        IssueGrantError::Storage(_) => "failed",
    }
}
