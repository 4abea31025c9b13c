//! The form for a grant by hand, as a page.

use askama::Template;

use super::new_form::{GrantForm, LOCALES};
use crate::domain::entitlement::Entitlement;
use crate::web::{FormErrors, PageContext};

#[derive(Template)]
#[template(path = "grants/new.html")]
pub struct NewGrantPage {
    pub page: PageContext,
    pub entitlements: Vec<Entitlement>,
    pub form: GrantForm,
    pub errors: FormErrors,
}

impl NewGrantPage {
    fn is_chosen(&self, entitlement: &Entitlement) -> bool {
        entitlement.id.as_str() == self.form.entitlement_id.trim()
    }

    /// What was typed and is not on offer stays, so that nothing changes by itself.
    fn is_entitlement_unknown(&self) -> bool {
        !self.form.entitlement_id.trim().is_empty() && !self.entitlements.iter().any(|e| self.is_chosen(e))
    }

    /// The locales by code and name, and whether each is chosen.
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

/// The product and what of it, named once where they are the same.
fn entitlement_name(entitlement: &Entitlement) -> String {
    if entitlement.product_name == entitlement.name {
        entitlement.name.clone()
    } else {
        format!("{}, {}", entitlement.product_name, entitlement.name)
    }
}
