//! Revealing a key in plaintext, in a single response.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::show::{GrantPage, load};
use crate::domain::ids::GrantId;
use crate::domain::text;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::license_keys::reveal::{RevealLicenseKeyError, reveal_license_key};
use crate::web::{CsrfForm, PageError, SignedInStaff, html, in_background};

/// The submitted reason for a reveal.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RevealForm {
    reason: String,
}

const MAX_REASON: usize = 500;

/// Shows the grant with its key in plaintext.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    form: CsrfForm<RevealForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let Ok(reason) = text::optional(&form.reason, |reason| text::block(reason, MAX_REASON)) else {
        let mut view = GrantPage::new(&staff, &ctx, load(&ctx, &id).await?);
        view.refusal = Some(staff.localizer().t("grants-reveal-reason-wrong"));
        return html(StatusCode::UNPROCESSABLE_ENTITY, &view);
    };
    let (grant_id, actor) = (id.0.clone(), staff.actor());
    let revealed =
        in_background(&ctx, move |ctx| reveal_license_key(ctx, &grant_id, reason.as_deref(), &actor)).await?;
    match revealed {
        Ok(key) => {
            let mut view = GrantPage::new(&staff, &ctx, load(&ctx, &id).await?);
            view.revealed = Some(key);
            html(StatusCode::OK, &view)
        }
        Err(RevealLicenseKeyError::NoKey) => {
            let mut view = GrantPage::new(&staff, &ctx, load(&ctx, &id).await?);
            view.refusal = Some(staff.localizer().t("grants-no-key-to-reveal"));
            html(StatusCode::CONFLICT, &view)
        }
        Err(RevealLicenseKeyError::Forbidden) => Err(PageError::Forbidden { needs: ctx.config.reveal }),
        Err(RevealLicenseKeyError::GrantNotFound) => Err(PageError::NotFound),
        Err(RevealLicenseKeyError::Storage(error)) => Err(error.into()),
    }
}
