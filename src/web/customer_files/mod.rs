//! What customers open from an e-mail: the page with the files of a grant, its downloads, and new links. There is no
//! session and no script; the signature of the link decides. Whatever it does not cover gets the same answer.

mod download;
mod view;

use actix_web::guard;
use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Route};

use self::view::{Asked, FilesPage, Message, message};
use crate::domain::actor::{Actor, Who};
use crate::domain::ids::GrantId;
use crate::http::body::{Fields, read_form};
use crate::http::id::PathId;
use crate::http::rate_limit::RateLimits;
use crate::http::{RequestFacts, in_background};
use crate::storage::StorageError;
use crate::usecases::Context;
use crate::usecases::files::download::send_new_links;
use crate::usecases::files::link::{LinkTarget, verify};
use crate::usecases::files::shown::{GrantFiles, files_of_grant};

/// Below which everything is.
pub(crate) const SCOPE: &str = "/files";

/// Registers the handlers.
pub(crate) fn routes(config: &mut ServiceConfig) {
    let get = || web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    let at = |path: &str, route: Route| web::resource(path).route(route).default_service(web::to(refuse));
    config
        .service(at("/{grant_id}", get().to(show)))
        .service(at("/{grant_id}/new-links", web::post().to(create)))
        .service(at("/{grant_id}/{file_id}", get().to(download::show)))
        .default_service(web::to(refuse));
}

async fn refuse(request: HttpRequest, ctx: Data<Context>) -> HttpResponse {
    message(Asked::of(&request, &ctx), Message::NotFound)
}

/// Shows the files, with links that work as long as the page's own.
async fn show(request: HttpRequest, ctx: Data<Context>, limits: Data<RateLimits>) -> HttpResponse {
    let mut asked = Asked::of(&request, &ctx);
    if let Err(refused) = check_rate(&request, &limits) {
        return message(asked, refused);
    }
    let Some(grant_id) = grant_id(&request) else { return message(asked, Message::NotFound) };
    let query = query(&request);
    let expires_at = verify(&ctx, LinkTarget::Page(&grant_id), query.get("expires"), query.get("signature"));
    let Some(expires_at) = expires_at else { return message(asked, Message::NotFound) };
    asked.link = Some((grant_id.clone(), expires_at));
    match load(&ctx, &grant_id).await {
        Err(problem) => message(asked, problem),
        Ok(found) => {
            asked.prefer(&found.customer.locale);
            if expires_at <= ctx.clock.now() {
                return message(asked, Message::Expired);
            }
            FilesPage::response(&ctx, asked, &found, expires_at)
        }
    }
}

/// Sends the customer new links; the answer does not tell whether there was anything to send.
async fn create(request: HttpRequest, payload: Payload, ctx: Data<Context>, limits: Data<RateLimits>) -> HttpResponse {
    let mut asked = Asked::of(&request, &ctx);
    if let Err(refused) = check_rate(&request, &limits) {
        return message(asked, refused);
    }
    let (Some(grant_id), Ok(form)) = (grant_id(&request), read_form(&request, payload.into_inner()).await) else {
        return message(asked, Message::NotFound);
    };
    let expires_at = verify(&ctx, LinkTarget::Page(&grant_id), form.get("expires"), form.get("signature"));
    let Some(expires_at) = expires_at else { return message(asked, Message::NotFound) };
    asked.link = Some((grant_id.clone(), expires_at));
    asked.prefer(form.get("lang"));
    let actor = stranger(&request);
    match in_background(&ctx, move |ctx| send_new_links(ctx, &grant_id, &actor)).await {
        Ok(Ok(())) => message(asked, Message::Sent),
        Ok(Err(error)) => message(asked, unavailable(&error)),
        Err(error) => message(asked, unavailable(&error)),
    }
}

/// The files of a grant whose link is valid.
async fn load(ctx: &Context, id: &GrantId) -> Result<GrantFiles, Message> {
    let id = id.clone();
    match in_background(ctx, move |ctx| ctx.db.read(|conn| files_of_grant(conn, &id))).await {
        Ok(Ok(Some(found))) => Ok(found),
        Ok(Ok(None) | Err(StorageError::NotFound)) => Err(Message::Gone),
        Ok(Err(error)) => Err(unavailable(&error)),
        Err(error) => Err(unavailable(&error)),
    }
}

fn unavailable(error: &impl std::fmt::Display) -> Message {
    tracing::error!(%error, "a customer's files could not be shown");
    Message::Unavailable
}

fn check_rate(request: &HttpRequest, limits: &RateLimits) -> Result<(), Message> {
    let address = RequestFacts::of(request).address.and_then(|address| address.parse().ok());
    limits.check_address(address).map_err(|refused| Message::TooMany(refused.retry_after))
}

fn grant_id(request: &HttpRequest) -> Option<GrantId> {
    GrantId::parse_path(request.match_info().get("grant_id").unwrap_or_default()).ok()
}

fn query(request: &HttpRequest) -> Fields {
    Fields::parse(request.query_string().as_bytes()).unwrap_or_default()
}

/// The customer, or whoever has their link. Their address is not recorded: the log is never erased.
fn stranger(request: &HttpRequest) -> Actor {
    Actor { who: Who::Unknown, address: None, request_id: Some(RequestFacts::of(request).request_id) }
}
