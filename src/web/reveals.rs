//! A key in clear, on the one page that answers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::forms::NoFields;
use super::grant_page::{GrantPage, load};
use super::{CsrfForm, PageError, SignedInStaff, html, in_background};
use crate::domain::ids::GrantId;
use crate::domain::staff::Role;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::reveal_license_key::{RevealLicenseKeyError, reveal_license_key};

/// Shows the grant with its key in clear.
pub async fn create(
    staff: SignedInStaff,
    id: Id<GrantId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    staff.require(Role::Agent)?;
    let (grant_id, actor) = (id.0.clone(), staff.actor());
    let revealed = in_background(&ctx, move |ctx| reveal_license_key(ctx, &grant_id, &actor)).await?;
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
        Err(RevealLicenseKeyError::GrantNotFound) => Err(PageError::NotFound),
        Err(RevealLicenseKeyError::Storage(error)) => Err(error.into()),
        Err(error @ RevealLicenseKeyError::Unreadable(_)) => Err(PageError::internal(error)),
    }
}
