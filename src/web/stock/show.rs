//! The stock of one entitlement: its figures, batches, keys and settings.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use super::settings::{StockForm, wrong_text};
use super::view::{BatchView, StockLine, batch_name, refusal};
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::EntitlementId;
use crate::domain::job::{Job, JobKind};
use crate::domain::page::{Page, PageStart};
use crate::domain::stock::settings_of;
use crate::domain::stock::{StockCursor, StockFigures, StockState};
use crate::http::id::Id;
use crate::storage::catalog::entitlements;
use crate::storage::stock::keys::{KeysOf, StockKeyLine};
use crate::storage::stock::{batches, figures, keys};
use crate::storage::{Conn, StorageError, jobs};
use crate::usecases::Context;
use crate::usecases::catalog::save_entitlement::{EntitlementFields, update_entitlement};
use crate::usecases::stock::alerts::local_now;
use crate::web::layout::badge::Badge;
use crate::web::{CheckedQuery, CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff};
use crate::web::{html, in_background, urls};

const PAGE_SIZE: usize = 50;

#[derive(Template)]
#[template(path = "stock/show.html")]
pub(super) struct StockPage {
    page: PageContext,
    line: StockLine,
    batches: Vec<BatchView>,
    keys: Page<StockKeyLine>,
    /// The state whose keys are listed, and where the list starts.
    state: StockState,
    from: PageStart<StockCursor>,
    /// The job that serves the waiting grants, while it runs.
    serving: Option<Job>,
    /// Why the entitlement takes no keys.
    refusal: Option<&'static str>,
    pub(super) form: StockForm,
    pub(super) errors: FormErrors,
    /// What was chosen and typed in the form about keys.
    pub(super) selected: Vec<String>,
    selects_all: bool,
    pub(super) reason: String,
}

/// A tab of the list of keys.
struct Tab {
    url: String,
    label: String,
    count: i64,
    is_current: bool,
}

/// A key in the list.
struct KeyRow {
    id: String,
    end: String,
    is_selected: bool,
    state: Badge,
    batch: String,
    batch_url: String,
    use_before: String,
    /// Where it went: words, perhaps with a link, and what is known besides.
    place: String,
    place_url: Option<String>,
    place_sub: Option<String>,
}

impl StockPage {
    fn is_link(&self) -> bool {
        self.line.entitlement.config.delivers().is_link()
    }

    fn may_have_stock(&self) -> bool {
        self.line.settings.is_ok()
    }

    fn summary(&self) -> String {
        let figures = &self.line.figures;
        self.page.t2("stock-summary", "available", figures.available, "waiting", figures.waiting)
    }

    fn progress(&self, job: &Job) -> String {
        match job.total {
            Some(total) => self.page.t2("stock-serving-of", "done", job.done, "total", total),
            None => self.page.t1("stock-serving", "done", job.done),
        }
    }

    fn state_name(&self) -> &'static str {
        self.state.as_str()
    }

    /// Where the list starts, as a field of the form and its value.
    fn start(&self) -> Option<(&'static str, String)> {
        match &self.from {
            PageStart::Start => None,
            PageStart::After(cursor) => Some(("after", cursor.encode())),
            PageStart::Before(cursor) => Some(("before", cursor.encode())),
        }
    }

    /// The order of the list, where it means something.
    fn order(&self) -> String {
        if self.is_available() { self.page.localizer.t("stock-keys-order") } else { String::new() }
    }

    fn is_available(&self) -> bool {
        self.state == StockState::Available
    }

    fn is_quarantined(&self) -> bool {
        self.state == StockState::Quarantined
    }

    /// Whether the person can move keys of this state.
    fn may_move(&self) -> bool {
        self.page.may_manage() && (self.is_available() || self.is_quarantined())
    }

    fn tabs(&self) -> Vec<Tab> {
        let StockFigures { available, reserved, expired, issued, quarantined, discarded, .. } = self.line.figures;
        let counts = [available + reserved + expired, issued, quarantined, discarded];
        let tab = |(state, count): (StockState, i64)| Tab {
            url: self.list_url(state, ""),
            label: self.page.named("stock-state", state.as_str()),
            count,
            is_current: state == self.state,
        };
        StockState::ALL.into_iter().zip(counts).map(tab).collect()
    }

    fn list_url(&self, state: StockState, rest: &str) -> String {
        format!("{}?state={}{rest}#keys-list", urls::stock(&self.line.entitlement.id), state.as_str())
    }

    fn select_url(&self) -> String {
        self.list_url(self.state, "&select=page")
    }

    fn previous(&self) -> String {
        self.keys.first_after_previous().map(|first| self.at("before", first)).unwrap_or_default()
    }

    fn next(&self) -> String {
        self.keys.last_before_next().map(|last| self.at("after", last)).unwrap_or_default()
    }

    fn at(&self, side: &str, key: &StockKeyLine) -> String {
        self.list_url(self.state, &format!("&{side}={}", key.cursor().encode()))
    }

    fn rows(&self) -> Vec<KeyRow> {
        self.keys.rows.iter().map(|key| self.row(key)).collect()
    }

    fn row(&self, key: &StockKeyLine) -> KeyRow {
        let page = &self.page;
        let batch = self.batches.iter().find(|batch| batch.0.batch.id == key.batch_id);
        let is_reserved = key.is_reserved(page.now);
        let is_past = key.use_before.is_some_and(|at| at <= page.now);
        let state = |name: &str| page.named("stock-state", name);
        let badge = match key.state {
            StockState::Available if is_past => Badge::off(state("past")),
            StockState::Available if is_reserved => Badge::warning(state("reserved")),
            StockState::Available => Badge::ok(state("available")),
            StockState::Issued => Badge { class: "", icon: "mail", text: state("issued") },
            StockState::Quarantined => Badge::failed(state("quarantined")),
            StockState::Discarded => Badge::off(state("discarded")),
        };
        let (mut place, mut place_url, mut place_sub) = (page.localizer.t("stock-in-stock"), None, None);
        match key.state {
            StockState::Available => {
                if let Some((grant_id, until)) = key.reserved.as_ref().filter(|_| is_reserved) {
                    place = page.localizer.t("stock-kept-for-grant");
                    place_url = Some(urls::grant(grant_id));
                    place_sub = Some(page.t1("stock-until", "time", page.time(*until)));
                }
            }
            StockState::Issued => {
                place = page.localizer.t("stock-issued-key");
                place_url = key.license_key_id.as_ref().map(urls::license_key);
                place_sub = key.issued_at.map(|at| page.date_time(at));
            }
            StockState::Quarantined | StockState::Discarded => {
                place = key.reason.clone().unwrap_or_default();
                place_sub = Some(page.date_time(key.changed_at));
            }
        }
        KeyRow {
            id: key.id.to_string(),
            end: key.last_four.clone(),
            is_selected: self.selects_all || self.selected.iter().any(|id| id == key.id.as_str()),
            state: badge,
            batch: batch.map_or_else(|| key.batch_id.to_string(), |batch| batch_name(&batch.0.batch)),
            batch_url: urls::batch(&key.batch_id),
            use_before: key.use_before.map_or_else(|| page.localizer.t("none"), |at| page.date(at)),
            place,
            place_url,
            place_sub,
        }
    }
}

