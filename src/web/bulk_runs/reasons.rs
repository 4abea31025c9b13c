//! What became of a grant of a run, in words.

use crate::domain::bulk::{BulkAction, BulkOutcome, BulkReason};
use crate::storage::bulk_runs::BulkGrant;
use crate::web::PageContext;
use crate::web::layout::badge::Badge;

/// The outcome, and why.
pub(super) fn said(page: &PageContext, action: BulkAction, grant: &BulkGrant) -> (Badge, String) {
    let Some((outcome, reason)) = grant.outcome else {
        return (Badge::off(page.localizer.t("bulk-outcome-open")), String::new());
    };
    let badge = match outcome {
        BulkOutcome::Done => Badge::ok(page.named("bulk-outcome-done", action.as_str())),
        BulkOutcome::Skipped => Badge::off(page.localizer.t("bulk-outcome-skipped")),
        BulkOutcome::Failed => Badge::failed(page.localizer.t("bulk-outcome-failed")),
    };
    (badge, reason.map(|reason| why(page, reason)).unwrap_or_default())
}

fn why(page: &PageContext, reason: BulkReason) -> String {
    page.named("bulk-reason", reason.as_str())
}
