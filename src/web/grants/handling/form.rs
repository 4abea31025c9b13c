//! The form that pauses a grant.

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::grant::handling::{PauseReason, may_pause_until};
use crate::domain::text::{self, TextError};
use crate::i18n::Localizer;
use crate::web::FormErrors;
use crate::web::forms::end::read_day;

const MAX_NOTE: usize = 500;

/// The fields as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PauseForm {
    pub reason: String,
    pub note: String,
    pub until: String,
}

impl PauseForm {
    /// Reason, note and end of the pause, or the errors of each field.
    pub(crate) fn parse(
        &self,
        l: &Localizer,
        now: Timestamp,
    ) -> Result<(PauseReason, Option<String>, Timestamp), FormErrors> {
        let mut errors = FormErrors::new();
        let reason = PauseReason::parse(self.reason.trim());
        if reason.is_none() {
            errors.add("pause-reason", l.t("handling-reason-missing"));
        }
        let until = read_day("until", &self.until, l, now, &mut errors);
        if until.is_some_and(|until| !may_pause_until(until, now, &l.time_zone)) {
            errors.add("until", l.t("handling-until-too-late"));
        }
        let note = text::optional(&self.note, |note| text::block(note, MAX_NOTE)).unwrap_or_else(|error| {
            let is_long = matches!(error, TextError::TooLong { .. });
            errors.add("note", l.t(if is_long { "handling-note-too-long" } else { "handling-note-control" }));
            None
        });
        match (reason, until) {
            (Some(reason), Some(until)) if errors.is_empty() => Ok((reason, note, until)),
            _ => Err(errors),
        }
    }
}