/// The query of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ShowQuery {
    state: String,
    after: String,
    before: String,
    select: String,
}

/// Shows the stock of an entitlement.
pub(crate) async fn show(
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    query: CheckedQuery<ShowQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let from = PageStart::of(StockCursor::decode(&query.after), StockCursor::decode(&query.before));
    let mut view = load(&staff, &ctx, &id, state_of(&query.state), from).await?;
    view.selects_all = query.select == "page";
    html(StatusCode::OK, &view)
}

/// The state whose keys are listed; what is available unless another one is named.
pub(super) fn state_of(text: &str) -> StockState {
    StockState::parse(text).unwrap_or(StockState::Available)
}

pub(super) async fn load(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &EntitlementId,
    state: StockState,
    from: PageStart<StockCursor>,
) -> Result<StockPage, PageError> {
    let now = local_now(ctx);
    let (id, here, start) = (id.clone(), now.clone(), from.clone());
    let read = in_background(ctx, move |ctx| {
        ctx.db.read(|conn: &mut Conn| {
            let entitlement = entitlements::find(conn, &id)?;
            let figures = figures::of(conn, &id, &here)?;
            let batches = batches::of_entitlement(conn, &id)?;
            let keys = keys::page(conn, KeysOf::Entitlement(&id), state, &start, PAGE_SIZE)?;
            let serving = jobs::newest(conn, JobKind::ServeFromStock, id.as_str())?.filter(|job| !job.is_finished);
            Ok::<_, StorageError>((entitlement, figures, batches, keys, serving))
        })
    });
    let (entitlement, figures, batches, keys, serving) = read.await??;
    let line = StockLine::new(entitlement, figures, &now);
    let form = StockForm::of(&line.settings.unwrap_or_default());
    let refusal = match line.settings {
        Err(error) => Some(refusal(error)),
        Ok(_) if !line.entitlement.is_active => Some("stock-refused-inactive"),
        Ok(_) => None,
    };
    Ok(StockPage {
        page: staff.page(Nav::Stock),
        line,
        batches: batches.into_iter().map(BatchView).collect(),
        keys,
        state,
        from,
        serving,
        refusal,
        form,
        errors: FormErrors::new(),
        selected: Vec::new(),
        selects_all: false,
        reason: String::new(),
    })
}

/// Why changed settings are not saved.
enum SaveError {
    NoStock,
    Storage(StorageError),
}

impl From<StorageError> for SaveError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Changes the settings.
pub(crate) async fn update(
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    form: CsrfForm<StockForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (form, l) = (form.into_inner(), staff.localizer());
    let mut errors = FormErrors::new();
    let stock = form.parse(&mut |field| errors.add(field, l.t(wrong_text(field))));
    if !errors.is_empty() {
        let mut view = load(&staff, &ctx, &id, StockState::Available, PageStart::Start).await?;
        (view.form, view.errors) = (form, errors);
        return html(StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    let (entitlement_id, actor) = (id.0.clone(), staff.actor());
    let updated = in_background(&ctx, move |ctx| {
        let change = |present: &Entitlement| {
            settings_of(&present.config).map_err(|_| SaveError::NoStock)?;
            let mut config = present.config.clone();
            config.issue_mut().stock = stock;
            Ok(EntitlementFields {
                name: present.name.clone(),
                description: present.description.clone(),
                config,
                metadata: None,
                is_active: None,
                product_id: None,
                file_ids: None,
            })
        };
        update_entitlement(ctx, &entitlement_id, change, &actor)
    });
    match updated.await? {
        Ok(()) => Ok(staff.see_other(&urls::stock(&id), Flash::ok("stock-settings-saved"))),
        Err(SaveError::NoStock) => Err(PageError::Conflict { sentence: "stock-refused-not-a-license-key" }),
        Err(SaveError::Storage(error)) => Err(error.into()),
    }
}
