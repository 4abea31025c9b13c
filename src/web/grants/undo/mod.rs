//! Undoing a delivery while its e-mail waits, and sending it at once instead.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use jiff::Timestamp;

use super::show::{GrantPage, load};
use crate::domain::grant::CLAIM_DURATION;
use crate::domain::ids::GrantId;
use crate::domain::license_key::LicenseKeyValue;
use crate::http::id::Id;
use crate::storage::grants::detail::GrantDetail;
use crate::usecases::Context;
use crate::usecases::grants::undo::send_now::send_now as send;
use crate::usecases::grants::undo::{UndoError, Undone, undo_delivery};
use crate::web::customers::erasures::name_erased;
use crate::web::forms::NoFields;
use crate::web::{CsrfForm, Flash, Nav, PageContext, PageError, SignedInStaff, html, in_background, urls};

/// The page with a key that was typed, shown once.
#[derive(Template)]
#[template(path = "grants/undo/undone.html")]
struct UndonePage {
    page: PageContext,
    detail: GrantDetail,
    key: LicenseKeyValue,
    /// Until when the person holds the grant; `None` if a key was replaced.
    held_until: Option<Timestamp>,
}

impl UndonePage {
    fn is_link(&self) -> bool {
        self.detail.grant.delivers().is_link()
    }

    fn undone(&self) -> String {
        match self.held_until {
            Some(until) => self.page.t1("undo-done", "time", self.page.time(until)),
            None => self.page.localizer.t("undo-done-replacement"),
        }
    }
}

/// Undoes the delivery, and goes to the grant's form. Whoever typed the key is shown it once instead.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (grant_id, actor) = (id.0.clone(), staff.actor());
    let undone = in_background(&ctx, move |ctx| undo_delivery(ctx, &grant_id, &actor)).await?;
    let l = staff.localizer();
    let refusal = match undone {
        Ok(undone) => return done(&staff, &ctx, &id, undone).await,
        Err(UndoError::TooLate(Some(at))) => l.t1("undo-too-late", "time", l.time_seconds(at)),
        Err(UndoError::TooLate(None)) => l.t("undo-impossible"),
        Err(UndoError::AlreadyUndone) => l.t("undo-already"),
        Err(UndoError::NotDelivered) => l.t("undo-not-delivered"),
        Err(UndoError::InUse) => l.t("undo-in-use"),
        Err(UndoError::GrantNotFound) => return Err(PageError::NotFound),
        Err(UndoError::Storage(error)) => return Err(error.into()),
    };
    let mut view = GrantPage::new(&staff, &ctx, load(&ctx, &id).await?);
    view.refusal = Some(refusal);
    html(StatusCode::CONFLICT, &view)
}

async fn done(staff: &SignedInStaff, ctx: &Context, id: &GrantId, undone: Undone) -> Result<HttpResponse, PageError> {
    let now = ctx.clock.now();
    let until = now.saturating_add(CLAIM_DURATION).unwrap_or(now);
    let held_until = (!undone.is_replacement).then_some(until);
    if let Some(key) = undone.typed {
        let mut detail = load(ctx, id).await?;
        name_erased(staff.localizer(), &detail.customer.email, &mut detail.customer.name);
        let page = staff.page(Nav::Grants);
        return html(StatusCode::OK, &UndonePage { page, detail, key, held_until });
    }
    let time = staff.localizer().time(until);
    let (url, flash) = match (undone.is_replacement, undone.is_exposed) {
        (true, false) => (urls::grant(id), Flash::ok("undo-done-replacement")),
        (true, true) => (urls::grant(id), Flash::warn("undo-done-replacement-exposed")),
        (false, false) => (urls::new_fulfillment(id), Flash::ok("undo-done").with("time", time)),
        (false, true) => (urls::new_fulfillment(id), Flash::warn("undo-done-exposed").with("time", time)),
    };
    Ok(staff.see_other(&url, flash))
}

/// Sends the e-mail and the webhooks of the delivery at once.
pub(crate) async fn send_now(
    staff: SignedInStaff,
    id: Id<GrantId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (grant_id, actor) = (id.0.clone(), staff.actor());
    let is_sent = in_background(&ctx, move |ctx| send(ctx, &grant_id, &actor)).await??;
    let flash = if is_sent { Flash::ok("undo-sent-now") } else { Flash::warn("undo-sent-already") };
    Ok(staff.see_other(&urls::grant(&id), flash))
}
