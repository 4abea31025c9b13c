//! The settings of the working hours that the target's clock keeps.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::ConfigError;
use super::parse::Given;
use crate::domain::clock::working_hours::{WorkingHours, parse_days};

/// The working hours; `None` if none are set. Holidays without working hours are checked alike.
pub(super) fn working_hours(
    values: &BTreeMap<String, String>,
    zone: &TimeZone,
) -> Result<Option<WorkingHours>, ConfigError> {
    let holidays = Given::new("holidays", values)
        .optional(holidays, "days such as 2026-12-25, 2027-01-01, or a file with one per line")?
        .unwrap_or_default();
    let parse = |text: &str| WorkingHours::parse(text, holidays, zone.clone());
    Given::new("working_hours", values)
        .optional(parse, "hours such as Mon-Fri 09:00-17:30, or several of them, separated by commas")
}

/// A list of days, or the name of a file that has one.
fn holidays(text: &str) -> Option<BTreeSet<Date>> {
    parse_days(text).or_else(|| parse_days(&std::fs::read_to_string(text).ok()?))
}
