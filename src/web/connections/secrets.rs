//! Changing the API key and the webhook of a connection.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;

use super::form::{Submitter, key_refused, typed_key, typed_secret, typed_shop_secret};
use super::show::refuse;
use crate::domain::ids::ConnectionId;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::connections::change_key::{ChangeKeyError, change_key};
use crate::usecases::connections::secrets::change_webhook_secret;
use crate::usecases::connections::webhook::{CreateWebhookError, create_webhook};
use crate::web::{CsrfForm, Flash, FormErrors, PageError, SignedInStaff, in_background, urls};

/// Another API key.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct KeyForm {
    api_key: String,
}

/// Tries the key and uses it from now on.
pub(crate) async fn change(
    staff: SignedInStaff,
    id: Id<ConnectionId>,
    form: CsrfForm<KeyForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let mut errors = FormErrors::new();
    let Some(key) = typed_key(&form.api_key, staff.localizer(), &mut errors) else {
        return refuse(&staff, &ctx, &id, errors).await;
    };
    let (connection_id, actor) = (id.0.clone(), staff.actor());
    let errors = match in_background(&ctx, move |ctx| change_key(ctx, &connection_id, &key, &actor)).await? {
        Ok(rights) => {
            let is_read_only = rights.may_supply == Some(false);
            // A shop's key is tried when something has to be asked.
            let is_untried = rights.may_supply.is_none() && rights.account.is_none();
            let flash = if is_untried {
                Flash::ok("shops-key-stored")
            } else if is_read_only {
                Flash::warn("connections-key-changed-read-only")
            } else {
                Flash::ok("connections-key-changed")
            };
            return Ok(staff.see_other(&urls::connection(&id), flash));
        }
        Err(ChangeKeyError::KeyRefused(refused)) => key_refused(staff.localizer(), &refused),
        Err(ChangeKeyError::OtherAccount(account)) => {
            FormErrors::one("api_key", staff.localizer().t1("connections-api-key-elsewhere", "account", account))
        }
        Err(ChangeKeyError::Storage(error)) => return Err(error.into()),
    };
    refuse(&staff, &ctx, &id, errors).await
}

/// The secret of a webhook that somebody has created at the account, or the wish that Keydesk creates one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WebhookForm {
    secret: String,
    #[serde(rename = "do")]
    act: String,
}

/// Creates the webhook at the account, or stores the secret of one.
pub(crate) async fn webhook(
    staff: SignedInStaff,
    id: Id<ConnectionId>,
    form: CsrfForm<WebhookForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (connection_id, Submitter { localizer, actor }) = (id.0.clone(), Submitter::of(&staff));
    let back = format!("{}#webhook", urls::connection(&id));
    if form.act == "create" {
        let made = in_background(&ctx, move |ctx| create_webhook(ctx, &connection_id, &actor)).await?;
        return match made {
            Ok(()) => Ok(staff.see_other(&back, Flash::ok("connections-webhook-made"))),
            Err(CreateWebhookError::Storage(error)) => Err(error.into()),
            Err(error) => Ok(staff.see_other(&back, no_webhook(&error))),
        };
    }
    let mut errors = FormErrors::new();
    let Some(secret) = typed_secret(&form.secret, &localizer, &mut errors) else {
        return refuse(&staff, &ctx, &id, errors).await;
    };
    in_background(&ctx, move |ctx| change_webhook_secret(ctx, &connection_id, &secret, &actor)).await??;
    Ok(staff.see_other(&back, Flash::ok("connections-secret-stored")))
}

/// A further secret of a shop.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SecretForm {
    secret: String,
}

/// Stores a secret that a shop signs with. The one before it is accepted for a day.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<ConnectionId>,
    form: CsrfForm<SecretForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let mut errors = FormErrors::new();
    let Some(secret) = typed_shop_secret(&form.secret, staff.localizer(), &mut errors) else {
        return refuse(&staff, &ctx, &id, errors).await;
    };
    let (connection_id, actor) = (id.0.clone(), staff.actor());
    in_background(&ctx, move |ctx| change_webhook_secret(ctx, &connection_id, &secret, &actor)).await??;
    Ok(staff.see_other(&format!("{}#set-up", urls::connection(&id)), Flash::ok("connections-secret-stored")))
}

/// Why there is no webhook, and what to do.
pub(super) fn no_webhook(error: &CreateWebhookError) -> Flash {
    match error {
        CreateWebhookError::NotPublic => Flash::warn("connections-webhook-not-public"),
        CreateWebhookError::NotAllowed => Flash::warn("connections-webhook-not-allowed"),
        CreateWebhookError::Refused(cause) => Flash::warn("connections-webhook-not-created").with("error", cause),
        CreateWebhookError::Storage(error) => {
            Flash::warn("connections-webhook-not-created").with("error", error.to_string())
        }
    }
}
