//! Connections: admins list and add them.

pub(crate) mod deliveries;
pub(crate) mod events;
pub(crate) mod form;
mod page;
pub(crate) mod polls;
pub(crate) mod secrets;
mod shop;
pub(crate) mod show;
pub(crate) mod troubles;
pub(crate) mod view;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use jiff::Timestamp;
use serde::Deserialize;

use self::form::{NewConnectionForm, Submitter, not_added};
use self::secrets::no_webhook;
use self::view::{interval, mode, shop_state, state, to_check};
use super::{CheckedQuery, CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff, html};
use super::{in_background, see_other, urls};
use crate::domain::connection::{Connection, ConnectionKind, ConnectionSecretKind, ConnectionState};
use crate::storage::connections::figures::{self, Figures};
use crate::storage::connections::secrets::in_use;
use crate::storage::connections::{deliveries as arrived, rows};
use crate::storage::sales::held;
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::usecases::connections::add::{AddedConnection, add_connection};
use crate::usecases::connections::webhook::create_webhook;
use crate::web::layout::badge::Badge;

/// A row of the list.
struct Line {
    url: String,
    name: String,
    account: String,
    state: Badge,
    contact_at: Option<Timestamp>,
    polls: String,
    waiting: String,
    to_check: String,
}

/// What the list says of a shop.
#[derive(Default)]
struct ShopFigures {
    /// How many sales wait for a decision.
    held: i64,
    /// How many deliveries brought sales today.
    today: i64,
    has_secret: bool,
}

#[derive(Template)]
#[template(path = "connections/index.html")]
struct ConnectionsPage {
    page: PageContext,
    lines: Vec<Line>,
    name: String,
    errors: FormErrors,
}

impl ConnectionsPage {
    /// The kinds of shops: value, name and how they are connected.
    fn shops(&self) -> Vec<(&'static str, &'static str, String)> {
        let shops = ConnectionKind::ALL.into_iter().filter(|kind| kind.is_shop());
        let what = |kind: ConnectionKind| self.page.localizer.t(&format!("shops-{}-what", kind.as_str()));
        shops.map(|kind| (kind.as_str(), kind.service(), what(kind))).collect()
    }
}

#[derive(Template)]
#[template(path = "connections/new.html")]
struct NewConnectionPage {
    page: PageContext,
    form: NewConnectionForm,
    errors: FormErrors,
}

impl NewConnectionPage {
    /// What to do before and after.
    fn steps(&self) -> Vec<String> {
        if let Some(shop) = self.form.shop() {
            return shop::steps(&self.page, shop.as_str());
        }
        let steps = if self.form.is_github() {
            ["connections-step-repository", "connections-step-token", "connections-step-invite"]
        } else {
            ["connections-step-entitlement", "connections-step-key", "connections-step-after"]
        };
        steps.map(|key| self.page.localizer.t(key)).to_vec()
    }

    fn title(&self) -> String {
        let service = match (self.form.shop(), self.form.is_github()) {
            (Some(shop), _) => shop.service(),
            (None, true) => ConnectionKind::Github.service(),
            (None, false) => ConnectionKind::Dodo.service(),
        };
        self.page.t1("connections-new-of", "service", service)
    }

    /// What a shop's key is for, or where its secret comes from.
    fn shop_hint(&self, what: &str) -> String {
        let kind = self.form.shop().map(ConnectionKind::as_str).unwrap_or_default();
        self.page.localizer.t(&format!("shops-{kind}-{what}-hint"))
    }

    fn api_url_hint(&self) -> String {
        if self.form.shop().is_some() {
            return self.page.localizer.t("shops-api-url-hint");
        }
        let key = if self.form.is_github() { "connections-github-url-hint" } else { "connections-api-url-hint" };
        self.page.localizer.t(key)
    }

    /// Each mode with its name, and whether it is chosen.
    fn modes(&self) -> Vec<(&'static str, String, bool)> {
        let chosen = if self.form.mode == "test" { "test" } else { "live" };
        ["live", "test"].map(|mode| (mode, self.page.named("connections-mode", mode), mode == chosen)).to_vec()
    }
}

/// Lists all connections, those with problems first.
pub(crate) async fn index(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    show_list(&staff, &ctx, StatusCode::OK, String::new(), FormErrors::new()).await
}

async fn show_list(
    staff: &SignedInStaff,
    ctx: &Context,
    status: StatusCode,
    name: String,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let page = staff.page(Nav::Connections);
    let midnight = page.now.to_zoned(page.business_zone.clone()).start_of_day();
    let since = midnight.map_or(page.now, |at| at.timestamp());
    let read = in_background(ctx, move |ctx| {
        ctx.db.read(|conn: &mut Conn| {
            let connections = rows::all(conn)?.into_iter();
            let read = |connection: Connection| {
                let (id, kind) = (&connection.id, ConnectionSecretKind::WebhookSecret);
                let of_shop = if connection.kind.is_shop() {
                    ShopFigures {
                        held: held::open_of_connection(conn, id)?,
                        today: arrived::sales_since(conn, id, since)?,
                        has_secret: !in_use(conn, id, kind, ctx.clock.now())?.is_empty(),
                    }
                } else {
                    ShopFigures::default()
                };
                Ok((figures::of(conn, id)?, of_shop, connection))
            };
            connections.map(read).collect()
        })
    });
    let mut connections: Vec<(Figures, ShopFigures, Connection)> = read.await?.map_err(|error: StorageError| error)?;
    connections.sort_by_key(|(figures, _, connection)| match connection.state {
        ConnectionState::Broken => 0,
        ConnectionState::Active if connection.poll_error.is_some() => 1,
        ConnectionState::Active if figures.out_of_step() > 0 => 2,
        ConnectionState::Active => 3,
        ConnectionState::Paused => 4,
    });
    let line = |(figures, of_shop, connection): &(Figures, ShopFigures, Connection)| {
        if connection.kind.is_shop() { shop_line(&page, connection, of_shop) } else { line(&page, connection, figures) }
    };
    let lines = connections.iter().map(line).collect();
    html(status, &ConnectionsPage { page, lines, name, errors })
}

