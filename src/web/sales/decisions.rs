//! Deciding about sales: what a word means, which address one is for, and what a task asks.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::{Again, SalesQuery, show};
use crate::domain::customer::EmailAddress;
use crate::domain::ids::{EntitlementId, GrantId, HeldSaleId, TaskId};
use crate::domain::sale::task::Decision;
use crate::storage::StorageError;
use crate::usecases::Context;
use crate::usecases::catalog::map_product_word::parse_word;
use crate::usecases::sales::settle_task::{SettleTask, SettleTaskError, settle_task};
use crate::usecases::shops::decide::{DecideHeld, DecideHeldError, decide_held, map_and_work_off};
use crate::web::{CsrfForm, Flash, FormErrors, PageError, SignedInStaff, in_background, urls};

/// What a word means.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ProductForm {
    word: String,
    /// An id, or `none` for what needs no key.
    entitlement_id: String,
}

/// Says what a shop's word for a product means, and works off what waits for it.
pub(crate) async fn map(
    staff: SignedInStaff,
    form: CsrfForm<ProductForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let word = parse_word(&form.word);
    let entitlement_id = match form.entitlement_id.trim() {
        "none" => Ok(None),
        id => EntitlementId::parse(id).map(Some),
    };
    let (Ok(word), Ok(entitlement_id)) = (word, entitlement_id) else {
        let errors = FormErrors::one("entitlement_id", staff.localizer().t("sales-map-choose"));
        return refuse(&staff, &ctx, StatusCode::UNPROCESSABLE_ENTITY, errors, None).await;
    };
    let actor = staff.actor();
    let mapped = in_background(&ctx, move |ctx| map_and_work_off(ctx, &word, entitlement_id.as_ref(), &actor)).await?;
    match mapped {
        Ok(count) => {
            let flash = Flash::ok("sales-mapped").with("count", count.to_string());
            Ok(staff.see_other(urls::SALES_TO_DECIDE, flash))
        }
        Err(StorageError::NotFound) => {
            let errors = FormErrors::one("entitlement_id", staff.localizer().t("sales-map-choose"));
            refuse(&staff, &ctx, StatusCode::UNPROCESSABLE_ENTITY, errors, None).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The address of a held sale.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AddressForm {
    held_id: String,
    email: String,
}

/// Gives a held sale its address.
pub(crate) async fn address(
    staff: SignedInStaff,
    form: CsrfForm<AddressForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let Ok(id) = HeldSaleId::parse(form.held_id.trim()) else {
        return refuse_with(&staff, &ctx, StatusCode::UNPROCESSABLE_ENTITY, "task-choose").await;
    };
    let Ok(email) = EmailAddress::parse(&form.email) else {
        let errors = FormErrors::one("email", staff.localizer().t("sales-address-wrong"));
        let typed = Some((id.to_string(), form.email.clone()));
        return refuse(&staff, &ctx, StatusCode::UNPROCESSABLE_ENTITY, errors, typed).await;
    };
    decide_about(&staff, &ctx, id, DecideHeld::Address(email)).await
}

/// A decision about a held sale, or about a task.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DecisionForm {
    held_id: String,
    task_id: String,
    grant_id: String,
    #[serde(rename = "do")]
    decision: String,
}

/// Decides about a test order or a task.
pub(crate) async fn create(
    staff: SignedInStaff,
    form: CsrfForm<DecisionForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    if form.task_id.trim().is_empty() {
        let Ok(id) = HeldSaleId::parse(form.held_id.trim()) else {
            return refuse_with(&staff, &ctx, StatusCode::UNPROCESSABLE_ENTITY, "task-choose").await;
        };
        return match form.decision.trim() {
            "drop" => decide_about(&staff, &ctx, id, DecideHeld::Drop).await,
            "real" => decide_about(&staff, &ctx, id, DecideHeld::TreatAsReal).await,
            _ => refuse_with(&staff, &ctx, StatusCode::UNPROCESSABLE_ENTITY, "task-choose").await,
        };
    }
    let task_id = TaskId::parse(form.task_id.trim()).map_err(|_| PageError::NotFound)?;
    let grant_id = GrantId::parse(form.grant_id.trim()).map_err(|_| PageError::NotFound)?;
    let Some(decision) = Decision::parse(form.decision.trim()) else {
        return refuse_with(&staff, &ctx, StatusCode::UNPROCESSABLE_ENTITY, "task-choose").await;
    };
    let command = SettleTask { grant_id, task_id, decision, actor: staff.actor() };
    match in_background(&ctx, move |ctx| settle_task(ctx, &command)).await? {
        Ok(()) => {
            let key = format!("task-done-{}", decision.as_str().replace('_', "-"));
            Ok(staff.see_other(urls::SALES_TO_DECIDE, Flash::ok(done(&key))))
        }
        Err(SettleTaskError::TaskNotFound) => Err(PageError::NotFound),
        Err(SettleTaskError::Storage(error)) => Err(error.into()),
        Err(error) => {
            let (status, key) = refusal(&error);
            refuse_with(&staff, &ctx, status, key).await
        }
    }
}

/// The text about what was decided, as a key that lives as long as the program.
fn done(key: &str) -> &'static str {
    match key {
        "task-done-use-new-address" => "task-done-use-new-address",
        "task-done-keep-old-address" => "task-done-keep-old-address",
        "task-done-revoke" => "task-done-revoke",
        _ => "task-done-settled",
    }
}

/// Why a task was not settled.
fn refusal(error: &SettleTaskError) -> (StatusCode, &'static str) {
    match error {
        SettleTaskError::AlreadySettled => (StatusCode::CONFLICT, "task-already"),
        SettleTaskError::AddressForbidden => (StatusCode::FORBIDDEN, "task-address-admins"),
        SettleTaskError::RevokeForbidden => (StatusCode::FORBIDDEN, "task-revoke-admins"),
        SettleTaskError::AddressUnreachable => (StatusCode::UNPROCESSABLE_ENTITY, "grants-email-unreachable"),
        SettleTaskError::Erased => (StatusCode::CONFLICT, "task-address-differs-erased"),
        _ => (StatusCode::UNPROCESSABLE_ENTITY, "task-choose"),
    }
}

async fn decide_about(
    staff: &SignedInStaff,
    ctx: &Context,
    id: HeldSaleId,
    decision: DecideHeld,
) -> Result<HttpResponse, PageError> {
    let actor = staff.actor();
    match in_background(ctx, move |ctx| decide_held(ctx, &id, &decision, &actor)).await? {
        Ok(ended) => {
            let flash = match (ended.result, ended.detail.as_deref()) {
                ("applied" | "known", _) => Flash::ok("sales-decided-granted"),
                ("held", _) => Flash::warn("sales-decided-held"),
                ("skipped", Some("dropped")) => Flash::ok("sales-decided-dropped"),
                _ => Flash::warn("sales-decided-nothing"),
            };
            Ok(staff.see_other(urls::SALES_TO_DECIDE, flash))
        }
        Err(DecideHeldError::NotFound) => Err(PageError::NotFound),
        Err(DecideHeldError::AlreadyDecided) => {
            refuse_with(staff, ctx, StatusCode::CONFLICT, "sales-decided-already").await
        }
        Err(DecideHeldError::NotNow(cause)) => {
            let flash = Flash::warn("sales-decided-not-now").with("error", cause);
            Ok(staff.see_other(urls::SALES_TO_DECIDE, flash))
        }
        Err(DecideHeldError::Storage(error)) => Err(error.into()),
    }
}

async fn refuse(
    staff: &SignedInStaff,
    ctx: &Context,
    status: StatusCode,
    errors: FormErrors,
    typed: Option<(String, String)>,
) -> Result<HttpResponse, PageError> {
    show(staff, ctx, SalesQuery::of_decisions(), Again { status, errors, typed, refusal: None }).await
}

async fn refuse_with(
    staff: &SignedInStaff,
    ctx: &Context,
    status: StatusCode,
    key: &str,
) -> Result<HttpResponse, PageError> {
    let refusal = Some(staff.localizer().t(key));
    show(staff, ctx, SalesQuery::of_decisions(), Again { status, refusal, ..Again::default() }).await
}
