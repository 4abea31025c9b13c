//! Keeping a file of sales, and what a reading of it has found.

use serde::{Deserialize, Serialize};

use super::line::ImportLine;
use crate::domain::ids::{SaleImportId, StaffId};
use crate::domain::sale::import::{IMPORT_LIFETIME, ImportCounts, LineKind, PART};
use crate::storage::StorageError;
use crate::storage::sales::imports::{self, NewReading, StoredImport, parts, source_data};
use crate::usecases::context::Context;

/// The number of the part before the lines.
pub(super) const HEAD: i64 = -1;

/// Parts that are written in one transaction.
const PARTS: usize = 10;

/// How a file is read, as far as a person has said it; otherwise empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// A shop, the name of a remembered layout, or [`Settings::BY_HAND`].
    pub format: String,
    /// The zone of dates without an offset.
    pub zone: String,
    pub encoding: String,
    pub delimiter: String,
    pub sheet: String,
    /// The line that names the columns, among those that are not blank; 0 to look for it.
    pub header: usize,
    /// The field of each column.
    pub fields: Option<Vec<String>>,
    /// The names of the columns, as the reading has found them. Kept sealed with the lines: the first line of a file
    /// without names is one of them.
    #[serde(skip)]
    pub names: Vec<String>,
    /// How it was read.
    pub found: FoundReading,
    /// The products that nobody has mapped. Kept sealed with the lines.
    #[serde(skip)]
    pub unknown: Vec<UnknownProduct>,
}

/// A product of the file that is not known here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnknownProduct {
    /// What the file calls it, most exactly.
    pub word: String,
    /// Another name of it in the file; may be empty.
    pub name: String,
    pub lines: u64,
}

/// How a file was read, in words for people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FoundReading {
    pub encoding: String,
    pub delimiter: String,
    pub sheets: Vec<String>,
    pub sheet: String,
}

impl Settings {
    /// A person says what the columns are.
    pub const BY_HAND: &'static str = "columns";

    pub(super) fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// What is sealed with the lines, as a line before them.
    fn head(&self) -> Result<ImportLine, StorageError> {
        let why = serde_json::to_string(&self.unknown).map_err(|error| StorageError::Corrupt(error.to_string()))?;
        Ok(ImportLine { why, cells: self.names.clone(), ..ImportLine::new(0, LineKind::Done) })
    }

    pub(super) fn with_head(self, head: ImportLine) -> Self {
        Self { unknown: serde_json::from_str(&head.why).unwrap_or_default(), names: head.cells, ..self }
    }

    fn to_text(&self) -> Result<String, StorageError> {
        serde_json::to_string(self).map_err(|error| StorageError::Corrupt(error.to_string()))
    }
}

/// Keeps a file, which nobody has read yet, for 30 minutes.
pub fn keep(
    ctx: &Context,
    staff_id: &StaffId,
    file_name: &str,
    source: &[u8],
    settings: &Settings,
) -> Result<StoredImport, StorageError> {
    let (id, now) = (SaleImportId::random(), ctx.clock.now());
    let import = StoredImport {
        staff_id: staff_id.clone(),
        file_name: file_name.to_owned(),
        settings: settings.to_text()?,
        layout: String::new(),
        version: 0,
        kinds: String::new(),
        counts: ImportCounts::default(),
        created_at: now,
        expires_at: now.saturating_add(IMPORT_LIFETIME).unwrap_or(now),
        confirmed_at: None,
        finished_at: None,
        id,
    };
    let sealed = ctx.keyring.seal(&source_data(import.id.as_str()), source);
    ctx.db.write_alone(|tx| imports::insert(tx, &import, &sealed))?;
    Ok(import)
}

/// A reading that is being written. Nobody sees it before it is finished.
pub struct Writer<'a> {
    ctx: &'a Context,
    import: &'a StoredImport,
    version: i64,
    lines: Vec<ImportLine>,
    sealed: Vec<Vec<u8>>,
    written: i64,
    kinds: Vec<char>,
    counts: ImportCounts,
}

impl<'a> Writer<'a> {
    pub fn new(ctx: &'a Context, import: &'a StoredImport) -> Self {
        let version = import.version + 1;
        let (lines, sealed, kinds) = (Vec::new(), Vec::new(), Vec::new());
        Self { ctx, import, version, lines, sealed, written: 0, kinds, counts: ImportCounts::default() }
    }

