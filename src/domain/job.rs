//! A job: long work in small steps that goes on after a restart.

use jiff::SignedDuration;

/// How long a job belongs to the node that did its last step.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// Computes what keys are found by, for those that were issued before it was stored.
    IndexLicenseKeys,
}

impl JobKind {
    const ALL: [Self; 1] = [Self::IndexLicenseKeys];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::IndexLicenseKeys => "index_license_keys",
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
}
