//! Fulfilling a grant manually: the form, its preview, and its submission.

pub(crate) mod claims;
mod delivered;
mod files;
pub(crate) mod form;
pub(crate) mod page;
pub(crate) mod preview;
pub(crate) mod stock;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::web::Data;

use self::delivered::done;
use self::form::{FulfillmentForm, Input, value_field};
use self::page::{ConflictPage, FulfillmentPage, Holder, KeyUsage, TakenPage, UnusedKey};
use self::preview::Preview;
use self::stock::StockOffer;
use crate::domain::grant::undo::KeptForm;
use crate::domain::grant::{DeliverError, Grant};
use crate::domain::ids::GrantId;
use crate::domain::integration::rules::Delivers;
use crate::domain::integration::rules_of;
use crate::domain::license_key::expiry::ActivationsLimit;
use crate::domain::license_key::presented::PresentedKey;
use crate::domain::license_key::warnings::Inspection;
use crate::domain::staff::Role;
use crate::http::id::Id;
use crate::i18n::{Localizer, link_error};
use crate::storage::grants::detail::GrantDetail;
use crate::storage::license_keys::IssuedKey;
use crate::storage::{StorageError, grants};
use crate::usecases::Context;
use crate::usecases::auth::throttle::Throttled;
use crate::usecases::grants::claim::touch_grant;
use crate::usecases::grants::fulfill::{FulfillGrantError, check_awaits, fulfill_grant};
use crate::usecases::license_keys::find::find_license_keys;
use crate::usecases::license_keys::inspect::inspect_license_key;
use crate::web::customers::erasures::name_erased;
use crate::web::forms::end;
use crate::web::urls;
use crate::web::{CsrfForm, Flash, FormErrors, Nav, PageError, SignedInStaff, html, in_background, see_other};

/// Shows the form, if the grant waits for a key or a link.
pub(crate) async fn new(staff: SignedInStaff, id: Id<GrantId>, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let view = load(&ctx, &id).await?;
    match view.detail.grant.awaits(&view.detail.entitlement.config) {
        Err(DeliverError::NotPending) => return Ok(see_other(&urls::grant(&id))),
        Err(error) => return Ok(staff.see_other(&urls::grant(&id), Flash::warn(refusal(error)))),
        Ok(_) => {}
    }
    if let Holder::Colleague { name, since, until } = Holder::of(&view.detail, &staff, ctx.clock.now()) {
        let is_late = is_late(&ctx, &view.detail);
        let page = staff.page(Nav::Grants);
        let (detail, neighbors) = (view.detail, view.neighbors);
        return html(StatusCode::OK, &TakenPage { page, detail, neighbors, name, since, until, is_late });
    }
    let has_stock = view.stock.as_ref().is_some_and(|stock| !stock.is_empty());
    let source = if has_stock { "stock" } else { "typed" }.to_owned();
    let form = kept(&view, FulfillmentForm { source, ..FulfillmentForm::fresh() }, staff.localizer());
    show(&staff, &ctx, view, form, FormState::default()).await
}

/// Shows the form again, with a preview of the e-mail.
pub(crate) async fn preview(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<FulfillmentForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let view = load(&ctx, &id).await?;
    let mut form = form.into_inner();
    if let Err(error) = view.detail.grant.awaits(&view.detail.entitlement.config) {
        return not_awaiting(&staff, &ctx, error, view.detail, Some(form)).await;
    }
    if form.takes_corrected() {
        take_corrected(&staff, &ctx, &view.detail, &mut form).await?;
    }
    note_work(&staff, &ctx, &view.detail, &form).await?;
    let (input, found) = form.read(view.detail.grant.integration_type, staff.localizer(), ctx.clock.now());
    let mut errors = FormErrors::new();
    // A preview without a key is not an error.
    let is_value = |field: &str| field == "key" || field == "url";
    for (field, message) in found.iter().filter(|(field, _)| !is_value(field) || !input.is_key_missing) {
        errors.add(field, message);
    }
    show(&staff, &ctx, view, form, FormState { errors, status: StatusCode::OK, ..FormState::default() }).await
}

/// Puts the corrected key into the form. Whatever was confirmed about the key before no longer holds.
async fn take_corrected(
    staff: &SignedInStaff,
    ctx: &Context,
    detail: &GrantDetail,
    form: &mut FulfillmentForm,
) -> Result<(), PageError> {
    let (input, _) = form.read(detail.grant.integration_type, staff.localizer(), ctx.clock.now());
    if let Some(corrected) = inspect(staff, ctx, detail, &input).await?.corrected {
        corrected.expose().clone_into(&mut form.key);
        form.confirm.clear();
    }
    Ok(())
}

