//! The page of a batch: how many of its keys are left, and who got one. Recalling it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use super::view::{BatchView, refused};
use crate::domain::entitlement::Entitlement;
use crate::domain::ids::BatchId;
use crate::domain::job::{Job, JobKind};
use crate::domain::page::{Page, PageStart};
use crate::domain::stock::StockCursor;
use crate::http::id::Id;
use crate::storage::catalog::entitlements;
use crate::storage::grants::undo::replacements;
use crate::storage::stock::batches;
use crate::storage::stock::keys::{IssuedLine, issued_of_batch};
use crate::storage::{Conn, StorageError, jobs};
use crate::usecases::Context;
use crate::usecases::stock::recall::recall_batch;
use crate::usecases::stock::replace_recalled::replace_recalled;
use crate::web::customers::erasures::name_erased;
use crate::web::forms::NoFields;
use crate::web::grants::revocations::ReasonForm;
use crate::web::{CheckedQuery, CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff};
use crate::web::{html, in_background, urls};

const PAGE_SIZE: usize = 50;

#[derive(Template)]
#[template(path = "stock/batch.html")]
struct BatchPage {
    page: PageContext,
    batch: BatchView,
    entitlement: Entitlement,
    issued: Page<IssuedLine>,
    /// How many of its keys were replaced as defective, and how many of its supplier's.
    defects: (i64, Option<i64>),
    /// The newest job that replaces its keys.
    replacing: Option<Job>,
    errors: FormErrors,
    reason: String,
}

/// Who got a key.
struct IssuedRow {
    customer: String,
    email: String,
    end: String,
    key_url: String,
    grant_id: String,
    grant_url: Option<String>,
    issued_at: String,
}

impl BatchPage {
    fn rows(&self) -> Vec<IssuedRow> {
        self.issued.rows.iter().map(|line| self.row(line)).collect()
    }

    fn row(&self, line: &IssuedLine) -> IssuedRow {
        IssuedRow {
            customer: line.customer_name.clone(),
            email: line.customer_email.to_string(),
            end: line.last_four.clone(),
            key_url: urls::license_key(&line.license_key_id),
            grant_id: line
                .grant_id
                .as_ref()
                .map_or_else(|| self.page.localizer.t("stock-without-grant"), ToString::to_string),
            grant_url: line.grant_id.as_ref().map(urls::grant),
            issued_at: self.page.date_time(line.issued_at),
        }
    }

    /// Whether keys that were issued can be replaced.
    fn may_replace(&self) -> bool {
        self.page.may_act() && self.batch.is_recalled() && self.issued.rows.iter().any(|line| line.grant_id.is_some())
    }

    /// How many the job has replaced, in words.
    fn replaced(&self, job: &Job) -> String {
        let total = job.total.unwrap_or(job.done);
        self.page.t2("replace-recalled-done", "count", self.page.number(job.done), "total", self.page.number(total))
    }

    /// How many defects the supplier's other batches have too, in words.
    fn supplier_defects(&self) -> Option<String> {
        let (of_batch, of_supplier) = self.defects;
        let count = of_supplier.filter(|count| *count > of_batch)?;
        Some(self.page.t1("replace-supplier-defects", "count", self.page.number(count)))
    }

    fn previous(&self) -> String {
        self.issued.first_after_previous().map(|first| self.at("before", first)).unwrap_or_default()
    }

    fn next(&self) -> String {
        self.issued.last_before_next().map(|last| self.at("after", last)).unwrap_or_default()
    }

    fn at(&self, side: &str, line: &IssuedLine) -> String {
        format!("{}?{side}={}", self.batch.url(), line.cursor().encode())
    }
}

/// The query of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct BatchQuery {
    after: String,
    before: String,
}

/// Shows a batch.
pub(crate) async fn show(
    staff: SignedInStaff,
    id: Id<BatchId>,
    query: CheckedQuery<BatchQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let from = PageStart::of(StockCursor::decode(&query.after), StockCursor::decode(&query.before));
    html(StatusCode::OK, &load(&staff, &ctx, &id, from).await?)
}

async fn load(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &BatchId,
    from: PageStart<StockCursor>,
) -> Result<BatchPage, PageError> {
    let id = id.clone();
    let read = in_background(ctx, move |ctx| {
        ctx.db.read(|conn: &mut Conn| {
            let line = batches::line(conn, &id)?;
            let entitlement = entitlements::find(conn, &line.batch.entitlement_id)?;
            let issued = issued_of_batch(conn, &id, &from, PAGE_SIZE)?;
            let of_batch = replacements::defects_of_batch(conn, &id)?;
            let of_supplier = match &line.batch.supplier {
                Some(supplier) => Some(replacements::defects_of_supplier(conn, &entitlement.id, supplier)?),
                None => None,
            };
            let replacing = jobs::newest(conn, JobKind::ReplaceRecalled, id.as_str())?;
            Ok::<_, StorageError>((line, entitlement, issued, (of_batch, of_supplier), replacing))
        })
    });
    let (line, entitlement, mut issued, defects, replacing) = read.await??;
    for line in &mut issued.rows {
        name_erased(staff.localizer(), &line.customer_email, &mut line.customer_name);
    }
    Ok(BatchPage {
        page: staff.page(Nav::Stock),
        batch: BatchView(line),
        entitlement,
        issued,
        defects,
        replacing,
        errors: FormErrors::new(),
        reason: String::new(),
    })
}

/// Recalls a batch: quarantines what is available of it. Repeating it changes nothing.
pub(crate) async fn recall(
    staff: SignedInStaff,
    id: Id<BatchId>,
    form: CsrfForm<ReasonForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let reason = match form.parse(staff.localizer()) {
        Ok(reason) => reason,
        Err(errors) => {
            let view = load(&staff, &ctx, &id, PageStart::Start).await?;
            let view = BatchPage { errors, reason: form.reason.clone(), ..view };
            return html(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    let (batch_id, actor) = (id.0.clone(), staff.actor());
    let recalled =
        in_background(&ctx, move |ctx| recall_batch(ctx, &batch_id, &reason, &actor)).await?.map_err(refused)?;
    let l = staff.localizer();
    let flash = Flash::ok("stock-recall-done")
        .with("quarantined", l.number(recalled.quarantined))
        .with("issued", l.number(recalled.issued));
    Ok(staff.see_other(&urls::batch(&id), flash))
}

/// Starts replacing all issued keys of a recalled batch.
pub(crate) async fn replace(
    staff: SignedInStaff,
    id: Id<BatchId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (batch_id, actor) = (id.0.clone(), staff.actor());
    let started = in_background(&ctx, move |ctx| replace_recalled(ctx, &batch_id, &actor));
    let is_started = started.await?.map_err(refused)?;
    let flash =
        if is_started { Flash::ok("replace-recalled-started") } else { Flash::warn("replace-recalled-nothing") };
    Ok(staff.see_other(&urls::batch(&id), flash))
}
