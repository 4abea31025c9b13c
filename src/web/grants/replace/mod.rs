//! Replacing the key or link of a delivered grant: the form, its preview, and its submission.

mod form;
mod page;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use self::form::ReplaceForm;
use self::page::{Defects, ReplacePage};
use super::fulfillment::form::{Input, value_field};
use super::fulfillment::preview::Preview;
use super::fulfillment::stock::StockOffer;
use crate::domain::ids::{GrantId, LicenseKeyId};
use crate::domain::license_key::warnings::Inspection;
use crate::domain::license_key::{LicenseKeySummary, LicenseKeyValue};
use crate::http::id::Id;
use crate::i18n::{Language, Localizer, link_error};
use crate::storage::StorageError;
use crate::storage::grants;
use crate::storage::grants::detail::GrantDetail;
use crate::storage::grants::undo::replacements;
use crate::storage::license_keys::IssuedKey;
use crate::storage::stock::batches;
use crate::usecases::Context;
use crate::usecases::grants::compose_email::Contents;
use crate::usecases::grants::replace::{ReplaceKeyError, ReplacedWith, replace_key};
use crate::usecases::license_keys::inspect::inspect_license_key;
use crate::web::customers::erasures::name_erased;
use crate::web::{CsrfForm, Flash, FormErrors, Nav, PageError, SignedInStaff, html, in_background, urls};

/// What the form's page is made of.
struct View {
    detail: GrantDetail,
    stock: Option<StockOffer>,
    place_in_sale: Option<(usize, usize)>,
    defects: Option<Defects>,
}

/// How the form is shown.
struct Shown {
    status: StatusCode,
    errors: FormErrors,
    used: Option<IssuedKey>,
}

impl Shown {
    fn with(status: StatusCode, errors: FormErrors) -> Self {
        Self { status, errors, used: None }
    }
}

async fn load(ctx: &Context, id: &GrantId) -> Result<View, PageError> {
    let id = id.clone();
    let view = in_background(ctx, move |ctx| {
        let now = ctx.clock.now();
        ctx.db.read(|conn| {
            let detail = grants::detail::find(conn, &id)?;
            let stock = StockOffer::of(conn, &detail, now)?;
            let place_in_sale = grants::series::place_in_sale(conn, &detail.grant)?;
            let defects = match &detail.batch {
                Some(batch) => Some(Defects {
                    count: replacements::defects_of_batch(conn, &batch.id)?,
                    issued: batches::line(conn, &batch.id)?.issued,
                }),
                None => None,
            };
            Ok::<_, StorageError>(View { detail, stock, place_in_sale, defects })
        })
    });
    Ok(view.await??)
}

/// Whether the key of a grant can be replaced here.
pub(super) fn may_replace(detail: &GrantDetail) -> bool {
    let has_value = detail.license_key.is_some() && detail.grant.delivers().is_value();
    has_value && detail.grant.is_delivered() && detail.mirrored.is_none() && detail.customer.erased_at.is_none()
}

/// Shows the form; a grant that has nothing to replace leads back to its page.
pub(crate) async fn new(staff: SignedInStaff, id: Id<GrantId>, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let view = load(&ctx, &id).await?;
    if !may_replace(&view.detail) {
        return Ok(staff.see_other(&urls::grant(&id), Flash::warn("replace-nothing")));
    }
    let is_waiting = view.detail.undo.as_ref().is_some_and(|window| window.is_open(ctx.clock.now()));
    if is_waiting {
        return Ok(staff.see_other(&urls::grant(&id), Flash::warn("replace-still-waiting")));
    }
    let has_stock = view.stock.as_ref().is_some_and(|stock| !stock.is_empty());
    let replaces = view.detail.grant.license_key_id.as_ref().map(LicenseKeyId::to_string).unwrap_or_default();
    let form = ReplaceForm {
        source: if has_stock { "stock" } else { "typed" }.to_owned(),
        instances: "end".to_owned(),
        replaces,
        ..ReplaceForm::fresh()
    };
    show(&staff, &ctx, view, form, Shown::with(StatusCode::OK, FormErrors::new())).await
}

