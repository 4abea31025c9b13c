//! When something expires, typed as a date and an optional time in the fields `expires_at` and `expires_time`.

use jiff::Timestamp;

use crate::domain::clock::local_time::{self, LocalTimeError};
use crate::i18n::Localizer;
use crate::web::FormErrors;

/// The fields as submitted. The date may contain the time, as programs and older forms send it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TypedEnd<'a> {
    pub date: &'a str,
    pub time: &'a str,
}

impl TypedEnd<'_> {
    /// The moment in the person's time zone; `None` if both fields are empty, or wrong, which is added to the errors.
    pub(crate) fn read(self, l: &Localizer, now: Timestamp, errors: &mut FormErrors) -> Option<Timestamp> {
        local_time::parse_end(self.date, self.time, &l.time_zone, now).unwrap_or_else(|error| {
            let is_skipped_time = error == LocalTimeError::Skipped && !self.time.trim().is_empty();
            let field = if error.is_of_time() || is_skipped_time { "expires_time" } else { "expires_at" };
            errors.add(field, l.t(message(error)));
            None
        })
    }
}

/// The end of a day that is typed into a field of its own; `None` if that is empty or wrong, which is added to the errors.
pub(crate) fn read_day(
    field: &str,
    typed: &str,
    l: &Localizer,
    now: Timestamp,
    errors: &mut FormErrors,
) -> Option<Timestamp> {
    let key = match local_time::parse_end(typed, "", &l.time_zone, now) {
        Ok(Some(at)) => return Some(at),
        Ok(None) => "form-day-missing",
        Err(LocalTimeError::AmbiguousDate) => message(LocalTimeError::AmbiguousDate),
        Err(LocalTimeError::NotInFuture) => "form-day-past",
        Err(_) => "form-day-wrong",
    };
    errors.add(field, l.t(key));
    None
}

/// The name of the time zone in which the person types.
pub(crate) fn zone_name(l: &Localizer) -> Option<String> {
    l.time_zone.iana_name().map(str::to_owned)
}

/// A moment as the texts of both fields, in the person's time zone. The time is left out at the end of a day.
pub(crate) fn shown(at: Timestamp, l: &Localizer) -> (String, String) {
    let local = at.to_zoned(l.time_zone.clone());
    let format = match (local.hour(), local.minute(), local.second()) {
        (23, 59, 59) => "",
        (_, _, 0) => "%H:%M",
        _ => "%H:%M:%S",
    };
    (local.strftime("%Y-%m-%d").to_string(), local.strftime(format).to_string())
}

/// The error message for a typed date, as a locale key.
pub(crate) fn message(error: LocalTimeError) -> &'static str {
    match error {
        LocalTimeError::Date => "form-date-wrong",
        LocalTimeError::AmbiguousDate => "form-date-ambiguous",
        LocalTimeError::NoDate => "form-date-missing",
        LocalTimeError::Time => "form-time-wrong",
        LocalTimeError::TwoTimes => "form-time-twice",
        LocalTimeError::Skipped => "form-time-skipped",
        LocalTimeError::NotInFuture => "form-date-past",
    }
}
