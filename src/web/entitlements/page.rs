//! The form of an entitlement.

use askama::Template;

use super::config::{self, ConfigInput};
use super::files::FilesCard;
use super::form::EntitlementForm;
use crate::domain::entitlement::{Entitlement, FulfillmentMode, IntegrationType};
use crate::domain::integration::rules::Delivers;
use crate::domain::integration::rules_of;
use crate::domain::license_key::expiry::Interval;
use crate::web::{FormErrors, PageContext, urls};

#[derive(Template)]
#[template(path = "entitlements/form.html")]
pub(super) struct EntitlementPage {
    pub page: PageContext,
    /// `None` for a new one.
    pub entitlement: Option<Entitlement>,
    pub form: EntitlementForm,
    pub errors: FormErrors,
    /// The form with the present values, if they were changed while the person edited them.
    pub present: Option<EntitlementForm>,
    /// The files that it carries; `None` if it cannot carry any, or does not exist yet.
    pub files: Option<FilesCard>,
}

impl EntitlementPage {
    /// The present values that differ from the entered ones, with their labels.
    fn differences(&self) -> Vec<(String, String)> {
        let differing = self.present.iter().flat_map(|present| present.differing_from(&self.form));
        let shown = |value: &str| if value.is_empty() { self.page.localizer.t("none") } else { value.to_owned() };
        let state = |form: &EntitlementForm| {
            let key = if form.is_active() == Some(false) { "entitlements-inactive" } else { "entitlements-active" };
            self.page.localizer.t(key)
        };
        let active = self
            .present
            .iter()
            .filter(|present| self.form.is_active().is_some_and(|mine| Some(mine) != present.is_active()));
        let active = active.map(|present| (self.page.localizer.t("entitlements-state"), state(present)));
        differing.map(|(label, value)| (self.page.localizer.t(label), shown(value))).chain(active).collect()
    }

    fn has_errors(&self) -> bool {
        !self.errors.is_empty() || self.files.as_ref().is_some_and(|files| !files.errors.is_empty())
    }

    fn shows_error(&self) -> bool {
        self.has_errors() || self.present.is_some()
    }

    fn title(&self) -> String {
        match &self.entitlement {
            Some(entitlement) => self.page.t1("entitlements-edit-title", "name", &entitlement.name),
            None => self.page.localizer.t("entitlements-new-title"),
        }
    }

    fn action(&self) -> String {
        self.entitlement.as_ref().map_or_else(|| urls::ENTITLEMENTS.to_owned(), |e| urls::entitlement(&e.id))
    }

    /// What the chosen type delivers; nothing is known of a type that does not exist.
    fn delivers(&self) -> Option<Delivers> {
        self.form.kind().map(|kind| rules_of(kind).delivers)
    }

    fn has_key_fields(&self) -> bool {
        self.delivers() == Some(Delivers::Key)
    }

    /// Whether a value is issued: how long it is valid, who may share it, and its stock are fields then.
    fn has_value_fields(&self) -> bool {
        self.delivers().is_some_and(Delivers::is_value)
    }

    fn has_files(&self) -> bool {
        self.delivers() == Some(Delivers::Files)
    }

    /// The fields that the rules of the type name.
    fn config(&self) -> Vec<ConfigInput> {
        let kind = self.form.kind();
        kind.map(|kind| config::inputs(kind, &self.form.config, &self.page.localizer)).unwrap_or_default()
    }

    fn message_label(&self) -> String {
        let key = if self.has_key_fields() { "entitlements-message" } else { "entitlements-link-message" };
        self.page.localizer.t(key)
    }

    /// What becomes of a grant of the type, in words.
    fn what_happens(&self) -> String {
        match self.delivers() {
            Some(Delivers::Link { example, .. }) => self.page.t1("entitlements-link-hint", "example", example),
            Some(Delivers::Files) => self.page.localizer.t("entitlements-files-hint"),
            Some(Delivers::Feature) => self.page.localizer.t("entitlements-feature-hint"),
            Some(Delivers::Key) | None => String::new(),
        }
    }

    fn types(&self) -> Vec<(&'static str, String)> {
        IntegrationType::ALL.iter().map(|kind| (kind.as_str(), self.page.named("integration", kind.as_str()))).collect()
    }

    fn modes(&self) -> Vec<(&'static str, String)> {
        [FulfillmentMode::Manual, FulfillmentMode::Auto]
            .map(|mode| (mode.as_str(), self.page.named("fulfillment-mode", mode.as_str())))
            .to_vec()
    }

    fn intervals(&self) -> Vec<(&'static str, String)> {
        Interval::ALL
            .map(|interval| (interval.as_str(), self.page.named("interval", &interval.as_str().to_lowercase())))
            .to_vec()
    }

    fn is_interval(&self, value: &str) -> bool {
        self.form.duration_interval.trim().eq_ignore_ascii_case(value)
    }
}
