//! Noting by hand that the customer accepted an invitation, and taking that back.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::show::{GrantPage, load};
use crate::domain::ids::GrantId;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::grants::note_acceptance::{NoteAcceptanceError, note_acceptance};
use crate::web::{CsrfForm, Flash, PageError, SignedInStaff, html, in_background, urls};

/// The submitted form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AcceptanceForm {
    /// `no` to take it back.
    accepted: String,
}

/// Notes it, and shows the grant.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<AcceptanceForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let is_accepted = form.accepted != "no";
    let (grant_id, actor) = (id.0.clone(), staff.actor());
    match in_background(&ctx, move |ctx| note_acceptance(ctx, &grant_id, is_accepted, &actor)).await? {
        // Whoever came second finds what they wanted to note.
        Ok(_) => {
            let flash = if is_accepted { "grants-accepted-noted" } else { "grants-accepted-undone" };
            Ok(staff.see_other(&urls::grant(&id), Flash::ok(flash)))
        }
        Err(NoteAcceptanceError::GrantNotFound) => Err(PageError::NotFound),
        Err(NoteAcceptanceError::NotDelivered) => {
            let mut view = GrantPage::new(&staff, &ctx, load(&ctx, &id).await?);
            view.refusal = Some(staff.localizer().t("grants-accepted-not-delivered"));
            html(StatusCode::CONFLICT, &view)
        }
        Err(NoteAcceptanceError::Storage(error)) => Err(error.into()),
    }
}
