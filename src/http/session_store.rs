//! Sessions in the database, behind the session middleware's interface. A session key has 256 random bits; only its
//! hash is stored. Idle and absolute limits are enforced here when a session is loaded.

use std::cell::RefCell;
use std::collections::HashMap;

use actix_session::SessionMiddleware;
use actix_session::config::{BrowserSession, CookieContentSecurity};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Key, SameSite};
use actix_web::web::block;
use anyhow::anyhow;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::{Site, read_shortly};
use crate::crypto::random_token;
use crate::domain::ids::StaffId;
use crate::domain::staff::Staff;
use crate::storage::staff::sessions::{self, FoundSession, NewSession};
use crate::storage::{StorageError, Tx};
use crate::usecases::Context;

pub(crate) use crate::storage::staff::sessions::{AWAITS_CODE, SECURITY_STAMP, STAFF_ID};

pub(crate) const COOKIE: &str = "keydesk_session";
/// The only entry of the state if the database could not be read.
pub(crate) const UNAVAILABLE: &str = "unavailable";

type State = HashMap<String, String>;

/// What pages that stay open ask for by themselves. It keeps no session from ending.
pub(crate) const PULSE: &str = "/grants/pulse";

tokio::task_local! {
    /// The person who was read together with the current request's session.
    static PERSON: RefCell<Option<Staff>>;
    /// Whether somebody uses the session with the current request.
    static IS_USE: bool;
}

/// Runs the processing of a request for that path, during which [`person`] is available.
pub(crate) async fn with_person<T>(path: &str, work: impl Future<Output = T>) -> T {
    IS_USE.scope(path != PULSE, PERSON.scope(RefCell::default(), work)).await
}

/// The person of the current request's session, as of when it was loaded.
pub(crate) fn person(id: &StaffId) -> Option<Staff> {
    let person = PERSON.try_with(|person| person.borrow().clone());
    person.ok().flatten().filter(|person| person.id == *id)
}

/// The person of the current request's session, even if the session has just ended.
pub(crate) fn last_person() -> Option<StaffId> {
    PERSON.try_with(|person| person.borrow().as_ref().map(|person| person.id.clone())).ok().flatten()
}

/// The session store; clones share the database.
#[derive(Clone)]
pub(crate) struct StoredSessions {
    ctx: Context,
}

/// The middleware that provides each request with its session.
pub(crate) fn middleware(ctx: &Context, site: &Site) -> SessionMiddleware<StoredSessions> {
    SessionMiddleware::builder(StoredSessions { ctx: ctx.clone() }, Key::from(ctx.keyring.session_key()))
        .cookie_name(site.cookie_name(COOKIE))
        .cookie_secure(site.is_https)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".to_owned())
        .cookie_content_security(CookieContentSecurity::Private)
        .session_lifecycle(BrowserSession::default())
        .build()
}

impl StoredSessions {
    fn max(&self) -> SignedDuration {
        self.ctx.config.session_max
    }

    fn idle(&self) -> SignedDuration {
        self.ctx.config.session_idle
    }

    /// Uses are recorded once a minute, or more often if the idle limit is short.
    fn touch_after(&self) -> SignedDuration {
        SignedDuration::from_mins(1).min(self.idle() / 10)
    }

    /// The session, if it is still valid, and its person. Records the use if necessary.
    async fn find(&self, hash: Vec<u8>) -> Result<Option<(State, FoundSession)>, String> {
        let key = hash.clone();
        let found = read_shortly(&self.ctx, move |_, conn| sessions::find(conn, &key));
        let found = found.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
        let Some(found) = found else { return Ok(None) };
        let session = &found.session;
        let now = self.ctx.clock.now();
        let unused = session.last_used_at.duration_until(now);
        let is_revoked = found.person.as_ref().is_some_and(|person| person.security_stamp != session.security_stamp);
        if now >= session.expires_at || unused >= self.idle() || is_revoked {
            self.note("end a session", move |tx| sessions::delete(tx, &hash)).await;
            note_person(found.person);
            return Ok(None);
        }
        if unused >= self.touch_after() && IS_USE.try_with(|is_use| *is_use).unwrap_or(true) {
            self.note("note that a session was used", move |tx| sessions::touch(tx, &hash, now)).await;
        }
        let mut state: State = serde_json::from_str(&session.state).map_err(|error| error.to_string())?;
        // The row's stamp is newer than the state's if the session continued after all others were ended.
        state.insert(SECURITY_STAMP.to_owned(), session.security_stamp.to_string());
        Ok(Some((state, found)))
    }

