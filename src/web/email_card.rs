//! How the e-mail of a grant stands, step by step.

use super::PageContext;
use crate::domain::outbox::{Attempt, MessageState, OutboxMessage};
use crate::storage::grant_detail::GrantDetail;

/// One step on the way to the customer.
pub struct Step {
    pub is_bad: bool,
    pub icon: &'static str,
    pub word: String,
    pub detail: String,
}

/// The newest e-mail with its steps, and the ones before it.
pub struct EmailCard {
    pub newest: Option<(OutboxMessage, Vec<Attempt>)>,
    pub earlier: Vec<(OutboxMessage, Vec<Attempt>)>,
    pub steps: Vec<Step>,
    /// When it is tried again, if it waits for that.
    pub next_try: Option<String>,
}

impl EmailCard {
    pub fn new(page: &PageContext, detail: &GrantDetail) -> Self {
        let mut emails = detail.emails.iter().cloned();
        let newest = emails.next();
        let steps = newest.as_ref().map(|(message, attempts)| steps(page, message, attempts)).unwrap_or_default();
        let next_try = newest
            .as_ref()
            .filter(|(message, _)| message.state == MessageState::Queued && message.attempts > 0)
            .map(|(message, _)| page.t1("grants-mail-next", "time", page.date_time_seconds(message.next_attempt_at)));
        Self { newest, earlier: emails.collect(), steps, next_try }
    }
}

fn steps(page: &PageContext, message: &OutboxMessage, attempts: &[Attempt]) -> Vec<Step> {
    let good = |word: String, detail: String| Step { is_bad: false, icon: "delivered", word, detail };
    let mut steps = vec![good(page.t("grants-mail-queued"), page.date_time_seconds(message.created_at))];
    if let Some(last) = attempts.last() {
        let tries = page.t1("grants-mail-tries", "count", message.attempts);
        let detail = format!("{}, {tries}", page.date_time_seconds(last.started_at));
        steps.push(good(page.t("grants-mail-handed-over"), detail));
    }
    if let Some(at) = message.finished_at {
        let (word, at) = (page.email_state_name(&message.state), page.date_time_seconds(at));
        match message.state {
            MessageState::Sent => steps.push(good(word, at)),
            _ => steps.push(Step { is_bad: true, icon: "failed", word, detail: at }),
        }
    }
    steps
}
