//! What became of a refund.

use serde::Serialize;
use utoipa::ToSchema;

use crate::usecases::sales::refund::Refunded;

/// What became of a refund.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Refund {
    pub outcome: RefundOutcome,
    /// The grants that are revoked for it.
    pub grant_ids: Vec<String>,
    /// What a person is asked to decide.
    #[schema(required)]
    pub task: Option<RefundTask>,
}

/// `revoked`: the grants of the sale are revoked. `task`: nothing has changed, and a person is asked. `remembered`: the sale
/// is not known yet, and will come in revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundOutcome {
    Revoked,
    Task,
    Remembered,
}

/// A task in the portal.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RefundTask {
    pub id: String,
    /// `partial_refund` or `renewal_refund`.
    pub kind: String,
    /// The grant on whose page it is.
    pub grant_id: String,
}

impl Refund {
    pub(crate) fn new(refunded: &Refunded) -> Self {
        match refunded {
            Refunded::Revoked(ids) => Self {
                outcome: RefundOutcome::Revoked,
                grant_ids: ids.iter().map(ToString::to_string).collect(),
                task: None,
            },
            Refunded::Asked { task_id, kind, grant_id } => Self {
                outcome: RefundOutcome::Task,
                grant_ids: Vec::new(),
                task: Some(RefundTask {
                    id: task_id.to_string(),
                    kind: kind.as_str().to_owned(),
                    grant_id: grant_id.to_string(),
                }),
            },
            Refunded::Remembered => Self { outcome: RefundOutcome::Remembered, grant_ids: Vec::new(), task: None },
        }
    }
}
