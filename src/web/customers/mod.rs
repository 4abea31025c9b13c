//! Pages about customers.

pub(crate) mod csv;
pub(crate) mod edit;
pub(crate) mod emails;
pub(crate) mod erasures;
pub(crate) mod form;
pub(crate) mod index;
pub(crate) mod mergers;
pub(crate) mod notes;
pub(crate) mod show;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use self::index::{CustomersPage, CustomersQuery, PAGE_SIZE};
use self::notes::NoteForm;
use self::show::{CustomerPage, load};
use super::{
    CheckedQuery, CsrfForm, Flash, FormErrors, PageError, SignedInStaff, html, in_background, see_other, urls,
};
use crate::domain::idempotency;
use crate::domain::ids::{CustomerId, NoteId};
use crate::domain::page::Page;
use crate::domain::staff::Role;
use crate::http::id::Id;
use crate::storage::StorageError;
use crate::storage::customers::list::{self, Found};
use crate::usecases::Context;
use crate::usecases::customers::add_note::{AddNote, AddNoteError, NoteSubject, add_note};
use crate::usecases::customers::delete_note::{DeleteNoteError, delete_note};

/// Shows the list, or what a search in it finds.
pub(crate) async fn index(
    staff: SignedInStaff,
    query: CheckedQuery<CustomersQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (search, errors) = match query.search() {
        Ok(search) => (search, FormErrors::new()),
        Err(_) => (None, FormErrors::one("q", staff.localizer().t("search-too-long"))),
    };
    let (from, now, is_wrong) = (query.start(), ctx.clock.now(), !errors.is_empty());
    let (filter, _) = query.filter();
    let read = in_background(&ctx, move |ctx| {
        ctx.db.read(|conn| {
            let nobody = Page { rows: Vec::new(), has_previous: false, has_next: false };
            let found = match &search {
                _ if is_wrong => Found { page: nobody, is_cut: false },
                Some(text) => list::search(conn, &filter, text, &from, PAGE_SIZE, now)?,
                None => Found { page: list::list(conn, &filter, &from, PAGE_SIZE, now)?, is_cut: false },
            };
            Ok::<_, StorageError>((found, ctx.page_cache.entitlements(&ctx.db, conn)?))
        })
    });
    let (found, entitlements) = read.await??;
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html(status, &CustomersPage::new(&staff, query.0, found, entitlements, errors))
}

/// What may stand behind a customer's address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ShowQuery {
    /// `send` shows the form that sends all live keys on the page instead of in a dialog.
    act: String,
}

/// Shows everything about one customer.
pub(crate) async fn show(
    staff: SignedInStaff,
    id: Id<CustomerId>,
    query: CheckedQuery<ShowQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let detail = load(&ctx, &id).await?;
    if detail.customer.id != *id {
        // Merged into somebody.
        return Ok(see_other(&urls::customer(&detail.customer.id)));
    }
    let mut view = CustomerPage::new(&staff, detail);
    view.asks_to_send = query.act == "send" && view.may_send();
    html(StatusCode::OK, &view)
}

/// Adds a note about the customer.
pub(crate) async fn create_note(
    staff: SignedInStaff,
    id: Id<CustomerId>,
    form: CsrfForm<NoteForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let text = match form.parse(staff.localizer()) {
        Ok(text) => text,
        Err(errors) => return refuse_note(&staff, &ctx, &id, &form, errors).await,
    };
    let idempotency_key = idempotency::parse_key(&form.idempotency_key).unwrap_or_default();
    let command = AddNote { subject: NoteSubject::Customer(id.0.clone()), text, idempotency_key, actor: staff.actor() };
    match in_background(&ctx, move |ctx| add_note(ctx, &command)).await? {
        Ok(()) => Ok(staff.see_other(&urls::customer(&id), Flash::ok("notes-added"))),
        Err(AddNoteError::IdempotencyMismatch) => {
            let errors = FormErrors::one("text", staff.localizer().t("notes-changed"));
            refuse_note(&staff, &ctx, &id, &form, errors).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn refuse_note(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &CustomerId,
    form: &NoteForm,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let mut view = CustomerPage::new(staff, load(ctx, id).await?);
    view.errors = errors;
    view.note.clone_from(&form.text);
    html(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// Where a note was deleted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DeletionForm {
    /// The page to go back to: that of the customer, or of the grant.
    next: String,
}

/// Deletes a note.
pub(crate) async fn destroy_note(
    staff: SignedInStaff,
    id: Id<NoteId>,
    form: CsrfForm<DeletionForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (note_id, actor) = (id.0.clone(), staff.actor());
    let flash = match in_background(&ctx, move |ctx| delete_note(ctx, &note_id, &actor)).await? {
        Ok(()) => Flash::ok("notes-deleted"),
        // Of a double click, or of two people, the second one is told so, where they know where they came from.
        Err(DeleteNoteError::NoteNotFound) if !form.next.is_empty() => Flash::warn("notes-gone"),
        Err(DeleteNoteError::NoteNotFound) => return Err(PageError::NotFound),
        Err(DeleteNoteError::Forbidden) => return Err(PageError::Forbidden { needs: Role::Admin }),
        Err(DeleteNoteError::Storage(error)) => return Err(error.into()),
    };
    Ok(staff.see_other(&urls::safe_next(&form.next), flash))
}