    async fn note(
        &self,
        what: &'static str,
        write: impl FnOnce(&mut Tx<'_>) -> Result<(), StorageError> + Send + 'static,
    ) {
        let db = self.ctx.db.clone();
        match block(move || db.write(write)).await {
            Ok(Ok(())) => {}
            // A page should not fail because of this while the database is busy.
            Ok(Err(error)) => tracing::warn!(%error, "could not {what}"),
            Err(error) => tracing::warn!(%error, "could not {what}"),
        }
    }

    fn start(&self, state: &State) -> Result<SessionKey, anyhow::Error> {
        let key = SessionKey::try_from(random_token())?;
        let text = serde_json::to_string(state)?;
        let (hash, now) = (hash(&key), self.ctx.clock.now());
        let expires_at = now.saturating_add(self.max()).unwrap_or(Timestamp::MAX);
        let staff_id = staff_id(state);
        let new = NewSession {
            key_hash: &hash,
            staff_id: staff_id.as_ref(),
            security_stamp: security_stamp(state),
            state: &text,
            expires_at,
        };
        self.ctx.db.write(|tx| sessions::insert(tx, &new, now))?;
        Ok(key)
    }
}

impl SessionStore for StoredSessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        Ok(match self.find(hash(key)).await {
            Ok(Some((state, found))) => {
                note_person(found.person);
                Some(state)
            }
            Ok(None) => None,
            // The middleware would answer an error here before it could become a page.
            Err(cause) => Some(unavailable(&cause)),
        })
    }

    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        let store = self.clone();
        let saved = block(move || store.start(&state)).await;
        saved.map_err(|error| SaveError::Other(anyhow!(error)))?.map_err(SaveError::Other)
    }

    async fn update(&self, key: SessionKey, state: State, _: &Duration) -> Result<SessionKey, UpdateError> {
        let text = serde_json::to_string(&state).map_err(|error| UpdateError::Serialization(anyhow!(error)))?;
        let (store, hash) = (self.clone(), hash(&key));
        let now = store.ctx.clock.now();
        // Single-use values (a passkey challenge, the state of a provider sign-in) must be removed, so a failure is an
        // error.
        let updated = block(move || store.ctx.db.write(|tx| sessions::set_state(tx, &hash, &text, now)));
        let updated = updated.await.map_err(|error| UpdateError::Other(anyhow!(error)))?;
        updated.map_err(|error| UpdateError::Other(anyhow!(error)))?;
        Ok(key)
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let (store, hash) = (self.clone(), hash(key));
        Ok(block(move || store.ctx.db.write(|tx| sessions::delete(tx, &hash))).await??)
    }
}

/// Outside [`with_person`], callers read the person from the database.
fn note_person(found: Option<Staff>) {
    let _ = PERSON.try_with(|person| *person.borrow_mut() = found);
}

fn hash(key: &SessionKey) -> Vec<u8> {
    Sha256::digest(key.as_ref().as_bytes()).to_vec()
}

/// The person who is signed in, or has passed the first of two factors.
fn staff_id(state: &State) -> Option<StaffId> {
    #[derive(serde::Deserialize)]
    struct Waiting {
        staff_id: String,
    }
    let text: String = match (state.get(STAFF_ID), state.get(AWAITS_CODE)) {
        (Some(staff_id), _) => serde_json::from_str(staff_id).ok()?,
        (None, waiting) => serde_json::from_str::<Waiting>(waiting?).ok()?.staff_id,
    };
    StaffId::parse(&text).ok()
}

fn security_stamp(state: &State) -> i64 {
    state.get(SECURITY_STAMP).and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn unavailable(cause: &str) -> State {
    tracing::warn!(cause, "a session could not be loaded");
    State::from([(UNAVAILABLE.to_owned(), "true".to_owned())])
}
