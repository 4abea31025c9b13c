//! What the rows of the list show.

use jiff::Timestamp;

use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::GrantStatus;
use crate::domain::grant::target::Target;
use crate::domain::integration::rules_of;
use crate::domain::staff::initials;
use crate::storage::grants::list::{Doer, GrantLine};
use crate::web::PageContext;
use crate::web::grants::show::reason_in_words;

/// Who has claimed a grant, by initials and name, until when, and whether that is the current person.
pub(crate) type Holder = (String, String, String, bool);

/// How long a grant has waited, compared with the target.
pub(crate) struct Waiting {
    pub text: String,
    /// For the script, which lets the time go on; `None` while the clock stands still.
    pub seconds: Option<i64>,
    pub class: &'static str,
    /// Percent of the target, at most 100.
    pub width: i64,
    pub is_late: bool,
}

impl Waiting {
    pub(crate) fn of(page: &PageContext, since: Timestamp, target: &Target) -> Self {
        let waited = target.waited(since, page.now);
        let width = (waited.as_secs().max(0).saturating_mul(100) / target.duration.as_secs().max(1)).min(100);
        let is_late = target.is_missed(since, page.now);
        let class = match width {
            _ if is_late => " c-bad",
            75.. => " c-warn",
            _ => "",
        };
        let seconds = (!target.stands_still(page.now)).then(|| waited.as_secs());
        Self { text: page.duration(waited), seconds, class, width, is_late }
    }
}

/// Who has currently claimed the grant.
pub(crate) fn holder(page: &PageContext, line: &GrantLine) -> Option<Holder> {
    let claim = line.claim_at(page.now)?;
    let is_me = page.staff.as_ref().is_some_and(|me| me.id == claim.by);
    let name = line.holder_name.clone().unwrap_or_else(|| claim.by.to_string());
    let shown = if is_me { page.localizer.t("actor-you") } else { name.clone() };
    Some((initials(&name), shown, page.t1("until-time", "time", page.time(claim.until)), is_me))
}

/// Whom a waiting grant is assigned to: initials and name, and whether that is the current person.
pub(crate) fn assignee(page: &PageContext, line: &GrantLine) -> Option<(String, String, bool)> {
    let (id, name) = (line.handling.assigned_to.as_ref()?, line.assignee_name.as_ref()?);
    let is_me = page.staff.as_ref().is_some_and(|me| me.id == *id);
    Some((initials(name), if is_me { page.localizer.t("actor-you") } else { name.clone() }, is_me))
}

/// Who did it: the initials of a person, the name, and whether that is the current person.
pub(crate) fn doer(page: &PageContext, doer: &Doer) -> (Option<String>, String, bool) {
    let is_me = page.staff.as_ref().is_some_and(|me| me.id.as_str() == doer.id);
    let name = if is_me { page.localizer.t("actor-you") } else { page.doer_name(doer) };
    (doer.staff_name.as_deref().map(initials), name, is_me)
}

/// Why the delivery failed, in words.
pub(crate) fn failure(page: &PageContext, line: &GrantLine) -> String {
    match line.error_code.as_deref() {
        Some("email_rejected") => page.localizer.t("grants-why-email-rejected"),
        Some("email_undeliverable") => page.localizer.t("grants-why-email-undeliverable"),
        Some(code) => code.to_owned(),
        None => page.localizer.t("grants-why-otherwise"),
    }
}

/// Why the grant is revoked.
pub(crate) fn revocation(page: &PageContext, line: &GrantLine) -> String {
    line.revocation_reason.as_deref().map(|reason| reason_in_words(page, reason)).unwrap_or_default()
}

/// Whether the person may fulfill the grant now.
pub(crate) fn may_fulfill(page: &PageContext, line: &GrantLine, holder: Option<&Holder>) -> bool {
    page.may_act()
        && line.status == GrantStatus::Pending
        && line.supply_state.is_none()
        && rules_of(line.integration_type).delivers.is_by_staff()
        && holder.is_none_or(|(_, _, _, is_me)| *is_me)
        && !is_set_aside(page, line)
}

/// Whether the grant is paused, skipped, or assigned to somebody else.
pub(crate) fn is_set_aside(page: &PageContext, line: &GrantLine) -> bool {
    page.staff.as_ref().is_some_and(|me| !line.handling.is_free_for(&me.id, page.now))
}

/// Whether the person may correct the address of a delivery whose e-mail failed.
pub(crate) fn may_correct(page: &PageContext, line: &GrantLine) -> bool {
    page.may_act() && line.email_state.is_some() && rules_of(line.integration_type).delivers.is_by_staff()
}

/// The name of what is delivered, if that is not a license key.
pub(crate) fn other_kind(page: &PageContext, line: &GrantLine) -> Option<String> {
    let is_other = line.integration_type != IntegrationType::LicenseKey;
    is_other.then(|| page.named("integration", line.integration_type.as_str()))
}
