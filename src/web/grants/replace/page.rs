//! The page with the form that replaces a key.

use askama::Template;
use jiff::Timestamp;

use super::form::ReplaceForm;
use crate::domain::entitlement::IssueSettings;
use crate::domain::grant::replacement::ReplaceReason;
use crate::domain::integration::rules::Delivers;
use crate::domain::license_key::LicenseKeySummary;
use crate::domain::license_key::warnings::{Inspection, SimilarKey, Warning};
use crate::i18n::key_warning;
use crate::storage::grants::detail::GrantDetail;
use crate::storage::license_keys::IssuedKey;
use crate::web::grants::fulfillment::preview::Preview;
use crate::web::grants::fulfillment::stock::StockOffer;
use crate::web::layout::badge::Badge;
use crate::web::stock::view::batch_name;
use crate::web::{FormErrors, PageContext};

/// How many keys of a batch were replaced as defective, and how many were issued.
pub(super) struct Defects {
    pub count: i64,
    pub issued: i64,
}

#[derive(Template)]
#[template(path = "grants/replace/new.html")]
pub(super) struct ReplacePage {
    pub page: PageContext,
    pub detail: GrantDetail,
    pub old: LicenseKeySummary,
    pub settings: IssueSettings,
    pub form: ReplaceForm,
    pub errors: FormErrors,
    /// Where the key was issued before, if that is the error.
    pub used: Option<IssuedKey>,
    pub inspection: Inspection,
    /// `None` if the entitlement has no stock.
    pub stock: Option<StockOffer>,
    pub preview: Preview,
    /// `None` if the old key did not come from stock.
    pub defects: Option<Defects>,
    /// How long the e-mail waits, in words; `None` if it does not.
    pub waits: Option<String>,
}

impl ReplacePage {
    fn is_link(&self) -> bool {
        self.detail.grant.delivers().is_link()
    }

    fn t_value(&self, key: &str) -> String {
        self.page.t_value(key, self.is_link())
    }

    /// The reasons: name, text, what it means.
    fn reasons(&self) -> Vec<(&'static str, String, String)> {
        let texts = |reason: &ReplaceReason| {
            let name = reason.as_str();
            (name, self.page.named("replace-reason", name), self.page.named("replace-reason-hint", name))
        };
        ReplaceReason::ALL.iter().map(texts).collect()
    }

    fn is_reason(&self, name: &str) -> bool {
        self.form.reason == name
    }

    fn is_from_stock(&self) -> bool {
        self.form.is_from_stock()
    }

    fn moves(&self) -> bool {
        self.form.instances == "move"
    }

    fn starts_in_key(&self) -> bool {
        false
    }

    fn has_warnings(&self) -> bool {
        !self.inspection.warnings.is_empty()
    }

    /// Each warning in words, and where a similar key went.
    fn warnings<'a>(&'a self) -> Vec<(String, Option<&'a SimilarKey>)> {
        let l = &self.page.localizer;
        let in_words = |warning: &'a Warning| match warning {
            Warning::SimilarKey(similar) => (key_warning(l, &Warning::SimilarKey(None)), similar.as_ref()),
            other => (key_warning(l, other), None),
        };
        self.inspection.warnings.iter().map(in_words).collect()
    }

    fn date(&self, at: &Timestamp) -> String {
        self.page.date(*at)
    }

    fn key_described_by(&self) -> String {
        let warnings = if self.has_warnings() { "key-warnings " } else { "" };
        format!("{warnings}{}", self.errors.described_by("key", &true))
    }

    fn url_described_by(&self) -> String {
        self.errors.described_by("url", &true)
    }

    fn link_hint(&self) -> String {
        let platform = self.page.named("integration", self.detail.grant.integration_type.as_str());
        match self.detail.grant.delivers() {
            Delivers::Link { example, .. } => {
                self.page.t2("fulfillment-link-hint", "platform", platform, "example", example)
            }
            Delivers::Key | Delivers::Files | Delivers::Feature => String::new(),
        }
    }

    fn note_hint(&self) -> String {
        self.page.named("fulfillment-note-hint", self.preview.language.code())
    }

    fn key_status(&self) -> Badge {
        Badge::of_key(&self.page, self.old.status(self.page.now))
    }

    fn hidden_key(&self) -> String {
        if self.old.is_link {
            self.page.localizer.t("grants-link-hidden")
        } else if self.old.last_four.is_empty() {
            self.page.localizer.t("grants-key-hidden")
        } else {
            self.page.t1("grants-key-hidden-ends", "end", &self.old.last_four)
        }
    }

    /// What happens to activations, with their number.
    fn instances_legend(&self) -> String {
        self.page.t1("replace-instances", "count", self.old.activations_used)
    }

    fn activations(&self) -> String {
        let used = self.page.number(self.old.activations_used);
        let devices: Vec<&str> = self.detail.instances.iter().take(3).map(|instance| instance.name.as_str()).collect();
        let count = match self.old.activations_limit {
            Some(limit) => self.page.t2("of-count", "count", used, "total", self.page.number(limit)),
            None => self.page.t1("grants-key-unlimited", "count", used),
        };
        if devices.is_empty() { count } else { format!("{count}: {}", devices.join(", ")) }
    }

    fn defects_sentence(&self, defects: &Defects) -> String {
        let (count, issued) = (self.page.number(defects.count), self.page.number(defects.issued));
        self.page.t2("replace-defects-of", "count", count, "total", issued)
    }

    fn waits_sentence(&self, duration: &str) -> String {
        self.page.t1("replace-waits-hint", "duration", duration)
    }

    fn limits_kept(&self) -> String {
        let until = self.page.end_sentence(&self.old);
        self.page.t1("replace-then-limits", "end", until)
    }
}
