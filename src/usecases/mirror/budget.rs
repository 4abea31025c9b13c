//! How many calls polling may make: an account allows a number a minute, and people and other programs need most of them.

use jiff::{SignedDuration, Timestamp};

use crate::domain::connection::{CallBudget, Connection};

/// The vendor's usual limit, until an answer names another.
const USUAL_LIMIT: i64 = 240;
/// The span that limits are counted in.
pub(super) const SPAN: SignedDuration = SignedDuration::from_mins(1);
/// Polling leaves this part of the limit to others, whatever they have used.
const LEFT_TO_OTHERS: i64 = 10;

/// What a round of polling may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Budget {
    limit: i64,
    /// Calls of the last minute.
    used: i64,
    is_first: bool,
}

impl Budget {
    /// The budget after `used` calls in the last minute.
    pub(super) fn of(connection: &Connection, used: i64) -> Self {
        let limit = connection.budget.map_or(USUAL_LIMIT, |budget| budget.limit).max(1);
        Self { limit, used, is_first: connection.polled_at.is_none() }
    }

    /// Whether a round may begin: polling uses a fifth of the limit, and four fifths until everything was seen once.
    pub(super) fn may_begin(&self) -> bool {
        self.used < if self.is_first { self.most() } else { (self.limit / 5).max(1) }
    }

    /// Whether one more call may be made after `calls` in this round, of which the last answer said `told`. A round that
    /// has begun may be larger than its share; then the next one comes later.
    pub(super) fn allows(&self, calls: i32, told: Option<CallBudget>) -> bool {
        self.used + i64::from(calls) < self.most() && told.is_none_or(|told| told.left > told.limit / LEFT_TO_OTHERS)
    }

    fn most(&self) -> i64 {
        (self.limit * 4 / 5).max(1)
    }

    /// When the next round may begin after one that took `calls` calls: so much later that polling stays within its share.
    pub(super) fn next_poll(&self, every: SignedDuration, calls: i32, now: Timestamp) -> Timestamp {
        let share = (self.limit / 5).max(1);
        let needed = SignedDuration::from_secs(i64::from(calls) * SPAN.as_secs() / share);
        now.saturating_add(every.max(needed)).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::connection::{ConnectionKind, ConnectionState, OnRefund, OnTest, USUAL_POLL};
    use crate::domain::ids::ConnectionId;

    fn connection(polled_at: Option<Timestamp>, limit: Option<i64>) -> Connection {
        let now = Timestamp::UNIX_EPOCH;
        Connection {
            id: ConnectionId::random(),
            kind: ConnectionKind::Dodo,
            name: "Dodo".to_owned(),
            api_url: "https://test.dodopayments.com".to_owned(),
            account: None,
            state: ConnectionState::Active,
            broken_reason: None,
            sends_email: false,
            poll_every: USUAL_POLL,
            may_supply: None,
            may_make_webhook: None,
            remote_webhook_id: None,
            next_poll_at: now,
            polled_at,
            poll_error: None,
            hook_at: None,
            budget: limit.map(|limit| CallBudget { left: limit, limit, at: now }),
            shop: None,
            on_refund: OnRefund::default(),
            on_test: OnTest::default(),
            created_at: now,
            updated_at: now,
        }
    }

    #[test]
    fn polling_uses_a_fifth_and_more_only_until_everything_was_seen() {
        let begins = |polled_at, used| Budget::of(&connection(polled_at, None), used).may_begin();
        let seen = Some(Timestamp::UNIX_EPOCH);
        assert_eq!([begins(seen, 47), begins(seen, 48)], [true, false]);
        assert_eq!([begins(None, 191), begins(None, 192)], [true, false]);
    }

    #[test]
    fn a_round_ends_before_the_limit() {
        let most = |limit, used| {
            let budget = Budget::of(&connection(None, limit), used);
            (0..10_000).take_while(|calls| budget.allows(*calls, None)).count()
        };
        assert_eq!([most(None, 0), most(None, 100), most(Some(1_000), 0)], [192, 92, 800]);
    }

    #[test]
    fn room_is_left_for_others() {
        let budget = Budget::of(&connection(None, None), 0);
        let told = |left| Some(CallBudget { left, limit: 240, at: Timestamp::UNIX_EPOCH });
        assert!(budget.allows(0, told(25)) && !budget.allows(0, told(24)));
    }

    #[test]
    fn a_large_round_comes_less_often() {
        let (budget, now) = (Budget::of(&connection(None, None), 0), Timestamp::UNIX_EPOCH);
        let after = |calls| now.duration_until(budget.next_poll(USUAL_POLL, calls, now)).as_secs();
        assert_eq!([after(9), after(48), after(96), after(480)], [60, 60, 120, 600]);
    }
}
