//! Times on pages: for people in their time zone, for programs in `datetime`.

use askama::filters::Safe;
use jiff::Timestamp;

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

    /// The text needs no escaping: it consists of digits, colons and names of months.
    fn tag(&self, at: Timestamp, text: &str) -> Safe<String> {
        Safe(format!(r#"<time datetime="{}">{text}</time>"#, self.machine_time(at)))
    }
}
