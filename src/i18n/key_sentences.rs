//! What is wrong with a license key or a link, and what looks wrong about it, in words: the same for pages and programs.

use super::Localizer;
use crate::domain::integration::link::{self, LinkError, NotALink};
use crate::domain::integration::rules::Delivers;
use crate::domain::integration::rules_of;
use crate::domain::license_key::characters::Misplaced;
use crate::domain::license_key::warnings::{SimilarKey, Warning};
use crate::domain::license_key::{LicenseKeyValue, LicenseKeyValueError};
use crate::domain::stock::NoStock;

/// Why a text is not a license key, and what to do about it.
pub(crate) fn key_error(l: &Localizer, error: LicenseKeyValueError) -> String {
    match error {
        LicenseKeyValueError::Empty => l.t("key-error-empty"),
        LicenseKeyValueError::TooLong => l.t1("key-error-too-long", "max", LicenseKeyValue::MAX_CHARACTERS),
        LicenseKeyValueError::Character(found) => misplaced(l, "key-error-character", found),
    }
}

/// The same as the end of a sentence that begins with the name of a field.
pub(crate) fn key_error_of_field(l: &Localizer, error: LicenseKeyValueError) -> String {
    match error {
        LicenseKeyValueError::Empty => l.t("key-error-of-field-empty"),
        LicenseKeyValueError::TooLong => l.t1("key-error-of-field-too-long", "max", LicenseKeyValue::MAX_CHARACTERS),
        LicenseKeyValueError::Character(found) => misplaced(l, "key-error-of-field-character", found),
    }
}

fn misplaced(l: &Localizer, key: &str, found: Misplaced) -> String {
    let name = format!("{} ({})", l.named("character", found.kind()), found.code_point());
    l.t3(key, "character", name, "line", found.line, "column", found.column)
}

/// Why a text is not a link of a platform, and what one looks like.
pub(crate) fn link_error(l: &Localizer, NotALink { kind, error }: NotALink) -> String {
    let platform = l.named("integration", kind.as_str());
    let example = match rules_of(kind).delivers {
        Delivers::Link { example, .. } => example,
        Delivers::Key | Delivers::Files | Delivers::Feature => "",
    };
    let key = match error {
        LinkError::Empty => "link-error-empty",
        LinkError::TooLong => return l.t1("link-error-too-long", "max", link::MAX_LENGTH),
        LinkError::Malformed => "link-error-malformed",
        LinkError::NotHttps => "link-error-not-https",
        LinkError::OtherHost => "link-error-other-host",
        LinkError::NoPath => "link-error-no-path",
    };
    l.t2(key, "platform", platform, "example", example)
}

/// What looks wrong about a key.
pub(crate) fn key_warning(l: &Localizer, warning: &Warning) -> String {
    let key = format!("key-warning-{}", warning.code().replace('_', "-"));
    match warning {
        Warning::TypographicDashes { count } | Warning::Repeated { count } => l.t1(&key, "count", *count),
        Warning::Label { label } => l.t1(&key, "label", label),
        Warning::PatternMismatch { pattern } => l.t1(&key, "pattern", pattern),
        Warning::OtherPattern { entitlement } => l.t1(&key, "name", entitlement),
        Warning::SimilarKey(Some(SimilarKey { id, grant_id, .. })) => {
            let place = grant_id.as_ref().map_or_else(|| id.to_string(), ToString::to_string);
            format!("{} {}", l.t(&key), l.t1("key-warning-similar-key-place", "id", place))
        }
        _ => l.t(&key),
    }
}

/// Why an entitlement can have no stock.
pub(crate) fn no_stock(l: &Localizer, why: NoStock) -> String {
    l.t(match why {
        NoStock::NoValue => "no-stock-not-a-license-key",
        NoStock::NotManual => "no-stock-not-manual",
        NoStock::SharedKey => "no-stock-shared-key",
    })
}
