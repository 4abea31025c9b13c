//! The local mailbox, for admins: used while no mail server is configured.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

use super::{Nav, PageContext, PageError, SignedInStaff, html, in_background};
use crate::domain::ids::GrantId;
use crate::mail::dev_mailbox::{self, StoredMail, StoredMessage};
use crate::usecases::Context;
use crate::usecases::read_dev_mail::{ReadDevMailError, read_dev_mail};

const MAX_LISTED: usize = 200;

#[derive(Template)]
#[template(path = "dev_mailbox/index.html")]
struct DevMailboxPage {
    page: PageContext,
    mails: Vec<StoredMail>,
}

#[derive(Template)]
#[template(path = "dev_mailbox/show.html")]
struct KeptMessagePage {
    page: PageContext,
    message: StoredMessage,
    grant_id: Option<GrantId>,
}

/// Lists the newest e-mails.
pub(crate) async fn index(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    check(&ctx)?;
    let mails = in_background(&ctx, |ctx| dev_mailbox::list(&ctx.config.mailbox_dir(), MAX_LISTED)).await?;
    let mails = mails.map_err(PageError::internal)?;
    html(StatusCode::OK, &DevMailboxPage { page: staff.page(Nav::Mail), mails })
}

/// Shows an e-mail. It may contain a key in plaintext, so this is audited.
pub(crate) async fn show(
    staff: SignedInStaff,
    name: Path<String>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    check(&ctx)?;
    let (name, actor) = (name.into_inner(), staff.actor());
    match in_background(&ctx, move |ctx| read_dev_mail(ctx, &name, &actor)).await? {
        Ok((message, grant_id)) => {
            html(StatusCode::OK, &KeptMessagePage { page: staff.page(Nav::Mail), message, grant_id })
        }
        Err(ReadDevMailError::NotFound) => Err(PageError::NotFound),
        Err(ReadDevMailError::File(error)) => Err(PageError::internal(error)),
        Err(ReadDevMailError::Storage(error)) => Err(error.into()),
    }
}

/// If a mail server is configured, the page does not exist for anyone.
fn check(ctx: &Context) -> Result<(), PageError> {
    if ctx.config.smtp_url.is_some() {
        return Err(PageError::NotFound);
    }
    Ok(())
}
