//! A job: long work in small steps that goes on after a restart.

use jiff::SignedDuration;

use super::actor::Actor;

/// How long a job belongs to the node that did its last step.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// Computes what keys are found by, for those that were issued before it was stored.
    IndexLicenseKeys,
    /// Folds what searches look through, of what was there before it was stored folded.
    FoldSearchTexts,
    /// Adds the keys of a confirmed upload to stock; its subject is the upload.
    AddStockKeys,
    /// Delivers the waiting grants of an entitlement from stock; its subject is the entitlement.
    ServeFromStock,
    /// Acts on many grants; its subject is the run.
    BulkRun,
    /// Delivers the grants of features that waited before features were switched on by themselves.
    SwitchOnFeatures,
    /// Imports the lines of a confirmed file of sales; its subject is the import.
    ImportSales,
    /// Replaces the issued keys of a recalled batch; its subject is the batch.
    ReplaceRecalled,
}

impl JobKind {
    const ALL: [Self; 8] = [
        Self::IndexLicenseKeys,
        Self::FoldSearchTexts,
        Self::AddStockKeys,
        Self::ServeFromStock,
        Self::BulkRun,
        Self::SwitchOnFeatures,
        Self::ImportSales,
        Self::ReplaceRecalled,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::IndexLicenseKeys => "index_license_keys",
            Self::FoldSearchTexts => "fold_search_texts",
            Self::AddStockKeys => "add_stock_keys",
            Self::ServeFromStock => "serve_from_stock",
            Self::BulkRun => "bulk_run",
            Self::SwitchOnFeatures => "switch_on_features",
            Self::ImportSales => "import_sales",
            Self::ReplaceRecalled => "replace_recalled",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A job, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub id: String,
    pub kind: JobKind,
    /// Where it continues; only its kind knows what this means. Empty at the beginning.
    pub cursor: String,
    /// The number of items that are done, and of all of them if it is known.
    pub done: i64,
    pub total: Option<i64>,
    /// What went wrong with single items; the job does not stop for them.
    pub last_error: Option<String>,
    /// The id of what it is about, if it is not about everything.
    pub subject: Option<String>,
    /// Who started it.
    pub started_by: Option<Actor>,
    pub is_finished: bool,
}
