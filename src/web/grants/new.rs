//! The page with the form for creating a grant manually.

use askama::Template;

use super::new_form::{GrantForm, LOCALES};
use crate::domain::entitlement::Entitlement;
use crate::web::{FormErrors, PageContext};

#[derive(Template)]
#[template(path = "grants/new.html")]
pub(crate) struct NewGrantPage {
    pub page: PageContext,
    pub entitlements: Vec<Entitlement>,
    pub form: GrantForm,
    pub errors: FormErrors,
}

impl NewGrantPage {
    fn is_chosen(&self, entitlement: &Entitlement) -> bool {
        entitlement.id.as_str() == self.form.entitlement_id.trim()
    }

    /// Whether the submitted entitlement is not on offer; it stays selected, so that nothing changes unnoticed.
    fn is_entitlement_unknown(&self) -> bool {
        !self.form.entitlement_id.trim().is_empty() && !self.entitlements.iter().any(|e| self.is_chosen(e))
    }

    /// The locales by code and name, and whether each is selected.
    fn locales(&self) -> Vec<(String, String, bool)> {
        let typed = self.form.customer_locale.trim();
        let mut all: Vec<_> = LOCALES
            .iter()
            .map(|code| {
                ((*code).to_owned(), format!("{} ({code})", self.page.named("grants-locale", code)), *code == typed)
            })
            .collect();
        if !typed.is_empty() && !LOCALES.contains(&typed) {
            all.push((typed.to_owned(), typed.to_owned(), true));
        }
        all
    }
}

/// The names of product and entitlement, written once if they are equal.
fn entitlement_name(entitlement: &Entitlement) -> String {
    if entitlement.product_name == entitlement.name {
        entitlement.name.clone()
    } else {
        format!("{}, {}", entitlement.product_name, entitlement.name)
    }
}
