//! A state as pages show it: a color, an icon and a word.

use super::page::PageContext;
use crate::domain::license_key::LicenseKeyStatus;

/// Shown by the macro `badge` of `templates/parts/badges.html`.
pub(crate) struct Badge {
    /// The CSS class.
    pub class: &'static str,
    pub icon: &'static str,
    pub text: String,
}

impl Badge {
    /// All is well.
    pub(crate) fn ok(text: String) -> Self {
        Self { class: "c-ok", icon: "tick", text }
    }

    /// Something is pending, or has run out.
    pub(crate) fn warning(text: String) -> Self {
        Self { class: "c-warn", icon: "pending", text }
    }

    /// Something has failed.
    pub(crate) fn failed(text: String) -> Self {
        Self { class: "c-bad", icon: "failed", text }
    }

    /// Something is off or cancelled, on purpose.
    pub(crate) fn off(text: String) -> Self {
        Self { class: "muted", icon: "revoked", text }
    }

    /// The status of a license key.
    pub(crate) fn of_key(page: &PageContext, status: LicenseKeyStatus) -> Self {
        let text = page.named("key-status", status.as_str());
        match status {
            LicenseKeyStatus::Active => Self::ok(text),
            LicenseKeyStatus::Expired => Self::warning(text),
            LicenseKeyStatus::Disabled => Self::off(text),
        }
    }
}
