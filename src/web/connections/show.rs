//! Showing a connection, and saving its settings.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::form::{SettingsForm, Submitter};
use super::page::{ConnectionPage, Secrets};
use super::shop::ShopPage;
use super::troubles;
use crate::config::BaseUrl;
use crate::domain::connection::{Connection, ConnectionSecretKind};
use crate::domain::ids::ConnectionId;
use crate::domain::page::{Cursor, PageStart};
use crate::http::id::Id;
use crate::storage::catalog::product_words;
use crate::storage::connections::secrets::in_use;
use crate::storage::connections::{deliveries, events, figures, invitations, rows, troubles as stored_troubles};
use crate::storage::sales::held;
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::usecases::connections::edit::update_connection;
use crate::usecases::connections::hook_url;
use crate::usecases::connections::receive_hook::PING;
use crate::usecases::connections::webhook::is_reachable;
use crate::web::{CheckedQuery, CsrfForm, Flash, FormErrors, Nav, PageError, SignedInStaff};
use crate::web::{html, in_background, urls};

/// How many calls are on a page.
const EVENTS: usize = 10;
/// How many grants that are out of step are listed.
const TROUBLES: i64 = 50;
/// How many deliveries of a shop are on a page.
const DELIVERIES: usize = 20;
/// How many products are listed beside them.
const PRODUCTS: usize = 50;

/// The query of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ShowQuery {
    after: String,
    before: String,
    act: String,
    /// Of a shop: which deliveries are listed.
    only: String,
}

/// Shows a connection.
pub(crate) async fn show(
    staff: SignedInStaff,
    id: Id<ConnectionId>,
    query: CheckedQuery<ShowQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let from = PageStart::of(Cursor::decode(&query.after), Cursor::decode(&query.before));
    let again = Again { asked: query.act.clone(), only: query.only.clone(), ..Again::default() };
    render(&staff, &ctx, &id, from, again).await
}

/// What is to be shown anew: what was asked for, what is wrong with a form, and what was typed.
#[derive(Default)]
struct Again {
    status: StatusCode,
    asked: String,
    only: String,
    errors: FormErrors,
    form: Option<SettingsForm>,
}

/// The page of an account, of GitHub or of a shop.
async fn render(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &ConnectionId,
    from: PageStart<Cursor>,
    again: Again,
) -> Result<HttpResponse, PageError> {
    let connection_id = id.clone();
    let connection = in_background(ctx, move |ctx| ctx.db.read(|conn| rows::find(conn, &connection_id))).await??;
    let Again { status, asked, only, errors, form } = again;
    let form = form.unwrap_or_else(|| SettingsForm::of(&connection));
    if connection.kind.is_shop() {
        let mut view = load_shop(staff, ctx, connection, only, from).await?;
        (view.asked, view.errors, view.form) = (asked, errors, form);
        return html(status, &view);
    }
    let mut view = load(staff, ctx, id, from).await?;
    (view.asked, view.errors, view.form) = (asked, errors, form);
    html(status, &view)
}

async fn load_shop(
    staff: &SignedInStaff,
    ctx: &Context,
    connection: Connection,
    only: String,
    from: PageStart<Cursor>,
) -> Result<ShopPage, PageError> {
    let page = staff.page(Nav::Connections);
    let midnight = page.now.to_zoned(page.business_zone.clone()).start_of_day();
    let since = midnight.map_or(page.now, |at| at.timestamp());
    let (id, results) = (connection.id.clone(), results(&only));
    let read = in_background(ctx, move |ctx| {
        let now = ctx.clock.now();
        ctx.db.read(|conn: &mut Conn| {
            Ok::<_, StorageError>((
                deliveries::page(conn, &id, results, &from, DELIVERIES)?,
                deliveries::sales_since(conn, &id, since)?,
                held::open_of_connection(conn, &id)?,
                events::last(conn, &id, PING)?,
                in_use(conn, &id, ConnectionSecretKind::WebhookSecret, now)?,
                in_use(conn, &id, ConnectionSecretKind::ApiKey, now)?.into_iter().next(),
                product_words::list(conn)?,
            ))
        })
    });
    let (deliveries, sales_today, held, pinged_at, secrets, api_key, mut products) = read.await??;
    products.truncate(PRODUCTS);
    Ok(ShopPage {
        hook_url: hook_url(&ctx.config.base_url.as_ref().map(BaseUrl::origin).unwrap_or_default(), &connection.id),
        form: SettingsForm::of(&connection),
        errors: FormErrors::new(),
        asked: String::new(),
        page,
        connection,
        deliveries,
        only,
        sales_today,
        held,
        pinged_at,
        secrets,
        api_key,
        products,
    })
}

/// The results that a tab of the deliveries has.
fn results(only: &str) -> &'static [&'static str] {
    match only {
        "decision" => &["held", "asked"],
        "errors" => &["failed", "refused", "unreadable"],
        _ => &[],
    }
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
    let again = Again { status, errors, form, ..Again::default() };
    render(&staff, &ctx, &id, PageStart::Start, again).await
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
    let again = Again { status: StatusCode::UNPROCESSABLE_ENTITY, errors, ..Again::default() };
    render(staff, ctx, id, PageStart::Start, again).await
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
            let events = events::page(conn, &id, &from, EVENTS)?;
            let given_up = deliveries::page(conn, &id, &["failed"], &PageStart::Start, DELIVERIES)?.rows;
            let invited = (invitations::counts(conn, &id)?, invitations::in_trouble(conn, &id, TROUBLES)?);
            Ok::<_, StorageError>((connection, secrets, figures, invited, lines, (events, given_up)))
        })
    });
    let (connection, secrets, figures, (counts, lost), lines, (events, given_up)) = read.await??;
    let page = staff.page(Nav::Connections);
    let base_url = ctx.config.base_url.as_ref();
    Ok(ConnectionPage {
        troubles: lines.into_iter().map(|line| troubles::row(&page, &connection, line)).collect(),
        hook_url: hook_url(&base_url.map(BaseUrl::origin).unwrap_or_default(), &connection.id),
        is_reachable: is_reachable(base_url, &connection),
        form: SettingsForm::of(&connection),
        errors: FormErrors::new(),
        asked: String::new(),
        page,
        connection,
        figures,
        counts,
        lost,
        events,
        given_up: given_up.into_iter().filter(|line| line.has_body).collect(),
        secrets,
    })
}
