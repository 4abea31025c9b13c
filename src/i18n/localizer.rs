//! Localization for one reader: language, time zone and current time.

use std::borrow::Cow;

use fluent_bundle::FluentArgs;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

use super::numbers::{self, group};
use super::{Arg, Language, catalog};

const MONTHS_SHORT: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_DE: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// Looks up texts and formats values for one reader.
#[derive(Debug, Clone)]
pub struct Localizer {
    pub language: Language,
    pub time_zone: TimeZone,
    pub now: Timestamp,
}

impl Localizer {
    pub fn new(language: Language, time_zone: TimeZone, now: Timestamp) -> Self {
        Self { language, time_zone, now }
    }

    /// For texts that programs receive: in English, with times in UTC.
    pub fn for_programs() -> Self {
        Self::new(Language::En, TimeZone::UTC, Timestamp::UNIX_EPOCH)
    }

    /// The text of `key`; the key itself if there is none.
    pub fn t(&self, key: &str) -> String {
        catalog::text(self.language, key, None)
    }

    /// The key of the text about a link that stands for one about a license key, if there is one: it ends in `-link`.
    pub fn of_value<'a>(&self, key: &'a str, is_link: bool) -> Cow<'a, str> {
        let of_link = || Some(format!("{key}-link")).filter(|of_link| catalog::has(self.language, of_link));
        if is_link { of_link().map_or(Cow::Borrowed(key), Cow::Owned) } else { Cow::Borrowed(key) }
    }

    /// Like [`Self::t`], but without a copy if the text has no variables.
    pub fn shown(&self, key: &str) -> Cow<'static, str> {
        catalog::plain(self.language, key).map_or_else(|| Cow::Owned(self.t(key)), Cow::Borrowed)
    }

    /// The text of `key` with one variable.
    pub fn t1<'a>(&self, key: &str, name: &'a str, value: impl Into<Arg<'a>>) -> String {
        self.with(key, [(name, value.into())])
    }

    /// The text of `key` with two variables.
    pub fn t2<'a>(
        &self,
        key: &str,
        name: &'a str,
        value: impl Into<Arg<'a>>,
        name2: &'a str,
        value2: impl Into<Arg<'a>>,
    ) -> String {
        self.with(key, [(name, value.into()), (name2, value2.into())])
    }

    /// The text of `key` with three variables.
    #[expect(clippy::too_many_arguments, reason = "pairs of a name and its value")]
    pub fn t3<'a>(
        &self,
        key: &str,
        name: &'a str,
        value: impl Into<Arg<'a>>,
        name2: &'a str,
        value2: impl Into<Arg<'a>>,
        name3: &'a str,
        value3: impl Into<Arg<'a>>,
    ) -> String {
        self.with(key, [(name, value.into()), (name2, value2.into()), (name3, value3.into())])
    }

    /// The text for an internal name: `named("status", "pending")` is the text of `status-pending`; `_` and `.` are
    /// replaced with `-`.
    pub fn named(&self, area: &str, word: &str) -> String {
        self.t(&format!("{area}-{}", word.replace(['_', '.'], "-")))
    }

    fn with<'a, const N: usize>(&self, key: &str, values: [(&'a str, Arg<'a>); N]) -> String {
        let mut args = FluentArgs::with_capacity(N);
        for (name, value) in values {
            args.set(name, value.into_value());
        }
        catalog::text(self.language, key, Some(&args))
    }

    /// `21 Nov 2025, 14:17` / `21.11.2025, 14:17`.
    pub fn date_time(&self, at: Timestamp) -> String {
        let local = self.local(at);
        format!("{}, {}", self.short_date(&local), clock_time(&local))
    }

    /// `21 Nov 2025, 14:17:40` / `21.11.2025, 14:17:40`.
    pub fn date_time_seconds(&self, at: Timestamp) -> String {
        let local = self.local(at);
        format!("{}, {}:{:02}", self.short_date(&local), clock_time(&local), local.second())
    }

    /// `14:17:40`.
    pub fn time_seconds(&self, at: Timestamp) -> String {
        let local = self.local(at);
        format!("{}:{:02}", clock_time(&local), local.second())
    }

    /// `21 Nov 2025` / `21.11.2025`.
    pub fn date(&self, at: Timestamp) -> String {
        self.short_date(&self.local(at))
    }

    /// `14:17`.
    pub fn time(&self, at: Timestamp) -> String {
        clock_time(&self.local(at))
    }

    /// `21 Nov 2025, 14:17 Europe/Berlin`, in a time zone other than the reader's.
    pub fn moment_in(&self, at: Timestamp, zone: &TimeZone) -> String {
        let local = at.to_zoned(zone.clone());
        format!("{}, {} {}", self.short_date(&local), clock_time(&local), zone_name(&local))
    }

    /// `21 November 2025, 14:17 Europe/Berlin`, in a time zone other than the reader's.
    pub fn long_moment_in(&self, at: Timestamp, zone: &TimeZone) -> String {
        let local = at.to_zoned(zone.clone());
        format!("{}, {} {}", self.long_date_of(&local), clock_time(&local), zone_name(&local))
    }

    /// `21 November 2025` / `21. November 2025`.
    pub fn long_date(&self, at: Timestamp) -> String {
        self.long_date_of(&self.local(at))
    }

    fn long_date_of(&self, local: &Zoned) -> String {
        match self.language {
            Language::En => {
                format!("{} {} {}", local.day(), month(&MONTHS_EN, local), local.year())
            }
            Language::De => {
                format!("{}. {} {}", local.day(), month(&MONTHS_DE, local), local.year())
            }
        }
    }

    /// `2025-11-21T14:17:40+01:00`, for the `datetime` attribute.
    pub fn machine_time(&self, at: Timestamp) -> String {
        self.local(at).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// The time from `start` to `end`, formatted like [`Self::duration`].
    pub fn duration_between(&self, start: Timestamp, end: Timestamp) -> String {
        self.duration(start.duration_until(end))
    }

    /// `38 min`, `2 h 04 min`, `4 h`, `2 d 3 h` / `2 Tg. 3 h`; zero and negative durations are `0 min`.
    pub fn duration(&self, duration: SignedDuration) -> String {
        let minutes = duration.as_secs().max(0) / 60;
        let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        let day = match self.language {
            Language::En => "d",
            Language::De => "Tg.",
        };
        match (days, hours, rest) {
            (0, 0, _) => format!("{rest} min"),
            (0, _, 0) => format!("{hours} h"),
            (0, _, _) => format!("{hours} h {rest:02} min"),
            (_, 0, _) => format!("{} {day}", self.number(days)),
            _ => format!("{} {day} {hours} h", self.number(days)),
        }
    }

    /// The same to the second, as long as that matters: `20 s`.
    pub fn short_duration(&self, duration: SignedDuration) -> String {
        let seconds = duration.as_secs().max(0);
        if seconds < 120 { format!("{seconds} s") } else { self.duration(duration) }
    }

    /// `12,408` / `12.408`.
    pub fn number<'a>(&self, number: impl Into<Arg<'a>>) -> String {
        let separator = match self.language {
            Language::En => ',',
            Language::De => '.',
        };
        match number.into() {
            Arg::Number(number) => group(&number.to_string(), separator),
            Arg::Text(text) => text.into_owned(),
        }
    }

    /// `1.84 GB` / `1,84 GB`.
    pub fn file_size(&self, bytes: u64) -> String {
        numbers::file_size(bytes, if self.language == Language::De { ',' } else { '.' })
    }

    /// The time zone in use: `Europe/Berlin (CET)` / `Europe/Berlin (MEZ)`.
    pub fn zone_label(&self) -> String {
        let info = self.time_zone.to_offset_info(self.now);
        let abbreviation = match (self.language, info.abbreviation()) {
            (Language::De, "CET") => "MEZ",
            (Language::De, "CEST") => "MESZ",
            (_, other) => other,
        };
        match self.time_zone.iana_name() {
            Some(name) if name != abbreviation => format!("{name} ({abbreviation})"),
            _ => abbreviation.to_owned(),
        }
    }

    /// The current time in the reader's time zone.
    pub fn zoned_now(&self) -> Zoned {
        self.local(self.now)
    }

    fn local(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.time_zone.clone())
    }

    fn short_date(&self, local: &Zoned) -> String {
        match self.language {
            Language::En => {
                format!("{} {} {}", local.day(), month(&MONTHS_SHORT, local), local.year())
            }
            Language::De => {
                format!("{:02}.{:02}.{}", local.day(), local.month(), local.year())
            }
        }
    }
}

/// `Europe/Berlin`; the abbreviation of a zone without a name.
fn zone_name(local: &Zoned) -> String {
    let zone = local.time_zone();
    let abbreviation = || zone.to_offset_info(local.timestamp()).abbreviation().to_owned();
    zone.iana_name().map_or_else(abbreviation, str::to_owned)
}

fn clock_time(local: &Zoned) -> String {
    format!("{:02}:{:02}", local.hour(), local.minute())
}

fn month(names: &[&'static str; 12], local: &Zoned) -> &'static str {
    let index = usize::try_from(local.month() - 1).unwrap_or(0);
    names.get(index).copied().unwrap_or_default()
}
