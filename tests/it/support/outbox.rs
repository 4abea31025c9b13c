//! The outbox seen from its inside, for what no visitor can bring about: a worker that dies or loses its lease.

use keydesk::domain::outbox::OutboxMessage;
use keydesk::outbox::kind::Outcome;
use keydesk::outbox::record::InFlight;

use super::TestApp;

/// A claimed message after an attempt that led to this.
pub fn in_flight(app: &TestApp, message: OutboxMessage, outcome: Outcome) -> InFlight {
    InFlight { message, attempted: outcome.into(), started_at: app.now(), finished_at: app.now() }
}
