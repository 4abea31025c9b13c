//! Typed access to the session: who is signed in, and the secret behind their CSRF tokens.

use actix_session::Session;
use actix_web::HttpRequest;
use actix_web::http::header::USER_AGENT;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{SessionId, StaffId};
use crate::domain::staff::session::MAX_USER_AGENT;
use crate::http::RequestFacts;
use crate::http::csrf::CsrfSecret;
use crate::http::session_store::{AWAITS_CODE, SECURITY_STAMP, STAFF_ID, UNAVAILABLE};
use crate::storage::staff::sessions;
use crate::usecases::auth::signed_in::{Method, PendingIdentity, SignedIn};
use crate::web::PageError;

const CSRF: &str = "csrf";
const STRONG: &str = "strong";
/// The path of a form that could not be sent before signing in, and the form, sealed.
const UNSENT_FORM: &str = "unsent_form";
/// When the person last authenticated at the identity provider, in seconds since 1970.
const PROVIDER_AT: &str = "provider_at";

/// The time limit for the second factor after the first.
pub(crate) const CODE_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// A person who has passed the first factor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AwaitsCode {
    pub staff_id: String,
    /// When they authenticated at the identity provider, in seconds since 1970; `None` after a password.
    pub provider_at: Option<i64>,
    /// Seconds since 1970.
    pub since: i64,
    /// The page to open after signing in.
    pub next: String,
    /// The identity to bind to the person after the second factor.
    pub pending_identity: Option<PendingIdentity>,
}

/// A session with typed contents.
#[derive(Clone)]
pub struct TypedSession(Session);

impl TypedSession {
    pub fn new(session: Session) -> Self {
        Self(session)
    }

    /// Fails if the session could not be loaded from the database.
    pub fn check(&self) -> Result<(), PageError> {
        if self.0.contains_key(UNAVAILABLE) {
            return Err(PageError::Unavailable("the session could not be loaded".into()));
        }
        Ok(())
    }

    /// The person who is signed in; `None` if nobody is.
    pub fn staff_id(&self) -> Option<StaffId> {
        let text: String = self.0.get(STAFF_ID).ok().flatten()?;
        StaffId::parse(&text).ok()
    }

    pub fn csrf_secret(&self) -> Option<CsrfSecret> {
        let text: String = self.0.get(CSRF).ok().flatten()?;
        CsrfSecret::decode(&text)
    }

