//! Preferences: language, theme, shortcuts, time zone.

use actix_web::HttpResponse;
use actix_web::web::Data;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::domain::staff::Theme;
use crate::i18n::Language;
use crate::usecases::Context;
use crate::usecases::staff::save_preferences::{SavePreferences, save_preferences};
use crate::web::{CsrfForm, Flash, PageError, SignedInStaff, in_background, urls};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PreferencesForm {
    language: String,
    theme: String,
    shortcuts: String,
    time_zone: String,
    next: String,
}

impl PreferencesForm {
    fn parse(&self) -> Result<SavePreferences, PageError> {
        let language = optional(&self.language, Language::parse, "preferences-unknown-language")?;
        Ok(SavePreferences {
            language: language.map(|language| language.code().to_owned()),
            theme: optional(&self.theme, Theme::parse, "preferences-unknown-theme")?,
            has_shortcuts: optional(&self.shortcuts, on_or_off, "preferences-unknown-shortcuts")?,
            time_zone: optional(&self.time_zone, time_zone, "preferences-unknown-time-zone")?,
        })
    }
}

/// `None` for an empty text; fails with the locale key `sentence` if the text is invalid.
fn optional<T>(
    text: &str,
    parse: impl FnOnce(&str) -> Option<T>,
    sentence: &'static str,
) -> Result<Option<T>, PageError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    parse(text).map(Some).ok_or(PageError::Unprocessable { sentence })
}

fn on_or_off(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

pub(super) fn time_zone(name: &str) -> Option<String> {
    let is_plain = name.len() <= 64 && name.bytes().all(|b| b.is_ascii_graphic());
    let zone = if is_plain { TimeZone::get(name).ok()? } else { return None };
    zone.iana_name().map(str::to_owned)
}

/// Saves the preferences and returns to the page the person came from.
pub(crate) async fn update(
    staff: SignedInStaff,
    form: CsrfForm<PreferencesForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (changes, staff_id) = (form.parse()?, staff.id.clone());
    in_background(&ctx, move |ctx| save_preferences(ctx, &staff_id, changes)).await??;
    Ok(staff.see_other(&urls::safe_next(&form.next), Flash::ok("preferences-saved")))
}
