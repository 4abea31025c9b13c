//! The second step of a sign-in.

use super::known_browser::KnownBrowser;
use super::signed_in::{Method, PendingIdentity};
use super::throttle::{self, Subject};
use crate::domain::actor::{Actor, Who};
use crate::domain::ids::StaffId;
use crate::usecases::context::Context;

/// A person who has passed the first factor and still needs the second.
#[derive(Debug, Clone)]
pub struct SecondStep {
    pub staff_id: StaffId,
    /// The person's security stamp at the time of the first factor.
    pub security_stamp: i64,
    /// The first factor.
    pub first: Method,
    /// What is bound to the person with the second factor.
    pub pending_identity: Option<PendingIdentity>,
    /// The browser's cookie, if it has signed in before.
    pub browser: Option<KnownBrowser>,
    pub address: Option<String>,
    pub request_id: Option<String>,
}

impl SecondStep {
    pub(super) fn actor(&self, who: Who) -> Actor {
        Actor { who, address: self.address.clone(), request_id: self.request_id.clone() }
    }

    /// What failures of this step are counted for, whichever factor it is.
    pub(super) fn subjects(&self, ctx: &Context) -> Vec<Subject> {
        let browser = self.browser.as_ref();
        let browser = browser.and_then(|known| known.id_for(&ctx.keyring, &self.staff_id, self.security_stamp));
        let origin = throttle::Origin { address: self.address.as_deref(), browser };
        throttle::second_step_subjects(ctx, &self.staff_id, self.security_stamp, origin)
    }
}
