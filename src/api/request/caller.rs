//! The calling program, as a handler argument. Extracting it checks that the table of calls permits the request.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use crate::api::ApiError;
use crate::api::access::{self, Access};
use crate::domain::actor::{Actor, Who};
use crate::domain::api_key::ApiKey;
use crate::http::{RequestFacts, in_background};
use crate::usecases::Context;
use crate::usecases::api_keys::authenticate::authenticate_api_key;

/// An API key that may make this call.
#[derive(Debug, Clone)]
pub struct Caller {
    pub key: ApiKey,
    facts: RequestFacts,
}

impl Caller {
    /// The actor of the call, for the audit log.
    pub fn actor(&self) -> Actor {
        Actor {
            who: Who::ApiKey { id: self.key.id.clone(), role: self.key.role },
            address: self.facts.address.clone(),
            request_id: Some(self.facts.request_id.clone()),
        }
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let token = bearer_token(&request).ok_or_else(ApiError::unauthorized)?;
            let ctx = request.app_data::<Data<Context>>().ok_or_else(|| ApiError::internal("no context"))?;
            let found = in_background(ctx, move |ctx| authenticate_api_key(ctx, &token)).await??;
            let key = found.ok_or_else(ApiError::unauthorized)?;
            tracing::Span::current().record("staff_id", key.id.as_str());
            let access = request.match_pattern().and_then(|path| access::access(request.method(), &path));
            match access {
                Some(Access::Role(role)) if key.may(role) => Ok(Self { key, facts: RequestFacts::of(&request) }),
                Some(Access::Role(role)) => Err(ApiError::forbidden(format!(
                    "This call requires an API key with the role {}; this one has the role {}.",
                    role.as_str(),
                    key.role.as_str()
                ))),
                Some(Access::Open) | None => Err(ApiError::internal("a call that is not in the table of routes")),
            }
        })
    }
}

fn bearer_token(request: &HttpRequest) -> Option<String> {
    let (scheme, token) = request.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}
