//! API keys: admins list, create and revoke them.

pub(crate) mod csv;
pub(crate) mod form;

use std::borrow::Cow;
use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use self::form::ApiKeyForm;
use super::forms::NoFields;
use super::{CheckedQuery, CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff, html};
use super::{in_background, urls};
use crate::domain::api_key::{ApiKey, ApiKeyStatus, TOKEN_PREFIX};
use crate::domain::ids::{ApiKeyId, StaffId};
use crate::domain::staff::{Role, Staff, StaffStatus};
use crate::http::id::Id;
use crate::storage::{StorageError, api_keys, staff as people};
use crate::usecases::Context;
use crate::usecases::api_keys::create::{AddApiKeyError, AddedApiKey, add_api_key_once};
use crate::usecases::api_keys::revoke::revoke_api_key;
use crate::web::layout::badge::Badge;

#[derive(Template)]
#[template(path = "api_keys/index.html")]
struct ApiKeysPage {
    page: PageContext,
    keys: Vec<ApiKey>,
    makers: HashMap<StaffId, Staff>,
    form: ApiKeyForm,
    errors: FormErrors,
    /// The new key with its token, in the response to the form.
    added: Option<AddedApiKey>,
    /// The id of the key whose confirmation is shown on the page instead of in a dialog.
    asked: String,
}

impl ApiKeysPage {
    fn asked(&self) -> Option<&ApiKey> {
        self.keys.iter().find(|key| key.id.as_str() == self.asked && self.is_revocable(key))
    }

    fn is_revocable(&self, key: &ApiKey) -> bool {
        key.status(self.page.now) != ApiKeyStatus::Revoked
    }

    /// The person who created a key.
    fn maker(&self, key: &ApiKey) -> Option<&Staff> {
        key.created_by.as_ref().and_then(|id| self.makers.get(id))
    }

    /// Whether a key is still active although its creator may no longer sign in.
    fn outlived_maker(&self, key: &ApiKey) -> bool {
        key.status(self.page.now) == ApiKeyStatus::Active
            && self.maker(key).is_some_and(|maker| maker.status() == StaffStatus::Disabled)
    }

    fn status(&self, key: &ApiKey) -> Badge {
        let status = key.status(self.page.now);
        let text = self.page.named("api-keys-status", status.as_str());
        match status {
            ApiKeyStatus::Active => Badge::ok(text),
            ApiKeyStatus::Expired => Badge::warning(text),
            ApiKeyStatus::Revoked => Badge::off(text),
        }
    }

    /// The masked token: `kdk_…abcd`.
    fn token_end(&self, key: &ApiKey) -> String {
        format!("{TOKEN_PREFIX}…{}", key.last_four)
    }

    fn roles(&self) -> Vec<(&'static str, Cow<'static, str>)> {
        Role::ALL.map(|role| (role.as_str(), self.page.role_name(&role))).to_vec()
    }

    fn expires_hint(&self) -> String {
        let default = self.page.t("api-keys-expires-hint");
        format!("{default} {}", self.page.t1("form-date-hint", "zone", self.page.zone_label()))
    }

    /// Until when the new key is valid, as a sentence.
    fn end_sentence(&self, key: &ApiKey) -> String {
        match key.expires_at {
            Some(at) => self.page.t1("valid-until", "end", self.page.moment_in(at, &self.page.localizer.time_zone)),
            None => self.page.localizer.t("valid-without-end"),
        }
    }
}

/// Which key to ask for confirmation about.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct IndexQuery {
    revoke: String,
}

/// Lists all keys, newest first, with the form for a new one.
pub(crate) async fn index(
    staff: SignedInStaff,
    query: CheckedQuery<IndexQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let mut view = load(&staff, &ctx).await?;
    view.asked.clone_from(&query.revoke);
    html(StatusCode::OK, &view)
}

/// Creates a key and shows its token in the response, once.
pub(crate) async fn create(
    staff: SignedInStaff,
    form: CsrfForm<ApiKeyForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let mut form = form.into_inner();
    let l = staff.localizer();
    let (command, idempotency_key) = match form.parse(l, ctx.clock.now(), staff.actor()) {
        Ok(parsed) => parsed,
        Err(errors) => return refuse(&staff, &ctx, form, errors).await,
    };
    let name = command.name.clone();
    match in_background(&ctx, move |ctx| add_api_key_once(ctx, &command, idempotency_key.as_deref())).await? {
        Ok(Some(added)) => {
            let mut view = load(&staff, &ctx).await?;
            view.added = Some(added);
            html(StatusCode::OK, &view)
        }
        Ok(None) => Ok(staff.see_other(urls::API_KEYS, Flash::warn("api-keys-shown-already").with("name", name))),
        Err(AddApiKeyError::IdempotencyMismatch) => {
            form.renew_idempotency_key();
            refuse(&staff, &ctx, form, FormErrors::one("name", l.t("grants-form-changed"))).await
        }
        Err(AddApiKeyError::Storage(error)) => Err(error.into()),
    }
}

/// Revokes a key; repeating it changes nothing.
pub(crate) async fn revoke(
    staff: SignedInStaff,
    id: Id<ApiKeyId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (key_id, actor) = (id.0.clone(), staff.actor());
    let key = in_background(&ctx, move |ctx| ctx.db.read(|conn| api_keys::find(conn, &key_id))).await??;
    let is_new = in_background(&ctx, move |ctx| revoke_api_key(ctx, &id, &actor)).await??;
    let flash = if is_new { Flash::ok("api-keys-revoked") } else { Flash::warn("api-keys-revoked-already") };
    Ok(staff.see_other(urls::API_KEYS, flash.with("name", key.name)))
}

async fn load(staff: &SignedInStaff, ctx: &Context) -> Result<ApiKeysPage, PageError> {
    let (keys, makers) = in_background(ctx, |ctx| {
        ctx.db.read(|conn| Ok::<_, StorageError>((api_keys::list(conn)?, people::list(conn)?)))
    })
    .await??;
    let makers = makers.into_iter().map(|person| (person.id.clone(), person)).collect();
    Ok(ApiKeysPage {
        page: staff.page(Nav::ApiKeys),
        keys,
        makers,
        form: ApiKeyForm::fresh(),
        errors: FormErrors::new(),
        added: None,
        asked: String::new(),
    })
}

async fn refuse(
    staff: &SignedInStaff,
    ctx: &Context,
    form: ApiKeyForm,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let view = ApiKeysPage { form, errors, ..load(staff, ctx).await? };
    html(StatusCode::UNPROCESSABLE_ENTITY, &view)
}
