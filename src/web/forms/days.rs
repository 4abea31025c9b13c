//! A range of days, typed into the fields `from` and `to` above a list.

use jiff::Timestamp;
use jiff::civil::Date;

use super::end::message;
use crate::domain::clock::local_time::parse_date;
use crate::domain::text;
use crate::i18n::Localizer;
use crate::web::FormErrors;

/// The word for the present day, in links that mean it whenever they are followed.
pub(crate) const TODAY: &str = "today";

/// From which moment, and until before which one.
pub(crate) type Moments = (Option<Timestamp>, Option<Timestamp>);

/// The days in the person's time zone; `to` is inclusive. What is wrong is added to the errors.
pub(crate) fn read_days(from: &str, to: &str, l: &Localizer, errors: &mut FormErrors) -> Moments {
    let today = || l.zoned_now().date();
    let mut date = |field: &str, typed: &str| {
        let read = |typed: &str| if typed.trim() == TODAY { Ok(today()) } else { parse_date(typed) };
        text::optional(typed, read).unwrap_or_else(|error| {
            errors.add(field, l.t(message(error)));
            None
        })
    };
    let (first, last) = (date("from", from), date("to", to));
    if let (Some(first), Some(last)) = (first, last)
        && last < first
    {
        errors.add("to", l.t("audit-range-wrong"));
    }
    let start = |date: Date| date.to_zoned(l.time_zone.clone()).ok().map(|start| start.timestamp());
    // The day after the last representable one is never reached.
    (first.and_then(start), last.and_then(|last| last.tomorrow().ok()).and_then(start))
}
