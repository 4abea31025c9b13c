//! The page of a connection: how it stands, what is out of step, its last calls and its settings.

use askama::Template;
use jiff::{SignedDuration, Timestamp};

use super::events::{self, EventRow};
use super::form::SettingsForm;
use super::troubles::TroubleRow;
use super::view::{interval, mode, moment, state};
use crate::domain::connection::invitation::PlatformInvitation;
use crate::domain::connection::{Connection, ConnectionKind, ConnectionState};
use crate::domain::page::Page;
use crate::storage::connections::deliveries::DeliveryLine;
use crate::storage::connections::events::ShownEvent;
use crate::storage::connections::figures::Figures;
use crate::storage::connections::invitations::InvitationCounts;
use crate::storage::connections::secrets::SealedConnectionSecret;
use crate::web::layout::badge::Badge;
use crate::web::{FormErrors, PageContext, urls};

/// The intervals to choose from, in seconds.
const INTERVALS: [i64; 7] = [15, 30, 60, 120, 300, 900, 3_600];

#[derive(Template)]
#[template(path = "connections/show.html")]
pub(super) struct ConnectionPage {
    pub page: PageContext,
    pub connection: Connection,
    pub figures: Figures,
    /// Figures of the invitations, and those that a person has to look at.
    pub counts: InvitationCounts,
    pub lost: Vec<PlatformInvitation>,
    pub troubles: Vec<TroubleRow>,
    pub events: Page<ShownEvent>,
    /// Webhooks that were given up and can be worked off again.
    pub given_up: Vec<DeliveryLine>,
    pub secrets: Secrets,
    pub hook_url: String,
    /// Whether the account can reach the portal.
    pub is_reachable: bool,
    pub form: SettingsForm,
    pub errors: FormErrors,
    /// `remove`: the confirmation shown on the page instead of in a dialog.
    pub asked: String,
}

/// The secrets in use.
pub(super) struct Secrets {
    pub api_key: Option<SealedConnectionSecret>,
    pub webhook: Option<SealedConnectionSecret>,
}

impl ConnectionPage {
    fn path(&self) -> String {
        urls::connection(&self.connection.id)
    }

    fn state(&self) -> Badge {
        state(&self.page, &self.connection, &self.figures)
    }

    fn is_paused(&self) -> bool {
        self.connection.state == ConnectionState::Paused
    }

    fn is_asked(&self) -> bool {
        self.asked == "remove"
    }

    fn is_github(&self) -> bool {
        self.connection.kind == ConnectionKind::Github
    }

    fn mode(&self) -> String {
        mode(&self.page, &self.connection)
    }