/// What looks wrong about the key in the form, if there is one.
async fn inspect(
    staff: &SignedInStaff,
    ctx: &Context,
    detail: &GrantDetail,
    input: &Input,
) -> Result<Inspection, PageError> {
    let Some(key) = input.key.clone() else {
        return Ok(Inspection { corrected: input.cleaned_key.clone(), ..Inspection::default() });
    };
    let (entitlement, actor) = (detail.entitlement.clone(), staff.actor());
    Ok(in_background(ctx, move |ctx| inspect_license_key(ctx, &key, &entitlement, &actor)).await??)
}

/// Delivers the grant with the input key, then shows it or the next one.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<FulfillmentForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let form = form.into_inner();
    let grant_id = id.0.clone();
    let kind = in_background(&ctx, move |ctx| ctx.db.read(|conn| grants::integration_type(conn, &grant_id))).await??;
    let is_link = rules_of(kind).delivers.is_link();
    if rules_of(kind).delivers == Delivers::Files {
        return files::create(&staff, &ctx, &id, form).await;
    }
    let outcome = match form.parse(&id, kind, &staff, ctx.clock.now()) {
        Ok(command) => in_background(&ctx, move |ctx| fulfill_grant(ctx, &command)).await?,
        Err(errors) => {
            let grant_id = id.0.clone();
            match in_background(&ctx, move |ctx| check_awaits(ctx, &grant_id)).await? {
                Ok(()) => return refuse(&staff, &ctx, &id, form, FormState { errors, ..refused() }).await,
                Err(error) => Err(error),
            }
        }
    };
    let l = staff.localizer();
    match outcome {
        Ok(fulfilled) => done(&staff, &ctx, &fulfilled, &form).await,
        Err(FulfillGrantError::GrantNotFound) => Err(PageError::NotFound),
        Err(FulfillGrantError::Refused(error)) => {
            let view = load(&ctx, &id).await?;
            not_awaiting(&staff, &ctx, error, view.detail, Some(form)).await
        }
        Err(FulfillGrantError::KeyAlreadyUsed(issued)) => {
            let errors = FormErrors::one(value_field(is_link), l.t(&l.of_value("fulfillment-key-used", is_link)));
            // Where the key was issued is state only to people who may see keys, and never for an erased customer.
            let issued = issued.filter(|issued| !issued.is_erased && staff.may(ctx.config.reveal));
            refuse(&staff, &ctx, &id, form, FormState { errors, used: issued, ..refused() }).await
        }
        Err(FulfillGrantError::KeyInStock) => {
            // Where a key is, is told only to people who may see keys.
            let may_know = staff.may(ctx.config.reveal);
            let text = if may_know { "fulfillment-key-in-stock" } else { "fulfillment-key-used" };
            let errors = FormErrors::one(value_field(is_link), l.t(&l.of_value(text, is_link)));
            refuse(&staff, &ctx, &id, form, FormState { errors, ..refused() }).await
        }
        Err(FulfillGrantError::NotALink(why)) => {
            let errors = FormErrors::one("url", link_error(l, why));
            refuse(&staff, &ctx, &id, form, FormState { errors, ..refused() }).await
        }
        Err(FulfillGrantError::OutOfStock) => {
            let errors = FormErrors::one("source", l.t(&l.of_value("fulfillment-out-of-stock", is_link)));
            let form = FulfillmentForm { source: "typed".to_owned(), ..form };
            let state = FormState { errors, status: StatusCode::CONFLICT, ..FormState::default() };
            refuse(&staff, &ctx, &id, form, state).await
        }
        Err(FulfillGrantError::Unconfirmed) => {
            refuse(&staff, &ctx, &id, form, FormState { is_unconfirmed: true, ..refused() }).await
        }
        Err(FulfillGrantError::IdempotencyMismatch) => {
            let errors = FormErrors::one(value_field(is_link), l.t("fulfillment-form-changed"));
            // With a new idempotency key, the form can be submitted again after it has been reviewed.
            let form = FulfillmentForm { idempotency_key: String::new(), ..form };
            refuse(&staff, &ctx, &id, form, FormState { errors, ..refused() }).await
        }
        Err(FulfillGrantError::Undone) => Err(PageError::Conflict { sentence: "undo-form-spent" }),
        Err(FulfillGrantError::Storage(error @ (StorageError::Busy(_) | StorageError::Unwritable(_)))) => {
            tracing::warn!(%error, "a fulfillment could not be saved");
            let view = load(&ctx, &id).await?;
            let is_busy = matches!(error, StorageError::Busy(_));
            let unsaved = Some(if is_busy { "fulfillment-busy" } else { "fulfillment-unwritable" });
            let state = FormState { unsaved, status: StatusCode::SERVICE_UNAVAILABLE, ..FormState::default() };
            show(&staff, &ctx, view, form, state).await
        }
        Err(FulfillGrantError::Storage(error)) => Err(error.into()),
    }
}