/// Shows the form again, with a preview of the e-mail.
pub(crate) async fn preview(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<ReplaceForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let view = load(&ctx, &id).await?;
    if !may_replace(&view.detail) {
        return Err(PageError::Conflict { sentence: "replace-nothing" });
    }
    let mut form = form.into_inner();
    if form.takes_corrected() {
        let (input, _) = form.read(view.detail.grant.integration_type, &staff, ctx.clock.now());
        if let Some(corrected) = inspect(&staff, &ctx, &view.detail, &input).await?.corrected {
            corrected.expose().clone_into(&mut form.key);
            form.confirm.clear();
        }
    }
    show(&staff, &ctx, view, form, Shown::with(StatusCode::OK, FormErrors::new())).await
}

/// Replaces the key, then shows the grant.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<ReplaceForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let form = form.into_inner();
    let view = load(&ctx, &id).await?;
    let (kind, is_link) = (view.detail.grant.integration_type, view.detail.grant.delivers().is_link());
    let command = match form.parse(&id, kind, &staff, ctx.clock.now()) {
        Ok(command) => command,
        // That there is nothing to replace any longer is more useful to know.
        Err(_) if !may_replace(&view.detail) => return Err(PageError::Conflict { sentence: "replace-nothing" }),
        Err(errors) => return refuse(&staff, &ctx, &id, form, errors).await,
    };
    let l = staff.localizer();
    let field = value_field(is_link);
    match in_background(&ctx, move |ctx| replace_key(ctx, &command)).await? {
        Ok(replaced) => Ok(staff.see_other(&urls::grant(&id), done(&staff, &ctx, &id, &replaced))),
        Err(ReplaceKeyError::KeyAlreadyUsed(issued)) => {
            let errors = FormErrors::one(field, l.t(&l.of_value("fulfillment-key-used", is_link)));
            let used = issued.filter(|issued| !issued.is_erased && staff.may(ctx.config.reveal));
            let shown = Shown { status: StatusCode::UNPROCESSABLE_ENTITY, errors, used };
            show(&staff, &ctx, load(&ctx, &id).await?, form, shown).await
        }
        Err(ReplaceKeyError::KeyInStock) => {
            let may_know = staff.may(ctx.config.reveal);
            let text = if may_know { "fulfillment-key-in-stock" } else { "fulfillment-key-used" };
            refuse(&staff, &ctx, &id, form, FormErrors::one(field, l.t(&l.of_value(text, is_link)))).await
        }
        Err(ReplaceKeyError::NotALink(why)) => {
            refuse(&staff, &ctx, &id, form, FormErrors::one("url", link_error(l, why))).await
        }
        Err(ReplaceKeyError::OutOfStock) => {
            let form = ReplaceForm { source: "typed".to_owned(), ..form };
            let errors = FormErrors::one("source", l.t(&l.of_value("replace-out-of-stock", is_link)));
            show(&staff, &ctx, load(&ctx, &id).await?, form, Shown::with(StatusCode::CONFLICT, errors)).await
        }
        Err(ReplaceKeyError::Unconfirmed) => refuse(&staff, &ctx, &id, form, FormErrors::new()).await,
        Err(ReplaceKeyError::IdempotencyMismatch) => {
            // With a new idempotency key, the form can be submitted again after it has been reviewed.
            let form = ReplaceForm { idempotency_key: ReplaceForm::fresh().idempotency_key, ..form };
            refuse(&staff, &ctx, &id, form, FormErrors::one(field, l.t("fulfillment-form-changed"))).await
        }
        Err(ReplaceKeyError::GrantNotFound) => Err(PageError::NotFound),
        Err(ReplaceKeyError::Storage(error)) => Err(error.into()),
        Err(error) => Err(PageError::Conflict { sentence: sentence(&error) }),
    }
}

