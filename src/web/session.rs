//! The session by name: who is signed in, what their forms' tokens are made of, the flash.

use actix_session::Session;

use super::{Flash, PageError};
use crate::domain::ids::StaffId;
use crate::http::csrf::CsrfSecret;
use crate::http::session_store::{STAFF_ID, UNAVAILABLE};

const CSRF: &str = "csrf";
const FLASH: &str = "flash";

/// A session with named contents.
#[derive(Clone)]
pub struct TypedSession(Session);

impl TypedSession {
    pub fn new(session: Session) -> Self {
        Self(session)
    }

    /// Fails where the database could not be asked for the session.
    pub fn check(&self) -> Result<(), PageError> {
        if self.0.contains_key(UNAVAILABLE) {
            return Err(PageError::Unavailable("the session could not be loaded".into()));
        }
        Ok(())
    }

    pub fn staff_id(&self) -> Option<StaffId> {
        let text: String = self.0.get(STAFF_ID).ok().flatten()?;
        StaffId::parse(&text).ok()
    }

    pub fn csrf_secret(&self) -> Option<CsrfSecret> {
        let text: String = self.0.get(CSRF).ok().flatten()?;
        CsrfSecret::decode(&text)
    }

    /// Starts afresh under a new id.
    pub fn sign_in(&self, staff_id: &StaffId) -> Result<(), PageError> {
        self.0.clear();
        self.0.renew();
        self.0.insert(STAFF_ID, staff_id.as_str()).map_err(PageError::internal)?;
        self.0.insert(CSRF, CsrfSecret::random().encode()).map_err(PageError::internal)
    }

    /// Ends the session, here and in the browser.
    pub fn sign_out(&self) {
        self.0.purge();
    }

    pub fn set_flash(&self, flash: &Flash) {
        if let Err(error) = self.0.insert(FLASH, flash) {
            tracing::warn!(%error, "a flash message was lost");
        }
    }

    /// The flash, which is gone then.
    pub fn take_flash(&self) -> Option<Flash> {
        if !self.0.contains_key(FLASH) {
            return None;
        }
        serde_json::from_str(&self.0.remove(FLASH)?).ok()
    }
}
