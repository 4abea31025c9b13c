//! Acts on many grants: choosing them in the list, looking at what would happen, confirming it.

mod chosen;
pub(crate) mod export;
pub(crate) mod jobs;
mod pairs_page;
mod reasons;
mod run_page;
pub(crate) mod upload;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use self::chosen::{ids_of_list, query_of};
use self::pairs_page::{PairsPage, edits_of, lines_of};
use self::run_page::{ConfirmPage, Typed};
use crate::domain::bulk::BulkAction;
use crate::domain::ids::{BulkRunId, GrantId};
use crate::http::id::PathId;
use crate::storage::bulk_runs::BulkSettings;
use crate::usecases::Context;
use crate::usecases::bulk_runs::BulkError;
use crate::usecases::bulk_runs::confirm::confirm_run;
use crate::usecases::bulk_runs::pairs::{edit_pairs, pair_keys, read_pairs};
use crate::usecases::bulk_runs::select::{SelectGrants, select_grants};
use crate::usecases::bulk_runs::view::{Part, find};
use crate::web::grants::refuse_selection;
use crate::web::{CheckedQuery, CsrfFields, Flash, FormErrors, PageError, SignedInStaff};
use crate::web::{html, in_background, see_other, urls};

/// Grants on the page that asks before something begins.
const SHOWN: i64 = 100;

impl From<BulkError> for PageError {
    fn from(error: BulkError) -> Self {
        match error {
            BulkError::NotFound => Self::NotFound,
            BulkError::NothingChosen | BulkError::NothingToSend => Self::Unprocessable { sentence: "bulk-none" },
            BulkError::TooMany => Self::Unprocessable { sentence: "bulk-too-many" },
            BulkError::NotRepeatable => Self::Unprocessable { sentence: "bulk-not-repeatable" },
            BulkError::Storage(error) => error.into(),
        }
    }
}

/// The action in the path, if the person may do it.
fn action_of(request: &HttpRequest, staff: &SignedInStaff) -> Result<BulkAction, PageError> {
    let name = request.match_info().get("action").unwrap_or_default();
    let action = BulkAction::parse(name).ok_or(PageError::NotFound)?;
    let needs = action.role();
    if staff.may(needs) { Ok(action) } else { Err(PageError::Forbidden { needs }) }
}

/// The run in the path.
fn run_id_of(request: &HttpRequest) -> Result<BulkRunId, PageError> {
    let text = request.match_info().get("run_id").unwrap_or_default();
    BulkRunId::parse_path(text).map_err(|_| PageError::NotFound)
}

/// Keeps what was chosen in the list, and begins at once what needs no more.
pub(crate) async fn create(
    request: HttpRequest,
    staff: SignedInStaff,
    form: CsrfFields,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let action = action_of(&request, &staff)?;
    let fields = form.fields;
    let query = query_of(fields.get("filter"))?;
    let list = query.read(&staff);
    let grant_ids: Vec<GrantId> = if fields.get("all").is_empty() {
        fields.all("id").iter().filter_map(|id| GrantId::parse(id).ok()).collect()
    } else {
        let (asked, may_reveal) = (list.clone(), staff.may(ctx.config.reveal));
        in_background(&ctx, move |ctx| ids_of_list(ctx, &asked, may_reveal, action.max() + 1)).await??
    };
    let command = SelectGrants {
        action,
        grant_ids,
        list: urls::query(&list.pairs()),
        staff_id: staff.id.clone(),
        actor: staff.actor(),
    };
    let id = match in_background(&ctx, move |ctx| select_grants(ctx, &command)).await? {
        Ok(id) => id,
        Err(BulkError::NothingChosen) => {
            let sentence = staff.localizer().t("bulk-none");
            return refuse_selection(&staff, &query, &ctx, sentence).await;
        }
        Err(BulkError::TooMany) => {
            let max = staff.localizer().number(action.max());
            let sentence = staff.localizer().t1("bulk-more-than", "count", max);
            return refuse_selection(&staff, &query, &ctx, sentence).await;
        }
        Err(error) => return Err(error.into()),
    };
    if action == BulkAction::Keys && !fields.get("keys").trim().is_empty() {
        let (run_id, texts, staff_id) = (id.clone(), lines_of(fields.get("keys")), staff.id.clone());
        in_background(&ctx, move |ctx| pair_keys(ctx, &run_id, texts, &staff_id)).await??;
    }
    Ok(see_other(&if action.is_immediate() { urls::job(&id) } else { urls::bulk_run(action, &id) }))
}

