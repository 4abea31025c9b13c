//! The page of a connection: how it stands, what is out of step, its last calls and its settings.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use super::events::{self, EventRow};
use super::form::{SettingsForm, Submitter};
use super::troubles::{self, TroubleRow};
use super::view::{interval, mode, moment, state};
use crate::domain::connection::{Connection, ConnectionSecretKind, ConnectionState, HOOK_EVENTS};
use crate::domain::ids::ConnectionId;
use crate::domain::page::{Cursor, Page, PageStart};
use crate::http::id::Id;
use crate::storage::connections::events::ShownEvent;
use crate::storage::connections::figures::{self, Figures};
use crate::storage::connections::secrets::{SealedConnectionSecret, in_use};
use crate::storage::connections::{rows, troubles as stored_troubles};
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::usecases::connections::edit::update_connection;
use crate::usecases::connections::hook_url;
use crate::usecases::connections::webhook::is_reachable;
use crate::web::layout::badge::Badge;
use crate::web::{CheckedQuery, CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff};
use crate::web::{html, in_background, urls};

/// How many calls are on a page.
const EVENTS: usize = 10;
/// How many grants that are out of step are listed.
const TROUBLES: i64 = 50;
/// The intervals to choose from, in seconds.
const INTERVALS: [i64; 7] = [15, 30, 60, 120, 300, 900, 3_600];

#[derive(Template)]
#[template(path = "connections/show.html")]
pub(crate) struct ConnectionPage {
    pub page: PageContext,
    connection: Connection,
    figures: Figures,
    troubles: Vec<TroubleRow>,
    events: Page<ShownEvent>,
    secrets: Secrets,
    hook_url: String,
    /// Whether the account can reach the portal.
    is_reachable: bool,
    pub form: SettingsForm,
    pub errors: FormErrors,
    /// `remove`: the confirmation shown on the page instead of in a dialog.
    asked: String,
}

/// The secrets in use.
struct Secrets {
    api_key: Option<SealedConnectionSecret>,
    webhook: Option<SealedConnectionSecret>,
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

    fn mode(&self) -> String {
        mode(&self.page, &self.connection)
    }

    /// The account and when it was last polled.
    fn contact(&self) -> String {
        let polled =
            self.connection.polled_at.map(|at| self.page.t1("connections-last-poll-at", "time", self.moment(at)));
        [self.connection.account.clone(), polled].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn moment(&self, at: jiff::Timestamp) -> String {
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
        let may_read = self.connection.polled_at.map(|_| self.connection.state != ConnectionState::Broken);
        let rights = [
            ("connections-may-read", may_read.or(self.connection.may_supply.map(|_| true))),
            ("connections-may-supply", self.connection.may_supply),
            ("connections-may-webhook", self.connection.may_make_webhook),
        ];
        let badge = |(key, right): (&str, Option<bool>)| {
            let text = self.page.localizer.t(key);
            match right {
                Some(true) => Badge::ok(text),
                Some(false) => Badge::off(self.page.t1("connections-may-not", "right", text)),
                None => Badge::warning(self.page.t1("connections-may-unknown", "right", text)),
            }
        };
        rights.map(badge).into()
    }

    /// What the rights mean, as a locale key.
    fn may_hint(&self) -> &'static str {
        match self.connection.may_supply {
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
            let text = interval(&self.page, jiff::SignedDuration::from_secs(seconds));
            (seconds.to_string(), text, seconds.to_string() == self.form.poll)
        };
        intervals.into_iter().map(choice).collect()
    }

    fn event_types(&self) -> &'static [&'static str] {
        &HOOK_EVENTS
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

/// The query of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ShowQuery {
    after: String,
    before: String,
    act: String,
}

/// Shows a connection.
pub(crate) async fn show(
    staff: SignedInStaff,
    id: Id<ConnectionId>,
    query: CheckedQuery<ShowQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let from = PageStart::of(Cursor::decode(&query.after), Cursor::decode(&query.before));
    let mut view = load(&staff, &ctx, &id, from).await?;
    view.asked.clone_from(&query.act);
    html(StatusCode::OK, &view)
}

/// Saves the settings.
pub(crate) async fn update(
    staff: SignedInStaff,
    id: Id<ConnectionId>,
    form: CsrfForm<SettingsForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (typed, connection_id, submitter) = (form.into_inner(), id.0.clone(), Submitter::of(&staff));
    let form = typed.clone();
    let saved = in_background(&ctx, move |ctx| {
        let change = |present: &Connection| {
            if form.is_older_than(present) {
                return Err(NotSaved::ChangedMeanwhile);
            }
            form.parse(present, &submitter.localizer).map_err(NotSaved::Wrong)
        };
        update_connection(ctx, &connection_id, change, &submitter.actor)
    });
    let (status, form, errors) = match saved.await? {
        Ok(()) => return Ok(staff.see_other(&urls::connection(&id), Flash::ok("connections-saved"))),
        Err(NotSaved::Storage(error)) => return Err(error.into()),
        Err(NotSaved::Wrong(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, Some(typed), errors),
        Err(NotSaved::ChangedMeanwhile) => {
            let errors = FormErrors::one("name", staff.localizer().t("connections-changed-meanwhile"));
            (StatusCode::CONFLICT, None, errors)
        }
    };
    let mut view = load(&staff, &ctx, &id, PageStart::Start).await?;
    view.errors = errors;
    if let Some(form) = form {
        view.form = form;
    }
    html(status, &view)
}

/// Why settings are not saved.
enum NotSaved {
    Wrong(FormErrors),
    ChangedMeanwhile,
    Storage(StorageError),
}

impl From<StorageError> for NotSaved {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// The page again, with what is wrong with a form on it.
pub(super) async fn refuse(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &ConnectionId,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let mut view = load(staff, ctx, id, PageStart::Start).await?;
    view.errors = errors;
    html(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

async fn load(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &ConnectionId,
    from: PageStart<Cursor>,
) -> Result<ConnectionPage, PageError> {
    let id = id.clone();
    let read = in_background(ctx, move |ctx| {
        let now = ctx.clock.now();
        ctx.db.read(|conn: &mut Conn| {
            let newest =
                |conn: &mut Conn, kind| Ok::<_, StorageError>(in_use(conn, &id, kind, now)?.into_iter().next());
            let connection = rows::find(conn, &id)?;
            let secrets = Secrets {
                api_key: newest(conn, ConnectionSecretKind::ApiKey)?,
                webhook: newest(conn, ConnectionSecretKind::WebhookSecret)?,
            };
            let figures = figures::of(conn, &id)?;
            let lines = stored_troubles::newest(conn, &id, TROUBLES)?;
            let events = crate::storage::connections::events::page(conn, &id, &from, EVENTS)?;
            Ok::<_, StorageError>((connection, secrets, figures, lines, events))
        })
    });
    let (connection, secrets, figures, lines, events) = read.await??;
    let page = staff.page(Nav::Connections);
    let base_url = ctx.config.base_url.as_ref();
    Ok(ConnectionPage {
        troubles: lines.into_iter().map(|line| troubles::row(&page, &connection, line)).collect(),
        hook_url: hook_url(&base_url.map(crate::config::BaseUrl::origin).unwrap_or_default(), &connection.id),
        is_reachable: is_reachable(base_url, &connection),
        form: SettingsForm::of(&connection),
        errors: FormErrors::new(),
        asked: String::new(),
        page,
        connection,
        figures,
        events,
        secrets,
    })
}
