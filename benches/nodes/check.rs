//! Whether every grant that was acknowledged has one key and one e-mail, in the database and at the sink.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::GrantId;
use keydesk::domain::outbox::MessageState;
use keydesk::storage::{grants, outbox};
use keydesk::usecases::Context;
use keydesk::usecases::audit_log::verify::verify_audit_log;

use super::mailbox::Mailbox;

/// What arrived of what was acknowledged.
pub struct Mails {
    pub per_second: f64,
    pub duplicates: usize,
    pub lost: usize,
}

/// Waits until nothing is left in the outbox; the leases of a node that was killed have to run out.
pub fn wait_for_outbox(ctx: &Context) -> Duration {
    let started = Instant::now();
    while !ctx.db.read(outbox::stats::unsent).unwrap().is_empty() {
        assert!(started.elapsed() < Duration::from_secs(90), "the outbox does not empty");
        std::thread::sleep(Duration::from_millis(20));
    }
    started.elapsed()
}

pub fn check(ctx: &Context, mailbox: &Mailbox, acknowledged: &[String]) -> Mails {
    let arrivals = mailbox.take();
    let mut times: Vec<Instant> = arrivals.values().flatten().copied().collect();
    times.sort_unstable();
    // The last few may have waited for a lease.
    let most = times.len() * 95 / 100;
    let span = times.get(most).zip(times.first()).map_or(0.0, |(last, first)| (*last - *first).as_secs_f64());
    let duplicates = arrivals.values().map(|times| times.len() - 1).sum();
    let lost = acknowledged.iter().filter(|id| !is_whole(ctx, id, &arrivals)).count();
    verify_audit_log(ctx).unwrap();
    Mails { per_second: most as f64 / span, duplicates, lost }
}

fn is_whole(ctx: &Context, id: &str, arrivals: &HashMap<String, Vec<Instant>>) -> bool {
    let id = GrantId::parse(id).unwrap();
    let detail = ctx.db.read(|conn| grants::detail::find(conn, &id)).unwrap();
    let fulfillments = detail.timeline.iter().filter(|entry| entry.action == "grant.fulfill").count();
    let is_sent = detail.emails.len() == 1
        && detail
            .emails
            .iter()
            .all(|(message, _)| message.state == MessageState::Sent && arrivals.contains_key(message.id.as_str()));
    detail.grant.status == GrantStatus::Delivered && detail.license_key.is_some() && fulfillments == 1 && is_sent
}
