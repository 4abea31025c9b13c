//! Times on pages: for people in their time zone, for programs in `datetime`.

use askama::filters::Safe;
use jiff::Timestamp;

use crate::domain::license_key::LicenseKeySummary;
use crate::domain::license_key::expiry::display_zone;
use crate::web::PageContext;

impl PageContext {
    /// `14:17`.
    pub fn clock_tag(&self, at: &Timestamp) -> Safe<String> {
        self.tag(*at, &self.time(*at))
    }

    /// `21 Nov 2025`.
    pub fn day_tag(&self, at: &Timestamp) -> Safe<String> {
        self.tag(*at, &self.date(*at))
    }

    /// `21 Nov 2025, 14:17`.
    pub fn moment_tag(&self, at: &Timestamp) -> Safe<String> {
        self.tag(*at, &self.date_time(*at))
    }

    /// `21 Nov 2025, 14:17:40`.
    pub fn second_tag(&self, at: &Timestamp) -> Safe<String> {
        self.tag(*at, &self.date_time_seconds(*at))
    }

    /// `14:17:40`.
    pub fn clock_seconds_tag(&self, at: &Timestamp) -> Safe<String> {
        self.tag(*at, &self.localizer.time_seconds(*at))
    }

    /// When a key expires: `21 Nov 2025, 14:17 Europe/Berlin`. Everybody is told the same day, in the time zone it was
    /// chosen in.
    pub fn expiry(&self, at: Timestamp, zone: Option<&str>) -> String {
        self.moment_in(at, &display_zone(zone, &self.business_zone))
    }

    /// Like [`Self::expiry`]; `Never` if the key does not expire.
    pub fn expiry_tag(&self, key: &LicenseKeySummary) -> Safe<String> {
        match key.expires_at {
            Some(at) => self.tag(at, &self.expiry(at, key.expires_zone.as_deref())),
            None => Safe(self.localizer.t("never")),
        }
    }

    /// Until when a key that was just saved is valid, as a sentence.
    pub fn end_sentence(&self, key: &LicenseKeySummary) -> String {
        match key.expires_at {
            Some(at) => self.t1("valid-until", "end", self.expiry(at, key.expires_zone.as_deref())),
            None => self.localizer.t("valid-without-end"),
        }
    }

    /// The text needs no escaping: it consists of digits, colons and names of months and time zones.
    fn tag(&self, at: Timestamp, text: &str) -> Safe<String> {
        Safe(format!(r#"<time datetime="{}">{text}</time>"#, self.machine_time(at)))
    }
}