/// Why nothing was replaced, as a locale key.
fn sentence(error: &ReplaceKeyError) -> &'static str {
    match error {
        ReplaceKeyError::Mirrored => "replace-mirrored",
        ReplaceKeyError::Erased => "erasure-done-conflict",
        ReplaceKeyError::ReplacedMeanwhile => "replace-meanwhile",
        ReplaceKeyError::StillWaiting => "replace-still-waiting",
        ReplaceKeyError::Expired => "replace-expired",
        ReplaceKeyError::Undone => "undo-form-spent",
        _ => "replace-nothing",
    }
}

/// What is reported on the grant's page.
fn done(staff: &SignedInStaff, ctx: &Context, id: &GrantId, replaced: &ReplacedWith) -> Flash {
    let email = replaced.email.as_str();
    match replaced.waits_until {
        Some(until) => {
            let flash = Flash::mailed("replace-waits", "replace-done-kept", ctx.config.smtp_url.is_none());
            let flash = flash.with("email", email).with("time", staff.localizer().time_seconds(until));
            flash.with_undo(urls::undo(id))
        }
        None => Flash::mailed("replace-done", "replace-done-kept", ctx.config.smtp_url.is_none()).with("email", email),
    }
}

async fn refuse(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &GrantId,
    form: ReplaceForm,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let shown = Shown::with(StatusCode::UNPROCESSABLE_ENTITY, errors);
    show(staff, ctx, load(ctx, id).await?, form, shown).await
}

/// What looks wrong about the key in the form, if there is one.
async fn inspect(
    staff: &SignedInStaff,
    ctx: &Context,
    detail: &GrantDetail,
    input: &Input,
) -> Result<Inspection, PageError> {
    let Some(key) = input.key.clone().filter(|_| !detail.grant.delivers().is_link()) else {
        return Ok(Inspection { corrected: input.cleaned_key.clone(), ..Inspection::default() });
    };
    let (entitlement, actor) = (detail.entitlement.clone(), staff.actor());
    Ok(in_background(ctx, move |ctx| inspect_license_key(ctx, &key, &entitlement, &actor)).await??)
}

async fn show(
    staff: &SignedInStaff,
    ctx: &Context,
    view: View,
    form: ReplaceForm,
    shown: Shown,
) -> Result<HttpResponse, PageError> {
    let View { mut detail, stock, place_in_sale, defects } = view;
    let Some(old) = detail.license_key.clone() else {
        return Err(PageError::Conflict { sentence: "replace-nothing" });
    };
    name_erased(staff.localizer(), &detail.customer.email, &mut detail.customer.name);
    let (input, _) = form.read(detail.grant.integration_type, staff, ctx.clock.now());
    let inspection = inspect(staff, ctx, &detail, &input).await?;
    let preview = mail(ctx, &detail, &old, (&input, form.is_from_stock()), place_in_sale);
    let page = staff.page(Nav::Grants);
    let waits = (!ctx.config.undo.is_zero()).then(|| page.localizer.short_duration(ctx.config.undo));
    let settings = detail.entitlement.config.issue().clone();
    let Shown { status, errors, used } = shown;
    let page =
        ReplacePage { page, detail, old, settings, form, errors, used, inspection, stock, preview, defects, waits };
    html(status, &page)
}

/// The e-mail as it would go out.
fn mail(
    ctx: &Context,
    detail: &GrantDetail,
    old: &LicenseKeySummary,
    (input, is_from_stock): (&Input, bool),
    place_in_sale: Option<(usize, usize)>,
) -> Preview {
    let language = Language::for_locale(&detail.customer.locale);
    let l = Localizer::new(language, ctx.config.time_zone.clone(), ctx.clock.now());
    let placeholder = if is_from_stock { "fulfillment-preview-stock-key" } else { "fulfillment-preview-key" };
    let placeholder = LicenseKeyValue::stored(l.t(&l.of_value(placeholder, old.is_link)));
    let contents = Contents {
        key: input.key.as_ref().filter(|_| !is_from_stock).unwrap_or(&placeholder),
        activations_limit: old.activations_limit,
        expires_at: old.expires_at,
        expires_zone: old.expires_zone.as_deref(),
        customer_note: input.customer_note.as_deref(),
        place_in_sale,
        has_files: false,
        replaces: Some(&old.last_four),
    };
    Preview::of(ctx, detail, &contents, l)
}
