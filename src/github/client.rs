//! The calls. Each is made once; GitHub is not called again before it is time, if it asks to wait.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::{Value, json};
use ureq::http::Method;

use super::answer::{CallError, read};
use crate::domain::clock::Clock;
use crate::domain::integration::github_names::Repository;
use crate::outbound::HttpClient;

/// How many invitations are on a page; the most that GitHub gives.
const PAGE_SIZE: usize = 100;
/// No repository has more open invitations.
const MOST_PAGES: usize = 20;

/// A token of GitHub.
#[derive(Clone)]
pub(crate) struct Token(String);

impl Token {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Everything at GitHub; clones share connections and what it asked for.
#[derive(Debug, Clone)]
pub(crate) struct Github {
    http: HttpClient,
    clock: Clock,
    /// Until when it asked to be left alone, by the name it is called under.
    busy: Arc<Mutex<HashMap<String, Timestamp>>>,
}

impl Github {
    pub(crate) fn new(http: HttpClient, clock: Clock) -> Self {
        Self { http, clock, busy: Arc::default() }
    }

    /// GitHub as the owner of the token sees it, reached at `api_url`. Calls under the same `name` wait together.
    pub(crate) fn account(&self, name: &str, api_url: &str, token: Token) -> GithubAccount {
        let api_url = api_url.trim_end_matches('/').to_owned();
        GithubAccount { github: self.clone(), name: name.to_owned(), api_url, token, calls: Cell::new(0) }
    }

    fn busy(&self) -> MutexGuard<'_, HashMap<String, Timestamp>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What inviting somebody led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Invited {
    /// An invitation waits for them, at this address.
    Waits { id: String, url: String },
    /// They have access already.
    HasAccess,
}

/// An invitation that is not accepted yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenInvitation {
    pub(crate) id: String,
    pub(crate) username: String,
    pub(crate) is_expired: bool,
}

/// GitHub, called with a token.
#[derive(Debug)]
pub(crate) struct GithubAccount {
    github: Github,
    name: String,
    api_url: String,
    token: Token,
    calls: Cell<i32>,
}

impl GithubAccount {
    /// How many calls were made.
    pub(crate) fn calls(&self) -> i32 {
        self.calls.get()
    }

    /// The name of the token's owner.
    pub(crate) fn login(&self) -> Result<String, CallError> {
        let (_, user) = self.call(&Method::GET, "/user", None)?;
        text(&user, "login").ok_or(CallError::Unreadable)
    }

    /// Whether the token may invite to the repository; `NotFound` if it does not reach it.
    pub(crate) fn may_invite(&self, repository: &Repository) -> Result<bool, CallError> {
        let (_, found) = self.call(&Method::GET, &format!("/repos/{repository}"), None)?;
        let permission = |name: &str| found.get("permissions")?.get(name)?.as_bool();
        Ok(permission("admin") == Some(true))
    }

    /// Invites a user; doing it again is the same invitation.
    pub(crate) fn invite(
        &self,
        repository: &Repository,
        username: &str,
        permission: &str,
    ) -> Result<Invited, CallError> {
        let body = json!({ "permission": permission });
        let path = collaborator(repository, username);
        let (status, invitation) = self.call(&Method::PUT, &path, Some(&body))?;
        if status == 204 || invitation.is_null() {
            return Ok(Invited::HasAccess);
        }
        let id = invitation.get("id").and_then(Value::as_i64).ok_or(CallError::Unreadable)?;
        let url = text(&invitation, "html_url").unwrap_or_else(|| format!("{}/invitations", repository.url()));
        Ok(Invited::Waits { id: id.to_string(), url })
    }

    /// Whether a user has access.
    pub(crate) fn has_access(&self, repository: &Repository, username: &str) -> Result<bool, CallError> {
        match self.call(&Method::GET, &collaborator(repository, username), None) {
            Ok(_) => Ok(true),
            Err(CallError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The open invitation of a user, if there is one.
    pub(crate) fn invitation_of(
        &self,
        repository: &Repository,
        username: &str,
    ) -> Result<Option<OpenInvitation>, CallError> {
        for page in 1..=MOST_PAGES {
            let path = format!("/repos/{repository}/invitations?per_page={PAGE_SIZE}&page={page}");
            let (_, found) = self.call(&Method::GET, &path, None)?;
            let items = found.as_array().ok_or(CallError::Unreadable)?;
            let mut known = items.iter().filter_map(open_invitation);
            let own = known.find(|open| open.username.eq_ignore_ascii_case(username));
            if own.is_some() || items.len() < PAGE_SIZE {
                return Ok(own);
            }
        }
        Ok(None)
    }

    /// Cancels an invitation; one that is gone is cancelled.
    pub(crate) fn cancel(&self, repository: &Repository, id: &str) -> Result<(), CallError> {
        let id: String = id.chars().filter(char::is_ascii_digit).collect();
        gone(self.call(&Method::DELETE, &format!("/repos/{repository}/invitations/{id}"), None))
    }

    /// Takes a user's access; one who has none has lost it.
    pub(crate) fn remove(&self, repository: &Repository, username: &str) -> Result<(), CallError> {
        gone(self.call(&Method::DELETE, &collaborator(repository, username), None))
    }

    fn call(&self, method: &Method, path: &str, body: Option<&Value>) -> Result<(u16, Value), CallError> {
        let now = self.github.clock.now();
        if let Some(until) = self.github.busy().get(&self.name).copied().filter(|until| *until > now) {
            return Err(CallError::Busy { after: now.duration_until(until) });
        }
        self.calls.set(self.calls.get().saturating_add(1));
        let url = format!("{}{path}", self.api_url);
        let answered = self.github.http.call(method, &url, &self.token.0, body.map(Value::to_string).as_deref());
        let result = read(answered, now);
        if let Err(CallError::Busy { after }) = &result {
            let until = now.saturating_add(*after).unwrap_or(now);
            self.github.busy().insert(self.name.clone(), until);
        }
        result
    }
}

/// Both names consist of letters that need no escaping.
fn collaborator(repository: &Repository, username: &str) -> String {
    format!("/repos/{repository}/collaborators/{username}")
}

fn gone(answered: Result<(u16, Value), CallError>) -> Result<(), CallError> {
    match answered {
        Ok(_) | Err(CallError::NotFound) => Ok(()),
        Err(error) => Err(error),
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

fn open_invitation(value: &Value) -> Option<OpenInvitation> {
    Some(OpenInvitation {
        id: value.get("id")?.as_i64()?.to_string(),
        username: text(value.get("invitee")?, "login")?,
        is_expired: value.get("expired").and_then(Value::as_bool).unwrap_or(false),
    })
}
