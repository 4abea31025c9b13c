//! The list for the supplier, filled in with keys: it becomes a run, and its keys are looked at with their grants.

use std::collections::{BTreeMap, HashMap};

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use super::export::{GRANT_COLUMN, KEY_COLUMN};
use crate::domain::bulk::BulkAction;
use crate::domain::ids::GrantId;
use crate::i18n::Localizer;
use crate::import::key_list::{self, KeyListError};
use crate::usecases::Context;
use crate::usecases::bulk_runs::BulkError;
use crate::usecases::bulk_runs::pairs::pair_by_grant;
use crate::usecases::bulk_runs::select::{SelectGrants, select_grants};
use crate::web::{CsrfFields, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff};
use crate::web::{html, in_background, urls};

#[derive(Template)]
#[template(path = "bulk_runs/upload.html")]
struct UploadPage {
    page: PageContext,
    errors: FormErrors,
}

/// Shows the form.
pub(crate) async fn new(staff: SignedInStaff) -> Result<HttpResponse, PageError> {
    html(StatusCode::OK, &UploadPage { page: staff.page(Nav::Grants), errors: FormErrors::new() })
}

/// Reads the file and keeps its keys, sealed, until they are confirmed; then shows each with its grant.
pub(crate) async fn create(
    staff: SignedInStaff,
    form: CsrfFields,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let l = staff.localizer().clone();
    let refuse = |sentence: String| {
        let page = UploadPage { page: staff.page(Nav::Grants), errors: FormErrors::one("file", sentence) };
        html(StatusCode::UNPROCESSABLE_ENTITY, &page)
    };
    let Some(file) = form.file else { return refuse(l.t("bulk-upload-missing")) };
    let read = in_background(&ctx, move |_| filled_in(&file.content, &file.name)).await?;
    let lines = match read {
        Ok(lines) if lines.is_empty() => return refuse(l.t("bulk-upload-empty")),
        Ok(lines) => lines,
        Err(error) => return refuse(words(&l, &error)),
    };
    let total = lines.len();
    let mut keys = BTreeMap::new();
    let mut grant_ids = Vec::new();
    for (id, key) in lines {
        grant_ids.push(id.clone());
        keys.entry(id.to_string()).or_insert(key);
    }
    let (staff_id, actor) = (staff.id.clone(), staff.actor());
    let stored = in_background(&ctx, move |ctx| {
        let list = "status=pending".to_owned();
        let command = SelectGrants { action: BulkAction::Keys, grant_ids, list, staff_id: staff_id.clone(), actor };
        let id = select_grants(ctx, &command)?;
        let paired = pair_by_grant(ctx, &id, &keys, &staff_id)?;
        Ok::<_, BulkError>((id, paired))
    });
    match stored.await? {
        Ok((id, paired)) if paired < total => {
            let left = l.number(total - paired);
            let flash = Flash::warn("bulk-upload-left-out").with("count", left);
            Ok(staff.see_other(&urls::bulk_run(BulkAction::Keys, &id), flash))
        }
        Ok((id, _)) => Ok(crate::web::see_other(&urls::bulk_run(BulkAction::Keys, &id))),
        Err(BulkError::NothingChosen) => refuse(l.t("bulk-upload-none-pending")),
        Err(BulkError::TooMany) => refuse(l.t1("bulk-more-than", "count", l.number(BulkAction::Keys.max()))),
        Err(error) => Err(error.into()),
    }
}

/// The lines that have both a grant and a key, in the order of the file.
fn filled_in(content: &[u8], name: &str) -> Result<Vec<(GrantId, String)>, KeyListError> {
    let ids = key_list::read(content.to_vec(), Some(name), Some(GRANT_COLUMN))?;
    let keys = match key_list::read(content.to_vec(), Some(name), Some(KEY_COLUMN)) {
        // A column with nothing in it is none.
        Err(KeyListError::NoSuchColumn { .. }) => return Ok(Vec::new()),
        keys => keys?,
    };
    let mut by_line: HashMap<usize, String> = keys.keys.into_iter().map(|key| (key.line, key.text)).collect();
    let filled = ids.keys.into_iter().filter_map(|id| {
        let key = by_line.remove(&id.line).filter(|key| !key.trim().is_empty())?;
        Some((GrantId::parse(id.text.trim()).ok()?, key))
    });
    Ok(filled.collect())
}

fn words(l: &Localizer, error: &KeyListError) -> String {
    match error {
        KeyListError::NoSuchColumn { .. } | KeyListError::WhichColumn(_) => l.t("bulk-upload-columns"),
        KeyListError::Empty => l.t("bulk-upload-empty"),
        error => l.t1("bulk-upload-unreadable", "why", error.message(l)),
    }
}
