//! The list of entitlements.

use askama::Template;

use super::config;
use crate::domain::entitlement::Entitlement;
use crate::domain::license_key::pattern::KeyPattern;
use crate::web::PageContext;

#[derive(Template)]
#[template(path = "entitlements/index.html")]
pub(super) struct EntitlementsPage {
    pub page: PageContext,
    pub entitlements: Vec<Entitlement>,
}

impl EntitlementsPage {
    fn mode(&self, entitlement: &Entitlement) -> String {
        self.page.named("fulfillment-mode", if entitlement.config.is_automatic() { "auto" } else { "manual" })
    }

    fn pattern(&self, entitlement: &Entitlement) -> Option<String> {
        entitlement.config.issue().key_pattern.as_ref().map(KeyPattern::in_one_line)
    }

    /// The fields of other types than license keys, with their labels.
    fn config(&self, entitlement: &Entitlement) -> Vec<(String, String)> {
        let kind = entitlement.config.integration_type();
        let inputs = config::inputs(kind, &config::texts_of(&entitlement.config), &self.page.localizer);
        let shown = inputs.into_iter().filter(|input| input.options.is_empty() && !input.has_lines);
        shown.filter(|input| !input.value.is_empty()).map(|input| (input.label, input.value)).collect()
    }

    fn limit(&self, entitlement: &Entitlement) -> String {
        entitlement.config.license_key().map_or_else(String::new, |settings| match settings.activations_limit {
            Some(limit) => self.page.number(limit.get()),
            None => self.page.localizer.t("entitlements-unlimited"),
        })
    }

    fn validity(&self, entitlement: &Entitlement) -> String {
        if !entitlement.config.delivers().is_value() {
            return String::new();
        }
        match entitlement.config.issue().validity_period {
            Some(period) => {
                let key = format!("interval-count-{}", period.interval.as_str().to_lowercase());
                self.page.t1(&key, "count", period.count)
            }
            None => self.page.localizer.t("entitlements-forever"),
        }
    }
}