    /// Clears the session and signs the person in under a new session key.
    pub fn sign_in(&self, done: &SignedIn, method: Method, request: &HttpRequest) -> Result<(), PageError> {
        self.start_anew()?;
        self.put(STAFF_ID, done.staff_id.as_str())?;
        self.put(SECURITY_STAMP, done.security_stamp)?;
        self.put(sessions::SESSION_ID, SessionId::random().as_str())?;
        if let Some(agent) = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()) {
            self.put(sessions::USER_AGENT, agent.chars().take(MAX_USER_AGENT).collect::<String>())?;
        }
        if let Some(address) = RequestFacts::of(request).address {
            self.put(sessions::ADDRESS, address)?;
        }
        self.put(STRONG, method.is_strong())?;
        self.put(CSRF, CsrfSecret::random().encode())
    }

    /// Clears the session and gives it a new key; only an unsent form stays.
    fn start_anew(&self) -> Result<(), PageError> {
        let unsent: Option<(String, String)> = self.peek(UNSENT_FORM);
        self.0.clear();
        self.0.renew();
        unsent.map_or(Ok(()), |unsent| self.put(UNSENT_FORM, unsent))
    }

    /// Keeps a sealed form, which is sent to `path`, until it can be shown again.
    pub fn keep_unsent_form(&self, path: &str, sealed: &str) -> Result<(), PageError> {
        self.put(UNSENT_FORM, (path, sealed))
    }

    /// The sealed form.
    pub fn unsent_form(&self) -> Option<String> {
        self.peek::<(String, String)>(UNSENT_FORM).map(|(_, sealed)| sealed)
    }

    pub fn has_unsent_form(&self) -> bool {
        self.0.contains_key(UNSENT_FORM)
    }

    pub fn forget_unsent_form(&self) {
        self.0.remove(UNSENT_FORM);
    }

    /// Forgets the form once it is sent to its path.
    pub fn forget_unsent_form_of(&self, path: &str) {
        if self.peek::<(String, String)>(UNSENT_FORM).is_some_and(|(kept, _)| kept == path) {
            self.forget_unsent_form();
        }
    }

    /// Records that the first factor was passed; does not sign the person in.
    pub fn await_code(&self, waiting: &AwaitsCode, security_stamp: i64) -> Result<(), PageError> {
        self.start_anew()?;
        self.put(SECURITY_STAMP, security_stamp)?;
        self.put(AWAITS_CODE, waiting)?;
        self.put(CSRF, CsrfSecret::random().encode())
    }

    /// The person who has passed the first factor.
    pub fn awaits_code(&self) -> Option<AwaitsCode> {
        self.0.get(AWAITS_CODE).ok().flatten()
    }

    /// The person's security stamp when the session began.
    pub fn security_stamp(&self) -> i64 {
        self.0.get(SECURITY_STAMP).ok().flatten().unwrap_or_default()
    }

    /// Records that a second factor was set up in this session: raises its rights and gives it a new key.
    pub fn strengthen(&self, security_stamp: i64) -> Result<(), PageError> {
        self.renew(security_stamp)?;
        self.put(STRONG, true)
    }

    /// Gives the session a new key after the person's other access was ended.
    pub fn renew(&self, security_stamp: i64) -> Result<(), PageError> {
        self.0.renew();
        self.put(SECURITY_STAMP, security_stamp)
    }

    /// Removes an entry.
    pub fn forget(&self, name: &str) {
        self.0.remove(name);
    }

    /// Discards the first factor, so that this session can begin a new sign-in.
    #[cfg(feature = "passkeys")]
    pub fn forget_first_step(&self) {
        self.0.remove(AWAITS_CODE);
    }

    /// Reads an entry without removing it.
    pub fn peek<T: for<'a> Deserialize<'a>>(&self, name: &str) -> Option<T> {
        self.0.get(name).ok().flatten()
    }

    /// Stores an entry until it is taken.
    pub fn keep(&self, name: &str, value: &impl Serialize) -> Result<(), PageError> {
        self.put(name, value)
    }

    /// Reads and removes an entry.
    pub fn take<T: for<'a> Deserialize<'a>>(&self, name: &str) -> Option<T> {
        if !self.0.contains_key(name) {
            return None;
        }
        serde_json::from_str(&self.0.remove(name)?).ok()
    }

    /// Whether two factors were used.
    pub fn is_strong(&self) -> bool {
        self.0.get(STRONG).ok().flatten().unwrap_or(false)
    }

    /// Records when the person authenticated at the identity provider, in seconds since 1970.
    pub fn note_provider(&self, at: i64) -> Result<(), PageError> {
        self.put(PROVIDER_AT, at)
    }

    /// When the person authenticated at the identity provider, if the session began there; seconds since 1970.
    pub fn provider_at(&self) -> Option<i64> {
        self.0.get(PROVIDER_AT).ok().flatten()
    }

    /// The session's id in the list of sessions; does not grant access.
    pub fn id(&self) -> Option<SessionId> {
        let text: String = self.0.get(sessions::SESSION_ID).ok().flatten()?;
        SessionId::parse(&text).ok()
    }

    fn put(&self, name: &str, value: impl Serialize) -> Result<(), PageError> {
        self.0.insert(name, value).map_err(PageError::internal)
    }

    /// Ends the session on the server and in the browser.
    pub fn sign_out(&self) {
        self.0.purge();
    }
}