/// Shows what would happen.
pub(crate) async fn show(
    request: HttpRequest,
    staff: SignedInStaff,
    query: CheckedQuery<pairs_page::PairsQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (action, id) = (action_of(&request, &staff)?, run_id_of(&request)?);
    show_run(&staff, &ctx, (action, id), query.number(), FormErrors::new(), Typed::default()).await
}

async fn show_run(
    staff: &SignedInStaff,
    ctx: &Context,
    (action, id): (BulkAction, BulkRunId),
    number: usize,
    errors: FormErrors,
    typed: Typed,
) -> Result<HttpResponse, PageError> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (staff_id, run_id) = (staff.id.clone(), id.clone());
    let found = in_background(ctx, move |ctx| find(ctx, &run_id, &staff_id, Part::All(0), SHOWN)).await?;
    let shown = match found {
        Err(BulkError::NotFound) => return Ok(staff.see_other(urls::PENDING_GRANTS, Flash::warn("bulk-gone"))),
        found => found?,
    };
    if shown.run.action != action {
        return Err(PageError::NotFound);
    }
    if shown.run.confirmed_at.is_some() {
        return Ok(see_other(&urls::job(&id)));
    }
    if action != BulkAction::Keys {
        return html(status, &ConfirmPage::new(staff, shown, typed, errors));
    }
    let (staff_id, actor) = (staff.id.clone(), staff.actor());
    let (run, pairs) = in_background(ctx, move |ctx| read_pairs(ctx, &id, &staff_id, &actor)).await??;
    html(status, &PairsPage::new(staff, run, pairs, number, errors))
}

/// Pairs pasted keys anew, or keeps what was edited, and shows the pairs again.
pub(crate) async fn check(
    request: HttpRequest,
    staff: SignedInStaff,
    form: CsrfFields,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let id = run_id_of(&request)?;
    let fields = form.fields;
    let (run_id, staff_id) = (id.clone(), staff.id.clone());
    if fields.get("keys").trim().is_empty() {
        if !fields.has("shown") {
            let errors = FormErrors::one("keys", staff.localizer().t("bulk-keys-missing"));
            return show_run(&staff, &ctx, (BulkAction::Keys, id), 0, errors, Typed::default()).await;
        }
        let edits = edits_of(&fields);
        in_background(&ctx, move |ctx| edit_pairs(ctx, &run_id, &edits, &staff_id)).await??;
    } else {
        let texts = lines_of(fields.get("keys"));
        in_background(&ctx, move |ctx| pair_keys(ctx, &run_id, texts, &staff_id)).await??;
    }
    Ok(see_other(&urls::bulk_run(BulkAction::Keys, &id)))
}

/// Begins the run. Confirming it twice does it once.
pub(crate) async fn confirm(
    request: HttpRequest,
    staff: SignedInStaff,
    form: CsrfFields,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (action, id) = (action_of(&request, &staff)?, run_id_of(&request)?);
    let fields = form.fields;
    let typed = Typed::of(&fields);
    let settings: BulkSettings = match typed.parse(action, staff.localizer(), ctx.clock.now()) {
        Ok(settings) => settings,
        Err(errors) => return show_run(&staff, &ctx, (action, id), 0, errors, typed).await,
    };
    let gone = || Ok(staff.see_other(urls::PENDING_GRANTS, Flash::warn("bulk-gone")));
    if action == BulkAction::Keys {
        let (edits, run_id, staff_id) = (edits_of(&fields), id.clone(), staff.id.clone());
        match in_background(&ctx, move |ctx| edit_pairs(ctx, &run_id, &edits, &staff_id)).await? {
            Ok(false) => {}
            Ok(true) => return Ok(staff.see_other(&urls::bulk_run(action, &id), Flash::warn("bulk-edited"))),
            Err(BulkError::NotFound) => return gone(),
            Err(error) => return Err(error.into()),
        }
    }
    let (run_id, staff_id, actor) = (id.clone(), staff.id.clone(), staff.actor());
    match in_background(&ctx, move |ctx| confirm_run(ctx, &run_id, &settings, &staff_id, &actor)).await? {
        Ok(()) => Ok(see_other(&urls::job(&id))),
        Err(BulkError::NothingToSend) => {
            let errors = FormErrors::one("pairs", staff.localizer().t("bulk-nothing-to-send"));
            show_run(&staff, &ctx, (action, id), 0, errors, Typed::default()).await
        }
        Err(BulkError::NotFound) => gone(),
        Err(error) => Err(error.into()),
    }
}