fn line(page: &PageContext, connection: &Connection, figures: &Figures) -> Line {
    let account = connection.account.as_ref().map(|account| format!(", {account}")).unwrap_or_default();
    Line {
        url: urls::connection(&connection.id),
        name: connection.name.clone(),
        account: format!("{}{account}", mode(page, connection)),
        state: state(page, connection, figures),
        contact_at: connection.polled_at.max(connection.hook_at),
        polls: match connection.state {
            ConnectionState::Active => {
                page.t1("connections-polled-every", "interval", interval(page, connection.poll_every))
            }
            _ => page.localizer.t("connections-polls-off"),
        },
        waiting: page.number(figures.waiting),
        to_check: to_check(page, figures),
    }
}

fn shop_line(page: &PageContext, connection: &Connection, figures: &ShopFigures) -> Line {
    Line {
        url: urls::connection(&connection.id),
        name: connection.name.clone(),
        account: mode(page, connection),
        state: shop_state(page, connection, figures.has_secret),
        contact_at: connection.hook_at,
        polls: page.localizer.t("shops-sends"),
        waiting: page.t1("shops-sales-today", "count", figures.today),
        to_check: if figures.held > 0 { page.t1("shops-to-decide", "count", figures.held) } else { String::new() },
    }
}

/// What the first form has told.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewQuery {
    kind: String,
    name: String,
}

/// Shows the form for a new connection.
pub(crate) async fn new(staff: SignedInStaff, query: CheckedQuery<NewQuery>) -> Result<HttpResponse, PageError> {
    let form = NewConnectionForm { kind: query.kind.clone(), name: query.name.clone(), ..NewConnectionForm::default() };
    show_form(&staff, StatusCode::OK, form, FormErrors::new())
}

/// Tries the key, adds the connection and its webhook, and shows it. The first form leads to the second.
pub(crate) async fn create(
    staff: SignedInStaff,
    form: CsrfForm<NewConnectionForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let typed = form.into_inner();
    if typed.is_first() {
        let errors = typed.check_first(staff.localizer());
        if !errors.is_empty() {
            return show_list(&staff, &ctx, StatusCode::UNPROCESSABLE_ENTITY, typed.name, errors).await;
        }
        let query = [("kind", typed.kind), ("name", typed.name)];
        return Ok(see_other(&urls::with_query(urls::NEW_CONNECTION, &query)));
    }
    let (form, submitter) = (typed.clone(), Submitter::of(&staff));
    let added = in_background(&ctx, move |ctx| {
        let command = form.parse(ctx, &submitter)?;
        match add_connection(ctx, &command) {
            Ok(added) if command.kind.is_shop() => Ok(Ok((None, added))),
            Ok(added) => Ok(Ok((with_webhook(ctx, &added, command.webhook_secret.is_some(), &submitter), added))),
            Err(error) => not_added(&submitter.localizer, error).map_or_else(|error| Ok(Err(error)), Err),
        }
    });
    match added.await? {
        Ok(Ok((failed, added))) => {
            let flash = match (failed, added.may_supply) {
                _ if typed.shop().is_some() => Flash::ok("shops-added"),
                (_, Some(false)) if !added.has_webhooks => Flash::warn("connections-added-no-repository"),
                (_, Some(false)) => Flash::warn("connections-added-read-only"),
                (Some(flash), _) => flash,
                (None, _) => Flash::ok("connections-added"),
            };
            Ok(staff.see_other(&urls::connection(&added.id), flash))
        }
        Ok(Err(error)) => Err(error.into()),
        Err(errors) => show_form(&staff, StatusCode::UNPROCESSABLE_ENTITY, typed, errors),
    }
}

/// Creates the webhook of a new connection, unless somebody has; returns why it could not be created. Polling works
/// without it.
fn with_webhook(ctx: &Context, added: &AddedConnection, has_secret: bool, submitter: &Submitter) -> Option<Flash> {
    if added.is_known || has_secret || !added.has_webhooks || added.may_supply == Some(false) {
        return None;
    }
    let made = create_webhook(ctx, &added.id, &submitter.actor);
    let reason = no_webhook(&made.err()?).text(&submitter.localizer);
    Some(Flash::warn("connections-added-without-webhook").with("reason", reason))
}

fn show_form(
    staff: &SignedInStaff,
    status: StatusCode,
    form: NewConnectionForm,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    html(status, &NewConnectionPage { page: staff.page(Nav::Connections), form, errors })
}