    /// Adds a line; returns its place.
    pub fn push(&mut self, line: ImportLine) -> Result<usize, StorageError> {
        if self.kinds.is_empty() {
            // What an attempt left that did not finish.
            self.ctx.db.write(|tx| parts::delete(tx, &self.import.id, Some(self.import.version)))?;
        }
        self.counts.add(line.kind().as_str(), 1);
        self.kinds.push(line.kind().letter());
        self.lines.push(line);
        if self.lines.len() == PART {
            self.seal()?;
        }
        Ok(self.kinds.len() - 1)
    }

    pub fn count_of_lines(&self) -> usize {
        self.kinds.len()
    }

    pub fn count(&mut self, name: &str, more: u64) {
        self.counts.add(name, more);
    }

    fn seal(&mut self) -> Result<(), StorageError> {
        let number = self.written + i64::try_from(self.sealed.len()).unwrap_or(0);
        let id = parts::id_of(&self.import.id, self.version, number);
        self.sealed.push(seal_part(self.ctx, &id, &self.lines)?);
        self.lines.clear();
        if self.sealed.len() == PARTS { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), StorageError> {
        let sealed = std::mem::take(&mut self.sealed);
        self.ctx.db.write_alone(|tx| {
            for (content, number) in sealed.iter().zip(self.written..) {
                parts::insert(tx, (&self.import.id, self.version, number), content)?;
            }
            Ok::<_, StorageError>(())
        })?;
        self.written += i64::try_from(sealed.len()).unwrap_or(0);
        Ok(())
    }

    /// Shows the reading in place of the one before; `last` are the places of lines that say how many their order has
    /// in all. `Conflict` if the file was confirmed or read again meanwhile.
    pub fn finish(mut self, layout: &str, settings: &Settings, last: &[usize]) -> Result<(), StorageError> {
        if !self.lines.is_empty() {
            self.seal()?;
        }
        self.write()?;
        for place in last {
            if let Some(kind) = self.kinds.get_mut(*place) {
                kind.make_ascii_uppercase();
            }
        }
        let kinds: String = self.kinds.iter().collect();
        let head_id = parts::id_of(&self.import.id, self.version, HEAD);
        let head = seal_part(self.ctx, &head_id, &[settings.head()?])?;
        let settings = settings.to_text()?;
        self.ctx.db.write(|tx| {
            let now = self.ctx.clock.now();
            imports::lock(tx, &self.import.id)?;
            if imports::find(tx, &self.import.id)?.version != self.import.version {
                return Err(StorageError::Conflict);
            }
            let reading =
                NewReading { version: self.version, settings: &settings, layout, kinds: &kinds, counts: &self.counts };
            let expires_at = now.saturating_add(IMPORT_LIFETIME).unwrap_or(now);
            imports::set_reading(tx, &self.import.id, &reading, expires_at)?;
            parts::delete_one(tx, &head_id)?;
            parts::insert(tx, (&self.import.id, self.version, HEAD), &head)?;
            parts::delete(tx, &self.import.id, Some(self.version))
        })
    }
}

/// Encrypts the lines of a part.
pub(super) fn seal_part(ctx: &Context, id: &str, lines: &[ImportLine]) -> Result<Vec<u8>, StorageError> {
    let bytes = serde_json::to_vec(lines).map_err(|error| StorageError::Corrupt(error.to_string()))?;
    Ok(ctx.keyring.seal(&parts::associated_data(id), &bytes))
}

/// Decrypts the lines of a part.
pub(super) fn open_part(ctx: &Context, id: &str, sealed: &[u8]) -> Result<Vec<ImportLine>, StorageError> {
    let unreadable = |cause: String| StorageError::Corrupt(format!("the sealed content of {id}: {cause}"));
    let bytes = ctx.keyring.open(&parts::associated_data(id), sealed).map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))
}

/// The letters of the lines of a reading, with their places, in the order in which they are shown: what is wrong first.
pub fn in_order(import: &StoredImport, shows: impl Fn(LineKind) -> bool) -> Vec<usize> {
    let rank = |kind: LineKind| LineKind::ALL.iter().position(|other| *other == kind).unwrap_or(0);
    let mut places: Vec<(usize, usize)> = import
        .kinds
        .chars()
        .enumerate()
        .filter_map(|(place, letter)| Some((rank(LineKind::of_letter(letter)?), place)))
        .filter(|(rank, _)| LineKind::ALL.get(*rank).is_some_and(|kind| shows(*kind)))
        .collect();
    places.sort_unstable();
    places.into_iter().map(|(_, place)| place).collect()
}
