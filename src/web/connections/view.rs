//! A connection as pages show it.

use jiff::{SignedDuration, Timestamp};

use crate::domain::connection::supply::SupplyState;
use crate::domain::connection::{Connection, ConnectionState, GITHUB_URL, LIVE_URL, TEST_URL};
use crate::outbound::guard::host_of;
use crate::storage::connections::figures::Figures;
use crate::web::PageContext;
use crate::web::layout::badge::Badge;

/// Polls that fail for this many intervals are told in place of the state.
const SILENT_AFTER: i32 = 5;

/// The account's mode, or where its API is.
pub(crate) fn mode(page: &PageContext, connection: &Connection) -> String {
    match connection.api_url.as_str() {
        _ if connection.kind.is_shop() => connection.kind.service().to_owned(),
        LIVE_URL => page.localizer.t("connections-mode-live"),
        TEST_URL => page.localizer.t("connections-mode-test"),
        GITHUB_URL => connection.kind.service().to_owned(),
        other => host_of(other),
    }
}

/// `60 s`, `5 min`.
pub(crate) fn interval(page: &PageContext, interval: SignedDuration) -> String {
    match interval.as_secs() {
        seconds if seconds < 120 || seconds % 60 != 0 => format!("{seconds} s"),
        _ => page.duration(interval),
    }
}

/// A moment of today by its time alone.
pub(crate) fn moment(page: &PageContext, at: Timestamp) -> String {
    let is_today = page.date(at) == page.date(page.now);
    if is_today { page.time(at) } else { page.date_time(at) }
}

/// What needs a look, with an outlined triangle.
pub(crate) fn look(text: String) -> Badge {
    Badge { icon: "warn", ..Badge::warning(text) }
}

/// The state of a connection.
pub(crate) fn state(page: &PageContext, connection: &Connection, figures: &Figures) -> Badge {
    let t = |key| page.localizer.t(key);
    match connection.state {
        ConnectionState::Paused => Badge::off(t("connections-is-paused")),
        ConnectionState::Broken => Badge::failed(t("connections-is-broken")),
        ConnectionState::Active => match silent_since(page, connection) {
            Some(since) => Badge::failed(page.t1("connections-is-silent", "time", moment(page, since))),
            None if figures.out_of_step() > 0 => {
                look(page.t1("connections-is-out-of-step", "count", figures.out_of_step()))
            }
            None if connection.polled_at.is_none() => Badge::warning(t("connections-is-new")),
            None => Badge::ok(t("connections-is-working")),
        },
    }
}

/// Since when the account has not answered, if that is longer than a hiccup.
fn silent_since(page: &PageContext, connection: &Connection) -> Option<Timestamp> {
    connection.poll_error.as_ref()?;
    let since = connection.polled_at.unwrap_or(connection.created_at);
    (since.duration_until(page.now) > connection.poll_every * SILENT_AFTER).then_some(since)
}

/// What is out of step, in words: `1 delivered elsewhere, 2 unknown there`.
pub(crate) fn to_check(page: &PageContext, figures: &Figures) -> String {
    let parts = figures.troubles.iter().map(|(trouble, count)| {
        let name = page.named("trouble", trouble.as_str());
        page.t2("connections-trouble-count", "count", *count, "name", name)
    });
    let lost = (figures.lost > 0).then(|| {
        page.t2("connections-trouble-count", "count", figures.lost, "name", page.localizer.t("connections-lost-short"))
    });
    parts.chain(lost).collect::<Vec<_>>().join(", ")
}

/// How far a key has come that is supplied to an account.
pub(crate) fn supply(page: &PageContext, state: &SupplyState) -> Badge {
    let text = page.named("supply-state", state.as_str());
    match state {
        SupplyState::Queued | SupplyState::Sending => Badge::warning(text),
        SupplyState::Supplied => Badge { icon: "delivered", ..Badge::ok(text) },
        SupplyState::Failed => Badge::failed(text),
    }
}

/// The state of a shop's connection.
pub(crate) fn shop_state(page: &PageContext, connection: &Connection, has_secret: bool) -> Badge {
    let t = |key| page.localizer.t(key);
    match connection.state {
        ConnectionState::Paused => Badge::off(t("connections-is-paused")),
        ConnectionState::Broken => Badge::failed(t("connections-is-broken")),
        ConnectionState::Active if connection.kind.has_secret() && !has_secret => Badge::failed(t("shops-is-unsigned")),
        ConnectionState::Active if connection.hook_at.is_none() => Badge::warning(t("shops-is-new")),
        ConnectionState::Active => Badge::ok(t("connections-is-working")),
    }
}
