//! The names of actors on pages: people, API keys, parts of Keydesk.

use crate::domain::actor::SystemPart;
use crate::domain::audit::{AuditAction, AuditEntry};
use crate::storage::grants::detail::GrantDetail;
use crate::storage::grants::list::Doer;
use crate::web::PageContext;

fn is_system_part(id: &str) -> bool {
    SystemPart::ALL.iter().any(|part| part.as_str() == id)
}

impl PageContext {
    /// The name of the actor of an audit entry.
    pub fn actor_name(&self, entry: &AuditEntry) -> String {
        self.name_of_actor(&entry.actor_kind, &entry.actor_id, entry.actor_name.as_deref())
    }

    /// What was done, in words. What brings a failed grant back by itself is an e-mail that arrived after all.
    pub fn action_name(&self, entry: &AuditEntry) -> String {
        self.localizer.t(&action_key(entry))
    }

    /// The name of an actor: that of the person or API key if there is one.
    pub fn name_of_actor(&self, kind: &str, id: &str, name: Option<&str>) -> String {
        match (kind, name) {
            ("api_key", Some(name)) => self.api_key_name(name),
            ("api_key", None) => self.t1("audit-api-key", "id", id),
            (_, Some(name)) => name.to_owned(),
            ("system", None) if is_system_part(id) => self.system_name(id),
            ("system", None) => self.localizer.t("actor-system"),
            ("unknown", None) => self.localizer.t("actor-unknown"),
            (_, None) => id.to_owned(),
        }
    }

    /// For example `API key “shop”`.
    pub fn api_key_name(&self, name: &str) -> String {
        self.t1("audit-api-key-named", "name", name)
    }

    pub fn system_name(&self, part: &str) -> String {
        self.named("audit-system", part)
    }

    /// Who brought a grant of a list into its state.
    pub fn doer_name(&self, doer: &Doer) -> String {
        match (&doer.staff_name, &doer.api_key_name) {
            (Some(name), _) => name.clone(),
            (None, Some(name)) => self.api_key_name(name),
            (None, None) if is_system_part(&doer.id) => self.system_name(&doer.id),
            (None, None) => doer.id.clone(),
        }
    }

    /// Who delivered a grant, if known.
    pub fn deliverer(&self, detail: &GrantDetail) -> Option<String> {
        let name = detail.delivered_by_name.as_ref()?;
        Some(match name.as_str() {
            part if is_system_part(part) => self.system_name(part),
            name if detail.is_delivered_by_api_key => self.api_key_name(name),
            name => name.to_owned(),
        })
    }
}

/// The locale key of what an entry says was done.
pub(crate) fn action_key(entry: &AuditEntry) -> String {
    if entry.action == AuditAction::GrantRestore.as_str() && entry.actor_kind == "system" {
        return "audit-action-grant-delivered-again".to_owned();
    }
    format!("audit-action-{}", entry.action.replace(['_', '.'], "-"))
}
