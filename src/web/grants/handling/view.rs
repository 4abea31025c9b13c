//! What is arranged about a grant, in words, and the card with which that is changed.

use jiff::Timestamp;

use super::form::PauseForm;
use crate::domain::grant::handling::{Handling, PauseReason};
use crate::web::PageContext;
use crate::web::forms::end::shown;

/// The forms of the card.
#[derive(Debug, Default)]
pub(crate) struct HandlingCard {
    /// The input of the form that pauses the grant.
    pub(crate) pause: PauseForm,
    /// Whether that form is open.
    pub(crate) is_open: bool,
}

impl HandlingCard {
    /// The card of a grant; its form has the pause that is in force.
    pub(crate) fn of(page: &PageContext, handling: &Handling) -> Self {
        let pause = handling.pause_at(page.now).map(|(pause, until)| PauseForm {
            reason: pause.reason.as_str().to_owned(),
            note: pause.note.clone().unwrap_or_default(),
            until: shown(until, page).0,
        });
        Self { pause: pause.unwrap_or_default(), is_open: false }
    }

    /// The reasons, each with its text and whether it is chosen.
    pub(crate) fn reasons(&self, page: &PageContext) -> Vec<(&'static str, String, bool)> {
        let reasons = PauseReason::ALL.map(PauseReason::as_str);
        let chosen = |reason| (reason, page.named("handling-reason", reason), self.pause.reason == reason);
        reasons.map(chosen).into()
    }
}

/// `Paused until 4 Dec: waiting for the supplier`; `None` if it is not paused.
pub(crate) fn paused(page: &PageContext, handling: &Handling) -> Option<String> {
    let (pause, until) = handling.pause_at(page.now)?;
    let (date, reason) = (day(page, until), page.named("handling-because", pause.reason.as_str()));
    Some(match pause.reason {
        PauseReason::Other => page.t1("handling-paused", "date", date),
        PauseReason::Supplier | PauseReason::Customer => {
            page.t2("handling-paused-because", "date", date, "reason", reason)
        }
    })
}

/// `Skipped until 14:35`; `None` if it is not skipped.
pub(crate) fn skipped(page: &PageContext, handling: &Handling) -> Option<String> {
    handling.skipped_until(page.now).map(|until| page.t1("handling-skipped", "time", page.time(until)))
}

/// The date, without its year if that is the present one.
fn day(page: &PageContext, at: Timestamp) -> String {
    let (date, year) = (page.date(at), |at: Timestamp| page.time_zone.to_datetime(at).year());
    let this_year = year(page.now).to_string();
    date.strip_suffix(&this_year).map_or(date.clone(), |short| short.trim_end().to_owned())
}

/// How the end of a pause is typed, and in which zone its day ends.
pub(crate) fn until_hint(page: &PageContext) -> String {
    page.t1("handling-until-hint", "zone", page.zone_label())
}
