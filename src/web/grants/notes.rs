//! Adding a note about a grant.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::show::{GrantPage, load};
use crate::domain::idempotency;
use crate::domain::ids::GrantId;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::customers::add_note::{AddNote, AddNoteError, NoteSubject, add_note};
use crate::web::customers::notes::NoteForm;
use crate::web::{CsrfForm, Flash, FormErrors, PageError, SignedInStaff, html, in_background, urls};

/// Adds the note.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<NoteForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let text = match form.parse(staff.localizer()) {
        Ok(text) => text,
        Err(errors) => return refuse(&staff, &ctx, &id, &form, errors).await,
    };
    let idempotency_key = idempotency::parse_key(&form.idempotency_key).unwrap_or_default();
    let command = AddNote { subject: NoteSubject::Grant(id.0.clone()), text, idempotency_key, actor: staff.actor() };
    match in_background(&ctx, move |ctx| add_note(ctx, &command)).await? {
        Ok(()) => Ok(staff.see_other(&urls::grant(&id), Flash::ok("notes-added"))),
        Err(AddNoteError::IdempotencyMismatch) => {
            let errors = FormErrors::one("text", staff.localizer().t("notes-changed"));
            refuse(&staff, &ctx, &id, &form, errors).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn refuse(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &GrantId,
    form: &NoteForm,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let mut view = GrantPage::new(staff, ctx, load(ctx, id).await?);
    view.errors = errors;
    view.note.clone_from(&form.text);
    html(StatusCode::UNPROCESSABLE_ENTITY, &view)
}