    /// The account and when it was last polled.
    fn contact(&self) -> String {
        let polled =
            self.connection.polled_at.map(|at| self.page.t1("connections-last-poll-at", "time", self.moment(at)));
        [self.connection.account.clone(), polled].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn moment(&self, at: Timestamp) -> String {
        moment(&self.page, at)
    }

    /// What keeps the connection from working.
    fn fault(&self) -> Option<String> {
        let connection = &self.connection;
        match (connection.state, connection.broken_reason.as_deref(), &connection.poll_error) {
            (ConnectionState::Broken, reason, _) => {
                let key = match reason {
                    Some("forbidden") => "connections-broken-forbidden",
                    _ => "connections-broken-unauthorized",
                };
                Some(self.page.t1(key, "service", connection.kind.service()))
            }
            (ConnectionState::Active, _, Some(error)) => Some(self.page.t1("connections-poll-failed", "error", error)),
            _ => None,
        }
    }

    // The figures.

    fn polled(&self) -> String {
        self.connection.polled_at.map_or_else(|| self.page.localizer.t("connections-never"), |at| self.moment(at))
    }

    fn next_poll(&self) -> String {
        match self.connection.state {
            ConnectionState::Active => {
                let interval = interval(&self.page, self.connection.poll_every);
                let next = self.connection.next_poll_at.max(self.page.now);
                self.page.t2("connections-next-poll", "time", self.moment(next), "interval", interval)
            }
            _ => self.page.localizer.t("connections-polls-off"),
        }
    }

    fn hooked(&self) -> String {
        self.connection.hook_at.map_or_else(|| self.page.localizer.t("connections-never"), |at| self.moment(at))
    }

    fn calls_left(&self) -> String {
        self.connection.budget.map_or_else(|| "–".to_owned(), |budget| self.page.number(budget.left))
    }

    fn calls_of(&self) -> String {
        match self.connection.budget {
            Some(budget) => self.page.t1("connections-calls-of", "limit", budget.limit),
            None => self.page.localizer.t("connections-calls-unknown"),
        }
    }

    fn in_step(&self) -> String {
        match self.connection.polled_at {
            Some(at) => self.page.t1("connections-in-step", "time", self.moment(at)),
            None => self.page.localizer.t("connections-in-step-unchecked"),
        }
    }

    fn has_more_troubles(&self) -> bool {
        usize::try_from(self.figures.out_of_step()).is_ok_and(|count| count > self.troubles.len())
    }

    // The last calls.

    fn events(&self) -> Vec<EventRow> {
        self.events.rows.iter().map(|shown| events::row(&self.page, &shown.event)).collect()
    }

    fn newer(&self) -> String {
        self.events.first_after_previous().map(|first| self.at("before", first)).unwrap_or_default()
    }

    fn older(&self) -> String {
        self.events.last_before_next().map(|last| self.at("after", last)).unwrap_or_default()
    }

    fn at(&self, side: &str, shown: &ShownEvent) -> String {
        format!("{}?{side}={}#log", self.path(), shown.cursor().encode())
    }

    // The key, the settings and the webhook.

    /// What the key may do.
    fn rights(&self) -> Vec<Badge> {
        if self.is_github() {
            let invites = ("connections-may-invite", self.connection.may_supply);
            return vec![self.right(invites)];
        }
        let may_read = self.connection.polled_at.map(|_| self.connection.state != ConnectionState::Broken);
        let rights = [
            ("connections-may-read", may_read.or(self.connection.may_supply.map(|_| true))),
            ("connections-may-supply", self.connection.may_supply),
            ("connections-may-webhook", self.connection.may_make_webhook),
        ];
        rights.map(|right| self.right(right)).into()
    }

    fn right(&self, (key, right): (&str, Option<bool>)) -> Badge {
        let text = self.page.localizer.t(key);
        match right {
            Some(true) => Badge::ok(text),
            Some(false) => Badge::off(self.page.t1("connections-may-not", "right", text)),
            None => Badge::warning(self.page.t1("connections-may-unknown", "right", text)),
        }
    }

    /// What the rights mean, as a locale key.
    fn may_hint(&self) -> &'static str {
        match self.connection.may_supply {
            _ if self.is_github() => "connections-may-hint-github",
            Some(true) => "connections-may-hint",
            Some(false) => "connections-may-hint-read-only",
            None => "connections-may-hint-unknown",
        }
    }

    fn key_hint(&self) -> String {
        match &self.secrets.api_key {
            Some(key) => {
                let (end, date) = (&key.last_four, self.page.date(key.created_at));
                self.page.t2("connections-key-now", "end", end, "date", date)
            }
            None => self.page.localizer.t("connections-api-key-hint"),
        }
    }

    /// Each interval with its text, and whether it is chosen.
    fn intervals(&self) -> Vec<(String, String, bool)> {
        let present = self.connection.poll_every.as_secs();
        let mut intervals = INTERVALS.to_vec();
        if !intervals.contains(&present) {
            intervals.push(present);
            intervals.sort_unstable();
        }
        let choice = |seconds: i64| {
            let text = interval(&self.page, SignedDuration::from_secs(seconds));
            (seconds.to_string(), text, seconds.to_string() == self.form.poll)
        };
        intervals.into_iter().map(choice).collect()
    }

    fn webhook_state(&self) -> Badge {
        let t = |key| self.page.localizer.t(key);
        match (&self.secrets.webhook, &self.connection.remote_webhook_id) {
            (None, _) => Badge::warning(t("connections-webhook-none")),
            (Some(_), Some(_)) => Badge::ok(t("connections-webhook-by-keydesk")),
            (Some(_), None) => Badge::ok(t("connections-webhook-own")),
        }
    }

    fn secret(&self) -> String {
        match &self.secrets.webhook {
            Some(secret) => format!("whsec_…{}", secret.last_four),
            None => self.page.localizer.t("connections-webhook-secret-none"),
        }
    }

    fn may_make_webhook(&self) -> bool {
        self.connection.remote_webhook_id.is_none()
            && self.is_reachable
            && self.connection.may_make_webhook != Some(false)
    }
}
