//! Signing in with an identity provider: the redirect to it, and the return with a code.

use std::time::Duration;

use actix_session::SessionExt;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::session::TypedSession;
use super::sign_in_steps::go_on;
use crate::crypto::equal;
use crate::domain::actor::{Actor, Who};
use crate::domain::clock::is_within;
use crate::http::RequestFacts;
use crate::oidc::{Provider, ProviderError};
use crate::usecases::Context;
use crate::usecases::auth::sign_in_with_provider::sign_in_with_provider;
use crate::usecases::auth::sign_in_with_provider::{ProviderSignInError, SignInWithProvider};
use crate::usecases::auth::throttle::reserve_guest_session;
use crate::web::{CheckedQuery, PageError, in_background, see_other, urls};

/// The time limit for returning.
const AWAY: SignedDuration = SignedDuration::from_mins(10);
/// To confirm their identity, a person must have authenticated at the provider within this time.
const RECENT: Duration = Duration::from_secs(60);

/// The state that must come back unchanged, stored in the session.
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
pub(crate) struct DepartureQuery {
    next: String,
    /// `again` requires the provider to authenticate the person again.
    confirm: String,
}

/// Redirects to the provider.
pub(crate) async fn new(
    request: HttpRequest,
    query: CheckedQuery<DepartureQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let provider = provider(&ctx)?;
    let session = TypedSession::new(request.get_session());
    session.check()?;
    let address = RequestFacts::of(&request).address;
    in_background(&ctx, move |ctx| reserve_guest_session(ctx, address.as_deref())).await??;
    let max_age = (query.confirm == "again").then_some(RECENT);
    let departure = match provider.depart(max_age).await {
        Ok(departure) => departure,
        Err(error) => return failed(error),
    };
    let trip = Trip {
        state: departure.state,
        nonce: departure.nonce,
        verifier: departure.verifier,
        next: urls::safe_next(&query.next),
        since: ctx.clock.now().as_second(),
    };
    session.keep(TRIP, &trip)?;
    Ok(see_other(&departure.url))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ArrivalQuery {
    code: String,
    state: String,
    error: String,
}

/// Handles the return from the provider: exchanges the code for an identity and finds its person.
pub(crate) async fn create(
    request: HttpRequest,
    query: CheckedQuery<ArrivalQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let provider = provider(&ctx)?;
    let session = TypedSession::new(request.get_session());
    session.check()?;
    let now = ctx.clock.now().as_second();
    let trip: Option<Trip> = session.take(TRIP);
    let trip = trip.filter(|trip| is_within(trip.since, AWAY, ctx.clock.now()));
    let Some(trip) = trip.filter(|trip| equal(trip.state.as_bytes(), query.state.as_bytes())) else {
        return Ok(refused("the answer does not belong to a sign-in of this browser"));
    };
    if query.code.is_empty() {
        return Ok(refused(&query.error));
    }
    let identity = match provider.arrive(query.code.clone(), trip.nonce, trip.verifier).await {
        Ok(identity) => identity,
        Err(error) => return failed(error),
    };
    let facts = RequestFacts::of(&request);
    let provider_at = now.saturating_sub(identity.authenticated_ago);
    let command = SignInWithProvider {
        issuer: identity.issuer,
        subject: identity.subject,
        email: identity.email,
        name: identity.name,
        roles: identity.roles,
        actor: Actor { who: Who::Unknown, address: facts.address, request_id: Some(facts.request_id) },
    };
    match in_background(&ctx, move |ctx| sign_in_with_provider(ctx, &command)).await? {
        Ok(done) => go_on(&request, &ctx, &done, Some(provider_at), trip.next),
        Err(ProviderSignInError::NoAccount) => Ok(see_other("/login?failed=account")),
        Err(ProviderSignInError::NoRole) => Ok(see_other("/login?failed=role")),
        Err(ProviderSignInError::Storage(error)) => Err(error.into()),
    }
}

fn provider(ctx: &Context) -> Result<&Provider, PageError> {
    ctx.provider.as_ref().ok_or(PageError::NotFound)
}

fn failed(error: ProviderError) -> Result<HttpResponse, PageError> {
    match error {
        ProviderError::Busy => Err(PageError::ProviderBusy),
        ProviderError::Failed(cause) => Ok(refused(&cause)),
    }
}

/// Redirects to the sign-in page with an error; the cause is only logged.
fn refused(cause: impl std::fmt::Display) -> HttpResponse {
    tracing::warn!(%cause, "a sign-in with the identity provider failed");
    see_other("/login?failed=provider")
}
