//! A person's own account: name and preferences, password, sessions.

pub(crate) mod preferences;
pub(crate) mod qr;
pub(crate) mod second_factor;
pub(crate) mod show;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use self::preferences::time_zone;
use self::second_factor::confirm_in_turn;
use self::show::{AccountPage, ProfileForm, confirmation_error};
use super::auth::new_passwords::{password_error, rate};
use super::auth::one_at_a_time::Turn;
use super::auth::sessions::{HASHING, require_passwords};
use super::auth::sign_in_steps::remember_browser;
use super::forms::NoFields;
use super::{CsrfForm, Flash, FormErrors, PageError, SignedInStaff, html, in_background, urls};
use crate::domain::customer::parse_name;
use crate::domain::ids::SessionId;
use crate::domain::staff::{Staff, Theme};
use crate::http::id::Id;
use crate::i18n::{Language, Localizer};
use crate::usecases::Context;
use crate::usecases::auth::change_password::{ChangePasswordError, change_password};
use crate::usecases::auth::end_sessions::{end_other_sessions, end_session};
use crate::usecases::staff::rename::rename_staff;
use crate::usecases::staff::save_preferences::{SavePreferences, save_preferences};

/// The account page.
pub(crate) async fn show(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    html(StatusCode::OK, &AccountPage::load(&staff, &ctx).await?)
}

/// Saves name, language, theme and time zone.
pub(crate) async fn update(
    staff: SignedInStaff,
    form: CsrfForm<ProfileForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let form = form.into_inner();
    match parse(&form, staff.localizer()) {
        Ok((name, changes)) => {
            let (person, actor) = (Staff::clone(&staff), staff.actor());
            let saved = in_background(&ctx, move |ctx| {
                rename_staff(ctx, &person, &name, &actor)?;
                save_preferences(ctx, &person.id, changes)
            });
            saved.await??;
            Ok(staff.see_other(urls::ACCOUNT, Flash::ok("preferences-saved")))
        }
        Err(errors) => AccountPage { form, ..AccountPage::load(&staff, &ctx).await? }.refuse(errors),
    }
}

fn parse(form: &ProfileForm, l: &Localizer) -> Result<(String, SavePreferences), FormErrors> {
    let mut errors = FormErrors::new();
    let name = parse_name(&form.name).map_err(|_| errors.add("name", l.t("account-name-wrong"))).ok();
    let mut known = |field: &str, is_known: bool, key: &str| {
        if !is_known {
            errors.add(field, l.t(key));
        }
    };
    let language = Language::parse(&form.language);
    known("language", language.is_some(), "preferences-unknown-language");
    let theme = Theme::parse(&form.theme);
    known("theme", theme.is_some(), "preferences-unknown-theme");
    let zone = time_zone(form.time_zone.trim());
    known("time_zone", zone.is_some(), "preferences-unknown-time-zone");
    match name {
        Some(name) if errors.is_empty() => Ok((
            name,
            SavePreferences {
                language: language.map(|language| language.code().to_owned()),
                theme,
                has_shortcuts: None,
                time_zone: zone,
            },
        )),
        _ => Err(errors),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct PasswordForm {
    current_password: String,
    new_password: String,
}

/// Sets a new password; ends all other access and gives this session a new key. The cheap and rate-limited check of
/// the current password comes before rating and hashing the new one.
pub(crate) async fn change(
    request: HttpRequest,
    staff: SignedInStaff,
    form: CsrfForm<PasswordForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    require_passwords(&ctx)?;
    let form = form.into_inner();
    let l = staff.localizer();
    let _turn = Turn::take(&staff.id)?;
    if let Err(error) = confirm_in_turn(&staff, &ctx, form.current_password).await? {
        let errors = confirmation_error(l, "current_password", error)?;
        return AccountPage::load(&staff, &ctx).await?.refuse(errors);
    }
    let password = match rate(&ctx, Staff::clone(&staff), form.new_password).await? {
        Ok(password) => password,
        Err(error) => {
            let errors = FormErrors::one("new_password", password_error(l, error));
            return AccountPage::load(&staff, &ctx).await?.refuse(errors);
        }
    };
    let (person, actor, keep) = (Staff::clone(&staff), staff.actor(), staff.session().id());
    let changed = {
        let _place = HASHING.acquire().await.map_err(PageError::internal)?;
        in_background(&ctx, move |ctx| change_password(ctx, &person, &password, keep.as_ref(), &actor)).await?
    };
    match changed {
        Ok(security_stamp) => {
            staff.session().renew(security_stamp)?;
            remember_browser(&request, &ctx, &staff.id, security_stamp);
            Ok(staff.see_other(urls::ACCOUNT, Flash::ok("account-password-changed")))
        }
        Err(ChangePasswordError::SignedOut) => Err(PageError::SignedOut { next: String::new() }),
        Err(ChangePasswordError::Hashing(cause)) => Err(PageError::internal(cause)),
        Err(ChangePasswordError::Storage(error)) => Err(error.into()),
    }
}

/// Ends one of the person's sessions.
pub(crate) async fn end(
    staff: SignedInStaff,
    id: Id<SessionId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (staff_id, actor) = (staff.id.clone(), staff.actor());
    let is_ended = in_background(&ctx, move |ctx| end_session(ctx, &staff_id, &id, &actor)).await??;
    let flash = if is_ended { Flash::ok("account-session-ended") } else { Flash::warn("account-session-over") };
    Ok(staff.see_other(urls::ACCOUNT, flash))
}

/// Ends all of the person's sessions except this one.
pub(crate) async fn end_others(
    staff: SignedInStaff,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (staff_id, actor, keep) = (staff.id.clone(), staff.actor(), staff.session().id());
    in_background(&ctx, move |ctx| end_other_sessions(ctx, &staff_id, keep.as_ref(), &actor)).await??;
    Ok(staff.see_other(urls::ACCOUNT, Flash::ok("account-others-ended")))
}
