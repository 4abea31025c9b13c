//! Inviting the customer of a grant by GitHub: the form, and the card on the grant's page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use crate::domain::connection::invitation::{InvitationState, PlatformInvitation};
use crate::domain::grant::GrantStatus;
use crate::domain::ids::GrantId;
use crate::domain::text::{self, TextError};
use crate::http::id::Id;
use crate::storage::grants::detail::GrantDetail;
use crate::usecases::Context;
use crate::usecases::grants::error::FulfillGrantError;
use crate::usecases::platforms::invite::{Invitable, InviteCustomer, InviteError, NotInvited, invite_customer};
use crate::usecases::platforms::reach::access_of;
use crate::web::grants::fulfillment::form::MAX_NOTE;
use crate::web::layout::badge::Badge;
use crate::web::{CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff};
use crate::web::{html, in_background, see_other, urls};

/// The fields as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct InvitationForm {
    pub username: String,
    pub customer_note: String,
}

#[derive(Template)]
#[template(path = "grants/invitations/new.html")]
struct InvitationPage {
    page: PageContext,
    grant_id: GrantId,
    repository: String,
    /// Whether the grant was delivered by an invitation that the customer did not accept.
    is_repeated: bool,
    form: InvitationForm,
    errors: FormErrors,
}

/// Whether staff can invite for the grant: it waits, names a repository, and a connection is in use.
pub(crate) fn may_invite(detail: &GrantDetail) -> bool {
    detail.has_github && detail.grant.is_waiting() && access_of(&detail.entitlement.config).is_some()
}

/// Whether the invitation of a grant can be repeated.
pub(crate) fn may_repeat(detail: &GrantDetail) -> bool {
    let is_delivered = matches!(detail.grant.status, GrantStatus::Delivered | GrantStatus::Failed);
    let is_lost = |invitation: &PlatformInvitation| {
        invitation.trouble.is_some() && matches!(invitation.state, InvitationState::Expired | InvitationState::Wanted)
    };
    detail.has_github && is_delivered && detail.invitation.as_ref().is_some_and(is_lost)
}

/// Why nobody was invited, if a person has to look at it.
pub(crate) fn trouble(page: &PageContext, detail: &GrantDetail) -> Option<String> {
    let trouble = detail.invitation.as_ref()?.trouble?;
    Some(page.named("invitation-trouble", trouble.as_str()))
}

/// The state of an invitation.
pub(crate) fn state(page: &PageContext, invitation: &PlatformInvitation) -> Badge {
    let text = page.named("invitation-state", invitation.state.as_str());
    match invitation.state {
        _ if invitation.trouble.is_some() => Badge::failed(text),
        InvitationState::Accepted => Badge::ok(text),
        InvitationState::Wanted | InvitationState::Invited | InvitationState::Removing => Badge::warning(text),
        InvitationState::Expired => Badge::failed(text),
        InvitationState::Removed => Badge::off(text),
    }
}

/// Shows the form; a grant that nobody can be invited for leads back to its page.
pub(crate) async fn new(staff: SignedInStaff, id: Id<GrantId>, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    let invitable = load(&ctx, &id).await?;
    if !invitable.is_awaited() || invitable.access.is_none() {
        return Ok(see_other(&urls::grant(&id)));
    }
    let form = InvitationForm { username: invitable.username().unwrap_or_default(), ..InvitationForm::default() };
    show(&staff, StatusCode::OK, invitable, form, FormErrors::new())
}

/// Invites the customer, which delivers the grant.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<InvitationForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let typed = form.into_inner();
    let customer_note = match text::optional(&typed.customer_note, |note| text::block(note, MAX_NOTE)) {
        Ok(note) => note,
        Err(error) => {
            let is_long = matches!(error, TextError::TooLong { .. });
            let key = if is_long { "fulfillment-note-too-long" } else { "fulfillment-note-control" };
            let errors = FormErrors::one("customer_note", staff.localizer().t(key));
            return show(&staff, StatusCode::UNPROCESSABLE_ENTITY, load(&ctx, &id).await?, typed, errors);
        }
    };
    let command = InviteCustomer {
        grant_id: id.0.clone(),
        username: Some(typed.username.clone()),
        customer_note,
        actor: staff.actor(),
    };
    let error = match in_background(&ctx, move |ctx| invite_customer(ctx, &command)).await? {
        Ok(()) => return Ok(staff.see_other(&urls::grant(&id), Flash::ok("invitations-done"))),
        Err(InviteError::Refused(FulfillGrantError::GrantNotFound)) => return Err(PageError::NotFound),
        Err(
            InviteError::Refused(FulfillGrantError::Storage(error))
            | InviteError::NotInvited(NotInvited::Storage(error)),
        ) => return Err(error.into()),
        Err(error) => error,
    };
    let (status, message) = refusal(&staff, &ctx, &error);
    show(&staff, status, load(&ctx, &id).await?, typed, FormErrors::one("username", message))
}

/// Why nobody was invited, beside the field.
fn refusal(staff: &SignedInStaff, ctx: &Context, error: &InviteError) -> (StatusCode, String) {
    let l = staff.localizer();
    let text = match error {
        InviteError::NoUsername => l.t("invitations-username-missing"),
        InviteError::WrongUsername => l.t("invitations-username-wrong"),
        InviteError::NotInvited(NotInvited::Trouble(trouble, words)) => {
            let text = l.named("invitation-trouble", trouble.as_str());
            if words.is_empty() { text } else { format!("{text} ({words})") }
        }
        InviteError::NotInvited(NotInvited::Busy(after)) => {
            let now = ctx.clock.now();
            let until = now.saturating_add(*after).unwrap_or(now);
            l.t1("invitations-busy", "time", staff.page(Nav::Grants).time(until))
        }
        InviteError::NotInvited(NotInvited::TokenRefused) => l.t("invitations-token"),
        InviteError::NotInvited(NotInvited::NoAnswer(cause)) => l.t1("invitations-no-answer", "error", cause),
        InviteError::NotInvited(NotInvited::NoConnection | NotInvited::Storage(_)) | InviteError::NotAutomatic => {
            l.t("invitations-no-connection")
        }
        InviteError::Refused(_) => return (StatusCode::CONFLICT, l.t("invitations-gone")),
    };
    (StatusCode::UNPROCESSABLE_ENTITY, text)
}

async fn load(ctx: &Context, id: &GrantId) -> Result<Invitable, PageError> {
    let id = id.clone();
    Ok(in_background(ctx, move |ctx| ctx.db.read(|conn| Invitable::load(conn, &id))).await??)
}

fn show(
    staff: &SignedInStaff,
    status: StatusCode,
    invitable: Invitable,
    form: InvitationForm,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let view = InvitationPage {
        page: staff.page(Nav::Grants),
        is_repeated: invitable.is_to_repeat(),
        repository: invitable.access.map(|access| access.repository.to_string()).unwrap_or_default(),
        grant_id: invitable.grant.id,
        form,
        errors,
    };
    html(status, &view)
}
