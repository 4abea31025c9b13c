//! Entitlements: everyone can read them, admins create and change them.

pub(crate) mod config;
pub(crate) mod csv;
mod fields;
pub(crate) mod files;
pub(crate) mod form;
mod index;
mod page;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use self::files::FilesCard;
use self::form::EntitlementForm;
use self::index::EntitlementsPage;
use self::page::EntitlementPage;
use super::{CsrfForm, Flash, FormErrors, Nav, PageError, SignedInStaff, html, in_background, urls};
use crate::domain::entitlement::{Entitlement, IntegrationType};
use crate::domain::ids::EntitlementId;
use crate::http::id::Id;
use crate::storage::StorageError;
use crate::storage::catalog::entitlements;
use crate::usecases::Context;
use crate::usecases::catalog::save_entitlement::{create_entitlement, update_entitlement};

/// Lists all entitlements by name.
pub(crate) async fn index(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let entitlements = in_background(&ctx, |ctx| ctx.db.read(entitlements::list)).await??;
    html(StatusCode::OK, &EntitlementsPage { page: staff.page(Nav::Entitlements), entitlements })
}

/// Shows the form for a new entitlement.
pub(crate) async fn new(staff: SignedInStaff) -> Result<HttpResponse, PageError> {
    show(&staff, StatusCode::OK, None, EntitlementForm::fresh(IntegrationType::LicenseKey), FormErrors::new(), None)
}

/// Shows the form filled in with an existing entitlement.
pub(crate) async fn edit(
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let entitlement = find(&ctx, &id).await?;
    let files = FilesCard::load(&ctx, &entitlement).await?;
    let form = EntitlementForm::of(&entitlement);
    show(&staff, StatusCode::OK, Some(entitlement), form, FormErrors::new(), files)
}

/// Creates an entitlement, with a product of the same name.
pub(crate) async fn create(
    staff: SignedInStaff,
    form: CsrfForm<EntitlementForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    if form.then == "fields" && form.kind().is_some() {
        return show(&staff, StatusCode::OK, None, form.into_inner(), FormErrors::new(), None);
    }
    let fields = match form.parse(None, staff.localizer()) {
        Ok(fields) => fields,
        Err(errors) => return show(&staff, StatusCode::UNPROCESSABLE_ENTITY, None, form.into_inner(), errors, None),
    };
    let flash = Flash::ok("entitlements-created").with("name", &fields.name).with_link(urls::NEW_GRANT, "grants-new");
    let actor = staff.actor();
    in_background(&ctx, move |ctx| create_entitlement(ctx, &fields, &actor)).await??;
    Ok(staff.see_other(urls::ENTITLEMENTS, flash))
}

/// Changes an entitlement.
pub(crate) async fn update(
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    form: CsrfForm<EntitlementForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let entitlement = find(&ctx, &id).await?;
    let fields = match form.parse(Some(&entitlement), staff.localizer()) {
        Ok(fields) => fields,
        Err(errors) => {
            let kind = entitlement.config.integration_type().as_str().to_owned();
            let form = EntitlementForm { integration_type: kind, ..form.into_inner() };
            let files = FilesCard::load(&ctx, &entitlement).await?;
            return show(&staff, StatusCode::UNPROCESSABLE_ENTITY, Some(entitlement), form, errors, files);
        }
    };
    let flash = Flash::ok("entitlements-saved").with("name", &fields.name);
    let (entitlement_id, actor) = (id.0.clone(), staff.actor());
    let mut form = form.into_inner();
    let typed = form.clone();
    let updated = in_background(&ctx, move |ctx| {
        let change = |present: &Entitlement| {
            if typed.is_older_than(present) { Err(SaveError::ChangedMeanwhile) } else { Ok(fields) }
        };
        update_entitlement(ctx, &entitlement_id, change, &actor)
    });
    match updated.await? {
        Ok(()) => Ok(staff.see_other(urls::ENTITLEMENTS, flash)),
        Err(SaveError::ChangedMeanwhile) => {
            let entitlement = find(&ctx, &id).await?;
            let files = FilesCard::load(&ctx, &entitlement).await?;
            let present = EntitlementForm::of(&entitlement);
            form.integration_type.clone_from(&present.integration_type);
            form.version.clone_from(&present.version);
            let (page, errors) = (staff.page(Nav::Entitlements), FormErrors::new());
            let (entitlement, present) = (Some(entitlement), Some(present));
            let view = EntitlementPage { page, entitlement, form, errors, present, files };
            html(StatusCode::CONFLICT, &view)
        }
        Err(SaveError::Storage(error)) => Err(error.into()),
    }
}

/// Why a changed entitlement is not saved.
enum SaveError {
    ChangedMeanwhile,
    Storage(StorageError),
}

impl From<StorageError> for SaveError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

async fn find(ctx: &Context, id: &EntitlementId) -> Result<Entitlement, PageError> {
    let id = id.clone();
    Ok(in_background(ctx, move |ctx| ctx.db.read(|conn| entitlements::find_active(conn, &id))).await??)
}

fn show(
    staff: &SignedInStaff,
    status: StatusCode,
    entitlement: Option<Entitlement>,
    form: EntitlementForm,
    errors: FormErrors,
    files: Option<FilesCard>,
) -> Result<HttpResponse, PageError> {
    let page = staff.page(Nav::Entitlements);
    html(status, &EntitlementPage { page, entitlement, form, errors, present: None, files })
}
