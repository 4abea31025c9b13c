//! Sessions in the database, behind the interface of the session middleware. A key is 256 random
//! bits; its hash alone is stored. Both limits are enforced here, when a session is loaded.

use std::cell::RefCell;
use std::collections::HashMap;

use actix_session::SessionMiddleware;
use actix_session::config::{BrowserSession, CookieContentSecurity};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Key, SameSite};
use actix_web::http::Method;
use actix_web::web::block;
use anyhow::anyhow;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::{Site, read_shortly};
use crate::crypto::random_token;
use crate::domain::ids::StaffId;
use crate::domain::staff::Staff;
use crate::storage::cache::answers::Moment;
use crate::storage::staff::sessions::{self, FoundSession, NewSession};
use crate::storage::{StorageError, Tx, cache};
use crate::usecases::Context;

pub use crate::storage::staff::sessions::{AWAITS_CODE, SECURITY_STAMP, STAFF_ID};

pub const COOKIE: &str = "keydesk_session";
/// Stands in place of everything else when the database could not be asked.
pub const UNAVAILABLE: &str = "unavailable";

type State = HashMap<String, String>;

tokio::task_local! {
    /// Who was found with the session of the request in hand, and when.
    static FOUND: RefCell<Option<(Staff, Option<Moment>)>>;
    /// Whether the request in hand asks for a page.
    static ASKS_FOR_PAGE: bool;
}

/// Runs the work on a request, during which [`person`] is known.
pub async fn with_person<T>(method: &Method, work: impl Future<Output = T>) -> T {
    ASKS_FOR_PAGE.scope(method.is_safe(), FOUND.scope(RefCell::default(), work)).await
}

/// Whose session the request in hand came with, as of when the session was loaded.
pub fn person(id: &StaffId) -> Option<Staff> {
    let found = FOUND.try_with(|found| found.borrow().as_ref().map(|(person, _)| person.clone()));
    found.ok().flatten().filter(|person| person.id == *id)
}

/// The moment the session of the request in hand was read at, on PostgreSQL.
pub fn moment() -> Option<Moment> {
    FOUND.try_with(|found| found.borrow().as_ref().and_then(|(_, moment)| moment.clone())).ok().flatten()
}

/// The store; clones share the database.
#[derive(Clone)]
pub struct StoredSessions {
    ctx: Context,
}

/// The middleware that gives each request its session.
pub fn middleware(ctx: &Context, site: &Site) -> SessionMiddleware<StoredSessions> {
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

    /// Use is noted once a minute, or more often where the idle limit is short.
    fn touch_after(&self) -> SignedDuration {
        SignedDuration::from_mins(1).min(self.idle() / 10)
    }

    /// The session, where it is still good, and whose it is; whatever needs to be noted of it is noted.
    async fn find(&self, hash: Vec<u8>) -> Result<Option<(State, FoundSession)>, String> {
        let key = hash.clone();
        let asks_for_page = ASKS_FOR_PAGE.try_with(|asks| *asks).unwrap_or(true);
        let found = read_shortly(&self.ctx, move |ctx, conn| {
            let found = sessions::find(conn, &key)?;
            if asks_for_page {
                // The page will ask for it, and finds it there.
                cache::nav_counts::frame(&ctx.glances, &ctx.db, conn)?;
            }
            Ok::<_, StorageError>(found)
        });
        let found = found.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
        let Some(found) = found else { return Ok(None) };
        let session = &found.session;
        let now = self.ctx.clock.now();
        let unused = session.last_used_at.duration_until(now);
        let is_revoked = found.person.as_ref().is_some_and(|person| person.security_stamp != session.security_stamp);
        if now >= session.expires_at || unused >= self.idle() || is_revoked {
            self.note("end a session", move |tx| sessions::delete(tx, &hash)).await;
            return Ok(None);
        }
        if unused >= self.touch_after() {
            self.note("note that a session was used", move |tx| sessions::touch(tx, &hash, now)).await;
        }
        let mut state: State = serde_json::from_str(&session.state).map_err(|error| error.to_string())?;
        // The row is right where the state is older: a session that goes on after all others were ended.
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
            // No page needs to fail for it while the database is busy.
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
                // Outside of `with_person` whoever wants the person asks the database.
                let who = found.person.map(|person| (person, found.moment));
                let _ = FOUND.try_with(|place| *place.borrow_mut() = who);
                Some(state)
            }
            Ok(None) => None,
            // An error here would be answered before any page could be made of it.
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
        // What is kept there is used once (a passkey's challenge, the way to a provider): it must not stay.
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

fn hash(key: &SessionKey) -> Vec<u8> {
    Sha256::digest(key.as_ref().as_bytes()).to_vec()
}

/// Who is signed in, or has shown the first of two factors.
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
