//! What needs a person's decision about the sale of a grant, as the grant's page shows it.

use crate::domain::customer::EmailAddress;
use crate::domain::ids::{GrantId, TaskId};
use crate::domain::sale::task::{Decision, TaskKind};
use crate::storage::sales::tasks::ShownTask;
use crate::web::PageContext;

/// A task as its page shows it.
pub(crate) struct TaskView {
    pub id: TaskId,
    /// What happened, in a sentence.
    pub sentence: String,
    pub note: Option<String>,
    /// The other grant that it is about.
    pub other_grant_id: Option<GrantId>,
    /// Values of the buttons and their texts; the first one is what is usual.
    pub decisions: Vec<(&'static str, String)>,
    /// Whether the person lacks the right to use the new address.
    pub is_for_others: bool,
}

/// What happened, in a sentence.
pub(crate) fn sentence(page: &PageContext, shown: &ShownTask) -> String {
    let task = &shown.task;
    let key = format!("task-{}", task.kind.as_str().replace('_', "-"));
    let payment = task.payment_id.as_deref();
    match (task.kind, reachable(shown), payment, task.quantity) {
        (TaskKind::AddressDiffers, Some(address), ..) => page.t1(&key, "email", address.as_str()),
        (TaskKind::AddressDiffers, None, ..) => page.localizer.t("task-address-differs-erased"),
        (TaskKind::TooManyDelivered, _, _, Some(count)) => page.t1(&key, "count", count),
        (
            TaskKind::PartialRefund
            | TaskKind::RenewalRefund
            | TaskKind::FullRefund
            | TaskKind::Dispute
            | TaskKind::OrderDeleted,
            _,
            None,
            _,
        ) => page.localizer.t(&format!("{key}-unnamed")),
        (_, _, Some(payment), _) => page.t1(&key, "payment", payment),
        _ => page.localizer.t(&key),
    }
}

/// The address that a task is about, unless it was erased.
fn reachable(shown: &ShownTask) -> Option<&EmailAddress> {
    shown.address.as_ref().filter(|address| !address.is_of_erased())
}

impl TaskView {
    pub(crate) fn of(page: &PageContext, shown: &ShownTask) -> Self {
        let (task, address) = (&shown.task, reachable(shown));
        let may = |decision: Decision| match decision {
            Decision::UseNewAddress => page.may_reveal() && address.is_some(),
            Decision::Revoke => page.may_manage(),
            Decision::KeepOldAddress | Decision::Settled => true,
        };
        let all = task.kind.decisions().iter().copied();
        Self {
            id: task.id.clone(),
            sentence: sentence(page, shown),
            note: task.note.clone(),
            other_grant_id: task.other_grant_id.clone(),
            decisions: all
                .filter(|decision| may(*decision))
                .map(|decision| (decision.as_str(), page.named("task-do", &decision.as_str().replace('_', "-"))))
                .collect(),
            is_for_others: task.kind == TaskKind::AddressDiffers && !page.may_reveal(),
        }
    }
}
