//! Signing in with an identity provider: there, and back with a code.

use actix_session::SessionExt;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use super::session::TypedSession;
use super::sign_in_steps::go_on;
use super::{CheckedQuery, PageError, in_background, routes, see_other};
use crate::crypto::equal;
use crate::domain::actor::{Actor, Who};
use crate::domain::staff::Role;
use crate::http::RequestFacts;
use crate::oidc::Provider;
use crate::usecases::Context;
use crate::usecases::sign_in::Method;
use crate::usecases::sign_in_with_provider::{ProviderSignInError, SignInWithProvider, sign_in_with_provider};
use crate::usecases::throttle::reserve_guest_session;

/// How long one may be away, in seconds.
const AWAY: i64 = 10 * 60;

/// What has to come back unchanged, kept in the session.
#[derive(Serialize, Deserialize)]
struct Trip {
    state: String,
    nonce: String,
    verifier: String,
    next: String,
    since: i64,
}

const TRIP: &str = "provider";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DepartureQuery {
    next: String,
}

/// Sends the person to the provider.
pub async fn new(
    request: HttpRequest,
    query: CheckedQuery<DepartureQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let provider = Provider::from_config(&ctx.config).ok_or(PageError::NotFound)?;
    let session = TypedSession::new(request.get_session());
    session.check()?;
    let address = RequestFacts::of(&request).address;
    in_background(&ctx, move |ctx| reserve_guest_session(ctx, address.as_deref())).await??;
    let departure = match in_background(&ctx, move |_| provider.depart()).await? {
        Ok(departure) => departure,
        Err(error) => return Ok(failed(&error)),
    };
    let trip = Trip {
        state: departure.state,
        nonce: departure.nonce,
        verifier: departure.verifier,
        next: routes::safe_next(&query.next),
        since: ctx.clock.now().as_second(),
    };
    session.keep(TRIP, &trip)?;
    Ok(see_other(&departure.url))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ArrivalQuery {
    code: String,
    state: String,
    error: String,
}

/// Comes back from the provider: the code becomes an identity, the identity a person.
pub async fn create(
    request: HttpRequest,
    query: CheckedQuery<ArrivalQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let provider = Provider::from_config(&ctx.config).ok_or(PageError::NotFound)?;
    let session = TypedSession::new(request.get_session());
    session.check()?;
    let now = ctx.clock.now().as_second();
    let trip: Option<Trip> = session.take(TRIP);
    let trip = trip.filter(|trip| now.saturating_sub(trip.since) < AWAY);
    let Some(trip) = trip.filter(|trip| equal(trip.state.as_bytes(), query.state.as_bytes())) else {
        return Ok(failed("the answer does not belong to a sign-in of this browser"));
    };
    if query.code.is_empty() {
        return Ok(failed(&query.error));
    }
    let code = query.code.clone();
    let (nonce, verifier) = (trip.nonce, trip.verifier);
    let identity = match in_background(&ctx, move |_| provider.arrive(code, nonce, verifier)).await? {
        Ok(identity) => identity,
        Err(error) => return Ok(failed(&error)),
    };
    let facts = RequestFacts::of(&request);
    let command = SignInWithProvider {
        issuer: identity.issuer,
        subject: identity.subject,
        email: identity.email,
        name: identity.name,
        role: identity.role.as_deref().and_then(Role::parse),
        actor: Actor { who: Who::Unknown, address: facts.address, request_id: Some(facts.request_id) },
    };
    match in_background(&ctx, move |ctx| sign_in_with_provider(ctx, &command)).await? {
        Ok(done) => go_on(&request, &ctx, &done, Method::Provider, trip.next),
        Err(ProviderSignInError::NoAccount) => Ok(see_other("/login?failed=account")),
        Err(ProviderSignInError::Storage(error)) => Err(error.into()),
    }
}

/// Back to the sign-in page, which says so; the cause is for the log.
fn failed(cause: impl std::fmt::Display) -> HttpResponse {
    tracing::warn!(%cause, "a sign-in with the identity provider failed");
    see_other("/login?failed=provider")
}
