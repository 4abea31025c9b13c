//! The connected account that a grant comes from, on the grant's page: how far its key has come there.

use super::show::GrantPage;
use crate::domain::connection::ConnectionState;
use crate::domain::connection::supply::SupplyState;
use crate::domain::grant::GrantStatus;
use crate::storage::grants::detail::Mirrored;
use crate::web::connections::{troubles, view};
use crate::web::layout::badge::Badge;

impl GrantPage {
    /// Whether the account's delivery is shown in place of the e-mail's.
    pub(super) fn has_supply_card(&self) -> bool {
        self.detail.mirrored.is_some() && self.detail.emails.is_empty()
    }

    /// Whether the grant is revoked and restored where it comes from.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.detail.mirrored.is_some()
    }

    /// The state of a key that is on its way to the account, so that nobody can fulfill the grant again.
    pub(super) fn on_its_way(&self) -> Option<Badge> {
        self.detail
            .mirrored
            .as_ref()
            .filter(|_| self.detail.grant.status == GrantStatus::Pending)
            .and_then(|mirrored| self.supply(mirrored))
    }

    pub(super) fn supply(&self, mirrored: &Mirrored) -> Option<Badge> {
        mirrored.state.as_ref().map(|state| view::supply(&self.page, state))
    }

    /// The message's state in the place where the script looks for an e-mail's.
    pub(super) fn supply_word(&self, mirrored: &Mirrored) -> &'static str {
        mirrored.state.map_or("", SupplyState::as_str)
    }

    /// What to know about how far the key has come.
    pub(super) fn supply_hint(&self, mirrored: &Mirrored) -> String {
        let key = match mirrored.state {
            Some(state) if state.is_on_its_way() && mirrored.connection.state != ConnectionState::Active => {
                "supply-hint-stopped"
            }
            Some(state) if state.is_on_its_way() => "supply-hint-on-its-way",
            Some(SupplyState::Supplied) => "supply-hint-supplied",
            _ => "supply-hint-none",
        };
        self.page.t1(key, "service", mirrored.connection.kind.service())
    }

    pub(super) fn trouble(&self, mirrored: &Mirrored) -> Option<(Badge, String)> {
        let trouble = mirrored.grant.trouble?;
        let detail = mirrored.grant.trouble_detail.as_deref();
        let text = troubles::explain(&self.page, mirrored.connection.kind.service(), trouble, detail);
        Some((troubles::badge(&self.page, trouble), text))
    }

    /// How the account calls its state.
    pub(super) fn remote_status(&self, mirrored: &Mirrored) -> String {
        match GrantStatus::parse(&mirrored.grant.remote_status) {
            Some(status) => self.page.status_name(&status).into_owned(),
            None => mirrored.grant.remote_status.clone(),
        }
    }
}
