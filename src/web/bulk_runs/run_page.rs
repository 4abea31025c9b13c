//! The page that asks before grants are paused, revoked, or e-mailed again.

use askama::Template;
use jiff::Timestamp;

use crate::domain::bulk::BulkAction;
use crate::domain::grant::handling::PauseReason;
use crate::http::body::Fields;
use crate::i18n::Localizer;
use crate::storage::bulk_runs::BulkSettings;
use crate::usecases::bulk_runs::view::ShownRun;
use crate::web::grants::handling::form::PauseForm;
use crate::web::grants::revocations::ReasonForm;
use crate::web::{FormErrors, Nav, PageContext, SignedInStaff, urls};

/// The fields of the page, as submitted.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub reason: String,
    pub note: String,
    pub until: String,
}

impl Typed {
    pub(super) fn of(fields: &Fields) -> Self {
        let get = |name| fields.get(name).to_owned();
        Self { reason: get("reason"), note: get("note"), until: get("until") }
    }

    /// What they mean for the action, or the errors of each.
    pub(super) fn parse(&self, action: BulkAction, l: &Localizer, now: Timestamp) -> Result<BulkSettings, FormErrors> {
        match action {
            BulkAction::Revocation => {
                let reason = ReasonForm { reason: self.reason.clone() }.parse(l)?;
                Ok(BulkSettings { reason: Some(reason.as_str().to_owned()), pause: None })
            }
            BulkAction::Hold => {
                let Self { reason, note, until } = self.clone();
                let (reason, note, until) = PauseForm { reason, note, until }.parse(l, now)?;
                Ok(BulkSettings { reason: note, pause: Some((reason, until)) })
            }
            _ => Ok(BulkSettings::default()),
        }
    }
}

#[derive(Template)]
#[template(path = "bulk_runs/confirm.html")]
pub(super) struct ConfirmPage {
    page: PageContext,
    shown: ShownRun,
    typed: Typed,
    errors: FormErrors,
}

impl ConfirmPage {
    pub(super) fn new(staff: &SignedInStaff, shown: ShownRun, typed: Typed, errors: FormErrors) -> Self {
        Self { page: staff.page(Nav::Grants), shown, typed, errors }
    }

    fn text(&self, what: &str) -> String {
        self.page.t1(&format!("bulk-{what}-{}", self.shown.run.action.as_str()), "count", self.shown.counts.open)
    }

    fn is(&self, action: &str) -> bool {
        self.shown.run.action.as_str() == action
    }

    fn url(&self) -> String {
        urls::bulk_run(self.shown.run.action, &self.shown.run.id)
    }

    fn list_url(&self) -> String {
        urls::list_again(&self.shown.run.list)
    }

    /// How many grants are not named on the page.
    fn more(&self) -> i64 {
        self.shown.counts.open - i64::try_from(self.shown.lines.len()).unwrap_or(0)
    }

    fn has_more(&self) -> bool {
        self.more() > 0
    }

    /// Reasons of a pause: value, name, whether it is chosen.
    fn reasons(&self) -> Vec<(&'static str, String, bool)> {
        let reason = |reason: PauseReason| {
            let name = self.page.named("handling-reason", reason.as_str());
            (reason.as_str(), name, self.typed.reason == reason.as_str())
        };
        PauseReason::ALL.into_iter().map(reason).collect()
    }

    fn until_hint(&self) -> String {
        crate::web::grants::handling::view::until_hint(&self.page)
    }
}
