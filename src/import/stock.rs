//! Adding the keys of a list to a stock, reported line by line. Keys that are there already are left out, so importing a
//! list twice adds nothing.

use super::key_list::KeyList;
use super::records::Lines;
use super::{Event, Mode, Problem};
use crate::domain::actor::{Actor, SystemPart};
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::BatchId;
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::license_key::warnings::{Inspection, Warning};
use crate::domain::stock::{NewBatch, settings_of};
use crate::i18n::{Localizer, key_error, key_warning, link_error, no_stock};
use crate::usecases::Context;
use crate::usecases::stock::StockError;
use crate::usecases::stock::add::{AddKeys, NumberedKeys, add_keys_in_steps};
use crate::usecases::stock::check::{Outcome, check_keys};
use crate::usecases::stock::rejected::Rejected;

/// The result of a whole list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// `None` if nothing was added, and in a dry run.
    pub(crate) batch_id: Option<BatchId>,
    /// The number of keys added.
    pub(crate) added: usize,
    /// The number of those that look wrong.
    pub(crate) warned: usize,
    /// The number of keys that were there already: in stock, issued, or earlier in the list.
    pub(crate) present: usize,
    /// The number of lines without a key.
    pub(crate) refused: usize,
}

/// The entitlement with this id or name; fails with the reason if there is none, or none that can have stock.
pub(crate) fn find_entitlement(ctx: &Context, text: &str) -> Result<Entitlement, String> {
    let found = super::find_entitlement(ctx, text)?;
    settings_of(&found.config).map_err(|why| no_stock(&Localizer::for_programs(), why))?;
    Ok(found)
}

/// Adds the keys, some per transaction, and reports every line that is not simply added; `progress` is called with how many
/// are added, of how many. If it fails, the keys before are added; importing the list again adds the rest.
pub(crate) fn add_to_stock(
    ctx: &Context,
    entitlement: &Entitlement,
    batch: NewBatch,
    list: &KeyList,
    mode: Mode,
    report: &mut dyn FnMut(&Event<'_>),
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Summary, StockError> {
    let mut summary = Summary::default();
    let (mut new, mut warned) = (NumberedKeys::new(), Vec::new());
    let actor = Actor::system(SystemPart::CommandLine);
    for checked in ctx.db.read(|conn| check_keys(ctx, conn, entitlement, &list.keys, &actor))? {
        let at = lines(checked.line);
        let known = match checked.outcome {
            Outcome::New { key, found } => {
                if mode == Mode::DryRun {
                    report(&Event::Would(at, "would be added"));
                }
                if !found.warnings.is_empty() {
                    report(&Event::Note(at, &format!("looks wrong: {}", in_words(&found))));
                    warned.push(checked.line);
                }
                new.push((checked.line, key));
                continue;
            }
            Outcome::Invalid(error) => {
                report(&Event::Refused(at, &[Problem::of_line(key_error(&Localizer::for_programs(), error))]));
                summary.refused += 1;
                continue;
            }
            Outcome::NotALink(why) => {
                report(&Event::Refused(at, &[Problem::of_line(link_error(&Localizer::for_programs(), why))]));
                summary.refused += 1;
                continue;
            }
            Outcome::TwiceInFile { first_line } => format!("the same key as in line {first_line}"),
            Outcome::InStock => IN_STOCK.to_owned(),
            Outcome::Issued(_) => ISSUED.to_owned(),
        };
        report(&Event::Note(at, &known));
        summary.present += 1;
    }
    summary.added = new.len();
    if mode == Mode::Load && !new.is_empty() {
        let late = add(ctx, entitlement, batch, new, &mut summary, progress)?;
        for (line, why) in &late {
            report(&Event::Note(lines(*line), if *why == Rejected::Issued { ISSUED } else { IN_STOCK }));
        }
        warned.retain(|line| late.iter().all(|(other, _)| other != line));
    }
    summary.warned = warned.len();
    Ok(summary)
}

const IN_STOCK: &str = "is in stock already";

const ISSUED: &str = "was issued already";

/// Adds new keys. Returns those that have come in by other ways meanwhile.
fn add(
    ctx: &Context,
    entitlement: &Entitlement,
    batch: NewBatch,
    keys: Vec<(usize, LicenseKeyValue)>,
    summary: &mut Summary,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Vec<(usize, Rejected)>, StockError> {
    let actor = Actor::system(SystemPart::CommandLine);
    let command = AddKeys { entitlement_id: entitlement.id.clone(), batch, keys, idempotency_key: None, actor };
    let total = command.keys.len();
    let added = add_keys_in_steps(ctx, &command, |done| progress(done, total))?;
    summary.batch_id = added.batch_id;
    summary.added = added.added;
    summary.present += added.rejected.len();
    Ok(added.rejected)
}

/// The warnings, without where a similar key went: that would have to be recorded.
fn in_words(found: &Inspection) -> String {
    let l = Localizer::for_programs();
    let words = found.warnings.iter().map(|warning| match warning {
        Warning::SimilarKey(_) => key_warning(&l, &Warning::SimilarKey(None)),
        other => key_warning(&l, other),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn lines(line: usize) -> Lines {
    let line = u64::try_from(line).unwrap_or(u64::MAX);
    Lines { first: line, last: line }
}