/// Shows the form with what was typed before the person signed in again; nothing is sent.
pub(crate) async fn show_unsent(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &GrantId,
    form: FulfillmentForm,
    status: StatusCode,
) -> Result<HttpResponse, PageError> {
    if !staff.may(Role::Agent) {
        return Err(PageError::Forbidden { needs: Role::Agent });
    }
    let view = load(ctx, id).await?;
    if let Err(error) = view.detail.grant.awaits(&view.detail.entitlement.config) {
        return not_awaiting(staff, ctx, error, view.detail, Some(form)).await;
    }
    show(staff, ctx, view, form, FormState { status, is_unsent: true, ..FormState::default() }).await
}

/// Shows the form again after the grant was claimed for the person, with what they have typed.
pub(super) async fn show_claimed(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &GrantId,
    form: FulfillmentForm,
    flash: Flash,
) -> Result<HttpResponse, PageError> {
    let view = load(ctx, id).await?;
    show(staff, ctx, view, form, FormState { flash: Some(flash), ..FormState::default() }).await
}

/// The data of the form's pages.
struct View {
    detail: GrantDetail,
    neighbors: (Option<GrantId>, Option<GrantId>),
    place_in_sale: Option<(usize, usize)>,
    /// `None` if the entitlement has no stock.
    stock: Option<StockOffer>,
    /// What the form of a delivery said that was undone.
    kept: Option<KeptForm>,
}

async fn load(ctx: &Context, id: &GrantId) -> Result<View, PageError> {
    let id = id.clone();
    let view = in_background(ctx, move |ctx| {
        let now = ctx.clock.now();
        ctx.db.read(|conn| {
            let detail = grants::detail::find(conn, &id)?;
            let neighbors = grants::detail::neighbors(conn, &detail.grant)?;
            let place_in_sale = grants::series::place_in_sale(conn, &detail.grant)?;
            let stock = StockOffer::of(conn, &detail, now)?;
            let kept = grants::undo::kept_form(conn, &id)?;
            Ok::<_, StorageError>(View { detail, neighbors, place_in_sale, stock, kept })
        })
    });
    Ok(view.await??)
}

/// The form with what the one before said, if its delivery was undone. What the entitlement says anyway is left out.
fn kept(view: &View, form: FulfillmentForm, l: &Localizer) -> FulfillmentForm {
    let Some(kept) = &view.kept else { return form };
    let default = view.detail.entitlement.config.issue().activations_limit.map(ActivationsLimit::get);
    let limit = kept.activations_limit.filter(|limit| Some(*limit) != default);
    let (expires_at, expires_time) = kept.expires_at.map(|at| end::shown(at, l)).unwrap_or_default();
    FulfillmentForm {
        activations_limit: limit.map(|limit| limit.to_string()).unwrap_or_default(),
        expires_at,
        expires_time,
        customer_note: view.detail.grant.customer_note.clone().unwrap_or_default(),
        ..form
    }
}

/// The state of the form: its errors and messages.
struct FormState {
    status: StatusCode,
    errors: FormErrors,
    used: Option<IssuedKey>,
    /// Whether the key looks wrong and was not confirmed.
    is_unconfirmed: bool,
    unsaved: Option<&'static str>,
    /// Whether the form could not be sent because its session had ended.
    is_unsent: bool,
    flash: Option<Flash>,
}

/// The state of a form that is refused.
fn refused() -> FormState {
    FormState { status: StatusCode::UNPROCESSABLE_ENTITY, ..FormState::default() }
}

impl Default for FormState {
    fn default() -> Self {
        Self {
            status: StatusCode::OK,
            errors: FormErrors::new(),
            used: None,
            is_unconfirmed: false,
            unsaved: None,
            is_unsent: false,
            flash: None,
        }
    }
}

async fn show(
    staff: &SignedInStaff,
    ctx: &Context,
    view: View,
    mut form: FulfillmentForm,
    state: FormState,
) -> Result<HttpResponse, PageError> {
    form.renew_idempotency_key();
    if view.detail.grant.delivers() == Delivers::Files {
        return files::show(staff, ctx, view, form, state).await;
    }
    let now = ctx.clock.now();
    let View { detail, neighbors, place_in_sale, stock, kept: _ } = view;
    let settings = detail.entitlement.config.issue().clone();
    let (input, _) = form.read(detail.grant.integration_type, staff.localizer(), now);
    let inspection = inspect(staff, ctx, &detail, &input).await?;
    let mut page = staff.page(Nav::Grants);
    if state.flash.is_some() {
        page.flash = state.flash;
    }
    let page = FulfillmentPage {
        page,
        holder: Holder::of(&detail, staff, now),
        preview: Preview::new(ctx, &detail, &settings, (&input, form.is_from_stock()), place_in_sale),
        is_late: is_late(ctx, &detail),
        detail,
        settings,
        neighbors,
        form,
        errors: state.errors,
        used: state.used,
        inspection,
        stock,
        is_unconfirmed: state.is_unconfirmed,
        unsaved: state.unsaved,
        is_unsent: state.is_unsent,
    };
    let mut response = html(state.status, &page)?;
    if state.unsaved.is_some() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    Ok(response)
}

fn is_late(ctx: &Context, detail: &GrantDetail) -> bool {
    let now = ctx.clock.now();
    ctx.config.target.is_missed(detail.grant.waiting_since(now), now)
}

async fn refuse(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &GrantId,
    form: FulfillmentForm,
    state: FormState,
) -> Result<HttpResponse, PageError> {
    let view = load(ctx, id).await?;
    note_work(staff, ctx, &view.detail, &form).await?;
    show(staff, ctx, view, form, state).await
}

/// Notes that the person has typed something about the grant that they hold.
async fn note_work(
    staff: &SignedInStaff,
    ctx: &Context,
    detail: &GrantDetail,
    form: &FulfillmentForm,
) -> Result<(), PageError> {
    let claim = detail.grant.claim_at(ctx.clock.now());
    if form.is_typed() && claim.is_some_and(|claim| claim.by == staff.id && !claim.is_touched) {
        let (grant_id, staff_id) = (detail.grant.id.clone(), staff.id.clone());
        in_background(ctx, move |ctx| touch_grant(ctx, &grant_id, &staff_id)).await??;
    }
    Ok(())
}

/// Shows that the grant no longer waits for a key: who was faster, and what was input.
pub(super) async fn not_awaiting(
    staff: &SignedInStaff,
    ctx: &Context,
    error: DeliverError,
    mut detail: GrantDetail,
    form: Option<FulfillmentForm>,
) -> Result<HttpResponse, PageError> {
    if error != DeliverError::NotPending {
        return Err(PageError::Conflict { sentence: refusal(error) });
    }
    let unused = match form {
        Some(form) => {
            let (input, _) = form.read(detail.grant.integration_type, staff.localizer(), ctx.clock.now());
            let usage = usage(staff, ctx, &detail.grant, &input).await?;
            Some(UnusedKey { form, input, usage })
        }
        None => None,
    };
    let is_by_me = detail.grant.delivered_by.as_deref() == Some(staff.id.as_str());
    name_erased(staff.localizer(), &detail.customer.email, &mut detail.customer.name);
    html(StatusCode::CONFLICT, &ConflictPage { page: staff.page(Nav::Grants), detail, is_by_me, unused })
}

/// What is known about the input key. As with any lookup of a complete key, this is only state to people who may see
/// keys, and is rate-limited.
async fn usage(staff: &SignedInStaff, ctx: &Context, grant: &Grant, input: &Input) -> Result<KeyUsage, PageError> {
    let key = input.key.as_ref().filter(|_| staff.may(ctx.config.reveal));
    let Some(key) = key.and_then(|key| PresentedKey::parse(key.expose())) else { return Ok(KeyUsage::NoKey) };
    let (actor, is_link) = (staff.actor(), grant.delivers().is_link());
    Ok(match in_background(ctx, move |ctx| find_license_keys(ctx, &key, is_link, &actor)).await? {
        Ok(found) if found.iter().any(|issued| issued.grant_id.as_ref() == Some(&grant.id)) => KeyUsage::IssuedHere,
        Ok(found) => match found.first() {
            Some(issued) => KeyUsage::IssuedElsewhere { at: issued.issued_at },
            None => KeyUsage::Unused,
        },
        Err(Throttled::TooManyAttempts { .. }) => KeyUsage::NoKey,
        Err(Throttled::Storage(error)) => return Err(error.into()),
    })
}

/// Why Keydesk does not fulfill the grant, as a locale key.
pub(super) fn refusal(error: DeliverError) -> &'static str {
    match error {
        DeliverError::NotPending => "fulfillment-conflict-changed",
        DeliverError::Takes(Delivers::Key) => "fulfillment-takes-key",
        DeliverError::Takes(Delivers::Link { .. }) => "fulfillment-takes-link",
        DeliverError::Takes(Delivers::Files) => "fulfillment-takes-files",
        DeliverError::Takes(Delivers::Feature) => "fulfillment-takes-nothing",
        DeliverError::NotManual => "fulfillment-not-manual",
    }
}
